"""A publication time as it is stored in columns, made whole again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from domain.times import Precision, StatedTime, TimeSource


def stated_time(
    at: datetime | None, offset_min: int | None, precision: str | None, source: str | None
) -> StatedTime | None:
    """The time with the source's offset; ``raw`` is its ISO form, for the text as given stands with the extraction."""
    if at is None or precision is None or source is None:
        return None
    local = at.astimezone(timezone(timedelta(minutes=offset_min or 0)))
    return StatedTime(local, Precision(precision), TimeSource(source), local.isoformat())
