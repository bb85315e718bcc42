"""What a base form stands for: a way to ask whether a written word is one of its forms, and where to look for it.

A matcher looks words up by their first letters (``keys``) and asks ``holds`` only of those, so a hundred bases cost a
hundred dictionary look-ups and not a hundred passes over the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

KEY_CHARS = 3


def key_of(folded: str) -> str:
    """The first letters of a folded word, under which it is looked up."""
    return folded[:KEY_CHARS]


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word of a text: folded, and in lower case with its own letters (``native``).

    ``native`` is None where the text is typed without them (``Seckide musahideci``), so that nothing can be concluded
    from an i that may stand for ı.
    """

    folded: str
    native: str | None = None


class Forms(Protocol):
    """The written forms of one base."""

    @property
    def keys(self) -> frozenset[str]:
        """Each form begins with one of these (one to three folded letters)."""
        ...

    def holds(self, word: WrittenWord) -> bool:
        """Whether ``word`` is one of the forms."""
        ...


@dataclass(frozen=True, slots=True)
class ListedForms:
    """Forms that can be listed, folded: Russian and English paradigms, exact words."""

    forms: frozenset[str]

    @property
    def keys(self) -> frozenset[str]:
        """The first letters of the listed forms."""
        return frozenset(map(key_of, self.forms))

    def holds(self, word: WrittenWord) -> bool:
        """Whether the word is listed."""
        return word.folded in self.forms


@dataclass(frozen=True, slots=True)
class PrefixForms:
    """Any word that begins so; for ``word*``."""

    prefix: str

    @property
    def keys(self) -> frozenset[str]:
        """The first letters of the prefix."""
        return frozenset({key_of(self.prefix)})

    def holds(self, word: WrittenWord) -> bool:
        """Whether the word begins with the prefix."""
        return word.folded.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class AnyForms:
    """What any of several grammars makes of a base; for texts whose language is not known."""

    parts: tuple[Forms, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all parts."""
        return frozenset(key for part in self.parts for key in part.keys)

    def holds(self, word: WrittenWord) -> bool:
        """Whether any grammar has the form."""
        return any(part.holds(word) for part in self.parts)


def listed(forms: Iterable[str]) -> ListedForms:
    """``ListedForms`` of what is already folded, without empty ones."""
    return ListedForms(frozenset(form for form in forms if form))
