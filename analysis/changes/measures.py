"""Figures with what they count: runs that state one value, and values beside another unit or currency."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.numbers import is_numeric, is_unit
from analysis.changes.tokens import Hunk, Token

_DASHES = frozenset("-–—")
_TO = frozenset({"and", "to", "до", "и"})  # between two figures: a range
_PARTS = frozenset({"per"})  # of a unit: per cent
_MOST_AHEAD = 4  # tokens of one figure that stand before what changed


def ranges_joined(hunks: Sequence[Hunk], before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> list[Hunk]:
    """The hunks, both ends of a range of figures as one: 3–4 months, 6–8 months."""
    found: list[Hunk] = []
    for hunk in hunks:
        if found and _are_ends(found[-1], hunk, (before, after), words):
            last = found.pop()
            found.append(Hunk(last.b0, hunk.b1, last.a0, hunk.a1))
        else:
            found.append(hunk)
    return found


def _are_ends(one: Hunk, other: Hunk, texts: tuple[Sequence[Token], Sequence[Token]], words: Lexicon) -> bool:
    before, after = texts
    between = before[one.b1 : other.b0]
    if len(between) != 1 or other.a0 - one.a1 != 1:
        return False
    ends = [before[h.b0 : h.b1] for h in (one, other)] + [after[h.a0 : h.a1] for h in (one, other)]
    are_figures = all(tokens and all(is_numeric(t, words) for t in tokens) for tokens in ends)
    return are_figures and (between[0].text in _DASHES or between[0].folded in _TO or between[0].folded in words.scales)


def parted(hunks: Sequence[Hunk], before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> list[Hunk]:
    """The hunks; where a name and a figure beside it changed at once, each by itself."""
    found: list[Hunk] = []
    for hunk in hunks:
        found += _parted(hunk, before, after, words)
    return found


def _parted(hunk: Hunk, before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> tuple[Hunk, ...]:
    old, new = before[hunk.b0 : hunk.b1], after[hunk.a0 : hunk.a1]
    for at_end in (True, False):
        cuts = [_figures(tokens, words, at_end=at_end) for tokens in (old, new)]
        rests = [
            tokens[: len(tokens) - n] if at_end else tokens[n:] for tokens, n in zip((old, new), cuts, strict=True)
        ]
        if not all(cuts) or not all(rest and _names(rest, words) for rest in rests):
            continue
        if at_end:
            b, a = hunk.b1 - cuts[0], hunk.a1 - cuts[1]
        else:
            b, a = hunk.b0 + cuts[0], hunk.a0 + cuts[1]
        return Hunk(hunk.b0, b, hunk.a0, a), Hunk(b, hunk.b1, a, hunk.a1)
    return (hunk,)


def _figures(tokens: Sequence[Token], words: Lexicon, *, at_end: bool) -> int:
    """How many tokens at one end state a figure, with its unit."""
    count = 0
    for token in reversed(tokens) if at_end else tokens:
        if not (is_numeric(token, words) or is_unit(token, words) or words.measures.in_word(token.folded)):
            break
        count += 1
    return count


def _names(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether all of them are written as names."""
    return all(t.is_capital and not is_numeric(t, words) for t in tokens)
