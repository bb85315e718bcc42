"""Puts a text together that stands at several addresses, from the last look at each of its parts.

Whichever part is read, the whole is read from the archive; a part that never came is asked for. Nothing is stored
before all parts are there, so that no edit is made of our own reading them one after the other. What fails to come
does not hold the others back for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.channels.place import place_url
from crawler.decide import refusal
from crawler.extract.parts import MAX_PARTS, adds_text, joined, may_belong
from crawler.reading.room import ReadingRoom
from domain.extraction import Extraction
from domain.fetch import Reason
from domain.frontier import NewTarget
from domain.outlet import Outlet
from domain.urls import host_key
from storage.text_parts import has_failed, latest_part, parts_of
from storage.unread import UnreadFetch


@dataclass(frozen=True, slots=True)
class WholeText:
    """A text of several parts, with the fetch of each part in order."""

    extraction: Extraction
    fetches: tuple[UnreadFetch, ...]


@dataclass(frozen=True, slots=True)
class MissingPart:
    """A part that must be looked at first."""

    number: int
    target: NewTarget


@dataclass(frozen=True, slots=True)
class _Part:
    fetch: UnreadFetch
    extraction: Extraction


def whole_text(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, extraction: Extraction
) -> WholeText | MissingPart:
    """The text that ``fetch``, which is one part of it, belongs to; or the part that is missing."""
    current = _Part(fetch, extraction)
    part = extraction.part
    assert part is not None
    first: _Part | MissingPart = current
    if part.first_url is not None:
        first = _part(room, outlet, part.first_url, 1, current)
    alone = WholeText(replace(extraction, part=None), (fetch,))
    if isinstance(first, MissingPart):
        return alone if fetch.target.attempts > 0 and _never_comes(room, outlet, first) else first
    if refusal(first.extraction) is not None or not may_belong(first.extraction, extraction, url=fetch.target.url):
        return alone
    found = [first]
    while len(found) < MAX_PARTS and (this := found[-1].extraction.part) and this.next_url:
        following = _part(room, outlet, this.next_url, this.number + 1, current)
        if isinstance(following, MissingPart):
            if fetch.target.attempts > 0 and _never_comes(room, outlet, following):
                break
            return following
        if refusal(following.extraction) is not None or not adds_text(following.extraction, found[-1].extraction):
            break
        if not may_belong(first.extraction, following.extraction, url=following.fetch.target.url):
            break
        found.append(following)
    if all(one.fetch.fetch_id != fetch.fetch_id for one in found):  # the first part no longer leads to this one
        return alone
    return WholeText(joined(one.extraction for one in found), tuple(one.fetch for one in found))


def _part(room: ReadingRoom, outlet: Outlet, url: str, number: int, current: _Part) -> _Part | MissingPart:
    """A part as it came last, read."""
    place = place_url(url, listed_by=outlet, catalogue=room.catalogue)
    if place.url_key == current.fetch.target.url_key:
        return current
    with room.store.read() as session:
        fetch = latest_part(session, outlet.slug, place.url_key)
    if fetch is None:
        target = NewTarget(outlet.slug, url, place.url_key, host_key(url), Reason.NEW)
        return MissingPart(number, target)
    return _Part(fetch, room.extracted(room.body(fetch), outlet, fetch.requested_at))


def _never_comes(room: ReadingRoom, outlet: Outlet, missing: MissingPart) -> bool:
    with room.store.read() as session:
        return has_failed(session, outlet.slug, missing.target.url_key)


def read_parts_again(room: ReadingRoom, outlet: Outlet, fetch_id: int, article_id: int) -> WholeText | None:
    """The same parts that a stored reading was made of, read with the present extractor; None for a text in one."""
    with room.store.read() as session:
        fetches = parts_of(session, fetch_id, article_id)
    if len(fetches) < 2:
        return None
    read = [room.extracted(room.body(f), outlet, f.requested_at) for f in fetches]
    refused = next((extraction for extraction in read if refusal(extraction) is not None), None)
    return WholeText(refused or joined(read), fetches)
