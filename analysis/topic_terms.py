"""The words and phrases of a topic's query, and where they stand in a text that was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from analysis.topic_text import ReadText
from domain.topic import Span
from text.inflect.forms import Forms


class Capitals(Enum):
    """What a word of a query asks of its capitals in the text."""

    FREE = "free"
    FIRST = "first letter"
    ALL = "all letters"


@dataclass(frozen=True, slots=True)
class Element:
    """One token of a term: its forms and what it asks of capitals."""

    base: str  # folded
    forms: Forms
    capitals: Capitals = Capitals.FREE
    is_tight: bool = False  # hangs on the element before it: the 3 of 206.3.2, the 29 of COP-29
    keys: tuple[str, ...] = field(init=False)  # where its forms are looked up

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", tuple(sorted(self.forms.keys)))

    def fits(self, read: ReadText, at: int) -> bool:
        """Whether the token is one of the forms."""
        if not self.forms.holds(read.word(at)):
            return False
        is_checked = self.capitals is Capitals.ALL and read.has_capitals
        return not is_checked or read.surface(at)[: len(self.base)].isupper()


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: alternatives of element sequences."""

    alternatives: tuple[tuple[Element, ...], ...]
    is_name: bool = False  # a phrase of capitalised words
    is_common: bool = False  # one word in small letters, which a street or hotel may be called after

    def spans(self, read: ReadText) -> list[Span]:
        """Where the term stands, as whole words."""
        return [span for sequence in self.alternatives for span in self._spans_of(sequence, read)]

    def _spans_of(self, sequence: tuple[Element, ...], read: ReadText) -> Iterator[Span]:
        for at in self._starts(sequence[0], read):
            last = self._rest(sequence, 1, at, read)
            if last is None or (self.is_common and read.is_inside_a_name(at)):
                continue
            if _may_be_a_woman(sequence, at, read) and read.is_womans_surname(last):
                continue
            if _has_its_capital(sequence, at, read):
                yield read.whole_words(at, last)

    def _starts(self, first: Element, read: ReadText) -> Iterator[int]:
        for key in first.keys:
            for at in read.by_key.get(key, ()):
                if first.fits(read, at):
                    yield at
        if self.is_name:
            for at in read.by_key.get(first.base[0], ()):
                if len(read.tokens[at].folded) == 1 and read.is_initial(at):
                    yield at

    def _rest(self, sequence: tuple[Element, ...], index: int, at: int, read: ReadText) -> int | None:
        """The token on which the rest of the sequence ends, going on from token ``at``."""
        if index == len(sequence):
            return at
        element = sequence[index]
        for after in self._continuations(element, index, at, read):
            if element.fits(read, after):
                last = self._rest(sequence, index + 1, after, read)
                if last is not None:
                    return last
        return None

    def _continuations(self, element: Element, index: int, at: int, read: ReadText) -> Iterator[int]:
        if at + 1 < len(read.tokens) and element.is_tight and read.gap(at) in _TIGHT_GAPS:
            yield at + 1
            return
        yield from read.following(at)
        if self.is_name and index == 1:
            if read.is_initial(at):
                yield at + 1
            behind = read.past_middle_name(at)
            if behind is not None:
                yield behind


_TIGHT_GAPS = frozenset({"", " ", "\u00a0", ".", ",", "-", "\u2010", "\u2011", "\u2013", "'", "\u2019", "/", "&"})


def _may_be_a_woman(sequence: tuple[Element, ...], at: int, read: ReadText) -> bool:
    """Whether no first name says who is meant: a surname alone, or behind an initial."""
    is_surname = sequence[-1].base.endswith(("ov", "ev")) and sequence[-1].capitals is not Capitals.ALL
    return is_surname and (len(sequence) == 1 or read.is_initial(at))


def _has_its_capital(sequence: tuple[Element, ...], at: int, read: ReadText) -> bool:
    """Whether a name shows a capital that does not come from the beginning of a sentence."""
    asked = {element.capitals for element in sequence}
    if not read.has_capitals or Capitals.FIRST not in asked or Capitals.ALL in asked:
        return True
    for offset, element in enumerate(sequence):
        here = at + offset
        if element.capitals is Capitals.FIRST and read.is_capital(here) and not read.begins_sentence(here):
            return True
    return False
