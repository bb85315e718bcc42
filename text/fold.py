"""One form of a letter for index, query, topics and comparison.

SQLite's and PostgreSQL's own foldings disagree on İ, ı, ə and ё whatever their options, and plain lower-casing turns
İ into two characters. So folding happens here and nowhere else; the databases get text that they leave alone.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from domain.topic import Span

_LATIN = "A-Za-z\u00aa-\u024f\u0250-\u02af\u1e00-\u1eff"
# A Cyrillic schwa beside a Latin letter is a Latin one typed on the wrong keyboard.
_STRAY_SCHWA = re.compile(f"(?<=[{_LATIN}])[\u04d8\u04d9]|[\u04d8\u04d9](?=[{_LATIN}])")
_MARKS = "\u0300-\u036f"
_MARKED_LATIN = re.compile(f"([a-z\u00aa-\u02af])[{_MARKS}]+")
# Stress marks of dictionaries and poems; a breve or diaeresis belongs to the letter (й, ї) and stays.
_STRESSED_CYRILLIC = re.compile("([аеиоуыэюяі])[\u0300\u0301\u0302]+")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
)
_DOTTED_I = str.maketrans({"İ": "i", "I": "i"})
_LETTERS = str.maketrans({"ə": "e", "ǝ": "e", "ı": "i", "ё": "е"})
_APOSTROPHES = (
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\ua78b\ua78c\uff07"
)
_TO_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
_RUN = re.compile(r"\s+|\S+")
_CLUSTER = re.compile(f".[{_MARKS}]*", re.DOTALL)
_MAX_ROUNDS = 4


def fold(text: str) -> str:
    """``text`` in the one form in which words are compared; folding twice changes nothing.

    NFKC, case folded, without marks on Latin letters, with ə → e, ı → i, ё → е, one kind of apostrophe, and without
    soft hyphens and zero-width characters. й stays й. Digits and punctuation stay.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = _fold_once(text)
    for _ in range(_MAX_ROUNDS):  # a few compatibility characters reach their last form in the second round
        if folded.isascii():
            return folded.replace("`", "'")
        again = _fold_once(folded)
        if again == folded:
            break
        folded = again
    return folded


def _fold_once(text: str) -> str:
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.translate(_TO_APOSTROPHE)))
    text = _STRAY_SCHWA.sub("ə", text).translate(_DOTTED_I).casefold()
    text = unicodedata.normalize("NFD", text)
    text = _STRESSED_CYRILLIC.sub(r"\1", _MARKED_LATIN.sub(r"\1", text))
    return unicodedata.normalize("NFC", text).translate(_LETTERS).translate(_TO_APOSTROPHE)


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A folded text and where each of its characters came from.

    ``starts`` and ``ends`` hold, for each folded character, the stretch of the original that it stands for.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Where ``text[start:end]`` stands in the original, in code points; an empty stretch stays empty."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return Span(at, at)
        return Span(self.starts[start], self.ends[end - 1])

    def folded_at(self, position: int) -> int:
        """The folded position of the original's ``position``."""
        return max(bisect_right(self.starts, position) - 1, 0)


def fold_with_offsets(text: str) -> FoldedText:
    """``fold(text)`` with the way back; ``text`` is NFC (``clean_text``), offsets are its code points."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for run in _RUN.finditer(text):
        for folded, start, end in _folded_pieces(run.group(), run.start()):
            parts.append(folded)
            starts.extend([start] * len(folded))
            ends.extend([end] * len(folded))
    return FoldedText("".join(parts), tuple(starts), tuple(ends))


def _folded_pieces(run: str, at: int) -> list[tuple[str, int, int]]:
    """A run without spaces, folded letter by letter; in one piece where its letters can't be folded apart."""
    whole = fold(run)
    if whole == run:
        return [(letter, at + i, at + i + 1) for i, letter in enumerate(run)]
    repaired = _STRAY_SCHWA.sub("ə", run)
    pieces = [(fold(m.group()), at + m.start(), at + m.end()) for m in _CLUSTER.finditer(repaired)]
    return pieces if "".join(piece for piece, _, _ in pieces) == whole else [(whole, at, at + len(run))]
