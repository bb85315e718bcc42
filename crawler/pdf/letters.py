"""A page's letters, as PDFium gives them, put together into words and pieces of lines."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from crawler.pdf.layout import Piece

MAX_PAGE_CHARS = 200_000  # a dense page has 8,000
_WIDE_GAP = 1.0  # in sizes: columns are set apart by more than words are
_OVERLAP = 1.2  # the letters of a ligature all stand where the whole of it does
_SPACE = 0x20
_BETWEEN = {_SPACE, 0x09, 0x0A, 0x0D}
_HYPHENS = {0x02, 0xFFFE, 0xAD}  # what PDFium gives for a hyphen at a line's end, and the soft one
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
}  # fmt: skip
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
_BOLD_WEIGHT = 600

Shown = Callable[[float, float], tuple[float, float]]  # from the file's coordinates to those of the page as it is shown


class Word(NamedTuple):
    """Letters of one run between two spaces; its place, and whether the file gives its letters no characters."""

    text: str
    x0: float
    x1: float
    run: _Run
    follows_space: bool
    is_unmapped: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """What the letters of one text object have in common: baseline, size as shown, weight, being upright."""

    y: float
    size: float
    is_bold: bool
    is_upright: bool


BREAK = Word("", 0.0, 0.0, _Run(0.0, 0.0, False, True), False, False)


class PageWords:
    """A page's letters as words. Where a letter stands is asked for a word's ends alone: it is the costly part."""

    def __init__(self, text: Any, shown: Shown) -> None:
        import pypdfium2.raw as pdfium  # noqa: PLC0415

        self._pdfium, self._text, self._shown = pdfium, text.raw, shown
        self._box = pdfium.FS_RECTF()
        self._letters: list[str] = []
        self._start = 0
        self._after_space = False

    def __iter__(self) -> Iterator[Word]:
        """Words in file order, and breaks between lines; what stands askew is left out (watermarks, captions)."""
        pdfium, text = self._pdfium, self._text
        address, run = -1, BREAK.run
        count = min(pdfium.FPDFText_CountChars(text), MAX_PAGE_CHARS)
        for index in range(count):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if code in _BETWEEN:
                yield from self._word(index, run)
                is_break = code != _SPACE and pdfium.FPDFText_IsGenerated(text, index) == 1
                self._after_space = not is_break
                if is_break:
                    yield BREAK
                continue
            handle = ctypes.cast(pdfium.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value or 0
            if handle != address:
                yield from self._word(index, run)
                address, run = handle, _run_at(pdfium, text, index, self._shown)
            if run.is_upright:
                self._start = self._start if self._letters else index
                self._letters.append(_letter(code))
        yield from self._word(count, run)

    def _word(self, end: int, run: _Run) -> Iterator[Word]:
        """The word that ends before the letter ``end``, where there is one."""
        if not self._letters:
            return
        first, last = self._ends(self._start), self._ends(end - 1)
        is_unmapped = self._pdfium.FPDFText_HasUnicodeMapError(self._text, self._start) == 1
        x0, x1 = min(first[0], last[0]), max(first[1], last[1])
        yield Word("".join(self._letters), x0, x1, run, self._after_space, is_unmapped)
        self._letters, self._after_space = [], False

    def _ends(self, index: int) -> tuple[float, float]:
        self._pdfium.FPDFText_GetLooseCharBox(self._text, index, self._box)
        one = self._shown(self._box.left, self._box.bottom)[0]
        other = self._shown(self._box.right, self._box.top)[0]
        return min(one, other), max(one, other)


def _letter(code: int) -> str:
    if code in _HYPHENS:
        return "\u00ad"
    return _LIGATURES.get(code) or chr(code if code <= 0x10FFFF else 0xFFFD)


def _run_at(pdfium: Any, text: Any, index: int, shown: Shown) -> _Run:
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    flags, name = ctypes.c_int(), ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetCharOrigin(text, index, x, y)
    start = shown(x.value, y.value)
    stated, scale, is_upright = pdfium.FPDFText_GetFontSize(text, index), 1.0, True
    if pdfium.FPDFText_GetMatrix(text, index, matrix):
        scale = math.hypot(matrix.c, matrix.d)
        way = math.copysign(1.0, stated)  # a size below zero turns the letters round
        ahead = shown(x.value + way * matrix.a, y.value + way * matrix.b)
        is_upright = ahead[0] > start[0] and abs(ahead[1] - start[1]) <= 0.1 * (ahead[0] - start[0])
    size = min(abs(stated) * scale, 1_000.0)
    pdfium.FPDFText_GetFontInfo(text, index, name, 128, flags)
    is_named_bold = _BOLD.search(name.value.decode("utf-8", "replace")) is not None
    return _Run(start[1], size, is_named_bold or _weighs(pdfium.FPDFText_GetFontWeight(text, index)), is_upright)


def _weighs(weight: int) -> bool:
    return _BOLD_WEIGHT <= weight <= 1_000


def pieces_of(words: list[Word]) -> Iterator[Piece]:
    """Words joined while they go on along one baseline."""
    held: list[Word] = []
    for word in words:
        if held and (word is BREAK or not _goes_on(held[-1], word)):
            yield _joined(held)
            held = []
        if word is not BREAK:
            held.append(word)
    if held:
        yield _joined(held)


def _goes_on(last: Word, word: Word) -> bool:
    size = max(last.run.size, word.run.size, 0.1)
    return (
        abs(word.run.y - last.run.y) < 0.15 * size
        and abs(word.run.size - last.run.size) < 0.1 * size
        and word.run.is_bold == last.run.is_bold
        and -_OVERLAP * size < word.x0 - last.x1 < _WIDE_GAP * size
    )


def _joined(words: list[Word]) -> Piece:
    text = "".join((" " if word.follows_space else "") + word.text for word in words)
    run = words[0].run
    return Piece(text, min(w.x0 for w in words), max(w.x1 for w in words), run.y, run.size, run.is_bold)
