"""What the ledger of changes holds of an edit, and what is judged and settled there. Pure: no SQL here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.topic import Span


@dataclass(frozen=True, slots=True)
class LedgerChange:
    """A change as stored; see the table ``change`` for what its values mean."""

    number: int
    kind: str
    also: tuple[str, ...]
    before: str
    after: str
    before_span: Span
    after_span: Span
    significance: float
    reason: str
    digest: str
    is_flap: bool = False


@dataclass(frozen=True, slots=True)
class LedgerEdit:
    """An edit as judged; see the table ``edit``."""

    revision_id: int
    base_id: int
    standing: str
    significance: float
    is_silent: bool
    changes: tuple[LedgerChange, ...]


@dataclass(frozen=True, slots=True)
class LedgerMoment:
    """A revision in its article's history. ``changes`` are of its edit; none where it was not judged."""

    revision_id: int
    first_seen_at: datetime
    title: str | None
    text_sha256: str
    changes: tuple[LedgerChange, ...] = ()
