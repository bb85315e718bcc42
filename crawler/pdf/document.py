"""A PDF's bytes in, what was read from it out; the counterpart of ``crawler.extract.article`` for documents. Pure.

Each way in which there is no text to be had has an outcome of its own: scanned, encrypted, empty, letters without a
meaning, no document at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.metadata import version
from zoneinfo import ZoneInfo

from crawler.extract.titles import plain_key
from crawler.pdf.front import authors_of, dates_of, title_of, without_front_matter
from crawler.pdf.layout import Block, PageText
from crawler.pdf.margins import without_margins
from crawler.pdf.metadata import file_time
from crawler.pdf.order import in_reading_order
from crawler.pdf.pages import BrokenPdfError, EncryptedPdfError, PdfFile, open_pdf
from crawler.pdf.paragraphs import Paragraph, story_of, text_size_of
from domain.extraction import ArticleKind, Extraction, ExtractionOutcome, Section
from domain.times import StatedTime
from outlets.documents import DocumentName
from text.language import detect_language

PDF_EXTRACTOR = "parallax-pdf/1"
_MAGIC = b"%PDF-"
_MAGIC_WITHIN = 1024  # bytes, as every reader of the format allows
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|\?xml)\b", re.I)
_SCANNED_CHARS = 40  # a page of pictures may carry a stamp or a page number
_SCANNED_SHARE = 0.4
_MIN_CHARS = 40
_FORM_CHARS = 300
_UNMAPPED_SHARE = 0.3
_REPORT_CHARS = 15_000
_REPORT_SECTIONS = 3
_LANGUAGE_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class DocumentHints:
    """What is known of a document before it is opened: what its address says, and the names its outlet goes by."""

    name: DocumentName = field(default_factory=DocumentName)
    outlet_names: tuple[str, ...] = ()


def is_pdf(body: bytes) -> bool:
    """Whether ``body`` is a PDF by its mark, which may follow up to a kibibyte of something else that is no markup."""
    at = body.find(_MAGIC, 0, _MAGIC_WITHIN)
    return at >= 0 and not _MARKUP.search(body[:at])


@cache
def pdf_extractor_settings() -> str:
    """Canonical JSON of what changes a result besides our own code."""
    settings = {"library": f"pypdfium2/{version('pypdfium2')}"}
    return json.dumps(settings, sort_keys=True, separators=(",", ":"))


def extract_document(body: bytes, *, zone: ZoneInfo, now: datetime, hints: DocumentHints | None = None) -> Extraction:
    """What the PDF in ``body`` says: text with its sections and footnotes, title, date, authors; or why it has none.

    ``zone`` is the outlet's, for dates. A date that an address holds is never read: it is the upload's. What the file
    says of when it was made is a hint of its own source, for where the pages print no date.
    """
    known = hints or DocumentHints()
    try:
        file = open_pdf(body)
    except EncryptedPdfError:
        return _nothing(ExtractionOutcome.ENCRYPTED, "the document asks for a password")
    except BrokenPdfError as error:
        return _nothing(ExtractionOutcome.UNREADABLE, f"the document is damaged: {error}")
    pages = tuple(file.pages)
    scanned = sum(_is_scanned(page) for page in pages)
    problem = _problem(file, pages, scanned)
    if problem is not None:
        return replace(problem, pages=file.page_count, scanned_pages=scanned)
    blocks = [in_reading_order(page.pieces) for page in pages]
    found = _read(file, pages, blocks, known, zone=zone, now=now)
    return replace(found, pages=file.page_count, scanned_pages=scanned)


def _nothing(outcome: ExtractionOutcome, error: str) -> Extraction:
    return Extraction(outcome, PDF_EXTRACTOR, pdf_extractor_settings(), error=error, kind=ArticleKind.DOCUMENT)


def _is_scanned(page: PageText) -> bool:
    return page.chars < _SCANNED_CHARS and page.image_share >= _SCANNED_SHARE


def _problem(file: PdfFile, pages: Sequence[PageText], scanned: int) -> Extraction | None:
    """Why there is no text to be had, or None."""
    chars, unmapped = sum(page.chars for page in pages), sum(page.unmapped for page in pages)
    said = _pages_in_words(file.page_count)
    if scanned and (chars < _MIN_CHARS * len(pages) or scanned * 2 > len(pages)):
        is_one = file.page_count == 1
        what = "the only page is a picture" if is_one else f"{scanned} of {said} are pictures"
        return _nothing(ExtractionOutcome.SCANNED, f"scanned: {what} without text")
    if chars < _MIN_CHARS or (file.has_form and chars < _FORM_CHARS):
        what = "is a form to fill in" if file.has_form else f"holds {chars} characters of text"
        return _nothing(ExtractionOutcome.NO_ARTICLE, f"the document ({said}) {what}")
    if unmapped > _UNMAPPED_SHARE * chars:
        return _nothing(
            ExtractionOutcome.UNREADABLE, f"{unmapped} of {chars} letters have no meaning in the document: unreadable"
        )
    return None


def _pages_in_words(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _read(
    file: PdfFile,
    pages: Sequence[PageText],
    blocks: list[tuple[Block, ...]],
    known: DocumentHints,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Extraction:
    size = text_size_of(block for page in blocks for block in page)
    heights = [(page.height, page_blocks) for page, page_blocks in zip(pages, blocks, strict=True)]
    kept = without_margins(heights, text_size=size)
    story = story_of(kept, text_size=size)
    names = frozenset(map(plain_key, known.outlet_names))
    title, spelled = title_of(story, file.metadata.get("Title"), names=names)
    body = without_front_matter(story.paragraphs, spelled)
    text, sections = _text_of(body)
    if len(text) < _MIN_CHARS:
        return _nothing(ExtractionOutcome.NO_ARTICLE, "the document holds no text besides its title")
    dates = dates_of(blocks, zone=zone, now=now, year=known.name.year)
    published = dates.published or _file_day(file, dates.raw, known, zone=zone, now=now)
    return Extraction(
        ExtractionOutcome.OK,
        PDF_EXTRACTOR,
        pdf_extractor_settings(),
        text=text,
        title=title,
        authors=authors_of(story, file.metadata.get("Author"), names=names),
        published=published,
        published_raw=None if published else dates.raw or _year(known),
        language=detect_language(text[:_LANGUAGE_CHARS], declared=known.name.language or file.language),
        declared_language=known.name.language or file.language,
        kind=_kind(text, sections),
        sections=sections,
        footnotes=story.footnotes,
    )


def _year(known: DocumentHints) -> str | None:
    return str(known.name.year) if known.name.year else None


def _file_day(
    file: PdfFile, month: str | None, known: DocumentHints, *, zone: ZoneInfo, now: datetime
) -> StatedTime | None:
    """The day on which the file was made, where neither the address nor the pages say another year or month."""
    made = file_time(file.metadata.get("CreationDate"), zone=zone, now=now)
    if made is None or month is not None or (known.name.year is not None and made.at.year != known.name.year):
        return None
    return made


def _text_of(paragraphs: Sequence[Paragraph]) -> tuple[str, tuple[Section, ...]]:
    """Paragraphs joined by an empty line, and where the headings among them stand."""
    sections: list[Section] = []
    at = 0
    for paragraph in paragraphs:
        if paragraph.level is not None:
            sections.append(Section(paragraph.level, paragraph.text, at))
        at += len(paragraph.text) + 2
    highest = min((section.level for section in sections), default=1)
    levelled = tuple(replace(section, level=section.level - highest + 1) for section in sections)
    return "\n\n".join(paragraph.text for paragraph in paragraphs), levelled


def _kind(text: str, sections: tuple[Section, ...]) -> ArticleKind:
    is_report = len(text) >= _REPORT_CHARS and len(sections) >= _REPORT_SECTIONS
    return ArticleKind.REPORT if is_report else ArticleKind.DOCUMENT
