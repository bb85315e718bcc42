"""Reads acknowledged fetches: bytes from the archive, a killable worker, a decision, one transaction.

The second, idempotent step: it goes by fetch, so that a crawl killed between the two goes on here at its next start.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import structlog

from crawler import jobs
from crawler.archive import read_record
from crawler.channels.place import new_page, place_entry, place_url
from crawler.decide import after_reading, decide, refusal
from crawler.extract.identity import EXTRACTOR, extractor_hash, extractor_settings
from crawler.pool import JobFailed, Pool
from domain.entry import ChannelReading, ParsedChannel
from domain.errors import ArchiveError, FetchError
from domain.extraction import Extraction, ExtractionOutcome
from domain.fetch import PageReading, Reason
from domain.intents import ReadBaseAgain, Refuse
from domain.outlet import Channel, FeedBody, Outlet
from outlets.catalogue import Catalogue
from storage import Session, Store
from storage.articles import Address, Applied, ReadText, put_extraction, store_text
from storage.channels import record_failed_poll, record_good_poll
from storage.entries import EntryChanges, PlacedEntry, entry_changes, put_entries, unique_by_key
from storage.fetches import UnreadFetch, fetch_to_read_again, put_reading, unread_fetch
from storage.frontier import add_targets, make_known_due, redirect_chain
from storage.todos import mark_done, mark_failed

log = structlog.get_logger()

_FAILURES = {"timeout": "timeout", "memory": "too_large", "crashed": "crashed", "error": "crashed"}
FEED_TEXTS_A_JOB = 20


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What reading one fetch gave: for the run's counts and for whoever waits for new targets at a host."""

    host: str
    reading: PageReading | None
    new_entries: int = 0
    new_articles: int = 0
    new_revisions: int = 0


@dataclass(frozen=True, slots=True)
class _Poll:
    """A channel as it was read, ready to be stored. ``texts``: the full texts it carried; ``note``: what was mended."""

    unread: UnreadFetch
    outlet: Outlet
    entries: tuple[PlacedEntry, ...]
    texts: tuple[ReadText, ...]
    reading: PageReading
    note: str | None


