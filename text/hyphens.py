"""Words divided at a line's end: whether the hyphen was the printer's or is the word's own.

The text itself knows best: what it writes elsewhere in one piece is one word, what it writes elsewhere with a hyphen
keeps it. Where it is silent, the languages' own compounds decide (кто-то, tez-tez, 2017-ci, state-owned); else the
hyphen was the printer's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
_HYPHEN = re.compile("[-‐‑\u00ad]")
_END = re.compile("([^\\W_]+(?:[-‐‑][^\\W_]+)*)[-‐‑\u00ad]$")
_START = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
# Only what no divided word begins or ends with: "post-" may be "postponed", "-то" may be "место".
_KEPT_FIRST = frozenset(
    "self non well vice quasi twenty thirty forty fifty sixty seventy eighty ninety "
    "кое экс вице пресс обер северо юго интернет онлайн бизнес премьер генерал eks vitse ictimai hərbi siyasi".split()
)
_KEPT_LAST = frozenset(
    "based term scale style owned backed controlled free speaking sponsored либо нибудь таки".split()
)
_NO_FIRST = frozenset("un re dis over under out mis in".split())  # before which "controlled" is one word
_PAIRS = frozenset(
    f"{first}-{last}"
    for firsts, lasts in (
        ("что кто где как какой какая какое какие какого какую когда куда откуда почему чей чего кого чем кем", "то"),
        ("из", "за под"),
        ("по", "русски азербайджански турецки английски прежнему видимому моему вашему своему"),
        ("во", "первых вторых"),
    )
    for first in firsts.split()
    for last in lasts.split()
)
_ROMAN = re.compile(r"[IVXLC]+")


class Hyphens:
    """What a text tells of its own words; made of its lines, then asked at each line's end."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._whole: Counter[str] = Counter()
        for line in lines:
            words = _WORD.findall(line)
            # The first and the last word of a line may be halves.
            self._whole.update(word.casefold().replace("‐", "-").replace("‑", "-") for word in words[1:-1])

    def joined(self, before: str, after: str) -> str:
        """Two lines as one: words set apart by a space, a divided word in one piece with or without its hyphen."""
        divided = _END.search(before)
        follows = _START.match(after)
        if divided is None or follows is None:
            return f"{before} {after}"
        stem = before[: divided.end(1)]
        is_kept = self._keeps(divided[1], follows[0])
        return f"{stem}-{after}" if is_kept else f"{stem}{after}"

    def _keeps(self, first: str, last: str) -> bool:
        """Whether the word keeps its hyphen."""
        if not last[0].islower() or first[-1].isdecimal() or _ROMAN.fullmatch(first):
            return True
        low, lower = first.casefold(), last.casefold()
        whole, apart = self._whole[low + lower], self._whole[f"{low}-{lower}"]
        if whole or apart:
            return apart > whole
        half = low.rsplit("-", 1)[-1]
        if f"{half}-{lower}" in _PAIRS or half == lower or half in _KEPT_FIRST:
            return True
        return lower in _KEPT_LAST and half not in _NO_FIRST


def without_soft_hyphens(text: str) -> str:
    """``text`` without the marks of where a word may be divided; one at its end stays a hyphen."""
    is_divided = text.endswith("\u00ad")
    bare = text.replace("\u00ad", "")
    return f"{bare}-" if is_divided else bare
