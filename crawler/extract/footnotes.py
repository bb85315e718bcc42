"""Footnotes: taken out of a page's tree, so that they stand apart from its text, and their marks with them.

A footnote is what a short mark in the text leads to and what leads back, or is named as a note. A table of contents
leads nowhere back, so its headings stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from crawler.extract.markup import text_of
from text.clean import clean_text

MAX_NOTES = 3_000
_MAX_ANCHORS = 20_000
_FEW = 3  # children of what frames a mark
_MARK = re.compile(r"[\[(]?\s*(\d{1,4}|[ivxlc]{1,6}|[a-z]|[*†‡§¶]{1,4})\s*[\])]?[.:]?", re.I)
_NOTE_NAME = re.compile(
    r"^_?(?:(?:foot|end|cite_?|side)[-_]?note|fn|ftn|edn|en\d|note[-_]?\d|ref-?note|sdfootnote)", re.I
)
_NOTES_NAME = re.compile(r"(?:^|[\s_-])(?:foot|end)-?notes?(?:$|[\s_-])|^notes?$", re.I)
_NOTES_HEADING = re.compile(
    r"(?:foot|end)?notes(?: and references)?|references|qeydlər|istinadlar|mənbələr|примечания|сноски|ссылки|"
    r"dipnotlar|notlar|kaynakça",
    re.I,
)
_BACK = re.compile(r"[\s↩︎⏎^↑⤴\u21a9\ufe0e\ufe0f]+")
_BLOCKS = frozenset({"li", "p", "div", "dd", "aside", "tr", "section"})
_MAX_NOTE_CHARS = 4_000
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "strong")


def take_footnotes(tree: HtmlElement) -> tuple[str, ...]:
    """The page's footnotes in the order of their marks, "12 …" each; cut out of ``tree`` together with the marks."""
    marks = list(islice(_marks(tree), MAX_NOTES))
    if not marks:
        return ()
    named = _named(tree, {target for _, target, _ in marks})
    blocks = {target: block for target, note in named.items() if (block := _block_of(note)) is not None}
    said = {block: text_of(block) for block in set(blocks.values())}
    order = {element: at for at, element in enumerate(tree.iter())}
    found: dict[HtmlElement, str] = {}
    used: list[HtmlElement] = []
    for anchor, target, mark in marks:
        block = blocks.get(target)
        if block is None or order[block] < order[anchor] or not _may_be_note(said[block]):
            continue  # a link back from a note is a mark too, and leads to the text before it
        if block in found or _is_note(block, target, anchor):
            used.append(anchor)
            found.setdefault(block, mark)
    texts = [_note_text(block, mark) for block, mark in found.items()]
    for anchor in used:
        _drop_mark(anchor)
    for block in found:
        _drop_block(block)
    return tuple(filter(None, texts))


def _marks(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    """Links within the page whose text is a number or a sign: the element, where it leads, and the mark."""
    for anchor in islice(tree.iter("a"), _MAX_ANCHORS):
        href = anchor.get("href") or ""
        if not href.startswith("#") or not 1 < len(href) <= 200 or len(anchor) > _FEW:
            continue
        if said := _MARK.fullmatch(text_of(anchor)):
            yield anchor, href[1:], said[1]


def _named(tree: HtmlElement, names: set[str]) -> dict[str, HtmlElement]:
    found: dict[str, HtmlElement] = {}
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name in (element.get("id"), element.get("name")):
                if name in names:
                    found.setdefault(name, element)
    return found


def _block_of(element: HtmlElement) -> HtmlElement | None:
    """The smallest block that holds the whole note."""
    block: HtmlElement | None = element
    while block is not None and block.tag not in _BLOCKS:
        block = block.getparent()
    if block is not None and block.tag == "p":
        above = block.getparent()
        only = above is not None and above.tag in {"li", "div"} and text_of(above) == text_of(block)
        is_item = above is not None and above.tag == "li"
        block = above if only or is_item else block
    return block


def _may_be_note(said: str) -> bool:
    return len(said) <= _MAX_NOTE_CHARS and len(_BACK.sub("", said)) >= 3


def _is_note(block: HtmlElement, target: str, anchor: HtmlElement) -> bool:
    """Whether the block is a note: it leads back to its mark, or is named as a note."""
    homes = {name for element in _around(anchor) for name in (element.get("id"), element.get("name")) if name}
    leads_back = any(
        (link.get("href") or "").partition("#")[2] in homes for link in block.iter("a") if link.get("href")
    )
    return leads_back or _NOTE_NAME.match(target) is not None


def _around(anchor: HtmlElement) -> Iterator[HtmlElement]:
    yield anchor
    yield from anchor.iterdescendants()
    above = anchor.getparent()
    if above is not None and len(above) <= _FEW and len(text_of(above)) <= 8:
        yield above
    before = anchor.getprevious()
    if before is not None and len(before) == 0 and not text_of(before):
        yield before


def _note_text(block: HtmlElement, mark: str) -> str:
    """The note with its mark before it, without the mark's own spelling and the arrows that lead back."""
    said = _BACK.sub(" ", clean_text(text_of(block))).strip()
    own = re.match(rf"[\[(]?\s*{re.escape(mark)}\s*[\])]?[.:]?\s+", said)
    return f"{mark} {said[own.end() :] if own else said}".strip()


def _drop_mark(anchor: HtmlElement) -> None:
    above = anchor.getparent()
    is_frame = above is not None and above.tag in {"sup", "span"} and len(above) <= _FEW
    whole = above if above is not None and is_frame and text_of(above) == text_of(anchor) else anchor
    if whole.getparent() is not None:
        whole.drop_tree()


def _drop_block(block: HtmlElement) -> None:
    """Cut the note, and its frame once nothing is left there but a heading."""
    frame = block.getparent()
    if frame is None:
        return
    block.drop_tree()
    for _ in range(2):
        above = frame.getparent()
        if above is None or not _is_empty(frame):
            break
        heading = frame.getprevious()
        if heading is not None and heading.tag in _HEADINGS and _NOTES_HEADING.fullmatch(text_of(heading).strip(" :")):
            heading.drop_tree()
        frame.drop_tree()
        frame = above


def _is_empty(frame: HtmlElement) -> bool:
    said = text_of(frame).strip(" :")
    return not said or _NOTES_HEADING.fullmatch(said) is not None
