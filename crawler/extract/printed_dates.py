"""The date that a page prints beside its heading, for readers and with no mark that a machine would know.

A line counts when it holds a whole date and few words besides. It may stand before the heading or after it, but not
behind the text's beginning, not inside a link to something else, and not under a word that tells of a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from crawler.extract.markup import UNSEEN, collapse
from text.fold import fold
from text.months import month_of

MAX_CHARS = 70
_MAX_SAID_CHARS = 1_000  # the same with its indentation
_REACH = 160  # elements after the heading
_REACH_BEFORE = 40
_LEVELS_BEFORE = 3
_PROSE_CHARS = 140  # a paragraph this long is text; a standfirst may be one
_PROSE_PARAGRAPHS = 2
_MIN_HEADING_CHARS = 15
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_DIGITS = re.compile(r"(?:19|20)\d\d")
CHANGED = re.compile(
    r"updat|modif|review|\blast\b|edited|revised|обновл|измен|оновлен|yenilən|yeniləm|güncel|dəyişdiril|düzəliş|düzenlen|"
    r"aktualis|actuali|aggiorn|atualiz|mis à jour|bearbeitet|geändert",
    re.I,
)

_EITHER_ORDER = re.compile(r"(?<!\d)(\d\d?)[/-](\d\d?)[/-]\d{2,4}(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_BESIDE_A_DATE = re.compile(
    r"(?:published|posted|date|dated|first|originally|created|added|min|mins|minutes?|read|est|edt|pst|pdt|gmt|utc|cet|"
    r"the|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|опубликован\w*|опублікован\w*|"
    r"дата|derc|edilib|tarix|tarihi|yayin\w*|publicad\w|publie|pubblicat\w|veroffentlicht|opublikowan\w|fecha|datum|uhr)$"
)


def is_bare_date(line: str) -> bool:
    """Whether a line says nothing besides its date, its time, and that something was published.

    03/01/2017 is no such line: who writes it may mean either month.
    """
    numbers = _EITHER_ORDER.search(line)
    if numbers and numbers[1] != numbers[2] and max(int(numbers[1]), int(numbers[2])) <= 12:
        return False
    return all(month_of(word) or _BESIDE_A_DATE.match(word) for word in _WORD.findall(fold(line)))


def printed_beside_heading(tree: HtmlElement) -> Iterator[str]:
    """Lines with a whole date near the article's heading, those after it first, the nearest first."""
    heading = _heading(tree)
    if heading is None:
        return
    lines = map(_dated_line, chain(_after(heading), _before(heading)))
    yield from dict.fromkeys(filter(None, lines))


def _heading(tree: HtmlElement) -> HtmlElement | None:
    """The first heading that is a sentence; site names stand in ``h1`` too, and some pages have none."""
    headings = list(islice(tree.iter("h1"), 5)) or list(islice(tree.iter("h2"), 5))
    sentences = (heading for heading in headings if len(collapse(heading.text_content())) >= _MIN_HEADING_CHARS)
    return next(sentences, next(iter(headings), None))


def _after(heading: HtmlElement) -> Iterator[HtmlElement]:
    """What follows the heading in document order, up to where the text has begun."""
    prose = 0
    for element in islice(_following(heading), _REACH):
        if element.tag == "h1" or prose == _PROSE_PARAGRAPHS:
            return
        if element.tag == "p" and len(element.text_content()) >= _PROSE_CHARS:
            prose += 1
        yield element


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    above: HtmlElement | None = element
    while above is not None:
        for sibling in above.itersiblings():
            yield from sibling.iter()
        above = above.getparent()


def _before(heading: HtmlElement) -> Iterator[HtmlElement]:
    """What stands shortly before the heading, the nearest first."""
    above, found = heading, 0
    for _ in range(_LEVELS_BEFORE):
        for sibling in above.itersiblings(preceding=True):
            inside = list(islice(sibling.iter(), _REACH_BEFORE))
            found += len(inside)
            if found > _REACH_BEFORE:
                return
            yield from reversed(inside)
        parent = above.getparent()
        if parent is None:
            return
        above = parent


def _dated_line(element: HtmlElement) -> str | None:
    """The text of a small element that may hold a whole date; None where it holds none or one of something else."""
    if not isinstance(element.tag, str) or element.tag in UNSEEN or element.tag == "a" or len(element) > 4:
        return None
    said = element.text_content()
    if len(said) > _MAX_SAID_CHARS or not _YEAR_DIGITS.search(said):  # true of most, and cheap to ask
        return None
    text = collapse(" ".join(element.itertext()))  # "2:41 PM" and "Share" may be neighbours without a space
    if not 6 <= len(text) <= MAX_CHARS or not _YEAR.search(text) or CHANGED.search(text):
        return None
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return None if CHANGED.search(named) or _labelled_changed(element) or _in_link(element) else text


def _labelled_changed(element: HtmlElement) -> bool:
    """Whether the words right before the element tell of a change: "Updated: <b>5 May 2025</b>"."""
    previous = element.getprevious()
    parent = element.getparent()
    before = [previous.tail, collapse(previous.text_content())[-30:]] if previous is not None else []
    if previous is None and parent is not None:
        before = [parent.text, parent.get("class")]
    return any(CHANGED.search(text) for text in before if text)


def _in_link(element: HtmlElement) -> bool:
    return any(above.tag == "a" and len(above.text_content()) > MAX_CHARS for above in element.iterancestors())
