"""The forms of a base in a language: the one door to the grammars."""

from __future__ import annotations

from functools import lru_cache

from text.fold import fold
from text.inflect.azerbaijani import azerbaijani_forms
from text.inflect.english import english_forms
from text.inflect.forms import AnyForms, Forms, WrittenWord, listed
from text.inflect.russian import russian_forms
from text.inflect.turkish import turkish_forms

GRAMMAR_LANGUAGES = ("az", "ru", "tr", "en")
_CYRILLIC_FIRST, _CYRILLIC_LAST = "\u0400", "\u052f"
_TURKIC_CASE = str.maketrans({"I": "ı", "İ": "i"})


def is_cyrillic(word: str) -> bool:
    """Whether the word is written in Cyrillic (judged by its first letter of either alphabet)."""
    return any(_CYRILLIC_FIRST <= letter <= _CYRILLIC_LAST for letter in word)


def native_lower(word: str, language: str | None) -> str:
    """``word`` in lower case as its language does it: I → ı and İ → i in Azerbaijani and Turkish."""
    return (word.translate(_TURKIC_CASE) if language in {"az", "tr"} else word.replace("İ", "i")).lower()


@lru_cache(maxsize=4096)
def forms_of(base: str, language: str | None) -> Forms:
    """The forms that ``base``, one dictionary word as an analyst writes it, takes in ``language``.

    A word in Cyrillic is Russian whatever the language; a Latin word of a Russian query, or of a language without a
    grammar here (None), may take the endings of all three Latin ones.
    """
    folded = fold(base)
    is_name = base[:1].isupper()
    if is_cyrillic(base):
        return russian_forms(folded, is_name=is_name)
    if not folded.isalpha():
        return listed({folded})
    if language == "en":
        return english_forms(folded)
    azerbaijani = azerbaijani_forms(native_lower(base, "az"), is_name=is_name)
    turkish = turkish_forms(native_lower(base, "tr"), is_name=is_name)
    if language in {"az", "tr"}:
        return azerbaijani if language == "az" else turkish
    return AnyForms((azerbaijani, turkish, english_forms(folded)))


def is_form(base: str, word: str, language: str) -> bool:
    """Whether ``word`` (in its own letters) is ``base`` or one of its inflected forms in ``language``."""
    return forms_of(base, language).holds(WrittenWord(fold(word), native_lower(word, language)))
