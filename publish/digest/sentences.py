"""The sentence around a match, cut out of a text in any of the languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.topic import Span

MAX_CHARS = 320
# A full stop ends a sentence only before a space and a letter, digit or quotation that may begin one, and not after a
# single letter (initials: "N. Talıbov", "А. С."), so that names stay whole in all four languages.
_END = re.compile(r"(?:(?<!\b\w)[.]|[!?…]+)[»”“\"')\]]*(?=\s+[«“„\"'(\[–—-]*\s*[^\W_a-zа-яёəğıöşüç])|\n+")
_SPACE = re.compile(r"\s")


def matched_sentence(
    excerpt: str, spans: Sequence[Span], *, cut_before: bool = False, cut_after: bool = False
) -> tuple[str, tuple[Span, ...]]:
    """The sentence of ``excerpt`` that holds the first span, and every span inside it, counted from its start.

    A sentence longer than 320 characters is cut at words around the first match, and says so with ``…``. Spans
    outside the excerpt are left out; with no span at all the first sentence is given.
    """
    inside = sorted((s for s in spans if 0 <= s.start < s.end <= len(excerpt)), key=lambda s: s.start)
    first = inside[0] if inside else Span(0, 0)
    start, end = _sentence_bounds(excerpt, first)
    open_left = cut_before and start == 0
    open_right = cut_after and end == len(excerpt)
    start, end, cut_left, cut_right = _shortened(excerpt, first, start, end)
    return _with_marks(excerpt, inside, start, end, left=open_left or cut_left, right=open_right or cut_right)


def _sentence_bounds(excerpt: str, first: Span) -> tuple[int, int]:
    start, end = 0, len(excerpt)
    for stop in _END.finditer(excerpt):
        if stop.end() <= first.start:
            start = stop.end()
        elif stop.start() >= first.end:
            end = stop.start() if excerpt[stop.start()] == "\n" else stop.end()
            break
    while start < first.start and excerpt[start].isspace():
        start += 1
    while end > first.end and excerpt[end - 1].isspace():
        end -= 1
    return start, end


def _shortened(excerpt: str, first: Span, start: int, end: int) -> tuple[int, int, bool, bool]:
    """Bounds of at most 320 characters around the match, moved to the edges of words."""
    if end - start <= MAX_CHARS:
        return start, end, False, False
    spare = max(MAX_CHARS - (first.end - first.start), 0)
    left = max(start, first.start - spare // 2)
    right = min(end, max(first.end, left + MAX_CHARS))
    left = max(start, min(left, right - MAX_CHARS))
    if left > start and (gap := _SPACE.search(excerpt, left, first.start)):
        left = gap.end()
    if right < end:
        gap_at = max((m.start() for m in _SPACE.finditer(excerpt, first.end, right)), default=right)
        right = gap_at
    return left, right, left > start, right < end


def _with_marks(
    excerpt: str, spans: Sequence[Span], start: int, end: int, *, left: bool, right: bool
) -> tuple[str, tuple[Span, ...]]:
    opening = "… " if left else ""
    body = _SPACE.sub(" ", excerpt[start:end])
    shift = len(opening) - start
    kept = tuple(Span(s.start + shift, s.end + shift) for s in spans if s.start >= start and s.end <= end)
    return opening + body + (" …" if right else ""), kept
