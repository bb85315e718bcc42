"""Why a date that somebody states is not believed. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from domain.times import EARLIEST, FARTHEST_AHEAD

_SHOWN_CHARS = 60


def why_undated(raw: str | None, now: datetime) -> str:
    """What is wrong with a date as given, quoted."""
    if not raw:
        return "none is given"
    quoted = f"“{' '.join(raw.split())[:_SHOWN_CHARS]}”"
    at = _read(raw)
    if at is None:
        return f"{quoted} can't be read"
    if at > now + FARTHEST_AHEAD:
        return f"{quoted} lies in the future"
    if at < EARLIEST:
        return f"{quoted} is too long ago to be true"
    return f"{quoted} is not believed"


def _read(raw: str) -> datetime | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            at = read(raw.strip())
        except (ValueError, TypeError, OverflowError):
            continue
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return None
