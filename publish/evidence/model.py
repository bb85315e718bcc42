"""What evidence is made of, before it is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.archive.excerpt import TakenRecord
from storage.history_facts import ArticleHistory, HistoryLook, OutletFact

RECORDS = "records/records.warc.gz"


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """All that the store says. ``texts`` by digest; ``zone`` is for the words of ``history.txt`` alone."""

    history: ArticleHistory
    texts: Mapping[str, str]
    outlet: OutletFact
    catalogue_hash: str | None
    made_at: datetime
    made_by: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Bytes:
    """What became of the records of looks, by fetch: those that are here, with their offsets, and why others are not.

    ``offsets``: where the record at a place of the archive lies in ``records.warc.gz``.
    """

    taken: Mapping[int, TakenRecord] = field(default_factory=dict)
    missing: Mapping[int, str] = field(default_factory=dict)
    offsets: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def offset_of(self, fetch_id: int) -> int | None:
        """Where the record of a look begins in ``records.warc.gz``; None: it is not there."""
        taken = self.taken.get(fetch_id)
        return self.offsets[taken.place] if taken else None

    def body_offset_of(self, fetch_id: int) -> int | None:
        """Where the record begins that holds the body of a look: another one for a revisit."""
        taken = self.taken.get(fetch_id)
        return self.offsets[taken.body_place] if taken else None


def text_file(number: int) -> str:
    """Where the text of a revision lies."""
    return f"texts/revision-{number:03}.txt"


def title_file(number: int) -> str:
    """Where its headline lies."""
    return f"texts/revision-{number:03}.title.txt"


def headers_file(fetch_id: int) -> str:
    """Where status line and headers of a look lie."""
    return f"headers/fetch-{fetch_id}.txt"


def dropped_at(seen: HistoryLook) -> datetime | None:
    """When retention dropped the bytes of a look; None: it did not, or the look brought none."""
    return seen.record.dropped_at if seen.record else None
