"""Reads a stored revision's bytes once more with the present extractor, so that only like is compared with like.

A text changed by our own upgrade, or by new selectors in the catalogue, must never look like the outlet's edit.
"""

from __future__ import annotations

from dataclasses import replace

import structlog

from crawler import jobs
from crawler.channels.place import place_entry
from crawler.decide import decide, refusal
from crawler.pool import JobFailed
from crawler.reading.room import ReadingRoom
from domain.errors import ArchiveError
from domain.extraction import Extraction, TextSource
from domain.intents import ReadBaseAgain
from storage.articles import judge_text, put_extraction
from storage.readings import ReadText
from storage.unread import UnreadFetch, fetch_to_read_again

log = structlog.get_logger()


def read_base_again(room: ReadingRoom, text: ReadText, *, is_rendered: bool = False) -> None:
    """Where ``text`` was read by another extractor than the stored one: add the stored bytes' reading by this one.

    What came as it is and what a browser showed (``is_rendered``) are never read alike, so neither is an edit of the
    other.
    """
    with room.store.read() as session:
        judged = judge_text(session, text, decide)
        if not isinstance(judged.intent, ReadBaseAgain) or judged.base_fetch_id is None:
            return
        base = fetch_to_read_again(session, judged.base_fetch_id)
    article_id = judged.article_id
    assert article_id is not None
    try:
        extraction = _extraction_again(room, base, text, is_rendered=is_rendered)
    except ArchiveError as error:
        _unreadable(text, str(error))
        return
    refused = refusal(extraction) if extraction is not None else None
    if extraction is None or refused is not None:
        why = refused.reason if refused is not None else "nothing says how to read it in the same way"
        _unreadable(text, why)
        return
    again = replace(text, extraction=extraction, fetch_id=base.fetch_id, seen_at=base.requested_at)
    room.store.write(lambda session: put_extraction(session, article_id, again))


def _extraction_again(room: ReadingRoom, base: UnreadFetch, text: ReadText, *, is_rendered: bool) -> Extraction | None:
    """What the present extractor reads from the base; None where the catalogue no longer knows how."""
    outlet = room.catalogue.outlets.get(base.target.outlet)
    if outlet is None:
        return None
    if text.extraction.text_source is TextSource.PAGE:
        body = room.body(base)
        return room.extracted(body, outlet, base.requested_at) if body.is_rendered is is_rendered else None
    channel = next((c for c in outlet.channels if c.slug == base.target.channel_slug), None)
    if channel is None:
        return None
    parsed = room.parsed_channel(room.body(base), channel, outlet, base.requested_at)
    keys = {a.url_key for a in text.addresses}
    for entry in parsed.entries:
        if place_entry(entry, listed_by=outlet, catalogue=room.catalogue).url_key in keys:
            found = room.run(jobs.read_feed_texts, (entry,), outlet=outlet, now=base.requested_at)
            return None if isinstance(found, JobFailed) else found[0]
    return None


def _unreadable(text: ReadText, problem: str) -> None:
    log.warning("base.unreadable", outlet=text.outlet, url=text.addresses[0].url, fetch=text.fetch_id, error=problem)
