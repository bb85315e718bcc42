"""A few words around a change, so that a figure says of what it is. Pure."""

from __future__ import annotations

from typing import Protocol

from analysis.changes import ChangeClass
from domain.topic import Span

_WORDS = 4  # on each side
_WITHOUT = frozenset({ChangeClass.PARAGRAPH_ADDED, ChangeClass.PARAGRAPH_REMOVED, ChangeClass.MOVED})


class Placed(Protocol):
    """A change with its places in both texts."""

    @property
    def kind(self) -> str: ...

    @property
    def after(self) -> str: ...

    @property
    def before_span(self) -> Span: ...

    @property
    def after_span(self) -> Span: ...


def words_around(change: Placed, texts: tuple[str, str]) -> tuple[str, str]:
    """Words of its paragraph before and after a change, with … where the paragraph goes on, and the spaces between.

    Of the later text; of the earlier one where the change leaves out. Whole paragraphs have none.
    """
    if change.kind in _WITHOUT:
        return "", ""
    text, span = (texts[1], change.after_span) if change.after else (texts[0], change.before_span)
    before, after = text[: span.start].rsplit("\n\n", 1)[-1], text[span.end :].split("\n\n", 1)[0]
    ahead, behind = before.split(), after.split()
    first = ["…", *ahead[-_WORDS:]] if len(ahead) > _WORDS else ahead
    last = [*behind[:_WORDS], "…"] if len(behind) > _WORDS else behind
    return " ".join(first) + " " * before[-1:].isspace(), " " * after[:1].isspace() + " ".join(last)
