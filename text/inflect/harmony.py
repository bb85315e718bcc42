"""Vowel harmony of Azerbaijani and Turkish: how an ending is written after a word.

Endings are written as templates: ``A`` is a or its front vowel, ``I`` one of ı i u ü, ``D`` d or t, and a letter in
brackets is there only between two vowels (consonant) or two consonants (vowel). Source: Göksel & Kerslake, *Turkish: A
Comprehensive Grammar* (2005), ch. 3; for Azerbaijani the spelling norms of 2019.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    return next((letter for letter in reversed(word) if letter in VOWELS), None)


@dataclass(frozen=True, slots=True)
class Spelling:
    """What differs between the two languages in how a template is written."""

    front_a: str  # what A is after a front vowel
    assimilates: bool  # whether D is t after a voiceless consonant


def attach(word: str, template: str, spelling: Spelling) -> str:
    """``word`` with the ending that ``template`` describes."""
    for match in _PIECE.finditer(template):
        optional, letter = match[1], match[1] or match[2]
        follows_vowel = word[-1] in VOWELS
        if optional and (optional in "IA") == follows_vowel:
            continue
        word += _letter(word, letter, spelling)
    return word


def _letter(word: str, symbol: str, spelling: Spelling) -> str:
    vowel = last_vowel(word) or "e"
    if symbol == "A":
        return "a" if vowel in BACK else spelling.front_a
    if symbol == "I":
        return _HIGH_AFTER[vowel]
    if symbol == "D":
        return "t" if spelling.assimilates and word[-1] in VOICELESS else "d"
    return symbol
