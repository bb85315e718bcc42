"""From a document's lines to its paragraphs, headings and footnotes. Pure.

A paragraph ends at a gap, an indent, a change of size or weight, a bullet, or a short line that ends a sentence. It
goes on over columns and pages where its last line does not end one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from crawler.pdf.layout import Block, Line
from text.clean import clean_text
from text.hyphens import Hyphens, without_soft_hyphens

_NOTE_SIZE = 0.93  # times the text's
_NOTE = re.compile(r"^[\[(]?(\d{1,3}|[*†‡§]{1,3})[\])]?[.:]?\s*(?=\S)")
_MORE_THAN_FITS = 1.6  # times the next word's width: lines are set with some freedom
_HEADING_SIZE = 1.12
_HEADING_CHARS = 220
_HEADING_LINES = 5
_BULLET = re.compile(r"^(?:[•●▪■◦‣–—·*-]\s|\(?[a-zа-я0-9]{1,3}[.)]\s)", re.I)
_ENDS = re.compile(r"[.!?…:;][\"'»”’)\]]*$")
_LEADER = re.compile(r"(?:\.\s?|…\s?|·\s?|_){5,}\s*[\divxlc]{1,5}$", re.I)  # a line of a table of contents
_CONTENTS = frozenset("contents|table of contents|mündəricat|içindekiler|содержание|оглавление".split("|"))
_SPACES = re.compile(r"\s+")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in one piece. ``level`` is a heading's, 1 for the largest; None for text."""

    text: str
    page: int
    size: float
    level: int | None = None
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Story:
    """A document's paragraphs in reading order, headings among them, and the footnotes apart."""

    paragraphs: tuple[Paragraph, ...]
    footnotes: tuple[str, ...]
    text_size: float


@dataclass(frozen=True, slots=True)
class _Draft:
    lines: tuple[Line, ...]
    page: int
    is_heading: bool
    is_open: bool  # it may go on in the next column


def text_size_of(blocks: Iterable[Block]) -> float:
    """The size in which most of the letters are set; 0 without letters."""
    sizes: Counter[float] = Counter()
    for block in blocks:
        for line in block:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def story_of(pages: Sequence[tuple[Block, ...]], *, text_size: float) -> Story:
    """The story that the pages' blocks tell, running heads taken out before."""
    hyphens = Hyphens(line.text for page in pages for block in page for line in block)
    is_bold_text = _is_mostly_bold(pages)
    drafts: list[_Draft] = []
    notes: list[str] = []
    for number, page in enumerate(pages, start=1):
        for whole in page:
            block, note_lines = _without_notes(_without_leaders(whole), text_size)
            notes += (_joined(lines, hyphens) for lines in _notes(note_lines))
            for at, draft in enumerate(_drafts(block, number, text_size, is_bold_text)):
                if at == 0 and drafts and _goes_on(drafts[-1], draft):
                    drafts[-1] = replace(draft, lines=drafts[-1].lines + draft.lines, page=drafts[-1].page)
                else:
                    drafts.append(draft)
    return Story(_levelled(drafts, hyphens), tuple(filter(None, notes)), text_size)


def _is_mostly_bold(pages: Sequence[tuple[Block, ...]]) -> bool:
    lines = [line for page in pages for block in page for line in block]
    bold = sum(len(line.text) for line in lines if line.is_bold)
    return bold * 2 > sum(len(line.text) for line in lines)


def _without_leaders(block: Block) -> Block:
    """The block without the lines of a table of contents, which say again what the headings say."""
    if not any(_LEADER.search(line.text) for line in block):
        return block
    is_contents = [line.text.strip(" :").casefold() in _CONTENTS for line in block]
    return tuple(
        line for line, is_its in zip(block, is_contents, strict=True) if not is_its and not _LEADER.search(line.text)
    )


def _without_notes(block: Block, text_size: float) -> tuple[Block, Block]:
    """The block without the small lines at its foot that begin with a note's mark, and these lines."""
    first = len(block)
    while first > 0 and block[first - 1].size < _NOTE_SIZE * text_size:
        first -= 1
    marked = next((at for at in range(first, len(block)) if _NOTE.match(block[at].text)), None)
    return (block, ()) if marked is None else (block[:marked], block[marked:])


def _notes(lines: Block) -> Iterator[Block]:
    """Lines note by note: each begins with a mark, and numbers count up."""
    start, last = 0, None
    for at, line in enumerate(lines):
        mark = _NOTE.match(line.text)
        number = int(mark[1]) if mark and mark[1].isdecimal() else None
        if mark and at > start and (number is None or last is None or 0 < number - last <= 3):
            yield lines[start:at]
            start = at
        if mark and at == start:
            last = number
    if lines:
        yield lines[start:]