class Reader:
    """Reads fetches one at a time; several threads may use one reader, the pool bounds the work."""

    def __init__(self, store: Store, archive: Path, pool: Pool, catalogue: Catalogue, *, deadline_s: float) -> None:
        self._store = store
        self._archive = archive
        self._pool = pool
        self._catalogue = catalogue
        self._deadline_s = deadline_s

    def read(self, fetch_id: int) -> ReadResult | None:
        """Read a fetch and store what it gives. None when it was read already or can't be read now.

        What can't be read stays a todo with its error and is tried again at the next start.
        """
        with self._store.read() as session:
            unread = unread_fetch(session, fetch_id)
        if unread is None:
            self._store.write(lambda session: mark_done(session, "read", [fetch_id]))
            return None
        outlet = self._catalogue.outlets.get(unread.target.outlet)
        if outlet is None:
            self._put_off(unread, "its outlet is no longer in the catalogue")
            return None
        try:
            body = self._body(unread)
        except ArchiveError as error:
            self._put_off(unread, str(error))
            return None
        if unread.target.channel_id is not None:
            return self._read_channel(unread, outlet, body)
        return self._read_page(unread, outlet, body)

    def _put_off(self, unread: UnreadFetch, problem: str) -> None:
        log.warning("reading.failed", outlet=unread.target.outlet, url=unread.target.url, error=problem)
        self._store.write(lambda session: mark_failed(session, "read", unread.fetch_id, problem))

    def _body(self, unread: UnreadFetch) -> jobs.Body:
        archived = read_record(self._archive, unread.record.file, unread.record.offset)
        return jobs.Body(archived.response, unread.content_type)

    # Channels

    def _read_channel(self, unread: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult | None:
        channel = next((c for c in outlet.channels if c.slug == unread.target.channel_slug), None)
        if channel is None:
            self._put_off(unread, "its channel is no longer in the catalogue")
            return None
        parsed = self._parsed(body, channel, outlet, unread.requested_at)
        reading = _reading_of(parsed)
        if not reading.is_success:
            return self._store_bad_poll(unread, reading, parsed.error)
        entries = self._placed(parsed, outlet)
        texts = self._feed_texts(unread, channel, outlet, entries)
        poll = _Poll(unread, outlet, entries, texts, reading, parsed.error)
        return self._store.write(lambda session: self._store_poll(session, poll))

    def _parsed(self, body: jobs.Body, channel: Channel, outlet: Outlet, now: datetime) -> ParsedChannel:
        try:
            job = self._pool.run(
                jobs.read_channel, body, channel=channel, outlet=outlet, now=now, deadline_s=self._deadline_s
            )
        except FetchError as error:
            return ParsedChannel(ChannelReading.NOT_A_FEED, error=error.problem)
        if isinstance(job, JobFailed):
            return ParsedChannel(ChannelReading(_FAILURES[job.kind]), error=job.message)
        return job.value

    def _store_bad_poll(self, unread: UnreadFetch, reading: PageReading, error: str | None) -> ReadResult:
        def work(session: Session) -> None:
            next_look = after_reading(unread.target, reading, unread.requested_at)
            put_reading(session, unread, reading, next_look, error=error)
            assert unread.target.channel_id is not None
            record_failed_poll(
                session, unread.target.channel_id, at=unread.requested_at, outcome=reading.value, detail=error
            )
            mark_done(session, "read", [unread.fetch_id])

        self._store.write(work)
        return ReadResult(unread.target.host, reading)

    def _placed(self, parsed: ParsedChannel, outlet: Outlet) -> tuple[PlacedEntry, ...]:
        placed = []
        for entry in parsed.entries:
            place = place_entry(entry, listed_by=outlet, catalogue=self._catalogue)
            placed.append(PlacedEntry(entry, place.url_key, place.outlet))
        return unique_by_key(placed, prefer=lambda e: bool(e.entry.title))

    def _feed_texts(
        self, unread: UnreadFetch, channel: Channel, outlet: Outlet, entries: Sequence[PlacedEntry]
    ) -> tuple[ReadText, ...]:
        """The full texts of new and changed entries, where the catalogue says that the channel carries them."""
        if channel.body is not FeedBody.FULL and outlet.page_fetch:
            return ()
        assert unread.target.channel_id is not None
        with self._store.read() as session:
            changes = entry_changes(session, unread.target.channel_id, entries)
        carrying = [e for e in (*changes.new, *changes.changed) if e.has_address and e.entry.content_html]
        texts: list[ReadText] = []
        for start in range(0, len(carrying), FEED_TEXTS_A_JOB):
            chunk = carrying[start : start + FEED_TEXTS_A_JOB]
            job = self._pool.run(
                jobs.read_feed_texts,
                tuple(e.entry for e in chunk),
                outlet=outlet,
                now=unread.requested_at,
                deadline_s=self._deadline_s,
            )
            if isinstance(job, JobFailed):
                log.warning("feed_texts.failed", outlet=outlet.slug, channel=channel.slug, error=job.message)
                continue
            texts += [
                self._feed_text(unread, placed, extraction)
                for placed, extraction in zip(chunk, job.value, strict=True)
                if refusal(extraction) is None
            ]
        return tuple(texts)

    def _feed_text(self, unread: UnreadFetch, placed: PlacedEntry, extraction: Extraction) -> ReadText:
        assert placed.entry.url is not None
        return ReadText(
            outlet=placed.target_outlet,
            addresses=(Address(placed.url_key, placed.entry.url, "listed"),),
            extraction=extraction,
            extractor_hash=_hash_with_hints(None),
            fetch_id=unread.fetch_id,
            seen_at=unread.requested_at,
        )

    def _store_poll(self, session: Session, poll: _Poll) -> ReadResult:
        """Entries, the pages behind the new ones, a second look at the changed ones, and the channel's state."""
        unread, reading = poll.unread, poll.reading
        channel_id, now = unread.target.channel_id, unread.requested_at
        assert channel_id is not None
        changes = entry_changes(session, channel_id, poll.entries)
        put_entries(session, channel_id, poll.entries, fetch_id=unread.fetch_id, seen_at=now)
        applied = [store_text(session, text, decide) for text in poll.texts]
        carried = {(text.outlet, text.addresses[0].url_key) for text in poll.texts}
        self._plan_pages(session, poll.outlet, changes, carried, now)
        record_good_poll(session, channel_id, at=now, outcome=reading.value, has_new=bool(changes.new))
        put_reading(session, unread, reading, after_reading(unread.target, reading, now), error=poll.note)
        mark_done(session, "read", [unread.fetch_id])
        inserted = sum(type(a.intent).__name__ == "InsertArticle" for a in applied)
        added = sum(type(a.intent).__name__ == "AddRevision" for a in applied)
        return ReadResult(unread.target.host, reading, len(changes.new), inserted, inserted + added)

    def _plan_pages(
        self, session: Session, outlet: Outlet, changes: EntryChanges, carried: set[tuple[str, str]], now: datetime
    ) -> None:
        """Pages to look at: behind new entries, and behind those that say they changed.

        An entry whose full text its feed carried needs no page. An outlet whose pages refuse us is not asked.
        """
        pages = [e for e in changes.new if self._wants_page(e, carried)]
        add_targets(
            session,
            [
                new_page(e.entry.url, place_url(e.entry.url, listed_by=outlet, catalogue=self._catalogue))
                for e in pages
                if e.entry.url is not None
            ],
            outlet.politeness,
            now=now,
        )
        again = [(e.target_outlet, e.url_key) for e in changes.changed if self._wants_page(e, carried)]
        make_known_due(session, again, Reason.RECHECK, now=now)

    def _wants_page(self, placed: PlacedEntry, carried: set[tuple[str, str]]) -> bool:
        owner = self._catalogue.outlets[placed.target_outlet]
        return placed.has_address and owner.page_fetch and (placed.target_outlet, placed.url_key) not in carried

    # Pages

    def _read_page(self, unread: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult | None:
        extraction = self._extracted(body, outlet, unread.requested_at)
        refused = refusal(extraction)
        if refused is not None:
            return self._store_refusal(unread, refused)
        text = self._page_text(unread, outlet, extraction)
        applied = self._store.write(lambda session: self._store_page(session, unread, text))
        if isinstance(applied.intent, ReadBaseAgain):
            self._read_base_again(applied, outlet, text)
            applied = self._store.write(lambda session: self._store_page(session, unread, text))
        kind = type(applied.intent).__name__
        return ReadResult(
            unread.target.host,
            PageReading.ARTICLE,
            new_articles=int(kind == "InsertArticle"),
            new_revisions=int(kind in {"InsertArticle", "AddRevision"}),
        )

    def _extracted(self, body: jobs.Body, outlet: Outlet, now: datetime) -> Extraction:
        try:
            job = self._pool.run(jobs.read_page, body, outlet=outlet, now=now, deadline_s=self._deadline_s)
        except FetchError as error:
            return _no_extraction(ExtractionOutcome.UNREADABLE, error.problem)
        if isinstance(job, JobFailed):
            return _no_extraction(ExtractionOutcome(_FAILURES[job.kind]), job.message)
        return job.value

    def _store_refusal(self, unread: UnreadFetch, refused: Refuse) -> ReadResult:
        def work(session: Session) -> None:
            next_look = after_reading(unread.target, refused.reading, unread.requested_at)
            put_reading(session, unread, refused.reading, next_look, error=refused.reason)
            mark_done(session, "read", [unread.fetch_id])

        self._store.write(work)
        return ReadResult(unread.target.host, refused.reading)

    def _page_text(self, unread: UnreadFetch, outlet: Outlet, extraction: Extraction) -> ReadText:
        with self._store.read() as session:
            chain = redirect_chain(session, unread.target.id, outlet.slug)
        addresses = [Address(unread.target.url_key, unread.target.url, "redirect" if chain else "listed")]
        addresses += [Address(key, url, "listed") for key, url in chain]
        addresses += self._canonical(outlet, extraction, {a.url_key for a in addresses})
        return ReadText(
            outlet=outlet.slug,
            addresses=tuple(addresses),
            extraction=extraction,
            extractor_hash=_hash_with_hints(outlet),
            fetch_id=unread.fetch_id,
            seen_at=unread.requested_at,
            external_id=outlet.external_id_of(unread.target.url),
        )

    def _canonical(self, outlet: Outlet, extraction: Extraction, known: set[str]) -> list[Address]:
        """What the page calls its canonical address, where that is an article's address on the outlet's own hosts."""
        url = extraction.canonical_url
        if url is None or not outlet.is_article_url(url):
            return []
        place = place_url(url, listed_by=outlet, catalogue=self._catalogue)
        is_ours = place.outlet == outlet.slug and place.url_key not in known
        return [Address(place.url_key, url, "canonical")] if is_ours else []

    def _store_page(self, session: Session, unread: UnreadFetch, text: ReadText) -> Applied:
        applied = store_text(session, text, decide)
        if isinstance(applied.intent, ReadBaseAgain):
            return applied
        next_look = after_reading(unread.target, PageReading.ARTICLE, unread.requested_at)
        put_reading(session, unread, PageReading.ARTICLE, next_look, error=None)
        mark_done(session, "read", [unread.fetch_id])
        return applied

    def _read_base_again(self, applied: Applied, outlet: Outlet, text: ReadText) -> None:
        """Read the stored revision's bytes with the present extractor, so that only like is compared with like."""
        assert applied.article_id is not None
        assert applied.base_fetch_id is not None
        article_id, base_fetch_id = applied.article_id, applied.base_fetch_id
        with self._store.read() as session:
            base = fetch_to_read_again(session, base_fetch_id)
        extraction = self._extracted(self._body(base), outlet, base.requested_at)
        again = ReadText(
            outlet=text.outlet,
            addresses=text.addresses,
            extraction=extraction,
            extractor_hash=text.extractor_hash,
            fetch_id=base_fetch_id,
            seen_at=base.requested_at,
        )
        self._store.write(lambda session: put_extraction(session, article_id, again))


def _no_extraction(outcome: ExtractionOutcome, error: str) -> Extraction:
    return Extraction(outcome, EXTRACTOR, extractor_settings(), error=error)


def _reading_of(parsed: ParsedChannel) -> PageReading:
    match parsed.reading:
        case ChannelReading.OK | ChannelReading.REPAIRED:
            return PageReading.LISTED
        case ChannelReading.EMPTY:
            return PageReading.EMPTY_CHANNEL
        case other:
            return PageReading(other.value)


def _hash_with_hints(outlet: Outlet | None) -> str:
    """The extractor's identity: with an outlet's selectors, for they change what is read like an upgrade does."""
    hints = json.dumps(asdict(outlet.hints), sort_keys=True, default=dict) if outlet else "feed"
    return hashlib.sha256(f"{extractor_hash()}\n{hints}".encode()).hexdigest()
