"""What a person should know: what a watch finds, and the episodes that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertKind(StrEnum):
    """What was noticed; the order here is the order in which kinds are told within one severity."""

    BLOCKED = "blocked"
    FAILING = "failing"
    REDESIGN = "redesign"
    SILENT = "silent"
    FEW_TEXTS = "few_texts"
    MANY_TEXTS = "many_texts"
    BARE_LISTING = "bare_listing"
    PROXY = "proxy"
    ROBOTS_FORBIDS = "robots_forbids"
    ROBOTS_CHANGED = "robots_changed"
    CERTIFICATE_ENDS = "certificate_ends"
    CERTIFICATE_CHANGED = "certificate_changed"
    DISK_FULL = "disk_full"
    DIGEST_MISSING = "digest_missing"
    BACKUP_MISSING = "backup_missing"
    TODOS_GIVEN_UP = "todos_given_up"
    CLOCK_JUMP = "clock_jump"

    @property
    def is_of_visibility(self) -> bool:
        """Whether it bears on what can be seen of an outlet, so that the digest tells it."""
        return self in _OF_VISIBILITY


_OF_VISIBILITY = frozenset(
    {
        AlertKind.BLOCKED,
        AlertKind.FAILING,
        AlertKind.REDESIGN,
        AlertKind.SILENT,
        AlertKind.FEW_TEXTS,
        AlertKind.BARE_LISTING,
        AlertKind.ROBOTS_FORBIDS,
    }
)


class Severity(StrEnum):
    """How soon a person should look, soonest first."""

    NOW = "now"
    TODAY = "today"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most pressing."""
        return list(Severity).index(self)


class AlertEvent(StrEnum):
    """What is told of an episode."""

    OPENED = "opened"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Finding:
    """That something is so now. ``kind`` and ``subject`` together are its identity.

    ``subject`` is an outlet, ``outlet/channel``, a host, a proxy or ``store``. ``summary`` is one sentence, ``detail``
    what it costs and what can be done; neither holds a secret. ``figures`` are what it rests on, by name.
    """

    kind: AlertKind
    subject: str
    severity: Severity
    summary: str
    outlet: str | None = None
    channel_id: int | None = None
    since_at: datetime | None = None  # as far as is known
    detail: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """An episode as it is stored: open until ``closed_at``."""

    id: int
    kind: AlertKind
    subject: str
    outlet: str | None
    severity: Severity
    opened_at: datetime
    since_at: datetime | None
    last_seen_at: datetime
    closed_at: datetime | None
    summary: str
    detail: str | None
    figures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlertNews:
    """An episode's event on its way to people."""

    delivery_id: int
    event: AlertEvent
    attempts: int
    alert: Alert
