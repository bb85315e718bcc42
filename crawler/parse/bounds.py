"""How much of a feed is parsed at most.

Parsing costs tens of microseconds a tag and more than its share in a document of 100,000 items, so 10 MiB of tags would
take minutes. They are counted first, in one pass, and the document ends before the item that is one too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers.expat import ExpatError, ParserCreate

from crawler.parse.mending import sections

MAX_ENTRIES = 2_000
MAX_TAGS = 100_000
MAX_ILL_FORMED_TAGS = 25_000  # the parser that survives broken documents is four times as slow

_MAX_DEPTH = 200
_ITEM = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s>/])", re.I)
_TAG = re.compile(r"<(?:(/?)([A-Za-z_][\w.:-]{0,80})([^<>]*)>)?")


@dataclass(frozen=True, slots=True)
class Bounded:
    """A document of bearable size: how many items were seen in it, and what was left out."""

    text: str
    items: int
    note: str | None = None


def bounded(text: str) -> Bounded:
    """``text`` as it is, or cut before an item with the elements around it closed."""
    items = len(_ITEM.findall(text))
    most = MAX_TAGS if _is_well_formed(text) else MAX_ILL_FORMED_TAGS
    if items <= MAX_ENTRIES and text.count("<") <= most:
        return Bounded(text, items)
    around: list[str] = []
    starts: list[int] = []
    middle = 0
    for count, (position, tag) in enumerate(_tags(text), 1):
        if _ITEM.match(tag.group()):
            starts.append(position)
        elif not starts:
            _follow(around, tag)
        if len(starts) > MAX_ENTRIES:
            return _cut(text, starts[-1], around, items, f"{items} items, the first {MAX_ENTRIES} read")
        if count <= MAX_ILL_FORMED_TAGS:
            middle = position  # a cut inside an item leaves it ill-formed
        if count > most:
            where = starts[-1] if len(starts) > 1 else middle
            kept = max(len(starts) - 1, 0)
            return _cut(text, where, around, items, f"more than {most} tags, the first {kept} items read")
    return Bounded(text, items)


class _EnoughError(Exception):
    """Nothing more needs to be looked at."""


class _Counter:
    """Counts tags and levels for expat, and stops it at the most that anything will parse."""

    def __init__(self) -> None:
        self.tags = 0
        self.depth = 0

    def open(self, _name: str, _attributes: dict[str, str]) -> None:
        self.tags += 1
        self.depth += 1
        if self.tags > MAX_TAGS or self.depth > _MAX_DEPTH:
            raise _EnoughError

    def close(self, _name: str) -> None:
        self.depth -= 1


def _is_well_formed(text: str) -> bool:
    """Whether ``text`` is well-formed as far as it may be parsed, and of a depth that documents have."""
    parser = ParserCreate("utf-8", " ")
    counter = _Counter()
    parser.StartElementHandler = counter.open
    parser.EndElementHandler = counter.close
    try:
        parser.Parse(text.encode("utf-8", errors="replace"), True)
    except ExpatError:
        return False
    except _EnoughError:
        return counter.depth <= _MAX_DEPTH
    return True


def _tags(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Each tag, or ``<`` that begins none, outside comments and CDATA, and where it is."""
    offset = 0
    for kind, piece in sections(text):
        if kind == "markup":
            for tag in _TAG.finditer(piece):
                yield offset + tag.start(), tag
        offset += len(piece)


def _follow(around: list[str], tag: re.Match[str]) -> None:
    """Keeps in ``around`` the elements that are open after ``tag``."""
    if tag[2] is None:
        return
    if not tag[1]:
        if not tag[3].endswith("/"):
            around.append(tag[2])
    elif around and around[-1] == tag[2]:
        around.pop()


def _cut(text: str, position: int, around: list[str], items: int, note: str) -> Bounded:
    closed = "".join(f"</{name}>" for name in reversed(around[-20:]))
    return Bounded(text[:position] + closed, items, note)
