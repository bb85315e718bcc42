"""Reads a page: an article's text, or what stands in its place."""

from __future__ import annotations

from crawler import jobs
from crawler.channels.place import place_url
from crawler.decide import after_reading, decide, refusal
from crawler.fetch.outcome import one_line
from crawler.reading.base import read_base_again
from crawler.reading.failure import store_failure
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom, text_extractor_hash
from crawler.reading.text_parts import MissingPart, WholeText, whole_text
from domain.extraction import Extraction
from domain.fetch import PageReading
from domain.intents import AddRevision, InsertArticle
from domain.outlet import Outlet
from outlets.articles import external_id, is_article_url
from outlets.documents import document_name
from storage import Session
from storage.articles import Applied, store_text
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
    text = _read_text(room, fetch, outlet, WholeText(extraction, (fetch,)))
    read_base_again(room, text)

    def work(session: Session) -> Applied:
        put_past_reading(session, fetch.fetch_id, PageReading.ARTICLE, error=None)
        return store_text(session, text, decide)

    return counted(fetch.target.host, PageReading.ARTICLE, [room.store.write(work)])


def read_page(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult:
    """Extract the page and store its text, or why it has none; a text in parts once all of them are there."""
    extraction = room.extracted(body, outlet, fetch.requested_at)
    refused = refusal(extraction)
    if refused is not None:
        return store_failure(room, fetch, refused.reading, refused.reason)
    whole = WholeText(extraction, (fetch,))
    if extraction.part is not None:
        found = whole_text(room, fetch, outlet, extraction)
        if isinstance(found, MissingPart):
            return _wait_for(room, fetch, outlet, found)
        whole = found
    text = _read_text(room, fetch, outlet, whole)
    read_base_again(room, text)

    def work(session: Session) -> Applied:
        applied = store_text(session, text, decide)
        if applied.article_id is not None and isinstance(applied.intent, InsertArticle | AddRevision):
            at = fetch.requested_at
            link_reports(session, applied.article_id, host_aliases=outlet.host_aliases, now=at)
        for part in whole.fetches:
            reading = PageReading.ARTICLE if part is whole.fetches[0] else PageReading.PART
            put_reading(session, part, reading, after_reading(part.target, reading, fetch.requested_at), error=None)
        mark_done(session, "read", [fetch.fetch_id])
        return applied

    return counted(fetch.target.host, PageReading.ARTICLE, [room.store.write(work)])


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


def _read_text(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, whole: WholeText) -> ReadText:
    """The text with all addresses it is known at: where it was read, what redirected there, what it calls its own."""
    first, extraction = whole.fetches[0], whole.extraction
    with room.store.read() as session:
        chain = redirect_chain(session, first.target.id, outlet.slug)
    addresses = [Address(first.target.url_key, first.target.url, "redirect" if chain else "listed")]
    addresses += [Address(key, url, "listed") for key, url in chain]
    addresses += _canonical(room, outlet, extraction, {a.url_key for a in addresses})
    addresses += [Address(part.target.url_key, part.target.url, "part") for part in whole.fetches[1:]]
    return ReadText(
        outlet=outlet.slug,
        addresses=tuple(addresses),
        extraction=extraction,
        extractor_hash=text_extractor_hash(outlet, extraction),
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        external_id=external_id(outlet, first.target.url) or document_name(outlet, first.target.url).external_id,
        parts=tuple(part.fetch_id for part in whole.fetches) if len(whole.fetches) > 1 else (),
    )


def _canonical(room: ReadingRoom, outlet: Outlet, extraction: Extraction, known: set[str]) -> list[Address]:
    """What the page calls its canonical address, where that is an article's address on the outlet's own hosts."""
    url = extraction.canonical_url
    if url is None or not is_article_url(outlet, url):
        return []
    place = place_url(url, listed_by=outlet, catalogue=room.catalogue)
    is_ours = place.outlet == outlet.slug and place.url_key not in known
    return [Address(place.url_key, url, "canonical")] if is_ours else []
