"""Plain text out of what a feed or a listing gives as text: markup goes, a ``<`` that is no markup stays.

Titles and summaries come as text, as HTML, as HTML escaped twice and as a mixture, whatever their feed declares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

from lxml import etree, html

from text.clean import clean_text

_NAMES = frozenset(
    (
        "a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body "
        "br button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl "
        "dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header "
        "hgroup hr html i iframe img input ins kbd label legend li link main map mark marquee math menu menuitem "
        "meta meter nav nobr noframes noscript object ol optgroup option output p param picture pre progress q rp "
        "rt ruby s samp script section select slot small source span strike strong style sub summary sup svg table "
        "tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr"
    ).split()
)
_OPENER = re.compile(r"<(?:/?([A-Za-z][A-Za-z0-9]{0,12})(?=[\s/>])|(!--|!\[CDATA\[))")
_SIGN = re.compile(r"<(?!!--)(?:/?([A-Za-z][A-Za-z0-9]{0,12})(?=[\s/>]))?")
_NO_REFERENCE = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PAIRED = re.compile(
    r"<(p|b|i|em|strong|a|span|div|font|u|h[1-6]|li|ul|blockquote|sub|sup)\b[^<>]*>[^<]*</\1\s*>|<br\s*/?>", re.I
)
_BLOCKS = frozenset(
    "address article aside blockquote br caption dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_UNSEEN = frozenset("script style noscript template iframe object embed svg math head title textarea select".split())
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_GAPS = re.compile(r"\s*\n\s*")
_SPACE = re.compile(r"\s+")
_ROUNDS = 2


def plain_line(raw: str | None) -> str | None:
    """``raw`` as plain text on one line; None when nothing is left."""
    text = plain_text(raw)
    return _SPACE.sub(" ", text).strip() if text else None


def plain_text(raw: str | None) -> str | None:
    """``raw`` as plain text, blocks on lines of their own; None when nothing is left.

    Markup that was escaped once more is taken out too where it is clearly that: an element with its end, or a break.
    """
    if not raw:
        return None
    text = _without_markup(raw)
    for _ in range(_ROUNDS):
        if not _PAIRED.search(text):
            break
        text = _without_markup(text)
    text = clean_text(unescape_references(text))
    return _LINE_GAPS.sub("\n", _BLANKS.sub(" ", text)).strip() or None


def has_markup(raw: str) -> bool:
    """Whether an HTML tag, comment or CDATA section is in ``raw``."""
    return any(found[2] or found[1].lower() in _NAMES for found in _OPENER.finditer(raw))


def unescape_references(text: str) -> str:
    """``text`` with its complete character references resolved; ``&lt=`` in an address is none."""
    return _REFERENCE.sub(lambda found: _character(found.group()), text)


@lru_cache(maxsize=4096)
def _character(reference: str) -> str:
    return unescape(reference)


def _without_markup(raw: str) -> str:
    text = raw.replace("<![CDATA[", "").replace("]]>", "") if "CDATA[" in raw else raw
    if not has_markup(text):
        return unescape_references(text)
    guarded = _NO_REFERENCE.sub("&amp;", _SIGN.sub(_as_sign, clean_text(text)))
    try:
        tree = html.fragment_fromstring(guarded, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return text
    return "".join(_pieces(tree))


def _as_sign(found: re.Match[str]) -> str:
    """A ``<`` that begins no HTML element, escaped."""
    is_tag = found[1] is not None and found[1].lower() in _NAMES
    return found.group() if is_tag else "&lt;" + found.group()[1:]


def _pieces(tree: html.HtmlElement) -> Iterator[str]:
    """Text in document order, a newline at each border of a block; without recursion, whatever the nesting."""
    walker = etree.iterwalk(tree, events=("start", "end", "comment"))
    for event, element in walker:
        gap = "\n" if element.tag in _BLOCKS else ""
        if event == "start":
            if element.tag in _UNSEEN:
                walker.skip_subtree()
            else:
                yield gap
                yield element.text or ""
        elif element is not tree:
            yield gap if event == "end" else ""
            yield element.tail or ""
