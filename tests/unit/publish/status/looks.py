"""Looks written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from storage.look_queries import LookFact

NOW = datetime(2026, 11, 19, 19, 57, tzinfo=UTC)
LOOK = LookFact(
    fetch_id=1,
    target_id=1,
    run_id=None,
    outlet="sahil",
    channel_id=1,
    url="https://sahil.example/feed",
    reason="poll",
    due_at=None,
    requested_at=NOW,
    received_at=NOW,
    conditional=True,
    status=200,
    outcome="ok",
    reading=None,
    error=None,
    redirect_to=None,
    retry_after_s=None,
    body_bytes=None,
    listed=None,
    known=None,
)


def look(**known: object) -> LookFact:
    """A look with these fields, otherwise a poll answered by a body that was not read yet."""
    return replace(LOOK, **known)  # type: ignore[arg-type]
