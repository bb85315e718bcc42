"""A bank of sentences of one language and part, and how its slots and edits are filled.

A sentence has slots such as ``{person}`` and ``{n}``; where an edit was made it has ``[words before|words after]``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

BANKS = Path(__file__).parent / "banks"
PARTS = ("tuning", "test")
LANGUAGES = ("az", "ru", "tr", "en")
_EDITED = re.compile(r"\[([^\[\]|]*)\|([^\[\]|]*)\]")
_SPACES = re.compile(r"\s{2,}")


@dataclass(frozen=True, slots=True)
class Story:
    """What one kind of article says; ``body`` has more sentences than an article takes."""

    headline: str
    lead: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """The sentences of a language. ``significant`` and ``minor`` hold edited sentences by class."""

    people: tuple[str, ...]
    places: tuple[str, ...]
    bodies: tuple[str, ...]
    stories: tuple[Story, ...]
    significant: Mapping[str, tuple[str, ...]]
    minor: Mapping[str, tuple[str, ...]]
    extras: tuple[str, ...]  # paragraphs that come or go
    notices: tuple[str, ...]  # of a correction
    live: tuple[str, ...]  # entries of a live blog


@cache
def load_bank(part: str, language: str) -> Bank:
    """The bank of ``part`` (tuning or test) in ``language``."""
    with (BANKS / part / f"{language}.toml").open("rb") as file:
        written = tomllib.load(file)
    return Bank(
        people=tuple(written["people"]),
        places=tuple(written["places"]),
        bodies=tuple(written["bodies"]),
        stories=tuple(Story(one["headline"], one["lead"], tuple(one["body"])) for one in written["stories"]),
        significant={name: tuple(forms) for name, forms in written["significant"].items()},
        minor={name: tuple(forms) for name, forms in written["minor"].items()},
        extras=tuple(written["extras"]),
        notices=tuple(written["notices"]),
        live=tuple(written["live"]),
    )


class Filler:
    """Fills slots with the people, places and bodies of one article, and with numbers of its own each time."""

    def __init__(self, bank: Bank, random: Random) -> None:
        self._random = random
        self._people = random.sample(bank.people, 4)
        self._places = random.sample(bank.places, 3)
        self._bodies = random.sample(bank.bodies, 3)

    def fill(self, sentence: str) -> str:
        """``sentence`` with every slot filled and a capital at its start; its brackets stay."""
        people, places = self._turned(self._people), self._turned(self._places)
        bodies, n = self._turned(self._bodies), self._random.randint(11, 96)
        filled = sentence.format(
            person=people[0],
            person2=people[1],
            place=places[0],
            place2=places[1],
            body=bodies[0],
            body2=bodies[1],
            n=n,
            m=n + self._random.randint(2, 40),
            k=self._random.randint(101, 989),
            minute=self._random.randint(10, 59),
            id=self._random.randint(1000, 99999),
        )
        return filled if filled.startswith("[") else _capital(filled)

    def _turned(self, names: list[str]) -> list[str]:
        start = self._random.randrange(len(names))
        return names[start:] + names[:start]


def sides(edited: str) -> tuple[str, str]:
    """The sentence before and after its edit."""
    before, after = _EDITED.sub(r"\1", edited), _EDITED.sub(r"\2", edited)
    return _tidy(before), _tidy(after)


def edited_words(edited: str) -> tuple[str, str]:
    """The words that differ, of both sides; several places are joined by a space."""
    found = _EDITED.findall(edited)
    return " ".join(one for one, _ in found).strip(), " ".join(one for _, one in found).strip()


def _tidy(sentence: str) -> str:
    """One space between words, and a capital at the start, whatever an empty side left."""
    return _capital(_SPACES.sub(" ", sentence).strip())


def _capital(sentence: str) -> str:
    first = sentence[:1]
    return ("İ" if first == "i" and _is_dotted(sentence) else first.upper()) + sentence[1:]


def _is_dotted(sentence: str) -> bool:
    return any(letter in sentence for letter in "əğışçöü")
