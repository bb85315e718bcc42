"""Which character encoding a body declares: only those of the web platform are taken (``text.encodings``). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from domain.errors import UnsupportedEncodingError
from text.encodings import BYTE_ORDER_MARKS, FORGIVEN_CODECS

HEAD_BYTES = 1024  # how far a declaration inside a document is looked for (HTML standard, 13.2.3.2)

_PARAMETER = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"|'[^']*'|[^;,\s]*)", re.IGNORECASE)
_XML_DECLARATION = re.compile(rb"""\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([^"'>]{1,80})["']""")
_META = re.compile(rb"""<meta\b[^>]{0,400}?\bcharset\s*=\s*["']?\s*([^"'\s/>;]{1,80})""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_TEXT_TYPE = re.compile(r"text/|[^;]*\b(xml|html|xhtml|rss|atom|rdf)\b", re.IGNORECASE)


def declared_charset(headers: Iterable[tuple[str, str]], body_head: bytes, *, url: str = "") -> str | None:
    """The Python codec of the encoding that a response declares, or None where it declares none.

    A byte order mark wins over the Content-Type header, that over an XML or meta declaration in the first 1,024 bytes
    of ``body_head``. A declaration inside the body is read only where the type is text, markup or not stated.
    ``url`` is the subject of the error. Raises UnsupportedEncodingError for a name the web platform does not know.
    """
    for bom, codec in BYTE_ORDER_MARKS:
        if body_head.startswith(bom):
            return codec
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    if (parameter := _PARAMETER.search(content_type)) and (label := parameter[1].strip("\"' ")):
        return _codec(label, url)
    if content_type and not _TEXT_TYPE.match(content_type):
        return None
    label = _label_inside(body_head[:HEAD_BYTES])
    if label is None:
        return None
    codec = _codec(label, url)
    # A declaration that could be read as ASCII is not in UTF-16 (HTML standard, 13.2.3.2).
    return "utf-8" if codec.startswith("utf-16") else codec


def _label_inside(head: bytes) -> str | None:
    found = _XML_DECLARATION.search(head) or _META.search(_COMMENT.sub(b"", head))
    return found[1].decode("latin-1") if found else None


def _codec(label: str, url: str) -> str:
    codec = FORGIVEN_CODECS.get(label.strip().lower())
    if codec is None:
        raise UnsupportedEncodingError(url, f"character encoding {label[:40]!r} is none of the web platform's")
    return codec
