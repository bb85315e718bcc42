"""The pages of a PDF as PDFium sees them: the only module that knows the library.

Damaged pages are passed over; what makes PDFium fail as a whole ends the process that reads, which is what a worker of
the pool is for.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from crawler.pdf.layout import PageText, Piece

MAX_PAGES = 3_000
MAX_PAGE_CHARS = 200_000  # a dense page has 8,000
_WIDE_GAP = 1.0  # in sizes: columns are set apart by more than words are
_OVERLAP = 1.2  # the letters of a ligature all stand where the whole of it does
_ENCRYPTED = 4  # FPDF_ERR_PASSWORD
_SECURITY = 5  # FPDF_ERR_SECURITY: an encryption of a kind that is not known
_SPACE = 0x20
_BETWEEN = {_SPACE, 0x09, 0x0A, 0x0D}
_HYPHENS = {0x02, 0xFFFE, 0xAD}  # what PDFium gives for a hyphen at a line's end, and the soft one
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
}  # fmt: skip
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.I)
_BOLD_WEIGHT = 600
_MOST_IMAGES = 2_000


class EncryptedPdfError(Exception):
    """The document needs a password, or is encrypted in a way that is not known."""


class BrokenPdfError(Exception):
    """No document can be made of the bytes; the message is one line."""


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A document as PDFium opened it: metadata, how many pages it says it has, and a way to read them one by one."""

    metadata: dict[str, str]
    language: str | None
    page_count: int
    has_form: bool
    pages: Iterator[PageText]


def open_pdf(body: bytes) -> PdfFile:
    """The document in ``body``. Raises EncryptedPdfError and BrokenPdfError. At most 3,000 pages are read."""
    import pypdfium2  # noqa: PLC0415  # 8 MB that only a worker needs, and only for documents

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {_ENCRYPTED, _SECURITY}:
            raise EncryptedPdfError from error
        raise BrokenPdfError(str(error)) from error
    return PdfFile(
        metadata={name: value for name, value in document.get_metadata_dict().items() if value},
        language=None,
        page_count=len(document),
        has_form=bool(document.get_formtype()),
        pages=_pages(document),
    )


