"""Which character encoding a page is in, and its text.

The order is the browsers': byte order mark, the response's charset, the page's own meta, then what the bytes look
like. Only the labels of the WHATWG Encoding standard are honoured (``text.encodings``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from charset_normalizer import from_bytes

from text.encodings import BYTE_ORDER_MARKS, CODECS

_PRESCAN_BYTES = 4096  # browsers look at 1,024; pages with long inline scripts declare theirs later
_GUESS_BYTES = 20_000

_MULTI_BYTE = frozenset({"gb18030", "big5hkscs", "euc-jp", "iso2022-jp", "cp932", "cp949"})
_BY_LANGUAGE: Mapping[str, str] = {"ru": "cp1251", "uk": "cp1251", "tr": "cp1254", "az": "cp1254"}

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.I)
_META = re.compile(rb"<meta\b[^>]*>", re.I)
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-z0-9_:.+-]+)", re.I)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([a-z0-9_:.+-]+)", re.I)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
_MANGLED = re.compile("[\ufffd]")


def codec_of(label: str | None) -> str | None:
    """The codec that ``label`` names on the web, or None where it names none."""
    return CODECS.get(label.strip().strip("\"'").lower()) if label else None


def decode_page(body: bytes, *, content_type: str | None, languages: tuple[str, ...] = ()) -> str:
    """The text of a page; bytes that its encoding can't read become U+FFFD.

    ``languages`` are those that the outlet publishes in: they settle a guess and never a declaration. A single-byte
    encoding declared over bytes that are valid UTF-8 with letters beyond ASCII is a lie of the server and not followed.
    """
    marked = _by_mark(body)
    if marked is not None:
        return marked
    codec = _declared(body, content_type)
    if codec in _MULTI_BYTE or (codec or "").startswith("utf-16"):
        assert codec is not None
        return body.decode(codec, errors="replace")
    as_utf8 = body.decode("utf-8", errors="replace")
    if not _is_mangled(as_utf8, strictly=codec not in (None, "utf-8")):
        return as_utf8
    if codec is None or codec == "utf-8":
        codec = _guessed(body, languages)
    return _legacy_text(body, codec)


def _by_mark(body: bytes) -> str | None:
    for mark, codec in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, errors="replace")
    return None


def _declared(body: bytes, content_type: str | None) -> str | None:
    header = _HEADER_CHARSET.search(content_type or "")
    return (codec_of(header.group(1)) if header else None) or _meta_codec(body[:_PRESCAN_BYTES])


def _meta_codec(head: bytes) -> str | None:
    head = _COMMENT.sub(b"", head)
    found = [match for tag in _META.findall(head) for match in [_META_CHARSET.search(tag)] if match]
    found += [match for match in [_XML_ENCODING.search(head)] if match]
    for match in found:
        codec = codec_of(match.group(1).decode("ascii"))
        if codec is not None:  # a meta that could be read as ASCII can't be in UTF-16
            return "utf-8" if codec.startswith("utf-16") else codec
    return None


def _is_mangled(text: str, *, strictly: bool) -> bool:
    """Whether ``text``, read as UTF-8, is no UTF-8: a stray byte is forgiven where nothing else was declared."""
    broken = len(_MANGLED.findall(text))
    if strictly:
        return broken > 0 or text.isascii()
    letters = sum(1 for char in text if char > "\x7f") if broken else 0
    return broken > 0 and broken * 5 > letters


def _guessed(body: bytes, languages: tuple[str, ...]) -> str:
    known = [_BY_LANGUAGE[language] for language in languages if language in _BY_LANGUAGE]
    candidates = list(dict.fromkeys([*known, "cp1251", "koi8-r", "cp1254", "cp1252"]))
    sample = body if len(body) <= _GUESS_BYTES else body[: _GUESS_BYTES // 2] + body[-_GUESS_BYTES // 2 :]
    best = from_bytes(sample, cp_isolation=candidates).best()
    codec = codec_of(best.encoding.replace("_", "-")) if best else None
    return codec or candidates[0]


def _legacy_text(body: bytes, codec: str) -> str:
    """``body`` read by a single-byte codec; the positions it leaves open are control characters, as on the web."""
    text = body.decode(codec, errors="surrogateescape")
    return text.translate(_OPEN_POSITIONS) if any("\udc80" <= char <= "\udcff" for char in text) else text


_OPEN_POSITIONS = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}
