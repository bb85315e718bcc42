"""Which character encoding a feed is in, and its text.

Servers and XML declarations lie about it more often than bytes do: what is valid UTF-8 beyond ASCII is UTF-8, whatever
is declared. Codecs are the web platform's and the old character sets that XML files were written in; never one of
Python's codecs that is no character set (``rot13``, ``zlib``, ``unicode_escape``).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import islice

from charset_normalizer import from_bytes

from crawler.extract.charset import codec_of

_MARKS = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
# The first characters of a document without a mark (XML 1.0, appendix F): "<?", "<r", "{" and the like.
_WIDE_STARTS = (
    (re.compile(rb"\x00\x00\x00[<{\s]"), "utf-32-be"),
    (re.compile(rb"[<{\s]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00[<{\s]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"[<{\s]\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),
)
_XML_LABEL = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([A-Za-z0-9_.:+-]{1,40})\s*["']""")
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:+-]{1,40})""", re.I)
_CHARACTER_SET = re.compile(r"(cp|iso8859|iso2022|mac|koi8|gb|big5|euc|shift|johab|hz|tis|ptcp|hp|kz|utf-(8|16|32))")
_DEFAULTS_OF_SERVERS = frozenset({"cp1252", "ascii"})
_SEVEN_BIT = re.compile(rb"\x1b[$(]|~\{")
_FOREIGN = re.compile(rb"[^<>\x80-\xff]{0,40}[\x80-\xff][^<>]{0,400}")
_GUESS_PIECES, _GUESS_BYTES = 200, 20_000
_GUESSES = ("cp1251", "koi8-r", "cp1254", "cp1252")
_MAX_BROKEN_SHARE = 5  # one stray byte for five good letters is still UTF-8


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text; ``note`` says where the declaration was not followed."""

    text: str
    note: str | None = None


def decode_document(body: bytes, *, content_type: str | None) -> Decoded:
    """``body`` as text: by its mark, its shape, what is valid, what is declared, and at last by what it looks like."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(codec, errors="replace"))
    for start, codec in _WIDE_STARTS:
        if start.match(body):
            return Decoded(body.decode(codec, errors="replace"))
    declared = _declared(body, content_type)
    if _SEVEN_BIT.search(body) and (text := _strictly(body, [codec for codec in declared if _is_seven_bit(codec)])):
        return text
    as_utf8 = _strictly(body, ["utf-8"])
    if as_utf8 is not None:
        told = next((codec for codec in declared if codec != "utf-8"), None)
        is_lie = told is not None and declared[0] != "utf-8" and not as_utf8.text.isascii()
        return Decoded(as_utf8.text, f"declared as {told}, read as utf-8") if is_lie else as_utf8
    return _legacy(body, declared)


def _legacy(body: bytes, declared: list[str]) -> Decoded:
    """Text that is no UTF-8: as declared where that fits, else UTF-8 with a few broken bytes, else a guess."""
    others = [codec for codec in declared if codec not in {"utf-8", "ascii"}]
    if (text := _strictly(body, others)) is not None:
        return text
    as_utf8 = body.decode("utf-8", errors="replace")
    broken = as_utf8.count("\ufffd")
    if broken * _MAX_BROKEN_SHARE <= sum(char > "\x7f" for char in as_utf8) - broken:
        return Decoded(as_utf8, f"{broken} bytes are not UTF-8")
    if others:
        return Decoded(body.decode(others[0], errors="replace"), f"some bytes are not {others[0]}")
    guessed = _guessed(body)
    return Decoded(body.decode(guessed, errors="replace"), f"its encoding was guessed to be {guessed}")


def _guessed(body: bytes) -> str:
    """The old encoding of our languages that the text between the markup looks most like."""
    sample = b" ".join(found.group() for found in islice(_FOREIGN.finditer(body), _GUESS_PIECES))[:_GUESS_BYTES]
    best = from_bytes(sample, cp_isolation=list(_GUESSES)).best()
    codec = codec_of(best.encoding.replace("_", "-")) if best else None
    return codec or _GUESSES[0]


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """The codecs that are declared, the more credible first: a server's default gives way to the document's own."""
    header = _HEADER_LABEL.search(content_type or "")
    inside = _XML_LABEL.match(body[:1024])
    from_header = _codec(header[1]) if header else None
    from_document = _codec(inside[1].decode("ascii")) if inside else None
    order = [from_header, from_document]
    if from_header in _DEFAULTS_OF_SERVERS:
        order.reverse()
    return list(dict.fromkeys(codec for codec in order if codec is not None))


def _codec(label: str) -> str | None:
    known = codec_of(label)
    if known is not None:
        return None if known.startswith("utf-16") else known  # read so far, it is in no wide encoding
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return name if _CHARACTER_SET.match(name) and not name.startswith(("utf-16", "utf-32")) else None


def _is_seven_bit(codec: str) -> bool:
    return codec.startswith(("iso2022", "iso-2022", "hz"))


def _strictly(body: bytes, tried: list[str]) -> Decoded | None:
    for codec in tried:
        try:
            return Decoded(body.decode(codec))
        except UnicodeDecodeError:
            continue
    return None
