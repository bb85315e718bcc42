"""Repairs of an XML document's text that let a strict parser read what its author meant.

Every repair is one pass over the text (what a remote server sends must not cost more than its length) and leaves a
note. Character data inside CDATA sections is left alone, but for characters and references that no parser survives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|entry)(?=[\s>/])", re.I)
_START = re.compile(r"<\?xml\s|<!DOCTYPE\s|<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|entry)(?=[\s>/])", re.I)
_CHANNEL = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:rss|feed|channel|entry)(?=[\s>/])|purl\.org/rss/1|netscape\.com/rdf/", re.I
)
_ROOT_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel|entry)\b", re.I)
_HTML_ROOT = re.compile(r"(?:\s|<\?[^>]*>|<!--(?:[^-]|-(?!->))*+-->|<!doctype[^>]*>)*+<(?:html|head|body)\b", re.I)
_DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"&#(?:(\d+)|[xX]([0-9a-fA-F]+));?")
_NAME = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;)([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|[A-Za-z_][\w.-]{0,63};)")
_NO_MARKUP = re.compile(r"<(?![A-Za-z_/!?])")
_EMPTY_LINK = re.compile(r"<link\s*/>|<link>\s*</link\s*>", re.I)  # it would hide a guid that is one
_TWICE_ESCAPED = re.compile(r"&lt;!\[CDATA\[|\]\]&gt;")
_OPENERS = re.compile(r"<!\[CDATA\[|<!--")
_HEAD_CHARS = 10_000
_CP1252 = {number: bytes([number]).decode("cp1252", errors="replace") for number in range(0x80, 0xA0)}
# Namespaced lists of which feedparser keeps the last value alone; as categories it keeps them all.
_LISTED = re.compile(
    r"<(/?)(?!(?:dc|dcterms|media|itunes|googleplay|taxo|wp|yt|category|atom|a10)[:])[A-Za-z][\w.-]{0,30}:"
    r"(?:countries|country|topics|topic|regions|region|keywords?|tags?)(?=[\s>])"
)


@dataclass(frozen=True, slots=True)
class Mended:
    """A document after its repairs, and what they were."""

    text: str
    notes: tuple[str, ...]


def has_feed_root(text: str) -> bool:
    """Whether an element that feeds begin with is in ``text``, and it is no page of HTML."""
    return _ROOT.search(text) is not None and not _HTML_ROOT.match(text)


def has_end(text: str) -> bool:
    """Whether the root of a feed is closed in ``text``, so that nothing is cut off."""
    return _ROOT_END.search(text) is not None


def names_channel(text: str) -> bool:
    """Whether it says what it is: RDF of other kinds begins like a feed too."""
    return _CHANNEL.search(text) is not None


def mend(text: str) -> Mended:
    """``text`` with the repairs that it needs."""
    notes: list[str] = []

    def note(changed: str, before: str, what: str) -> str:
        if changed != before and what not in notes:
            notes.append(what)
        return changed

    text = note(_ILLEGAL.sub("", text), text, "control characters")
    text = note(_from_start(text), text, "text before the document")
    declaration = _DECLARATION.search(text, 0, _HEAD_CHARS)
    if declaration is not None:  # it speaks of bytes that are text by now
        note("", text[: declaration.start()].strip(), "text before the document")
        text = text[: declaration.start()] + text[declaration.end() :]
    numbered = _NUMBER.sub(_number, text)
    if numbered.count("\ufffd") != text.count("\ufffd"):
        notes.append("impossible character references")
    numbered = note(_closed(numbered), numbered, "a section without its end")
    has_entities = "<!ENTITY" in text

    def mended(kind: str, piece: str) -> str:
        if kind == "comment":
            return ""
        if kind == "open":
            return note("", piece, "a section without its end")
        if kind == "cdata":
            return piece
        once = note(_TWICE_ESCAPED.sub("", piece), piece, "CDATA escaped twice")
        once = _EMPTY_LINK.sub("", once)
        named = _NAME.sub(lambda found: _named(found, has_entities=has_entities), once)
        defined = note(_BARE.sub("&amp;", named), once, "undefined entities")
        return _LISTED.sub(r"<\1category", note(_NO_MARKUP.sub("&lt;", defined), defined, "a < that begins nothing"))

    whole = "".join(mended(kind, piece) for kind, piece in sections(numbered))
    return Mended(whole, tuple(notes))


def _closed(text: str) -> str:
    """``text`` without the openers of comments and CDATA after the last end of their kind: nothing closes them."""
    for opener, end in (("<![CDATA[", "]]>"), ("<!--", "-->")):
        last = text.rfind(end) + 1
        if text.find(opener, last) >= 0:
            text = text[:last] + text[last:].replace(opener, "")
    return text


def sections(text: str) -> Iterator[tuple[str, str]]:
    """``text`` in pieces: ("markup" | "cdata" | "comment" | "open", piece); an "open" is an opener without an end."""
    position = 0
    ends = {"<![CDATA[": "]]>", "<!--": "-->"}
    while opener := _OPENERS.search(text, position):
        yield "markup", text[position : opener.start()]
        end = ends.get(opener.group(), "")
        found = text.find(end, opener.end()) if end else -1
        if found < 0:
            ends.pop(opener.group(), None)  # none further on either: not looked for again
            yield "open", opener.group()
            position = opener.end()
            continue
        position = found + len(end)
        yield "cdata" if end == "]]>" else "comment", text[opener.start() : position]
    yield "markup", text[position:]


def _from_start(text: str) -> str:
    """``text`` without what comes before the document; the XML declaration goes too, it speaks of other bytes."""
    start = _START.search(text)
    if start is not None and not text.startswith(("<!--", "<?")):
        return text[start.start() :]
    return text


def _number(found: re.Match[str]) -> str:
    """A numeric reference in a form that any parser survives."""
    decimal, hexadecimal = found.groups()
    digits = (decimal or hexadecimal).lstrip("0") or "0"
    code = int(digits, 10 if decimal else 16) if len(digits) <= 7 else -1
    if 0x80 <= code < 0xA0:
        return _CP1252[code]
    if code in (0x9, 0xA, 0xD) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return found.group() if found.group().endswith(";") and "X" not in found.group() else f"&#{code};"
    return "" if 0 <= code < 0x20 else "\ufffd"


def _named(found: re.Match[str], *, has_entities: bool) -> str:
    name = found[1]
    character = html5.get(f"{name};")
    if character is None:
        return found.group() if has_entities else f"&amp;{name};"
    return "".join(f"&#{ord(char)};" if char in "<>&\"'" else char for char in character)
