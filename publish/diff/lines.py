"""A difference as lines of marked pieces: the terminal gives them colours, a pipe gets them plain. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.changes import Change, ChangeClass, joined
from publish.diff.context import words_around
from publish.diff.model import Difference
from publish.diff.weight import also_words, class_words
from publish.digest.safe import lines_of, one_line, part_of_line
from publish.digest.words import plural

_MOST_CHARS = 400  # of one side of a change


class Mark(StrEnum):
    """What a piece of a line is."""

    PLAIN = "plain"
    OLD = "old"
    NEW = "new"
    QUIET = "quiet"
    WEIGHTY = "weighty"


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line."""

    text: str
    mark: Mark = Mark.PLAIN


Line = tuple[Piece, ...]


def summary_line(found: Difference) -> str:
    """``revision 1 → 2: 3 changes, 1 of them significant, and no note of a correction``."""
    opening = f"revision {found.old} → {found.new}"
    if not found.changes:
        return f"{opening}: no change"
    weighty = sum(change.is_significant for change in found.changes)
    noted = any(change.kind is ChangeClass.CORRECTION_NOTICE for change in found.changes)
    said = f"{opening}: {plural(len(found.changes), 'change')}, {weighty} of them significant"
    if not weighty:
        return said
    return f"{said}; {'a note says that something was corrected' if noted else 'no note of a correction'}"


def between_words(numbers: Sequence[int]) -> str:
    """``revision 2 came``, ``revisions 2, 3 came``: what lies between the two that are compared."""
    return f"revision{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))} came"


def change_lines(found: Difference) -> Iterator[Line]:
    """Each change: its class, its weight with the reason, the words before and after."""
    if found.is_ours and found.changes:
        yield (
            Piece("Different extractors read the two: what differs may be ours and not the outlet's.", Mark.WEIGHTY),
        )
    if found.is_reread:
        yield (Piece("The older page stands here as the extractor of the later one reads it.", Mark.QUIET),)
    texts = joined(found.before), joined(found.after)
    for change in sorted(found.changes, key=lambda one: -one.significance):
        yield (Piece(""),)
        yield _head(change)
        if change.kind is ChangeClass.MOVED:
            yield Piece("    ↕ ", Mark.QUIET), Piece(_cut(change.after), Mark.PLAIN)
            continue
        ahead, behind = (Piece(part_of_line(words), Mark.QUIET) for words in words_around(change, texts))
        if change.before:
            yield Piece("    − ", Mark.OLD), ahead, Piece(_cut(change.before), Mark.OLD), behind
        if change.after:
            yield Piece("    + ", Mark.NEW), ahead, Piece(_cut(change.after), Mark.NEW), behind


def _head(change: Change) -> Line:
    sign, mark = ("●", Mark.WEIGHTY) if change.is_significant else ("○", Mark.QUIET)
    return (
        Piece(f"  {sign} {class_words(change.kind)}{also_words(change.also)}", mark),
        Piece(f"  {change.significance:.2f}, {change.reason}", Mark.QUIET),
    )


def _cut(text: str) -> str:
    said = one_line(text)
    return said if len(said) <= _MOST_CHARS else f"{said[:_MOST_CHARS].rsplit(' ', 1)[0]} …"


def marked_text(found: Difference) -> Iterator[Piece]:
    """The later text whole, each change marked in it; a moved paragraph stands where it is now, unmarked."""
    after, at = joined(found.after), 0
    whole = {block.text for block in found.before}
    for change in found.changes:
        start, end = change.after_span.start, change.after_span.end
        if start < at or change.kind is ChangeClass.MOVED:
            continue
        yield Piece(lines_of(after[at:start]))
        is_paragraph = not change.after and change.before in whole
        if is_paragraph and start:
            yield Piece("\n\n")
        if change.before:
            yield Piece(f"[-{lines_of(change.before)}-]", Mark.OLD)
        if is_paragraph and not start:
            yield Piece("\n\n")
        if change.after:
            yield Piece(f"{{+{lines_of(change.after)}+}}", Mark.NEW)
        at = end
    yield Piece(lines_of(after[at:]))
