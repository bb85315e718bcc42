"""What a document's first pages say of it: its title, who wrote it, and when it was published. Pure.

The title is the first large heading: what the file names as its title is a template's as often as not, and counts only
where the pages bear it out or say nothing. A date is the document's own where it stands in a line by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from crawler.extract.authors import author_names
from crawler.extract.printed_dates import CHANGED, is_bare_date
from crawler.extract.titles import plain_key
from crawler.pdf.layout import Block, Line
from crawler.pdf.metadata import stated_title
from crawler.pdf.paragraphs import Paragraph, Story
from domain.times import StatedTime, TimeSource
from text.dates import parse_stated_date
from text.fold import fold
from text.months import month_of

_FRONT_PAGES = 2
_MAX_TITLE_CHARS = 400
_LINE_TITLE_CHARS = 160  # of a first line that nothing sets off
_LABELS = frozenset(
    plain_key(label)
    for label in (
        "public statement", "press release", "media release", "news release", "press statement", "statement", "report",
        "briefing", "briefing paper", "urgent action", "open letter", "document", "annual report", "contents",
        "for immediate release", "table of contents", "executive summary", "summary", "bəyanat", "hesabat",
        "press-reliz", "açıq məktub", "mündəricat", "mətbuat üçün açıqlama", "xülasə", "заявление", "доклад",
        "отчёт", "пресс-релиз",
        "открытое письмо", "содержание", "оглавление", "краткое содержание", "basın açıklaması", "basın bülteni",
        "rapor", "açık mektup", "içindekiler", "kamuoyu açıklaması", "özet",
    )
)  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DATED_CHARS = 90
_LETTERHEAD_CHARS = 100
_BELOW_TITLE = 3
_PROSE_CHARS = 400  # of text on the first page: behind it, dates are the story's
_BY = re.compile(
    r"^(?:(?:written|report|prepared|text)\s+)?by\s+(?=[^\W\d_])|^(?:authors?|müəllif(?:lər)?|hazırladı|yazdı|"
    r"автор(?:ы)?|yazar(?:lar)?|yazan|hazırlayan)\s*:\s*",
    re.I,
)
_BYLINE_CHARS = 120
_BYLINES_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Dates:
    """When a document was published as its pages say; ``raw`` is a month or a year that is all they say."""

    published: StatedTime | None
    raw: str | None


def title_of(story: Story, named: str | None, *, names: frozenset[str]) -> tuple[str | None, tuple[Paragraph, ...]]:
    """The document's title, and the paragraphs that spell it. ``named``: the file's; ``names``: keys of outlets."""
    heading = _largest_heading(story, names)
    stated = stated_title(named)
    if heading:
        printed = " ".join(paragraph.text for paragraph in heading)[:_MAX_TITLE_CHARS]
        if stated and _goes_further(stated, printed, story):
            return stated, heading
        return printed, heading
    if stated and plain_key(stated) not in names:
        return stated, _spelling(story, stated)
    first = next((paragraph for paragraph in story.paragraphs if _may_be_title(paragraph, names)), None)
    is_title = first is not None and len(first.text) <= _LINE_TITLE_CHARS and not first.text.endswith((".", ";", ","))
    return (first.text, (first,)) if first and is_title else (None, ())


def without_front_matter(paragraphs: Sequence[Paragraph], title: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """The text: without the title, the letterhead above it, and the date that stands by itself below it."""
    if not title:
        return tuple(paragraphs)
    at = next((number for number, paragraph in enumerate(paragraphs) if paragraph is title[0]), 0)
    above = [p for p in paragraphs[:at] if p.page != title[0].page or len(p.text) > _LETTERHEAD_CHARS]
    rest = [paragraph for paragraph in paragraphs[at:] if paragraph not in title]
    dated = [p for p in rest[:_BELOW_TITLE] if _YEAR.search(p.text) and len(p.text) < 60 and is_bare_date(p.text)]
    return (*above, *(paragraph for paragraph in rest if paragraph not in dated))


def _largest_heading(story: Story, names: frozenset[str]) -> tuple[Paragraph, ...]:
    """The largest heading of the first page that has one, with what goes on in the same size."""
    for page in range(1, _FRONT_PAGES + 1):
        found = [p for p in story.paragraphs if p.page == page and p.level is not None and _may_be_title(p, names)]
        if not found:
            continue
        largest = max(paragraph.size for paragraph in found)
        first = next(at for at, p in enumerate(story.paragraphs) if p in found and p.size >= 0.97 * largest)
        held = [story.paragraphs[first]]
        for paragraph in islice(story.paragraphs, first + 1, first + 4):
            if paragraph not in found or abs(paragraph.size - held[0].size) > 0.5 or not held[-1].text[-1:].isalnum():
                break
            if sum(len(p.text) for p in held) > 120 or page != paragraph.page or held[-1].lines > 2:
                break
            held.append(paragraph)
        return tuple(held) if page == 1 or _stands_alone(story, held) else (held[0],)
    return ()


def _stands_alone(story: Story, held: list[Paragraph]) -> bool:
    return sum(p.level == held[0].level for p in story.paragraphs) == len(held)


def _may_be_title(paragraph: Paragraph, names: frozenset[str]) -> bool:
    key = plain_key(paragraph.text)
    letters = sum(letter.isalpha() for letter in paragraph.text)
    if key in _LABELS or key in names or letters < 4 or letters * 3 < len(key) * 2:
        return False
    return not (_YEAR.search(paragraph.text) and is_bare_date(paragraph.text))


def _goes_further(stated: str, printed: str, story: Story) -> bool:
    """Whether the file's title says all of the printed heading and more, and all of it is printed as well."""
    whole, part = plain_key(stated), plain_key(printed)
    front = plain_key("".join(p.text for p in story.paragraphs if p.page <= _FRONT_PAGES and len(p.text) < 300))
    return len(whole) > len(part) and part in whole and whole in front


