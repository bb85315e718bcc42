"""What each record of an archive file is for, asked of the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.retention_rule import Citations, Use, use_of
from storage import Session, Store
from storage.cited_times import CitedTimes, cited_times
from storage.record_uses import Asked, RecordUse, channels_read_whole, record_uses, referred_to
from storage.records import StoredRecord

_NOTHING = CitedTimes(datetime.min.replace(tzinfo=UTC), {}, {}, {})


@dataclass(frozen=True, slots=True)
class Judged:
    """A record and what it is for."""

    row_id: int
    record: StoredRecord
    asked: Asked | None
    use: Use

    @property
    def outlet(self) -> str:
        """The outlet it counts for; empty where its look was folded."""
        return self.asked.outlet if self.asked is not None else ""


class Judge:
    """Judges file after file, and remembers what went: a revisit that is gone needs nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._whole: set[int] | None = None
        self._gone: set[int] = set()

    def is_gone(self, row_ids: Iterable[int]) -> None:
        """These records were dropped, or would have been."""
        self._gone.update(row_ids)

    def of_file(self, session: Session, file: str, before: datetime | None) -> Sequence[Judged]:
        """The file's records by offset, but for those that are gone; ``before``: younger ones may not go."""
        if self._whole is None:
            self._whole = channels_read_whole(session)
        uses = [one for one in record_uses(session, file) if one.row_id not in self._gone]
        citations = Citations(_times(session, uses), self._whole)
        judged = [Judged(one.row_id, one.record, one.asked, _aged(one, citations, before)) for one in uses]
        going = [one for one in judged if one.use.may_go]
        payloads = {one.record.payload_sha256 for one in going if one.record.kind == "response"}
        referred = referred_to(session, payloads, but={one.row_id for one in going} | self._gone)
        return [replace(one, use=Use.REFERRED) if _is_referred(one, referred) else one for one in judged]


def _times(session: Session, uses: Sequence[RecordUse]) -> CitedTimes:
    """What cites the looks of these records by their time."""
    asked = [one.asked for one in uses if one.asked is not None]
    if not asked:
        return _NOTHING
    channels = {one.channel_id for one in asked if one.channel_id is not None}
    at = [one.requested_at for one in asked]
    return cited_times(session, channels, min(at), max(at))


def _aged(record: RecordUse, citations: Citations, before: datetime | None) -> Use:
    use = use_of(record, citations)
    is_young = before is not None and record.asked is not None and record.asked.requested_at >= before
    return Use.YOUNG if use.may_go and is_young else use


def _is_referred(one: Judged, referred: set[str]) -> bool:
    return one.use.may_go and one.record.kind == "response" and one.record.payload_sha256 in referred
