"""A post's text as lines: out of its markup, and as the canonical markup in which an entry carries it. Pure.

An entry carries a post's text in markup of our own, so that what its platform changes around a text is no change of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape

from lxml import etree
from lxml.html import HtmlElement

from text.clean import clean_text

_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table td tr ul".split()
)
_UNSEEN = frozenset("script style noscript template iframe object svg video audio time select textarea button".split())
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
_ESCAPED_AMPERSAND = re.compile(r"&amp;", re.I)


def lines_of(element: HtmlElement) -> tuple[str, ...]:
    """The lines of text that a reader of ``element`` sees, in order, none of them empty; hidden spoilers among them.

    Lines end at breaks, at the borders of blocks, and within ``pre`` at line feeds. An emoji is its character.
    """
    text = clean_text("".join(_pieces(element)))
    return tuple(line for raw in text.split("\n") if (line := " ".join(raw.split())))


def _pieces(top: HtmlElement) -> Iterator[str]:
    """Text in document order, a newline at each border of a block; without recursion, whatever the nesting."""
    preformatted = 0
    walker = etree.iterwalk(top, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        name = element.tag
        if event == "start":
            preformatted += name == "pre"
            if name in _UNSEEN:
                walker.skip_subtree()
                continue
            yield "\n" if name in _BLOCKS else ""
            yield _spaced(element.text, preformatted)
            yield (element.get("alt") or "") if _is_emoji(element) else ""
        elif element is not top:
            preformatted -= event == "end" and name == "pre"
            yield "\n" if event == "end" and name in _BLOCKS else ""
            yield _spaced(element.tail, preformatted)


def _spaced(text: str | None, preformatted: int) -> str:
    """Text as it is shown: outside of ``pre`` a line feed is a space, and so is what only looks like one."""
    return (text or "") if preformatted else " ".join(re.split(r"[\r\n\u2028\u2029\x0b\x0c\x85]", text or ""))


def _is_emoji(element: HtmlElement) -> bool:
    above = element.getparent()
    is_in_emoji = above is not None and above.tag == "tg-emoji"
    return element.tag == "img" and (is_in_emoji or "emoji" in (element.get("class") or "").split())


def undo_double_escapes(element: HtmlElement) -> None:
    """Addresses in links, and addresses that links show, with ``&`` where their page wrote ``&amp;`` twice."""
    for anchor in element.iter("a"):
        href = anchor.get("href") or ""
        anchor.set("href", _ESCAPED_AMPERSAND.sub("&", href))
        if anchor.text and anchor.text.lstrip().lower().startswith(("http://", "https://", "www.")):
            anchor.text = _ESCAPED_AMPERSAND.sub("&", anchor.text)


def as_markup(lines: Iterable[str]) -> str | None:
    """Lines as the full text of an entry; None where there are none."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines) or None


def lines_in(markup: str) -> tuple[str, ...]:
    """The lines that ``as_markup`` wrote."""
    return tuple(unescape(line) for line in _PARAGRAPH.findall(markup))
