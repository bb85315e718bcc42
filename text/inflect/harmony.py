"""Vowel harmony of Azerbaijani and Turkish: how an ending is written after a word.

Endings are written as templates: ``A`` is a or its front vowel, ``I`` one of ı i u ü, ``D`` d or t, and a letter in
brackets is there only between two vowels (consonant) or two consonants (vowel). Source: Göksel & Kerslake, *Turkish: A
Comprehensive Grammar* (2005), ch. 3; for Azerbaijani the spelling norms of 2019.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

VOWELS = frozenset("aıoueəiöü")
BACK = frozenset("aıou")
VOICELESS = frozenset("pçtkfhsşqx")
_PLAIN_VOWEL = str.maketrans("âîû", "aiu")
_HIGH_AFTER = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "ə": "i", "i": "i", "ö": "ü", "ü": "ü"}
_PIECE = re.compile(r"\((.)\)|(.)")


def plain_vowels(word: str) -> str:
    """``word`` with â î û as a i u: the circumflex says nothing about endings."""
    return word.translate(_PLAIN_VOWEL)


def last_vowel(word: str) -> str | None:
    """The last vowel of a lower-case word, or None."""
    for letter in reversed(word):  # asked hundreds of thousands of times: a generator would cost more than the answer
        if letter in VOWELS:
            return letter
    return None


@dataclass(frozen=True, slots=True)
class Spelling:
    """What differs between the two languages in how a template is written."""

    front_a: str  # what A is after a front vowel
    assimilates: bool  # whether D is t after a voiceless consonant


def attach(word: str, template: str, spelling: Spelling) -> str:
    """``word`` with the ending that ``template`` describes."""
    return word + _ending(last_vowel(word) or "e", word[-1], template, spelling)


@lru_cache(maxsize=4096)  # a few vowels, letters and templates make the millions of forms that a topic asks for
def _ending(vowel: str, last: str, template: str, spelling: Spelling) -> str:
    """What ``template`` adds to a word with this last vowel and last letter."""
    ending = ""
    for match in _PIECE.finditer(template):
        optional, letter = match[1], match[1] or match[2]
        follows_vowel = last in VOWELS
        if optional and (optional in "IA") == follows_vowel:
            continue
        last = _letter(vowel, last, letter, spelling)
        vowel = last if last in VOWELS else vowel
        ending += last
    return ending


def _letter(vowel: str, last: str, symbol: str, spelling: Spelling) -> str:
    if symbol == "A":
        return "a" if vowel in BACK else spelling.front_a
    if symbol == "I":
        return _HIGH_AFTER[vowel]
    if symbol == "D":
        return "t" if spelling.assimilates and last in VOICELESS else "d"
    return symbol
