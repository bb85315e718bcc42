"""All endings a noun of Azerbaijani or Turkish can carry, in their order: plural, possessor, case, then a clitic.

The sets are generated once for each last vowel and kind of last letter, so asking costs one look-up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from text.fold import fold
from text.inflect.harmony import VOICELESS, VOWELS, Spelling, attach, last_vowel


class Tail(Enum):
    """What a stem ends in, as far as endings care."""

    VOWEL = "a"
    HIGH_VOWEL = "ı"  # may be a possessive already, so takes no "my" or "your" of one person
    VOICED = "n"
    VOICELESS = "t"
    POSSESSED = "possessed"  # ends in the possessive of the third person


@dataclass(frozen=True, slots=True)
class NounGrammar:
    """The endings of one language as templates (``text.inflect.harmony``)."""

    spelling: Spelling
    mine: tuple[str, ...]  # possessors: my, your
    ours: tuple[str, ...]  # our, your (plural)
    third: str
    theirs: tuple[str, ...]
    cases: tuple[str, ...]
    pronominal_cases: tuple[str, ...]  # after a third-person possessor
    relative: tuple[str, ...]  # turn a place or owner into an attribute that is declined again
    clitics: tuple[str, ...]


def tail_of(stem: str) -> Tail:
    """The tail of a stem in lower case."""
    if stem[-1] in VOWELS:
        return Tail.HIGH_VOWEL if stem[-1] in "ıiuü" else Tail.VOWEL
    return Tail.VOICELESS if stem[-1] in VOICELESS else Tail.VOICED


@lru_cache(maxsize=256)
def endings_after(grammar: NounGrammar, vowel: str, tail: Tail) -> frozenset[str]:
    """Every ending, the empty one too, after a stem with this last vowel and tail, in the language's own letters."""
    if tail is Tail.POSSESSED:
        stem = attach(vowel + "n", grammar.third, grammar.spelling)
        forms = _with_clitics(grammar, _declined(grammar, stem, is_possessed=True))
    else:
        stem = vowel if tail in {Tail.VOWEL, Tail.HIGH_VOWEL} else vowel + tail.value
        forms = _all_forms(grammar, stem, takes_mine=tail is not Tail.HIGH_VOWEL)
    return frozenset(form[len(stem) :] for form in forms)


@lru_cache(maxsize=256)
def folded_endings_after(grammar: NounGrammar, folded_vowel: str, tail: Tail) -> frozenset[str]:
    """The same for a text typed without the language's own letters: any vowel that folds so."""
    vowels = [vowel for vowel in VOWELS if fold(vowel) == folded_vowel]
    return frozenset(fold(ending) for vowel in vowels for ending in endings_after(grammar, vowel, tail))


def possessed_plurals(grammar: NounGrammar, stem: str) -> tuple[str, ...]:
    """``stem`` as "its …s" and "our …": what replaces a possessive singular in a compound (kitabı → kitapları)."""
    plural = attach(stem, "lAr", grammar.spelling)
    return (attach(plural, grammar.third, grammar.spelling),)


def _all_forms(grammar: NounGrammar, stem: str, *, takes_mine: bool) -> set[str]:
    plural = attach(stem, "lAr", grammar.spelling)
    forms = _declined(grammar, stem, is_possessed=False) | _declined(grammar, plural, is_possessed=False)
    for base in (stem, plural):
        owners = grammar.mine + grammar.ours if takes_mine or base is plural else grammar.ours
        for owner in owners:
            forms |= _declined(grammar, attach(base, owner, grammar.spelling), is_possessed=False)
        forms |= _declined(grammar, attach(base, grammar.third, grammar.spelling), is_possessed=True)
    for theirs in grammar.theirs:
        forms |= _declined(grammar, attach(stem, theirs, grammar.spelling), is_possessed=True)
    return _with_clitics(grammar, forms)


def _declined(grammar: NounGrammar, stem: str, *, is_possessed: bool) -> set[str]:
    cases = grammar.pronominal_cases if is_possessed else grammar.cases
    forms = {stem} | {attach(stem, case, grammar.spelling) for case in cases}
    return forms | _relative_forms(grammar, stem, is_possessed=is_possessed)


def _relative_forms(grammar: NounGrammar, stem: str, *, is_possessed: bool) -> set[str]:
    """dağdakı, dağdakılar, dağdakıların …"""
    forms: set[str] = set()
    for template in grammar.relative:
        place = attach(stem, template.removeprefix("n") if not is_possessed else template, grammar.spelling)
        plural = attach(place, "lAr", grammar.spelling)
        forms |= {place, plural}
        forms |= {attach(place, case, grammar.spelling) for case in grammar.pronominal_cases}
        forms |= {attach(plural, case, grammar.spelling) for case in grammar.cases}
    return forms


def _with_clitics(grammar: NounGrammar, forms: Iterable[str]) -> set[str]:
    bare = set(forms)
    return bare | {attach(form, clitic, grammar.spelling) for form in bare for clitic in grammar.clitics}


def stem_vowel(stem: str) -> str:
    """The vowel that rules a stem's endings; front for a stem without one (an abbreviation read letter by letter)."""
    return last_vowel(stem) or "e"
