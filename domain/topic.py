"""An analyst's saved question, and where a text answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Topic:
    """A saved question with a query per language.

    A query is written with AND, OR, NOT, parentheses and "phrases"; a word stands for its inflected forms unless it is
    written ``=word``. ``queries`` maps a language code to its query; the key ``any`` is asked of every text.
    """

    slug: str
    title: str
    queries: Mapping[str, str]
    note: str | None = None
    search_only: tuple[str, ...] = field(default=())  # too common to match by themselves; offered in search


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text in characters (code points) of its NFC form, end exclusive."""

    start: int
    end: int
