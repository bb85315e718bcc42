"""Names of persons, places and bodies: whether changed words are one, and whether it is still the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.tokens import Token, common_start

_SENTENCE_ENDS = frozenset(".!?…:")
_FEW_LETTERS = 4
_NAME_WITH_ENDING = re.compile(r"[^\W\d_]{3,}['’](?:n?[dt][ae]n?|y?[aeıiuü]|n?[ıiuü]n|l[ae]r|n[ae]|y?l[ae]|n[ıiuü])")
_TWICE = re.compile(r"(.)\1")
_SOUNDS = (
    ("kh", "h"),
    ("ph", "f"),
    ("ou", "u"),
    ("oo", "u"),
    ("ee", "i"),
    ("x", "ks"),
    ("w", "v"),
    ("y", "i"),
    ("q", "k"),
)
_STEM = 4
_ENDINGS = frozenset(  # folded, of Turkic languages and of Russian
    ",a,e,i,u,da,de,dan,den,ta,te,tan,ten,ya,ye,na,ne,ni,nu,nin,nun,in,un,la,le,yla,yle,lar,ler,nda,nde,"
    "а,я,у,ю,ы,и,е,о,ой,ей,ом,ем,ою,ым,ах,ам,ами,ск,ский,ского,скому,ским,ском,ская,ской,скую,ское,ские,ских".split(",")
)
_ROUND = frozenset("ouоую")
_FAINT = frozenset("hjьъ'")  # letters that one transcription writes and another does not
_ALIKE = tuple(map(frozenset, ("gkhc", "sz", "cj", "dt", "vf", "гкх", "сз", "дт", "вф")))
_VOWELS = re.compile("[aeiouyаеиоуыэюя]+")  # of a name that was written over into other letters they differ most


def capitals(tokens: Sequence[Token], start: int, end: int) -> list[Token]:
    """The words of ``tokens[start:end]`` that are written as names; the first of a sentence proves nothing."""
    return [
        t
        for n, t in enumerate(tokens[start:end], start)
        if t.is_capital and t.text[0].isalpha() and not (_opens(tokens, n) and not _has_ending_apart(t))
    ]


def _has_ending_apart(token: Token) -> bool:
    """Whether an apostrophe parts the ending, which Turkish does of names alone: Ankara'da."""
    return _NAME_WITH_ENDING.fullmatch(token.text) is not None


def _opens(tokens: Sequence[Token], at: int) -> bool:
    before = next((tokens[n].text for n in range(at - 1, -1, -1) if tokens[n].text not in "«“„\"'‘([*"), None)
    return before is None or before in _SENTENCE_ENDS


def is_same(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether two names are spellings of one: a letter apart, an initial written out, a part added."""
    one, other = ([_bare(t) for t in tokens if t.is_word] for tokens in (before, after))
    if not one or not other:
        return False
    if len(one) == len(other):
        return all(_is_spelling(a, b) for a, b in zip(one, other, strict=True))
    shorter, longer = sorted((one, other), key=len)
    return all(any(_is_spelling(part, of) for of in longer) for part in shorter)


def is_spelling(before: Token, after: Token) -> bool:
    """Whether one word is a spelling of the other: a letter apart, or its initial."""
    return _is_spelling(_bare(before), _bare(after))


def _bare(token: Token) -> str:
    return token.folded.partition("'")[0].rstrip(".")


def _is_spelling(one: str, other: str) -> bool:
    if one == other or _differ_by_ending(one, other):
        return True
    if 1 in (len(one), len(other)):
        return one[:1] == other[:1]
    if min(len(one), len(other)) < _FEW_LETTERS:
        return False
    if _as_abroad(one) == _as_abroad(other):
        return True
    one, other = _as_heard(one), _as_heard(other)
    if _are_a_letter_apart(one, other):
        return True
    skeleton, bones = (_VOWELS.sub("", word) for word in (one, other))
    return skeleton == bones and len(skeleton) >= _FEW_LETTERS and _first_sound(one) == _first_sound(other)


def _first_sound(heard: str) -> str:
    """The first vowel, as far as transcriptions keep it: Hasan is not Huseyn."""
    vowel = next((letter for letter in heard if _VOWELS.match(letter)), "")
    return "u" if vowel in _ROUND else "a"


def _differ_by_ending(one: str, other: str) -> bool:
    """Whether two are forms of one name: Gəncədə, Gəncəyə; Томске, томского."""
    start = common_start(one, other)
    return start >= _STEM and {one[start:], other[start:]} <= _ENDINGS


def _as_abroad(folded: str) -> str:
    """With the letters that other alphabets have for the same sound: Yoxan, Johan."""
    return folded.replace("x", "h").replace("j", "y")


def _as_heard(folded: str) -> str:
    """Without what transcriptions differ in: Yousef, Yusif."""
    for written, heard in _SOUNDS:
        folded = folded.replace(written, heard)
    return _TWICE.sub(r"\1", folded)


def _are_a_letter_apart(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if one == other:
        return True
    if len(one) == len(other):
        letters = frozenset({one[start], other[start]})
        are_vowels = start > 0 and all(_VOWELS.match(letter) or letter in _FAINT for letter in letters)
        return (are_vowels or any(letters <= some for some in _ALIKE)) and one[start + 1 :] == other[start + 1 :]
    if start == 0:
        return False  # Tomsk, Omsk
    shorter, longer = sorted((one, other), key=len)
    is_faint = _VOWELS.match(longer[start]) is not None or longer[start] in _FAINT
    return is_faint and longer[start + 1 :] == shorter[start:]
