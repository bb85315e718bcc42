"""The pages of a PDF as PDFium sees them; with ``letters`` the only module that knows the library.

Damaged pages are passed over; what makes PDFium fail as a whole ends the process that reads, which is what a worker of
the pool is for.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawler.pdf.layout import PageText
from crawler.pdf.letters import PageWords, Shown, pieces_of

MAX_PAGES = 3_000
_ENCRYPTED = 4  # FPDF_ERR_PASSWORD
_SECURITY = 5  # FPDF_ERR_SECURITY: an encryption of a kind that is not known
_MOST_IMAGES = 2_000
_LANGUAGE_UNITS = 32  # "az-Latn-AZ" has ten


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
        language=_language(document),
        page_count=len(document),
        has_form=bool(document.get_formtype()),
        pages=_pages(document),
    )


def _language(document: Any) -> str | None:
    """The language that the file declares, as a two- or three-letter code."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    units = (ctypes.c_ushort * _LANGUAGE_UNITS)()
    used = pdfium.FPDFCatalog_GetLanguage(document.raw, units, ctypes.sizeof(units))
    declared = bytes(units)[: max(0, min(used, ctypes.sizeof(units)) - 2)].decode("utf-16-le", "replace")
    code = declared.replace("_", "-").partition("-")[0].strip().lower()
    return code if code.isalpha() and len(code) in {2, 3} else None


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
    words = list(PageWords(text, _turned(page, rotation)))
    if not any(word.text for word in words) and text.count_chars() > 0:
        for turn in (90, 180, 270):
            words = list(PageWords(text, _turned(page, (rotation + turn) % 360)))
            if any(word.text for word in words):
                width, height = (height, width) if turn != 180 else (width, height)
                break
    unmapped = sum(len(word.text) for word in words if word.is_unmapped)
    return PageText(number, width, height, tuple(pieces_of(words)), _image_share(page, width * height), unmapped)


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
