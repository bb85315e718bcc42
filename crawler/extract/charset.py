"""Which character encoding a page is in, and its text.

The order is the browsers': byte order mark, the response's charset, the page's own meta, then what the bytes look
like. Only the labels of the WHATWG Encoding Standard are honoured: Python knows more codecs than the web does, and
``rot13``, ``zlib`` or ``unicode_escape`` named by a page would run as code paths of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from charset_normalizer import from_bytes

_PRESCAN_BYTES = 4096  # browsers look at 1,024; pages with long inline scripts declare theirs later
_GUESS_BYTES = 20_000

# Python codec → the labels that the Encoding Standard gives to it.
_LABELS: Mapping[str, str] = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
    "iso-8859-6-e iso-8859-6-i "
    "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859-7": "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
    "iso_8859-7:1987 sun_eu_greek",
    "iso8859-8": "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
    "iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical",
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9",
    "iso8859-16": "iso-8859-16",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251",
    "cp1252": "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 "
    "iso88591 iso_8859-1 "
    "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
    "windows-1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp",
    "iso2022_jp": "csiso2022jp iso-2022-jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 "
    "ksc_5601 windows-949",
    "utf-16-be": "unicodefffe utf-16be",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
}
CODECS: Mapping[str, str] = MappingProxyType(
    {label: codec for codec, line in _LABELS.items() for label in line.split()}
)
_MULTI_BYTE = frozenset({"gb18030", "big5hkscs", "euc_jp", "iso2022_jp", "cp932", "cp949"})
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
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
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
