"""The text of an article: trafilatura's reading, mended where whole classes of pages go wrong.

What is mended here holds for any outlet: a doubled heading, captions, calls to read something else, an article body
that the page states in its structured data and that the reading missed. What only one outlet needs stands in its hints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement, fragment_fromstring

from crawler.extract.boilerplate import drop_clutter, undo_layout_tables, without_boilerplate
from crawler.extract.json_ld import Node, text_of_node
from crawler.extract.markup import BLOCKS, Page, collapse, select
from domain.outlet import PageHints
from text.clean import clean_text

_MARKUP = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.I)
_TOO_LITTLE_CHARS = 250
_MAX_ESCAPES = 3
_TABLE_RULE = re.compile(r"^\|(?:\s*:?-+:?\s*\|)+$")


@dataclass(frozen=True, slots=True)
class Body:
    """An article's paragraphs and how they were found: ``selector``, ``reading`` or ``structured``."""

    paragraphs: tuple[str, ...]
    found_by: str

    @property
    def text(self) -> str:
        """The paragraphs joined by an empty line."""
        return "\n\n".join(self.paragraphs)


def read_body(page: Page, article: Node | None, *, title: str | None, hints: PageHints, linked: frozenset[str]) -> Body:
    """The article's text. The page's tree is cut on the way: read everything else from it before."""
    for element in list(select(page.tree, hints.drop_css)):
        element.drop_tree()
    chosen = selected_paragraphs(page.tree, hints.body_css)
    if chosen:
        return Body(without_boilerplate(chosen, title, linked), "selector")
    stated = stated_paragraphs(article)
    drop_clutter(page.tree)
    undo_layout_tables(page.tree)
    read = without_boilerplate(_read_by_trafilatura(page.tree), title, linked)
    if sum(map(len, read)) < _TOO_LITTLE_CHARS < _paragraph_chars(page.tree):
        wider = without_boilerplate(_read_by_trafilatura(page.tree, precise=False), title, linked)
        read = max(read, wider, key=lambda paragraphs: sum(map(len, paragraphs)))
    if _is_fuller(stated, read):
        return Body(without_boilerplate(stated, title, linked), "structured")
    return Body(read, "reading")


def _paragraph_chars(tree: HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))


def _read_by_trafilatura(tree: HtmlElement, *, precise: bool = True) -> tuple[str, ...]:
    """What trafilatura reads; less precise it also finds bodies in odd frames, which helps where it found nothing."""
    from trafilatura import bare_extraction  # noqa: PLC0415  # half a second of imports that only a worker needs

    document = bare_extraction(
        tree,
        favor_precision=precise,
        include_comments=False,
        include_formatting=False,
        with_metadata=False,
        deduplicate=False,
    )
    text = getattr(document, "text", None)  # typed as a dictionary too, which it is no longer
    return paragraphs_of(text) if isinstance(text, str) else ()


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The lines of ``text`` that say something; a table's row becomes its cells joined by a bar."""
    lines = (clean_text(line).strip() for line in text.split("\n"))
    return tuple(_row(line) for line in lines if line and not _TABLE_RULE.match(line) and line.strip("-|• "))


def _row(line: str) -> str:
    if not (line.startswith("|") and line.endswith("|")):
        return line
    return " | ".join(cell for cell in map(str.strip, line.strip("|").split("|")) if cell)


def selected_paragraphs(tree: HtmlElement, selectors: Iterable[str]) -> tuple[str, ...]:
    """Paragraphs of the elements that the first fitting selector names; nested matches are read once."""
    for selector in selectors:
        elements = list(select(tree, (selector,)))
        outer = [element for element in elements if not any(above in elements for above in element.iterancestors())]
        found = tuple(paragraph for element in outer for paragraph in block_paragraphs(element))
        if found:
            return found
    return ()


def block_paragraphs(element: HtmlElement) -> tuple[str, ...]:
    """The paragraphs of an element: what its blocks and line breaks set apart."""
    marked = copy(element)
    drop_clutter(marked)
    for node in marked.iter(*BLOCKS, "br"):
        node.text = f"\n{node.text or ''}" if node.tag != "br" else node.text
        node.tail = f"\n{node.tail or ''}"
    for node in list(marked.iter("script", "style", "noscript", "template", "iframe", "svg")):
        node.drop_tree()
    return tuple(text for line in marked.text_content().split("\n") if (text := collapse(clean_text(line))))


def stated_paragraphs(article: Node | None) -> tuple[str, ...]:
    """Paragraphs of the body that the structured data states."""
    stated = text_of_node(article, "articleBody")
    for _ in range(_MAX_ESCAPES):  # the same body was seen escaped once, twice and three times
        stated = unescape(stated or "")
    return plain_paragraphs(stated) if stated else ()


def plain_paragraphs(markup: str) -> tuple[str, ...]:
    """Paragraphs of a piece of text that may be HTML."""
    if not _MARKUP.search(markup):
        return tuple(text for line in markup.split("\n") if (text := collapse(clean_text(line))))
    element = fragment_fromstring(_printable(markup), create_parent="div")
    return block_paragraphs(element)


def _printable(markup: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", markup)


def _is_fuller(stated: tuple[str, ...], read: tuple[str, ...]) -> bool:
    """Whether the stated body has much that the reading lacks."""
    said, found = sum(map(len, stated)), sum(map(len, read))
    return said > 250 and said > 1.6 * found
