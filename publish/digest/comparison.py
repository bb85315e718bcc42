"""The words that changed between two texts, each place with its shortest context. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice

from publish.digest.changes import Part, PartKind

CONTEXT_WORDS = 6
MAX_SIDE_WORDS = 40
MAX_PLACES = 3
_MAX_WORK = 4_000_000  # words of the one side times words of the other; above it a place is shown as one replacement
_WORD = re.compile(r"\S+")
_PARAGRAPHS = re.compile(r"\n\s*\n")


def compared_line(old: str | None, new: str | None) -> tuple[Part, ...] | None:
    """A headline's change in full, or None where the words are the same."""
    before, after = _WORD.findall(old or ""), _WORD.findall(new or "")
    if before == after:
        return None
    parts: list[Part] = []
    for kind, old_words, new_words in _runs(before, after):
        parts.extend(_sides(kind, old_words, new_words, limit=None))
    return tuple(parts)


def compared_text(old: str | None, new: str | None) -> tuple[tuple[tuple[Part, ...], ...], int]:
    """The first three places where a text changed, and how many more there are.

    Paragraphs are matched first, then words inside those that differ; a change of spacing alone is none.
    """
    places = list(_places(_PARAGRAPHS.split(old or ""), _PARAGRAPHS.split(new or "")))
    return tuple(islice(places, MAX_PLACES)), max(0, len(places) - MAX_PLACES)


def _places(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Part, ...]]:
    old_words = [tuple(_WORD.findall(paragraph)) for paragraph in old]
    new_words = [tuple(_WORD.findall(paragraph)) for paragraph in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if tag != "equal":
            before = [word for paragraph in old_words[i1:i2] for word in paragraph]
            after = [word for paragraph in new_words[j1:j2] for word in paragraph]
            yield from _word_places(before, after)


def _word_places(old: list[str], new: list[str]) -> Iterator[tuple[Part, ...]]:
    """Each changed run with up to six words before and after; runs that share their context make one place."""
    place: list[Part] = []
    for kind, before, after in _runs(old, new):
        if kind is not PartKind.SAME:
            place.extend(_sides(kind, before, after, limit=MAX_SIDE_WORDS))
        elif any(part.kind is not PartKind.SAME for part in place):
            if len(before) <= 2 * CONTEXT_WORDS:
                place.append(Part(PartKind.SAME, " ".join(before)))
                continue
            yield (*place, Part(PartKind.SAME, " ".join(before[:CONTEXT_WORDS])))
            place = [Part(PartKind.SAME, " ".join(before[-CONTEXT_WORDS:]))]
        else:
            place = [Part(PartKind.SAME, " ".join(before[-CONTEXT_WORDS:]))]
    if any(part.kind is not PartKind.SAME for part in place):
        yield tuple(place)


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[PartKind, list[str], list[str]]]:
    """Runs of equal (SAME) and of replaced (OUT) words; one side of a replacement may be empty."""
    if len(old) * len(new) > _MAX_WORK:
        yield PartKind.OUT, old, new
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield (PartKind.SAME if tag == "equal" else PartKind.OUT), old[i1:i2], new[j1:j2]


def _sides(kind: PartKind, old: list[str], new: list[str], *, limit: int | None) -> Iterator[Part]:
    if kind is PartKind.SAME:
        yield Part(PartKind.SAME, " ".join(old))
        return
    if old:
        yield Part(PartKind.OUT, _limited(old, limit))
    if new:
        yield Part(PartKind.IN, _limited(new, limit))


def _limited(words: list[str], limit: int | None) -> str:
    if limit is None or len(words) <= limit:
        return " ".join(words)
    half = limit // 2
    return f"{' '.join(words[:half])} [… {len(words) - limit} words …] {' '.join(words[-half:])}"