def _pages(document: Any) -> Iterator[PageText]:  # the library's own type, which it does not export
    import pypdfium2  # noqa: PLC0415

    for number in range(min(len(document), MAX_PAGES)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            yield PageText(number + 1, 0.0, 0.0, ())
            continue
        try:
            yield _page_text(number + 1, page, text)
        finally:
            text.close()
            page.close()


def _page_text(number: int, page: Any, text: Any) -> PageText:
    """The page as most of its letters stand upright: some are stored turned, and some were scanned sideways."""
    width, height = page.get_size()
    rotation = page.get_rotation() % 360
    words = list(_Words(text, _turned(page, rotation)))
    if not any(word.text for word in words) and text.count_chars() > 0:
        for turn in (90, 180, 270):
            words = list(_Words(text, _turned(page, (rotation + turn) % 360)))
            if any(word.text for word in words):
                width, height = (height, width) if turn != 180 else (width, height)
                break
    unmapped = sum(len(word.text) for word in words if word.is_unmapped)
    return PageText(number, width, height, tuple(_pieces(words)), _image_share(page, width * height), unmapped)


Shown = Callable[[float, float], tuple[float, float]]


def _turned(page: Any, rotation: int) -> Shown:
    """From the file's coordinates to those of the page as it is shown: turned and moved."""
    left, bottom, right, top = page.get_cropbox()
    turns: dict[int, Shown] = {
        0: lambda x, y: (x - left, y - bottom),
        90: lambda x, y: (y - bottom, right - x),
        180: lambda x, y: (right - x, top - y),
        270: lambda x, y: (top - y, x - left),
    }
    return turns.get(rotation, turns[0])


class _Word(NamedTuple):
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


_BREAK = _Word("", 0.0, 0.0, _Run(0.0, 0.0, False, True), False, False)


class _Words:
    """A page's letters as words. Where a letter stands is asked for a word's ends alone: it is the costly part."""

    def __init__(self, text: Any, shown: Shown) -> None:
        import pypdfium2.raw as pdfium  # noqa: PLC0415

        self._pdfium, self._text, self._shown = pdfium, text.raw, shown
        self._box = pdfium.FS_RECTF()
        self._letters: list[str] = []
        self._start = 0
        self._after_space = False

    def __iter__(self) -> Iterator[_Word]:
        """Words in file order, and breaks between lines; what stands askew is left out (watermarks, captions)."""
        pdfium, text = self._pdfium, self._text
        address, run = -1, _BREAK.run
        count = min(pdfium.FPDFText_CountChars(text), MAX_PAGE_CHARS)
        for index in range(count):
            code = pdfium.FPDFText_GetUnicode(text, index)
            if code in _BETWEEN:
                yield from self._word(index, run)
                is_break = code != _SPACE and pdfium.FPDFText_IsGenerated(text, index) == 1
                self._after_space = not is_break
                if is_break:
                    yield _BREAK
                continue
            handle = ctypes.cast(pdfium.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value or 0
            if handle != address:
                yield from self._word(index, run)
                address, run = handle, _run_at(pdfium, text, index, self._shown)
            if run.is_upright:
                self._start = self._start if self._letters else index
                self._letters.append(_letter(code))
        yield from self._word(count, run)

    def _word(self, end: int, run: _Run) -> Iterator[_Word]:
        """The word that ends before the letter ``end``, where there is one."""
        if not self._letters:
            return
        first, last = self._ends(self._start), self._ends(end - 1)
        is_unmapped = self._pdfium.FPDFText_HasUnicodeMapError(self._text, self._start) == 1
        x0, x1 = min(first[0], last[0]), max(first[1], last[1])
        yield _Word("".join(self._letters), x0, x1, run, self._after_space, is_unmapped)
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
    scale, is_upright = 1.0, True
    if pdfium.FPDFText_GetMatrix(text, index, matrix):
        scale = math.hypot(matrix.c, matrix.d)
        ahead = shown(x.value + matrix.a, y.value + matrix.b)
        is_upright = ahead[0] > start[0] and abs(ahead[1] - start[1]) <= 0.1 * (ahead[0] - start[0])
    size = min(pdfium.FPDFText_GetFontSize(text, index) * scale, 1_000.0)
    pdfium.FPDFText_GetFontInfo(text, index, name, 128, flags)
    is_named_bold = _BOLD.search(name.value.decode("utf-8", "replace")) is not None
    return _Run(start[1], size, is_named_bold or _weighs(pdfium.FPDFText_GetFontWeight(text, index)), is_upright)


def _weighs(weight: int) -> bool:
    return _BOLD_WEIGHT <= weight <= 1_000


def _pieces(words: list[_Word]) -> Iterator[Piece]:
    """Words joined while they go on along one baseline."""
    held: list[_Word] = []
    for word in words:
        if held and (word is _BREAK or not _goes_on(held[-1], word)):
            yield _joined(held)
            held = []
        if word is not _BREAK:
            held.append(word)
    if held:
        yield _joined(held)


def _goes_on(last: _Word, word: _Word) -> bool:
    size = max(last.run.size, word.run.size, 0.1)
    return (
        abs(word.run.y - last.run.y) < 0.15 * size
        and abs(word.run.size - last.run.size) < 0.1 * size
        and word.run.is_bold == last.run.is_bold
        and -_OVERLAP * size < word.x0 - last.x1 < _WIDE_GAP * size
    )


def _joined(words: list[_Word]) -> Piece:
    text = "".join((" " if word.follows_space else "") + word.text for word in words)
    run = words[0].run
    return Piece(text, min(w.x0 for w in words), max(w.x1 for w in words), run.y, run.size, run.is_bold)


def _image_share(page: Any, area: float) -> float:
    """How much of the page its pictures cover, forms opened three deep."""
    import pypdfium2  # noqa: PLC0415
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    covered = 0.0
    try:
        for image in islice(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3), _MOST_IMAGES):
            left, bottom, right, top = image.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
    except pypdfium2.PdfiumError:
        return 0.0
    return min(1.0, covered / area) if area > 0 else 0.0