def _spelling(story: Story, title: str) -> tuple[Paragraph, ...]:
    key = plain_key(title)
    return tuple(p for p in story.paragraphs if p.page <= _FRONT_PAGES and plain_key(p.text) == key)


def dates_of(pages: Sequence[tuple[Block, ...]], *, zone: ZoneInfo, now: datetime, year: int | None) -> Dates:
    """The date that the document prints of itself; where its address names a ``year``, one of that year.

    A line that is a date comes first, then one beside the heading that holds a date, then a line at the very end that
    is one. What lies months apart from the named year is a date of the story.
    """
    front = list(_front_lines(pages))
    ends = list(reversed([line.text for block in pages[-1] for line in block][-6:])) if pages else []
    bare = [text for text in front if is_bare_date(text)]
    candidates = [*bare, *(text for text in front if text not in bare), *(text for text in ends if is_bare_date(text))]
    read = (_read(text, zone, now) for text in candidates)
    stated = [found for found in read if found is not None]
    best = next((found for found in stated if year is None or found.at.year == year), None)
    return Dates(best, None if best else next(_months(front), None))


def _front_lines(pages: Sequence[tuple[Block, ...]]) -> Iterator[str]:
    """Short lines with a year on the cover and on the first page, up to where the text has begun."""
    prose = 0
    for page in pages[:_FRONT_PAGES]:
        for line in (line for block in page for line in block):
            text = line.text
            if _YEAR.search(text) and len(text) <= _DATED_CHARS and not CHANGED.search(text) and _is_apart(line, page):
                yield text
            prose += len(text) if len(text) > 60 else 0
        if prose > _PROSE_CHARS:
            return


def _is_apart(line: Line, page: tuple[Block, ...]) -> bool:
    """Whether the line is no line of a paragraph: the next one is not close below, or it holds a date alone."""
    return is_bare_date(line.text) or not any(
        0 < abs(line.y - other.y) < 1.5 * line.size and len(other.text) > 60 and abs(other.size - line.size) < 0.5
        for block in page
        for other in block
    )


def _read(text: str, zone: ZoneInfo, now: datetime) -> StatedTime | None:
    return parse_stated_date(text, zone=zone, now=now, source=TimeSource.TEXT, may_guess=False)


def _months(lines: list[str]) -> Iterator[str]:
    """Lines that name a month and a year and nothing else."""
    for text in lines:
        words = [word for word in re.split(r"[\W\d_]+", fold(text)) if word]
        if len(words) == 1 and month_of(words[0]) is not None:
            yield text


def authors_of(story: Story, named: str | None, *, names: frozenset[str]) -> tuple[str, ...]:
    """Who signed: what stands behind "By" or "Author:" in front, else whom the file names where the text does too."""
    for paragraph in islice(story.paragraphs, _BYLINES_LOOKED_AT):
        if paragraph.page <= _FRONT_PAGES and len(paragraph.text) <= _BYLINE_CHARS and _BY.match(paragraph.text):
            return author_names([_BY.sub("", paragraph.text)], names)
    whole = plain_key(" ".join(paragraph.text for paragraph in story.paragraphs))
    stated = author_names([named or ""], names)
    return tuple(name for name in stated if " " in name and plain_key(name) in whole)
