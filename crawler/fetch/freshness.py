"""For how long an answer calls itself fresh (RFC 9111, 5.2.2.1). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,10})", re.I)
_NEVER_FRESH = re.compile(r"\bno-(?:cache|store)\b", re.I)
_LONGEST_S = 31_536_000


def max_age_s(headers: Iterable[tuple[str, str]]) -> int | None:
    """Seconds of ``Cache-Control: max-age``, at most a year; None where it is not said or not to be kept at all.

    ``s-maxage`` is for shared caches and says nothing here.
    """
    said = ", ".join(value for name, value in headers if name.lower() == "cache-control")
    if _NEVER_FRESH.search(said):
        return None
    match = _MAX_AGE.search(re.sub(r"s-max-?age\s*=\s*\"?\d+", "", said, flags=re.I))
    return min(int(match[1]), _LONGEST_S) if match else None