def _drafts(block: Block, page: int, text_size: float, is_bold_text: bool) -> Iterator[_Draft]:
    """The block cut where paragraphs end."""
    if not block:
        return
    left, right = min(line.x0 for line in block), max(line.x1 for line in block)
    leading = _leading(block)
    held: list[Line] = []
    for line in block:
        if held and _begins(line, held[-1], left=left, right=right, leading=leading):
            yield _draft(held, page, text_size, is_bold_text, right)
            held = []
        held.append(line)
    yield _draft(held, page, text_size, is_bold_text, right)


def _draft(lines: list[Line], page: int, text_size: float, is_bold_text: bool, right: float) -> _Draft:
    last = lines[-1]
    is_full = right - last.x1 < 0.2 * max(right - min(line.x0 for line in lines), 1.0)
    is_heading = _is_heading(lines, text_size, is_bold_text)
    return _Draft(tuple(lines), page, is_heading, not is_heading and (is_full or last.text[-1:] in "-\u00ad,"))


def _leading(block: Block) -> float:
    """The distance of lines within a paragraph: the usual small one."""
    steps = sorted(one.y - other.y for one, other in pairwise(block) if one.y > other.y)
    return median(steps[: max(1, len(steps) * 2 // 3)]) if steps else 0.0


def _begins(line: Line, last: Line, *, left: float, right: float, leading: float) -> bool:
    """Whether ``line`` begins a paragraph after ``last``."""
    size = max(line.size, last.size)
    if line.is_row or last.is_row:
        return True
    if abs(line.size - last.size) > 0.08 * size or line.is_bold != last.is_bold:
        return min(len(line.text), len(last.text)) > 3
    if last.y - line.y > max(1.35 * leading, 1.1 * size):
        return True
    if _BULLET.match(line.text) and line.text[:1] != last.text[-1:]:
        return _ENDS.search(last.text) is not None or last.x1 < right - 0.2 * (right - left)
    is_indented = 0.7 * size < line.x0 - last.x0 < 6 * size and last.x0 - left < 0.5 * size
    if is_indented and not last.is_bold:
        return line.x1 > left + 0.5 * (right - left) or _ENDS.search(last.text) is not None
    room = _MORE_THAN_FITS * len(line.text.split(" ", 1)[0]) * (last.x1 - last.x0) / max(len(last.text), 1)
    is_short = right - last.x1 > max(room, 0.1 * (right - left))  # the next word would have stood there too
    return is_short and _ENDS.search(last.text) is not None


def _is_heading(lines: list[Line], text_size: float, is_bold_text: bool) -> bool:
    text = " ".join(line.text for line in lines)
    if (
        lines[0].is_row
        or len(lines) > _HEADING_LINES
        or not 2 <= len(text) <= _HEADING_CHARS
        or len(_LETTER.findall(text)) < 2
    ):
        return False
    if min(line.size for line in lines) >= _HEADING_SIZE * text_size:
        return True
    is_set_off = all(line.is_bold for line in lines) and not is_bold_text
    return (
        is_set_off and min(line.size for line in lines) > _NOTE_SIZE * text_size and not text.endswith((".", ",", ";"))
    )


def _goes_on(last: _Draft, following: _Draft) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    if last.is_heading or following.is_heading or not last.is_open or following.lines[0].is_row:
        return False
    first, end = following.lines[0].text, last.lines[-1].text
    if abs(following.lines[0].size - last.lines[-1].size) > 0.08 * last.lines[-1].size or _BULLET.match(first):
        return False
    return not _ENDS.search(end) or first[:1].islower()


def _levelled(drafts: list[_Draft], hyphens: Hyphens) -> tuple[Paragraph, ...]:
    """Paragraphs of the drafts; the larger a heading, the lower its level."""
    sizes = sorted({_rounded(draft) for draft in drafts if draft.is_heading}, reverse=True)
    levels = {size: level for level, size in enumerate(sizes, start=1)}
    made = []
    for draft in drafts:
        text = _joined(draft.lines, hyphens)
        level = levels[_rounded(draft)] if draft.is_heading else None
        if text:
            made.append(Paragraph(text, draft.page, draft.lines[0].size, level, len(draft.lines)))
    return tuple(made)


def _rounded(draft: _Draft) -> float:
    return float(round(draft.lines[0].size))


def _joined(lines: Iterable[Line], hyphens: Hyphens) -> str:
    """Lines as one text."""
    text = ""
    for line in lines:
        text = hyphens.joined(text, line.text) if text else line.text
    return _SPACES.sub(" ", clean_text(without_soft_hyphens(text))).strip()
