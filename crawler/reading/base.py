"""Reads a stored revision's bytes once more with the present extractor, so that only like is compared with like.

A text changed by our own upgrade, or by new selectors in the catalogue, must never look like the outlet's edit.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from crawler import jobs
from crawler.channels.place import place_entry
from crawler.decide import decide, refusal
from crawler.pool import JobFailed
from crawler.reading.room import ReadingRoom
from crawler.reading.text_parts import read_parts_again
from domain.entry import Entry
from domain.errors import ArchiveError
from domain.extraction import Extraction, TextSource
from domain.intents import ReadBaseAgain
from domain.outlet import Channel, Outlet
from storage.articles import judge_text
from storage.extractions import put_extraction
from storage.readings import ReadText
from storage.unread import UnreadFetch, fetch_to_read_again

log = structlog.get_logger()


def read_base_again(room: ReadingRoom, text: ReadText, *, is_rendered: bool = False) -> None:
    """Where ``text`` was read by another extractor than the stored one: add the stored bytes' reading by this one.

    What came as it is and what a browser showed (``is_rendered``) are never read alike, nor are a document and a page,
    so neither is an edit of the other.
    """
    with room.store.read() as session:
        judged = judge_text(session, text, decide)
        if not isinstance(judged.intent, ReadBaseAgain) or judged.base_fetch_id is None:
            return
        base = fetch_to_read_again(session, judged.base_fetch_id)
    article_id = judged.base_article_id
    assert article_id is not None
    keys = {a.url_key for a in text.addresses}
    try:
        (anew,) = read_again(room, base, text.extraction.text_source, [(article_id, keys)])
    except ArchiveError as error:
        _unreadable(text, str(error))
        return
    extraction = anew.extraction if anew.is_rendered is is_rendered else None
    if extraction is not None and extraction.extractor != text.extraction.extractor:
        extraction = None
    refused = refusal(extraction) if extraction is not None else None
    if extraction is None or refused is not None:
        why = refused.reason if refused is not None else "nothing says how to read it in the same way"
        _unreadable(text, why)
        return
    again = replace(text, extraction=extraction, fetch_id=base.fetch_id, seen_at=base.requested_at, parts=anew.parts)
    room.store.write(lambda session: put_extraction(session, article_id, again))


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """What the present extractor reads; None where the catalogue no longer says how, or the feed does not hold it.

    ``parts``: the fetches of a text in several parts; ``is_rendered``: it was read from what a browser showed.
    """

    extraction: Extraction | None
    parts: tuple[int, ...] = ()
    is_rendered: bool = False


def read_again(
    room: ReadingRoom, base: UnreadFetch, source: TextSource, articles: Sequence[tuple[int, Collection[str]]]
) -> tuple[ReadAnew, ...]:
    """What the present extractor reads from a fetch for each of ``articles``, (number, url keys).

    Raises ArchiveError.
    """
    nothing = (ReadAnew(None),) * len(articles)
    outlet = room.catalogue.outlets.get(base.target.outlet)
    if outlet is None:
        return nothing
    if source is TextSource.PAGE:
        return tuple(_page_again(room, base, outlet, article_id) for article_id, _ in articles)
    channel = next((c for c in outlet.channels if c.slug == base.target.channel_slug), None)
    if channel is None:
        return nothing
    is_part = base.target.part_of is not None
    parsed = room.parsed_channel(room.body(base), channel, outlet, base.requested_at, is_part=is_part)
    placed = {place_entry(e, listed_by=outlet, catalogue=room.catalogue).url_key: e for e in reversed(parsed.entries)}
    found = (next((placed[key] for key in keys if key in placed), None) for _, keys in articles)
    return tuple(ReadAnew(_entry_text(room, entry, channel, outlet, base)) for entry in found)


def _page_again(room: ReadingRoom, base: UnreadFetch, outlet: Outlet, article_id: int) -> ReadAnew:
    body = room.body(base)
    whole = read_parts_again(room, outlet, base.fetch_id, article_id)
    if whole is not None:
        parts = tuple(part.fetch_id for part in whole.fetches)
        return ReadAnew(whole.extraction, parts, is_rendered=body.is_rendered)
    return ReadAnew(room.extracted(body, outlet, base.requested_at), is_rendered=body.is_rendered)


def _entry_text(
    room: ReadingRoom, entry: Entry | None, channel: Channel, outlet: Outlet, base: UnreadFetch
) -> Extraction | None:
    if entry is None:
        return None
    found = room.run(jobs.read_entry_texts, (entry,), kind=channel.kind, outlet=outlet, now=base.requested_at)
    return None if isinstance(found, JobFailed) else found[0]


def _unreadable(text: ReadText, problem: str) -> None:
    log.warning("base.unreadable", outlet=text.outlet, url=text.addresses[0].url, fetch=text.fetch_id, error=problem)
