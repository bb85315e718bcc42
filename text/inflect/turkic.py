"""Azerbaijani and Turkish nouns: a base, the stems it takes before endings, and the endings that fit each stem.

Whether a word fits is decided on its own letters where the text has them (``qazı`` is a form of ``qaz``, ``qazi`` is a
veteran); a text typed without them is asked with folded endings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from text.fold import fold
from text.inflect.endings import (
    NounGrammar,
    Tail,
    endings_after,
    folded_endings_after,
    possessed_plurals,
    stem_vowel,
    tail_of,
)
from text.inflect.forms import WrittenWord, key_of
from text.inflect.harmony import VOWELS, plain_vowels

_FOLDED_VOWELS = frozenset("aeiou")
_FRONTED = {"a": "e", "ı": "i", "o": "ö", "u": "ü"}


class Use(Enum):
    """Which endings a stem stands before."""

    ANY = "any"
    BEFORE_VOWEL = "before a vowel"  # softened, doubled or shortened stems
    POSSESSED = "possessed"  # carries the possessive of the third person already


@dataclass(frozen=True, slots=True)
class Stem:
    """A stem in its own letters, and which endings it takes."""

    text: str
    use: Use


@dataclass(frozen=True, slots=True)
class TurkicGrammar:
    """A language's endings and how its stems change before a vowel."""

    nouns: NounGrammar
    softened: Mapping[str, str]  # last letters → what they may become before a vowel
    hardened: Mapping[str, str]  # the way back, for the plural of a compound (kitabı → kitapları)
    shortened: frozenset[str]  # folded bases that lose their last vowel (şəkil → şəkli)
    doubled: Mapping[str, str]  # folded bases that double their last letter (af → aff)
    softens_short: bool  # whether nouns of one syllable soften too (borç, borcu; kurt, kurdu)
    fronts_loanwords: bool  # whether saat takes saati


@dataclass(frozen=True, slots=True)
class TurkicForms:
    """The forms of one base of Azerbaijani or Turkish."""

    grammar: TurkicGrammar
    stems: tuple[tuple[str, Stem], ...]  # with their folded form, longest first
    is_strict: bool  # letters must be the base's own: basın is not in başına

    @property
    def keys(self) -> frozenset[str]:
        """The first letters of the stems."""
        return frozenset(key_of(folded) for folded, _ in self.stems)

    def holds(self, word: WrittenWord) -> bool:
        """Whether the word is one of the stems with an ending that fits it."""
        return any(word.folded.startswith(folded) and self._fits(word, folded, stem) for folded, stem in self.stems)

    def _fits(self, word: WrittenWord, folded: str, stem: Stem) -> bool:
        ending = word.folded[len(folded) :]
        if stem.use is Use.BEFORE_VOWEL and (not ending or ending[0] not in _FOLDED_VOWELS):
            return False
        if word.native is None or len(word.native) != len(word.folded):
            vowel = next((c for c in reversed(folded) if c in _FOLDED_VOWELS), "e")
            return ending in folded_endings_after(self.grammar.nouns, vowel, _tail(folded, stem.use))
        native = plain_vowels(word.native)
        written, rest = native[: len(folded)], native[len(folded) :]
        if self.is_strict and written != stem.text:
            return False
        tail = _tail(written, stem.use)
        return any(rest in endings_after(self.grammar.nouns, vowel, tail) for vowel in self._vowels(written))

    def _vowels(self, written: str) -> Iterable[str]:
        vowel = stem_vowel(written)
        yield vowel
        # saat, harf, rol, petrol: loanwords whose last consonant is soft take front endings
        if self.grammar.fronts_loanwords and written[-1] in "ltfpb" and vowel in _FRONTED:
            yield _FRONTED[vowel]


def _tail(stem: str, use: Use) -> Tail:
    return Tail.POSSESSED if use is Use.POSSESSED else tail_of(stem)


def turkic_forms(base: str, grammar: TurkicGrammar, *, is_name: bool = False) -> TurkicForms:
    """The forms of ``base``, a dictionary form in lower case.

    A base with letters of its own (basın) is taken at its word where the text has them too; one typed in ASCII may
    stand for others (isgence), and a name (``is_name``) is often written either way.
    """
    stems = {(fold(stem.text), stem) for stem in _stems(plain_vowels(base), grammar)}
    ordered = sorted(stems, key=lambda pair: (-len(pair[0]), pair[0], pair[1].use.value, pair[1].text))
    return TurkicForms(grammar, tuple(ordered), is_strict=not is_name and not plain_vowels(base).isascii())


def _stems(base: str, grammar: TurkicGrammar) -> Iterable[Stem]:
    yield Stem(base, Use.ANY)
    folded = fold(base)
    yield from (Stem(soft, Use.BEFORE_VOWEL) for soft in _softened(base, grammar))
    if folded in grammar.shortened:
        short = base[:-2] + base[-1]
        yield from (Stem(stem, Use.BEFORE_VOWEL) for stem in (short, *_softened(short, grammar)))
    if folded in grammar.doubled:
        yield Stem(grammar.doubled[folded], Use.BEFORE_VOWEL)
    if folded == "su":  # water alone takes y where other nouns take n or s: suyun, suyu
        yield Stem("suy", Use.BEFORE_VOWEL)
    yield from _compound_stems(base, grammar)


def _softened(base: str, grammar: TurkicGrammar) -> Iterable[str]:
    is_short = sum(letter in VOWELS for letter in base) < 2
    for last, soft in grammar.softened.items():
        if not base.endswith(last) or len(base) <= len(last) + 1:
            continue
        before = base[-len(last) - 1]
        if not is_short or (grammar.softens_short and (last in {"ç", "p", "nk"} or before not in VOWELS)):
            yield base.removesuffix(last) + soft


def _compound_stems(base: str, grammar: TurkicGrammar) -> Iterable[Stem]:
    """A base that may end in a possessive (Şurası, dəmir yolu): its cases take n, its plural replaces the ending."""
    if len(base) < 3 or base[-1] not in "ıiuü":
        return
    yield Stem(base, Use.POSSESSED)
    for owner in _without_possessive(base, grammar):
        yield from (Stem(plural, Use.POSSESSED) for plural in possessed_plurals(grammar.nouns, owner))


def _without_possessive(base: str, grammar: TurkicGrammar) -> Iterable[str]:
    bare = base[:-1]
    if bare[-1] == "s" and bare[-2] in VOWELS:
        yield bare[:-1]
    if base == "suyu":
        yield "su"
    if bare[-1] not in VOWELS:
        yield bare
        if bare[-1] in grammar.hardened:
            yield bare[:-1] + grammar.hardened[bare[-1]]
