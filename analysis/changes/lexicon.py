"""The words of a language by which changes are told apart: read once from ``words/<language>.toml``, folded.

An entry is a word, a word with any ending (``terror*``) or a phrase of such words. What is looked for is always folded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from analysis.changes.tokens import Token
from text.fold import fold

LANGUAGES = ("az", "ru", "tr", "en")


class Phrases:
    """Entries of one kind, and where they stand in a run of tokens."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._whole: set[str] = set()
        self._starts: set[str] = set()
        self._longer: list[tuple[str, ...]] = []
        for words in ([fold(word) for word in entry.split()] for entry in entries):
            if any("*" in word[:-1] for word in words):
                raise ValueError(f"a star stands at the end of a word only: {words}")
            if len(words) > 1:
                self._longer.append(tuple(words))
            elif words[0].endswith("*"):
                self._starts.add(words[0][:-1])
            else:
                self._whole.add(words[0])
        self._lengths = sorted({len(start) for start in self._starts})

    def in_word(self, folded: str) -> bool:
        """Whether a word is one of them."""
        bare = folded.partition("'")[0]
        if folded in self._whole or bare in self._whole:
            return True
        return any(folded[:length] in self._starts for length in self._lengths)

    def found(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Runs of ``tokens`` (start, end) that are one of them, in order; the longest at each place."""
        runs: list[tuple[int, int]] = []
        at = 0
        while at < len(tokens):
            length = max((len(p) for p in self._longer if _stands_at(p, tokens, at)), default=0)
            length = length or int(self.in_word(tokens[at].folded))
            if length:
                runs.append((at, at + length))
            at += length or 1
        return runs

    def any_in(self, tokens: Sequence[Token]) -> bool:
        """Whether any of them stands there."""
        return bool(self.found(tokens))

    def begin(self, tokens: Sequence[Token]) -> bool:
        """Whether the first words are one of them, marks before them left out."""
        first = next((at for at, token in enumerate(tokens) if token.is_word), None)
        if first is None:
            return False
        return self.in_word(tokens[first].folded) or any(_stands_at(p, tokens, first) for p in self._longer)


def _stands_at(phrase: tuple[str, ...], tokens: Sequence[Token], at: int) -> bool:
    if at + len(phrase) > len(tokens):
        return False
    return all(_is(word, tokens[at + n].folded) for n, word in enumerate(phrase))


def _is(word: str, folded: str) -> bool:
    return folded.startswith(word[:-1]) if word.endswith("*") else folded == word


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words."""

    language: str
    stop: frozenset[str]
    weekdays: tuple[Phrases, ...]
    reporting: Phrases  # verbs of saying that take no side
    reporting_loaded: Phrases  # those that do
    sources: Phrases
    negation: Phrases
    modality: Phrases
    must: Phrases  # of these those that bind; a verb's ending may do so too
    strong: Phrases
    correction: Phrases
    text_words: Phrases  # what a note of correction calls the article,
    error_words: Phrases  # and what was the matter with it
    boilerplate: Phrases
    counters: Phrases  # beside a figure: readers, comments
    byline: Phrases
    place_words: Phrases
    number_marks: Phrases  # beside a number that is a name: No. 12, 5 saylı
    denying_starts: tuple[str, ...]  # of a word: unsafe
    days: Phrases
    early: Phrases  # parts of the day before noon
    late: Phrases  # and after it
    measures: Phrases  # units and currencies that no scale joins
    media: Phrases  # what papers and channels are called
    documents: Phrases
    addressed: Phrases  # words for the reader and for the paper itself
    background: Phrases  # how long something has been there
    lasting: Phrases  # what has long been so: where a town lies, how many live there
    lands: Phrases  # countries and capitals
    other_person: Phrases  # with such a word a name is another's, or of what somebody was
    saying: tuple[Phrases, ...]  # verbs of saying by how sure they are, and what they do
    bodies: Phrases  # courts, ministries, forces: named without a capital too
    dated: Phrases  # what begins a line that says when it was published
    hearsay: Phrases  # that what is told is only said
    fillers: Phrases  # what says nothing in somebody's speech
    opposites: tuple[tuple[Phrases, Phrases], ...]
    outcomes: tuple[Phrases, ...]  # what becomes of somebody or something; each tells another end
    alike: tuple[Phrases, ...]  # words that judge as hard, or are as sure, as each other
    numbers: Mapping[str, float]
    fractions: Mapping[str, float]
    scales: Mapping[str, float]
    units: Mapping[str, float]


@lru_cache(maxsize=len(LANGUAGES))
def lexicon(language: str) -> Lexicon:
    """The words of a language; those of English for one that has none."""
    known = language if language in LANGUAGES else "en"
    source = files("analysis.changes").joinpath("words", f"{known}.toml").read_text(encoding="utf-8")
    stated = tomllib.loads(source)

    def phrases(name: str) -> Phrases:
        return Phrases(stated[name])

    def values(name: str) -> Mapping[str, float]:
        return {fold(word): float(value) for word, value in stated[name].items()}

    return Lexicon(
        language=known,
        stop=frozenset(fold(word) for word in stated["stop"].split()),
        weekdays=tuple(Phrases([name]) for name in stated["weekdays"]),
        reporting=phrases("reporting"),
        reporting_loaded=phrases("reporting_loaded"),
        sources=phrases("sources"),
        negation=phrases("negation"),
        modality=phrases("modality"),
        must=phrases("must"),
        strong=phrases("strong"),
        correction=phrases("correction"),
        text_words=phrases("text_words"),
        error_words=phrases("error_words"),
        boilerplate=phrases("boilerplate"),
        counters=phrases("counters"),
        byline=phrases("byline"),
        place_words=phrases("place_words"),
        number_marks=phrases("number_marks"),
        denying_starts=tuple(fold(start) for start in stated["denying_starts"]),
        days=phrases("days"),
        early=phrases("early"),
        late=phrases("late"),
        measures=phrases("measures"),
        media=phrases("media"),
        documents=phrases("documents"),
        addressed=phrases("addressed"),
        background=phrases("background"),
        lasting=phrases("lasting"),
        lands=phrases("lands"),
        other_person=phrases("other_person"),
        saying=tuple(Phrases(one.split("|")) for one in stated["saying"]),
        bodies=phrases("bodies"),
        dated=phrases("dated"),
        hearsay=phrases("hearsay"),
        fillers=phrases("fillers"),
        opposites=tuple((Phrases(one.split("|")), Phrases(other.split("|"))) for one, other in stated["opposites"]),
        outcomes=tuple(Phrases(one.split("|")) for one in stated["outcomes"]),
        alike=tuple(Phrases(one.split("|")) for one in stated["alike"]),
        numbers=values("numbers"),
        fractions=values("fractions"),
        scales=values("scales"),
        units=values("units"),
    )
