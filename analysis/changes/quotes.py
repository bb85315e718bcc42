"""Where a paragraph speaks in others' words: what stands between quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.tokens import Hunk, Token
from domain.topic import Span

_QUOTED = re.compile(
    r"[“„«]([^“”„«»]+)[”“»]|\"([^\"]+)\"|"
    r"(?<!\w)‘((?:[^‘’]|’(?=\w))+)’(?!\w)|"
    r"(?m:^)[–—-]\s+(.+?)(?=[,.?!…]*\s[–—-]\s)"  # – I know nothing, – he said
)
_TITLE_WORDS = 3  # so few words between marks, each a capital, are the name of something


def quoted_spans(text: str) -> tuple[Span, ...]:
    """What is quoted, without its marks, in order; names of papers, ships and festivals are no quotations."""
    found = []
    for match in _QUOTED.finditer(text):
        inside = next(group for group in match.groups() if group)
        words = inside.split()
        if len(words) <= _TITLE_WORDS and all(word[0].isupper() or not word[0].isalpha() for word in words):
            continue
        start = match.start(match.lastindex or 0)
        found.append(Span(start, start + len(inside)))
    return tuple(found)


def quote_around(start: int, end: int, quotes: Sequence[Span]) -> int | None:
    """Which of ``quotes`` holds ``start`` to ``end``; None where none does."""
    return next((n for n, quote in enumerate(quotes) if quote.start <= start and end <= quote.end), None)


def inside(tokens: Sequence[Token], quote: Span) -> list[Token]:
    """The tokens of a quotation."""
    return [t for t in tokens if quote.start <= t.start and t.end <= quote.end]


def grouped(
    hunks: Sequence[Hunk], before: Sequence[Token], after: Sequence[Token], texts: tuple[str, str]
) -> list[tuple[Hunk, tuple[Span, Span] | None]]:
    """The hunks, those of one quotation as one, each with the quotation that it stands in on both sides."""
    old, new = quoted_spans(texts[0]), quoted_spans(texts[1])
    found: list[tuple[Hunk, tuple[Span, Span] | None]] = []
    last: tuple[int, int] | None = None
    for one in hunks:
        hunk = one
        b = _around(before, hunk.b0, hunk.b1, len(texts[0]), old)
        a = _around(after, hunk.a0, hunk.a1, len(texts[1]), new)
        place = (b, a) if b is not None and a is not None else None
        if place is not None and place == last:
            first, spans = found.pop()
            hunk = Hunk(first.b0, hunk.b1, first.a0, hunk.a1)
            found.append((hunk, spans))
        else:
            found.append((hunk, (old[place[0]], new[place[1]]) if place is not None else None))
        last = place
    return found


def _around(tokens: Sequence[Token], start: int, end: int, length: int, quotes: Sequence[Span]) -> int | None:
    if start < end:
        return quote_around(tokens[start].start, tokens[end - 1].end, quotes)
    before = tokens[start - 1].end if start else 0
    behind = tokens[start].start if start < len(tokens) else length
    return next((n for n, q in enumerate(quotes) if q.start <= before and behind <= q.end + 1), None)
