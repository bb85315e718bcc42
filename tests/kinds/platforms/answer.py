"""What the world of platforms sends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out."""

    status: int
    content_type: str
    body: bytes
    location: str | None = None
