"""Reads a page: an article's text, or what stands in its place."""

from __future__ import annotations

from crawler import jobs
from crawler.decide import after_reading, decide, refusal
from crawler.fetch.outcome import one_line
from crawler.reading.addresses import addresses_of, alternates_of
from crawler.reading.base import read_base_again
from crawler.reading.failure import store_failure
from crawler.reading.result import ReadResult, counted
from crawler.reading.room import ReadingRoom, page_extractor_hash
from crawler.telling import tell_of_sameness
from domain.extraction import Extraction
from domain.fetch import PageReading
from domain.outlet import Outlet
from outlets.articles import external_id
from outlets.forms import article_number, is_main_place, main_form
from storage import Session
from storage.articles import Applied, store_text
from storage.comparison import place_of
from storage.frontier import redirect_chain
from storage.readings import ReadText
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading


def read_page(room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, body: jobs.Body) -> ReadResult:
    """Extract the page and store its text, or why it has none."""
    extraction = room.extracted(body, outlet, fetch.requested_at)
    refused = refusal(extraction)
    if refused is not None:
        return store_failure(room, fetch, refused.reading, refused.reason)
    text, notes = _read_text(room, fetch, outlet, extraction)
    read_base_again(room, text)

    def work(session: Session) -> Applied:
        applied = store_text(session, text, decide)
        told = one_line("; ".join((*notes, *applied.notes))) if notes or applied.notes else None
        next_look = after_reading(fetch.target, PageReading.ARTICLE, fetch.requested_at)
        put_reading(session, fetch, PageReading.ARTICLE, next_look, error=told)
        mark_done(session, "read", [fetch.fetch_id])
        return applied

    applied = room.store.write(work)
    tell_of_sameness(outlet.slug, fetch.target.url, fetch.fetch_id, *applied.merged, *notes, *applied.notes)
    return counted(fetch.target.host, PageReading.ARTICLE, [applied])


def _read_text(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, extraction: Extraction
) -> tuple[ReadText, tuple[str, ...]]:
    """The text with all addresses it is known at, and what was not believed of them."""
    target = fetch.target
    with room.store.read() as session:
        chain = redirect_chain(session, target.id, outlet.slug)
    addresses = addresses_of((target.url_key, target.url), chain, extraction, outlet, room.catalogue)
    text = ReadText(
        outlet=outlet.slug,
        addresses=addresses.known,
        extraction=extraction,
        extractor_hash=page_extractor_hash(outlet),
        fetch_id=fetch.fetch_id,
        seen_at=fetch.requested_at,
        external_id=external_id(outlet, target.url),
        number=article_number(outlet, target.url),
        alternates=alternates_of(extraction, addresses.known, outlet, room.catalogue),
        same_places=tuple(place_of(url, extraction.text_source.value) for _, url in chain),
        is_main=is_main_place(outlet, target.url),
        is_form=main_form(outlet, target.url) is not None,
        host_aliases=outlet.host_aliases,
    )
    return text, addresses.notes
