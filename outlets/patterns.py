"""Whether a pattern of the catalogue is safe to run over addresses that a remote server wrote."""

from __future__ import annotations

import re

MAX_PATTERN_CHARS = 500


def checked_pattern(pattern: str) -> re.Pattern[str]:
    """``pattern`` compiled. Raises ValueError when it is too long, does not compile, or may take exponential time."""
    if len(pattern) > MAX_PATTERN_CHARS:
        raise ValueError(f"is a pattern of {len(pattern)} characters; allowed: at most {MAX_PATTERN_CHARS}")
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is no regular expression ({error}); allowed: Python's syntax") from error
