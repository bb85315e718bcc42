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
_MAY_BE_GENERATED = {_SPACE, 0x0A, 0x0D}
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
    glyphs = list(_glyphs(text, _turned(page, rotation)))
    if not glyphs and text.count_chars() > 0:
        for turn in (90, 180, 270):
            if glyphs := list(_glyphs(text, _turned(page, (rotation + turn) % 360))):
                width, height = (height, width) if turn != 180 else (width, height)
                break
    unmapped = sum(glyph.is_unmapped for glyph in glyphs)
    return PageText(number, width, height, tuple(_pieces(glyphs)), _image_share(page, width * height), unmapped)


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


class _Glyph(NamedTuple):
    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool
    is_unmapped: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """What the letters of one text object have in common: baseline, size as shown, weight, being upright."""

    y: float
    size: float
    is_bold: bool
    is_upright: bool


_BREAK = _Glyph("", 0.0, 0.0, 0.0, 0.0, False, False)


def _glyphs(text: Any, shown: Shown) -> Iterator[_Glyph]:
    """The page's letters in file order; those that stand askew are left out (watermarks, words along a picture)."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    box = pdfium.FS_RECTF()
    address, run = -1, None
    for index in range(min(text.count_chars(), MAX_PAGE_CHARS)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in _MAY_BE_GENERATED and pdfium.FPDFText_IsGenerated(text, index) == 1:
            yield (
                _BREAK if code != _SPACE or run is None else _Glyph(" ", 0.0, 0.0, run.y, run.size, run.is_bold, False)
            )
            continue
        handle = ctypes.cast(pdfium.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value or 0
        if handle != address or run is None:
            address, run = handle, _run_at(pdfium, text, index, shown)
        if not run.is_upright:
            run = None
            continue
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        one, other = shown(box.left, box.bottom)[0], shown(box.right, box.top)[0]
        is_unmapped = pdfium.FPDFText_HasUnicodeMapError(text, index) == 1
        yield _Glyph(_letter(code), min(one, other), max(one, other), run.y, run.size, run.is_bold, is_unmapped)


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


def _pieces(glyphs: list[_Glyph]) -> Iterator[Piece]:
    """Glyphs joined while they go on along one baseline; what PDFium puts between words has no place of its own."""
    held: list[_Glyph] = []
    last: _Glyph | None = None
    for glyph in glyphs:
        is_placed = glyph.x1 > glyph.x0
        if held and (glyph is _BREAK or (is_placed and last is not None and not _goes_on(last, glyph))):
            yield from _joined(held)
            held, last = [], None
        if glyph is not _BREAK:
            held.append(glyph)
            last = glyph if is_placed else last
    yield from _joined(held)


def _goes_on(last: _Glyph, glyph: _Glyph) -> bool:
    size = max(last.size, glyph.size, 0.1)
    return (
        abs(glyph.y - last.y) < 0.15 * size
        and abs(glyph.size - last.size) < 0.1 * size
        and glyph.is_bold == last.is_bold
        and -_OVERLAP * size < glyph.x0 - last.x1 < _WIDE_GAP * size
    )


def _joined(glyphs: list[_Glyph]) -> Iterator[Piece]:
    text = "".join(glyph.text for glyph in glyphs)
    inked = [glyph for glyph in glyphs if glyph.x1 > glyph.x0 and not glyph.text.isspace()]
    if not inked or not text.strip():
        return
    first, x0, x1 = inked[0], min(glyph.x0 for glyph in inked), max(glyph.x1 for glyph in inked)
    yield Piece(text, x0, x1, first.y, first.size, first.is_bold)


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
