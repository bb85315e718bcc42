"""Reads a page: an article's text, or what stands in its place."""

from __future__ import annotations

from crawler import jobs
from crawler.channels.place import place_url
from crawler.decide import after_reading, decide, refusal
from crawler.reading.base import read_base_again
from crawler.reading.failure import store_failure
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom, page_extractor_hash
from domain.extraction import Extraction
from domain.fetch import PageReading
from domain.outlet import Outlet
from outlets.articles import external_id, is_article_url
from storage import Session
from storage.articles import Applied, store_text
from storage.frontier import redirect_chain
from storage.readings import Address, ReadText
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading


def read_page(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult:
    """Extract the page and store its text, or why it has none."""
    extraction = room.extracted(body, outlet, fetch.requested_at)
    refused = refusal(extraction)
    if refused is not None:
        return store_failure(room, fetch, refused.reading, refused.reason)
    text = _read_text(room, fetch, outlet, extraction, is_rendered=body.is_rendered)
    read_base_again(room, text, is_rendered=body.is_rendered)

    def work(session: Session) -> Applied:
        applied = store_text(session, text, decide)
        next_look = after_reading(fetch.target, PageReading.ARTICLE, fetch.requested_at)
        put_reading(session, fetch, PageReading.ARTICLE, next_look, error=None)
        mark_done(session, "read", [fetch.fetch_id])
        return applied

    return counted(fetch.target.host, PageReading.ARTICLE, [room.store.write(work)])


def _read_text(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, extraction: Extraction, *, is_rendered: bool
) -> ReadText:
    """The text with all addresses it is known at: where it was read, what redirected there, what it calls its own."""
    with room.store.read() as session:
        chain = redirect_chain(session, fetch.target.id, outlet.slug)
    addresses = [Address(fetch.target.url_key, fetch.target.url, "redirect" if chain else "listed")]
    addresses += [Address(key, url, "listed") for key, url in chain]
    addresses += _canonical(room, outlet, extraction, {a.url_key for a in addresses})
    return ReadText(
        outlet=outlet.slug,
        addresses=tuple(addresses),
        extraction=extraction,
        extractor_hash=page_extractor_hash(outlet, is_rendered=is_rendered),
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        external_id=external_id(outlet, fetch.target.url),
    )


def _canonical(room: ReadingRoom, outlet: Outlet, extraction: Extraction, known: set[str]) -> list[Address]:
    """What the page calls its canonical address, where that is an article's address on the outlet's own hosts."""
    url = extraction.canonical_url
    if url is None or not is_article_url(outlet, url):
        return []
    place = place_url(url, listed_by=outlet, catalogue=room.catalogue)
    is_ours = place.outlet == outlet.slug and place.url_key not in known
    return [Address(place.url_key, url, "canonical")] if is_ours else []
