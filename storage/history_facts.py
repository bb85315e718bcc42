"""The shapes of all that is known of one article in time; ``history_queries`` fills them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.times import StatedTime
from storage.look_queries import LookFact
from storage.show_queries import ShownAddress, ShownMerge
from storage.why_facts import ListingFact


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """Where the bytes of a look lie in the archive, or lay until ``dropped_at``."""

    record_id: str
    file: str
    offset: int
    kind: str
    payload_sha256: str
    dropped_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryLook:
    """A look at one of the article's addresses, or a poll that its history goes by; ``channel``: whose list it was.

    ``body_sha256`` is of the body with its content encoding undone.
    """

    look: LookFact
    channel: str | None
    content_type: str | None
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    proxy: str | None
    record: HeldRecord | None


@dataclass(frozen=True, slots=True)
class HistoryRevision:
    """A revision and what was read with it. It appeared after ``absent_at`` (None: not known) and by ``first_seen_at``.

    ``number`` is its place in the one history of its article. ``parts``: fetches of a text at several addresses.
    """

    revision_id: int
    number: int
    title: str | None
    language: str | None
    absent_at: datetime | None
    first_seen_at: datetime
    text_sha256: str
    text_source: str
    fetch_id: int
    parts: tuple[int, ...]
    extractor: str
    extractor_settings: str
    authors: tuple[str, ...]
    published: StatedTime | None
    published_raw: str | None
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistoryChange:
    """One change of an edit, as it was judged."""

    number: int
    kind: str
    also: Sequence[str]
    before: str
    after: str
    before_span: tuple[int, int]
    after_span: tuple[int, int]
    significance: float
    reason: str
    is_flap: bool


@dataclass(frozen=True, slots=True)
class HistoryEdit:
    """How a revision was judged beside the one before it. ``against``: that one's number; None: it is of no history."""

    revision: int
    against: int | None
    standing: str
    significance: float
    is_silent: bool
    rules: str
    changes: tuple[HistoryChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryState:
    """A step of what became of the article, with the look that showed it."""

    state: str
    at: datetime
    how: str
    last_seen_at: datetime | None
    looks: int
    fetch_id: int | None


@dataclass(frozen=True, slots=True)
class HistoryTakedown:
    """That its words and bytes had to be removed here."""

    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleHistory:
    """An article, with all that were merged into it, in time. ``looks`` are in their order, and so is all else."""

    article_id: int
    outlet: str
    url: str
    title: str | None
    language: str | None
    kind: str
    external_id: str | None
    published: StatedTime | None
    absent_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    state: str
    state_at: datetime
    addresses: tuple[ShownAddress, ...]
    listings: tuple[ListingFact, ...]
    looks: tuple[HistoryLook, ...]
    revisions: tuple[HistoryRevision, ...]
    edits: tuple[HistoryEdit, ...]
    states: tuple[HistoryState, ...]
    merges: tuple[ShownMerge, ...]
    takedowns: tuple[HistoryTakedown, ...]

    @property
    def looks_by_id(self) -> Mapping[int, HistoryLook]:
        """The looks by their fetch."""
        return {seen.look.fetch_id: seen for seen in self.looks}


@dataclass(frozen=True, slots=True)
class GroupFact:
    """The outlet's place in the comparison on a day, and why."""

    scheme: str
    group: str
    reason: str
    valid_from: date | None
    valid_to: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class OutletFact:
    """Who published it. ``group`` None: nothing was stated for that day."""

    slug: str
    name: str
    home: str | None
    group: GroupFact | None
