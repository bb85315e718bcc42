"""All changes between two versions: those inside paragraphs, and paragraphs that came, went or moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.changes.align import Alignment, Pair, aligned
from analysis.changes.bylines import is_line, line_verdict
from analysis.changes.lexicon import Lexicon, lexicon
from analysis.changes.model import SIGNIFICANT, Block, Change, ChangeClass
from analysis.changes.paragraphs import Paragraphs, changes_inside
from analysis.changes.place import Verdict
from analysis.changes.standing import BOILERPLATE, block_verdict, is_boilerplate, may_be_call
from analysis.changes.tokens import tokens_of
from domain.topic import Span

_BETWEEN = len("\n\n")


def changes_between(before: Sequence[Block], after: Sequence[Block], *, language: str) -> tuple[Change, ...]:
    """All changes from ``before`` to ``after``, in the order of the later version.

    ``language`` is the text's code; of one without words of its own (az, ru, tr and en have them) what figures, names,
    quotations and order tell is told still.
    """
    words = lexicon(language)
    sides = _Sides(before, after)
    alignment = aligned(before, after)
    found = [change for pair in alignment.pairs for change in _of_pair(pair, sides, words)]
    found += _came_and_went(alignment, sides, words)
    return tuple(sorted(found, key=lambda change: (change.after_span.start, change.before_span.start)))


class _Sides:
    """Both versions and where their paragraphs begin."""

    def __init__(self, before: Sequence[Block], after: Sequence[Block]) -> None:
        self.before, self.after = before, after
        self.old, self.new = _starts(before), _starts(after)


def _starts(blocks: Sequence[Block]) -> list[int]:
    starts, at = [], 0
    for block in blocks:
        starts.append(at)
        at += len(block.text) + _BETWEEN
    return starts


def _of_pair(pair: Pair, sides: _Sides, words: Lexicon) -> Iterator[Change]:
    one, other = sides.before[pair.before], sides.after[pair.after]
    start, now = sides.old[pair.before], sides.new[pair.after]
    if pair.is_moved:
        verdict = Verdict(ChangeClass.MOVED, 0.1, "it stands in another place")
        yield _change(verdict, (one.text, start), (other.text, now))
    for inner in changes_inside(Paragraphs(other.role, one.text, other.text, words)):
        if pair.is_moved and inner.verdict.significance < SIGNIFICANT:
            continue  # what was smoothed on the way
        yield _change(
            inner.verdict,
            (one.text[inner.before.start : inner.before.end], start + inner.before.start),
            (other.text[inner.after.start : inner.after.end], now + inner.after.start),
        )


def _came_and_went(alignment: Alignment, sides: _Sides, words: Lexicon) -> Iterator[Change]:
    to_after = {pair.before: pair.after for pair in alignment.pairs if not pair.is_moved}
    to_before = {after: before for before, after in to_after.items()}
    calls = list(_calls(alignment, sides, words))
    for number, other in calls:
        old, now = sides.before[number].text, sides.after[other].text
        are_lines = all(is_line(text, tokens_of(text), words) for text in (old, now))
        verdict = line_verdict(old, now, words) if are_lines else BOILERPLATE
        yield _change(verdict, (old, sides.old[number]), (now, sides.new[other]))
    for number in sorted(set(alignment.removed) - {number for number, _ in calls}):
        text = sides.before[number].text
        verdict = block_verdict(sides.before[number], is_added=False, words=words)
        yield _change(verdict, (text, sides.old[number]), ("", _point(number, to_after, sides.new, sides.after)))
    for number in sorted(set(alignment.added) - {other for _, other in calls}):
        text = sides.after[number].text
        verdict = block_verdict(sides.after[number], is_added=True, words=words)
        yield _change(verdict, ("", _point(number, to_before, sides.old, sides.before)), (text, sides.new[number]))


def _calls(alignment: Alignment, sides: _Sides, words: Lexicon) -> Iterator[tuple[int, int]]:
    """Calls to read on in whose place others stand now: both are short, and one is known as one or both are last."""
    old = [(n, is_boilerplate(tokens_of(sides.before[n].text), words)) for n in alignment.removed]
    new = [(n, is_boilerplate(tokens_of(sides.after[n].text), words)) for n in alignment.added]
    short_old = [(n, is_call) for n, is_call in old if is_call or may_be_call(sides.before[n].text)]
    short_new = [(n, is_call) for n, is_call in new if is_call or may_be_call(sides.after[n].text)]
    for (number, is_call), (other, is_other) in zip(short_old, short_new, strict=False):
        are_last = number == len(sides.before) - 1 and other == len(sides.after) - 1
        are_lines = all(is_line(t, tokens_of(t), words) for t in (sides.before[number].text, sides.after[other].text))
        are_alike = sides.before[number].role is sides.after[other].role
        if are_alike and (is_call or is_other or are_last or are_lines):
            yield number, other


def _point(number: int, twins: dict[int, int], starts: Sequence[int], blocks: Sequence[Block]) -> int:
    """Where a paragraph would stand in the version that has it not: behind the one that it follows."""
    twin = next((twins[n] for n in range(number - 1, -1, -1) if n in twins), None)
    return 0 if twin is None else starts[twin] + len(blocks[twin].text)


def _change(verdict: Verdict, before: tuple[str, int], after: tuple[str, int]) -> Change:
    (old, start), (new, now) = before, after
    return Change(
        verdict.kind,
        old,
        new,
        Span(start, start + len(old)),
        Span(now, now + len(new)),
        verdict.significance,
        verdict.reason,
        verdict.also,
    )
