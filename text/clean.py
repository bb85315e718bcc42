"""What any text passes through before it is stored or read: no character that a database or a screen would refuse.

SQLite stores NUL and raises on a lone surrogate, PostgreSQL refuses both, and two spellings of one letter would be two
texts. So every text of a page, a feed or a person goes through ``clean_text`` once, at the door.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_END = re.compile("\r\n?|[\x85\u2028]")
_PARAGRAPH_END = re.compile("[\x0b\x0c\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
)
_UNWANTED = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff{_NONCHARACTERS}]")


def clean_text(raw: str) -> str:
    """``raw`` in NFC without control characters, byte order marks, noncharacters and lone surrogates.

    Line ends of every kind become a newline, form feeds and paragraph separators an empty line. A surrogate pair
    becomes the character it stands for, a lone surrogate U+FFFD. Tabs, newlines and spacing stay as they are.
    Cleaning twice changes nothing.
    """
    if raw.isascii() and raw.isprintable():
        return raw
    text = raw
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _PARAGRAPH_END.sub("\n\n", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))
