"""The headings of a page and where they stand in its text.

They are collected before the tree is cut and found again among the paragraphs that were read, in order: what is no
paragraph of the text is a heading of something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.links import squeezed
from crawler.extract.markup import text_of
from domain.extraction import Section
from text.clean import clean_text

MAX_SECTIONS = 1_000
_MAX_TITLE_CHARS = 300
_LEVELS = {f"h{level}": level for level in range(1, 7)}
Headings = Sequence[tuple[int, str]]  # level of the element and its text without white space, in document order


def page_headings(tree: HtmlElement) -> Headings:
    """The headings of the page."""
    found = islice(tree.iter(*_LEVELS), MAX_SECTIONS)
    return [(_LEVELS[str(element.tag)], squeezed(clean_text(text_of(element)))) for element in found]


def sections_of(paragraphs: Sequence[str], headings: Headings) -> tuple[Section, ...]:
    """Those paragraphs that are headings, with where they start in the paragraphs joined by empty lines.

    Levels count from 1 for the highest that the text has.
    """
    found: list[Section] = []
    next_heading, start = 0, 0
    for paragraph in paragraphs:
        if len(paragraph) <= _MAX_TITLE_CHARS:
            at = _position(squeezed(paragraph), headings, next_heading)
            if at is not None:
                found.append(Section(headings[at][0], paragraph, start))
                next_heading = at + 1
        start += len(paragraph) + 2
    highest = min((section.level for section in found), default=1)
    return tuple(Section(section.level - highest + 1, section.title, section.start) for section in found)


def _position(said: str, headings: Headings, start: int) -> int | None:
    return next((at for at in range(start, len(headings)) if headings[at][1] == said), None)
