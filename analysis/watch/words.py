"""How findings say lengths, shares and counts. Pure."""

from __future__ import annotations

from datetime import timedelta


def length_words(length: timedelta) -> str:
    """``50 min``, ``2 h 11 min``, ``3 d 4 h``."""
    minutes = max(0, int(length.total_seconds())) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "under a minute"


def share_words(share: float) -> str:
    """A share as ``7 in 100``, never rounded to none."""
    hundredths = round(share * 100)
    return f"{hundredths} in 100" if hundredths else "fewer than 1 in 100"


def count_words(count: int, noun: str) -> str:
    """``1 page``, ``1,204 pages``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def bytes_words(size: float) -> str:
    """``512 MB``, ``1.9 GB``."""
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MB"


def outcome_words(outcome: str | None) -> str:
    """An outcome or a reading as words: ``http error``."""
    return (outcome or "no answer").replace("_", " ")
