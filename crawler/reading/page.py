"""Reads a page: an article's text, or what stands in its place."""

from __future__ import annotations

from crawler import jobs
from crawler.decide import after_reading, decide, refusal
from crawler.fetch.outcome import one_line
from crawler.reading.absent import absence_seen, store_absence
from crawler.reading.addresses import addresses_of, alternates_of
from crawler.reading.base import read_base_again
from crawler.reading.failure import store_failure
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom, text_extractor_hash
from crawler.reading.taken_down import refuse, refused_by
from crawler.reading.text_parts import MissingPart, WholeText, whole_text
from crawler.telling import tell_of_sameness
from domain.fetch import PageReading
from domain.intents import AddRevision, InsertArticle
from domain.outlet import Outlet
from outlets.articles import external_id
from outlets.documents import document_name
from outlets.forms import article_number, is_main_place, main_form
from storage import Session
from storage.articles import Applied, store_text
from storage.comparison import place_of
from storage.frontier import add_targets, redirect_chain
from storage.readings import Address, ReadText
from storage.releases import link_reports
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_past_reading, put_reading


def read_past_page(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult:
    """Extract a page that another tool fetched in the past and store its text; its target is left as it is."""
    extraction = room.extracted(body, outlet, fetch.requested_at)
    refused = refusal(extraction)
    if refused is not None:
        problem = one_line(refused.reason)
        room.store.write(lambda session: put_past_reading(session, fetch.fetch_id, refused.reading, error=problem))
        return ReadResult(fetch.target.host, refused.reading)
    text, _ = _read_text(room, fetch, outlet, WholeText(extraction, (fetch,)), is_rendered=body.is_rendered)
    takedown_id = refused_by(room, text)
    if takedown_id is not None:
        return refuse(room, fetch, takedown_id=takedown_id)
    read_base_again(room, text, is_rendered=body.is_rendered)

    def work(session: Session) -> Applied:
        put_past_reading(session, fetch.fetch_id, PageReading.ARTICLE, error=None)
        return store_text(session, text, decide)

    return counted(fetch.target.host, PageReading.ARTICLE, [room.store.write(work)])


def read_page(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult:
    """Extract the page and store its text, or why it has none; a text in parts once all of them are there."""
    extraction = room.extracted(body, outlet, fetch.requested_at)
    seen = absence_seen(room, fetch, extraction)
    if seen is not None:
        return store_absence(room, fetch, seen)
    refused = refusal(extraction)
    if refused is not None:
        return store_failure(room, fetch, refused.reading, refused.reason)
    whole = WholeText(extraction, (fetch,))
    if extraction.part is not None:
        found = whole_text(room, fetch, outlet, extraction)
        if isinstance(found, MissingPart):
            return _wait_for(room, fetch, outlet, found)
        whole = found
    text, notes = _read_text(room, fetch, outlet, whole, is_rendered=body.is_rendered)
    takedown_id = refused_by(room, text)
    if takedown_id is not None:
        return refuse(room, fetch, takedown_id=takedown_id)
    read_base_again(room, text, is_rendered=body.is_rendered)

    def work(session: Session) -> Applied:
        applied = store_text(session, text, decide)
        if applied.article_id is not None and isinstance(applied.intent, InsertArticle | AddRevision):
            at = fetch.requested_at
            link_reports(session, applied.article_id, host_aliases=outlet.host_aliases, now=at)
        told = one_line("; ".join((*notes, *applied.notes))) if notes or applied.notes else None
        for part in whole.fetches:
            is_first = part is whole.fetches[0]
            reading = PageReading.ARTICLE if is_first else PageReading.PART
            next_look = after_reading(part.target, reading, fetch.requested_at)
            put_reading(session, part, reading, next_look, error=told if is_first else None)
        mark_done(session, "read", [fetch.fetch_id])
        return applied

    applied = room.store.write(work)
    tell_of_sameness(outlet.slug, fetch.target.url, fetch.fetch_id, *applied.merged, *notes, *applied.notes)
    return counted(fetch.target.host, PageReading.ARTICLE, [applied])


def _wait_for(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, missing: MissingPart) -> ReadResult:
    """Have the missing part looked at; until then this one is half a text, and is tried again like one."""
    reading = PageReading.PARTIAL

    def work(session: Session) -> None:
        add_targets(session, [missing.target], outlet.politeness, now=fetch.requested_at)
        next_look = after_reading(fetch.target, reading, fetch.requested_at)
        put_reading(session, fetch, reading, next_look, error=f"waits for part {missing.number} of the text")
        mark_done(session, "read", [fetch.fetch_id])

    room.store.write(work)
    return ReadResult(fetch.target.host, reading)


def _read_text(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, whole: WholeText, *, is_rendered: bool
) -> tuple[ReadText, tuple[str, ...]]:
    """The text with all addresses it is known at, and what was not believed of them."""
    first, extraction = whole.fetches[0].target, whole.extraction
    with room.store.read() as session:
        chain = redirect_chain(session, first.id, outlet.slug)
    addresses = addresses_of((first.url_key, first.url), chain, extraction, outlet, room.catalogue)
    places = [*(url for _, url in chain), *(part.target.url for part in whole.fetches if len(whole.fetches) > 1)]
    parts = tuple(Address(part.target.url_key, part.target.url, "part") for part in whole.fetches[1:])
    text = ReadText(
        outlet=outlet.slug,
        addresses=addresses.known + parts,
        extraction=extraction,
        extractor_hash=text_extractor_hash(outlet, extraction, is_rendered=is_rendered),
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        external_id=external_id(outlet, first.url) or document_name(outlet, first.url).external_id,
        parts=tuple(part.fetch_id for part in whole.fetches) if len(whole.fetches) > 1 else (),
        number=article_number(outlet, first.url),
        alternates=alternates_of(extraction.alternates, {a.url_key for a in addresses.known}, outlet, room.catalogue),
        same_places=tuple(place_of(url, extraction.text_source.value) for url in places),
        is_main=is_main_place(outlet, first.url),
        is_form=main_form(outlet, first.url) is not None,
        host_aliases=outlet.host_aliases,
    )
    return text, addresses.notes
