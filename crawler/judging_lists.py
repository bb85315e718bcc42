"""Whether an archived list holds words of what was taken down, and what it told of everything else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from crawler.archive.rounds import DroppedLine
from crawler.back_keys import Way, way_of
from crawler.reading.channel import placed_entries
from crawler.reading.room import ReadingRoom
from crawler.reading.taken_down import holds_words
from crawler.told_lists import read_told, written
from domain.entry import ParsedChannel
from domain.errors import ArchiveError
from domain.fetch import FetchOutcome, PageReading
from domain.frontier import NO_POLL
from domain.outlet import Outlet
from storage.drops import WaitingDrop, had_these_bytes_dropped
from storage.unread import UnreadFetch, any_fetch


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a look's bytes. ``told``: what its list told without the words, for the note.

    ``is_settled``: they may stay. Neither: they can't be judged yet.
    """

    goes: bool = False
    told: str | None = None
    is_settled: bool = False
    problem: str | None = None


class ListJudge:
    """Judges looks one by one; a list that came again byte for byte is read once."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._by_payload: dict[str, Verdict] = {}
        self.retold = lru_cache(maxsize=None)(self._retold)

    def verdict(self, one: WaitingDrop) -> Verdict:
        """Whether its bytes go. Those of a page do."""
        if not one.is_list:
            return Verdict(goes=True)
        if one.outcome == FetchOutcome.OK.value and one.reading is None:
            return Verdict()  # it is still to be read, and is judged then
        known = self._by_payload.get(one.record.payload_sha256)
        if known is None or (one.reading == PageReading.LISTED.value and known.goes and known.told is None):
            known = self._by_payload[one.record.payload_sha256] = self._judged(one)
        return known if one.outcome == FetchOutcome.OK.value else replace(known, told=None)

    def _judged(self, one: WaitingDrop) -> Verdict:
        if one.reading == PageReading.EMPTY_CHANNEL.value:
            return Verdict(is_settled=True)
        if one.outcome == FetchOutcome.OK.value and one.reading != PageReading.LISTED.value:
            return Verdict(goes=True)  # nobody could read it: nothing followed from it, and the words may be in it
        fetch = self._room.store.ask(lambda session: any_fetch(session, one.fetch_id))
        outlet = self._room.catalogue.outlets.get(fetch.target.outlet)
        try:
            parsed = self._parsed(fetch, outlet) if outlet is not None else None
        except ArchiveError as error:
            digest = one.record.payload_sha256
            is_gone = self._room.store.ask(lambda session: had_these_bytes_dropped(session, digest))
            return Verdict(goes=True) if is_gone else Verdict(problem=str(error))
        return Verdict(goes=True) if outlet is None or parsed is None else self._of_list(parsed, outlet)

    def _of_list(self, parsed: ParsedChannel, outlet: Outlet) -> Verdict:
        placed = placed_entries(self._room, parsed, outlet)
        if not placed:
            return Verdict(goes=True)  # it was read once and can't be read now
        if not holds_words(placed):
            return Verdict(is_settled=True)
        return Verdict(goes=True, told=written(replace(parsed, entries=tuple(p.entry for p in placed))))

    def _parsed(self, fetch: UnreadFetch, outlet: Outlet) -> ParsedChannel | None:
        channel = next((c for c in outlet.channels if c.slug == fetch.target.channel_slug), None)
        if channel is None:
            return None
        body, at = self._room.body(fetch), fetch.requested_at
        if fetch.target.part_of == NO_POLL and way_of(fetch.target.url_key) is Way.POSTS:
            return self._room.parsed_posts(body, outlet, at)
        return self._room.parsed_channel(body, channel, outlet, at, is_part=fetch.target.part_of is not None)

    def _retold(self, line: DroppedLine) -> DroppedLine:
        """What the note of a dropped list says, without words of what was taken down since."""
        if line.parsed is None or line.outlet is None:
            return line
        outlet = self._room.catalogue.outlets.get(line.outlet)
        if outlet is None:
            return line.model_copy(update={"parsed": None})
        parsed = read_told(line.parsed)
        placed = placed_entries(self._room, parsed, outlet)
        if not holds_words(placed):
            return line
        told = written(replace(parsed, entries=tuple(p.entry for p in placed)))
        return line.model_copy(update={"parsed": told})
