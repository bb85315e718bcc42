"""The rules by which a change of a name is told: another one, the same spelled otherwise, more or less of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals, is_same, is_spelling
from analysis.changes.numbers import is_numeric, is_part_of_name
from analysis.changes.place import Place, Verdict
from analysis.changes.tokens import Token, common_start, kept_share
from text.fold import fold

_NUMBER_SIGNS = frozenset({"№", "no", "nr", "#"})
_YEAR = re.compile(r"(?:19|20)\d\d")
_ORDINAL = re.compile(r"\d{1,4}-\w{1,4}")  # 44-й, 3-cü
_NTH = re.compile(r"\d+(?:st|nd|rd|th)")
_PLACE_BEHIND = frozenset({"az", "tr"})
_ALL = 0.99
_STEM = 4  # letters by which two forms of a body's name are one
_MOST_INITIALS = 8
_LEAST_CLIPPED, _MOST_ENDING = 2, 3  # letters of each word in a clipped name, and of its ending
_MOST_SCRUBBED = 7  # words of a name and of what stands for it
_MOST_FIGURES = 4  # of a number in a name


def initial(place: Place) -> Verdict | None:
    """A first name in full for its initial, or the other way, also where it begins a sentence."""
    old, new = ([t for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if len(old) != 1 or len(new) != 1 or not (place.behind and place.behind[0].is_capital):
        return None
    short, full = sorted((old[0], new[0]), key=lambda t: len(t.text))
    if len(short.text) > 1 or not (short.is_capital and full.is_capital) or short.folded != full.folded[:1]:
        return None
    return Verdict(ChangeClass.NAME, 0.1, "a first name in full for its initial, or the other way")


def expansion(place: Place) -> Verdict | None:
    """A body's name in full for its initials, or the other way."""
    old, new = ([t for t in tokens if t.is_word] for tokens in (place.old, place.new))
    short, full = sorted((old, new), key=len)
    letters = "".join(t.text.replace("’", "'").partition("'")[0] for t in short)
    if len(full) <= len(short):
        return None
    if len(short) == 1 and _is_clipped(short[0].folded, [t.folded for t in full]):
        return Verdict(ChangeClass.NAME, 0.1, "a name in full for its clipped form, or the other way")
    every = "".join(t.folded[0] for t in full)
    named = "".join(t.folded[0] for t in full if t.is_capital)
    is_initials = letters.isupper() and 2 <= len(letters) <= _MOST_INITIALS
    if not is_initials or fold(letters) not in (every, named):
        return None
    return Verdict(ChangeClass.NAME, 0.1, "a name in full for its initials, or the other way")


def _is_clipped(short: str, full: Sequence[str]) -> bool:
    """Whether a word is put together from how others begin: Минздрав, министерство здравоохранения."""
    rest = short
    for word in full:
        letters = common_start(rest, word)
        if letters < _LEAST_CLIPPED:
            return False
        rest = rest[letters:]
    return len(full) > 1 and len(rest) <= _MOST_ENDING


def is_in_name(place: Place, old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether a number is part of a name: School No. 12, 5 saylı məktəb, 8 Bulaq küçəsi, M70."""
    if is_part_of_name(old[0]) and is_part_of_name(new[0]):
        return True
    before = [token.folded for token in place.after[max(0, place.hunk.a0 - 2) : place.hunk.a0]]
    following = place.behind
    if before and (before[-1] in _NUMBER_SIGNS or (before[-1] == "." and before[0] in _NUMBER_SIGNS)):
        return True
    beside = (*before[-1:], *(token.folded for token in following[:1]))
    is_marked = any(place.words.number_marks.in_word(word) for word in beside)
    if is_marked or (place.words.language == "en" and _numbers_a_name(place, old[0], new[0])):
        return True
    return _counts_places(place, new[-1])


def _counts_places(place: Place, figure: Token) -> bool:
    """Whether a figure tells one brigade, court or street from another: 44-й бригады, 8 Bulaq küçəsi."""
    following = place.behind
    is_english = place.words.language == "en" and _NTH.fullmatch(figure.folded) is not None
    if is_english and following and following[0].is_capital and not is_numeric(following[0], place.words):
        return True
    if following and _ORDINAL.fullmatch(figure.folded) and place.words.place_words.in_word(following[0].folded):
        return True
    is_figure = figure.folded[:1].isdigit() and len(figure.folded) <= _MOST_FIGURES
    if not (is_figure and following and following[0].is_capital):
        return False
    return any(place.words.place_words.in_word(token.folded) for token in following)


def _numbers_a_name(place: Place, old: Token, new: Token) -> bool:
    """Clinic 14, Terminal 2: a figure behind a name within its sentence; a year is none."""
    ahead = capitals(place.after, max(0, place.hunk.a0 - 1), place.hunk.a0)
    is_figure = all(t.text.isdigit() and not _YEAR.fullmatch(t.text) for t in (old, new))
    if not (is_figure and ahead) or is_numeric(ahead[0], place.words):
        return False
    return place.words.place_words.in_word(ahead[0].folded) or not _counts(place.behind[:1])


def _counts(following: Sequence[Token]) -> bool:
    """Whether a figure counts what follows: 9 votes."""
    return any(t.text.islower() and t.text.endswith("s") and len(t.text) > len("has") for t in following)


def name(place: Place) -> Verdict | None:
    """Another name, or another form of it."""
    old = capitals(place.before, place.hunk.b0, place.hunk.b1)
    new = capitals(place.after, place.hunk.a0, place.hunk.a1)
    if old and new:
        is_turned = _are_alone(place, old, new) and sorted(t.folded for t in old) == sorted(t.folded for t in new)
        if is_turned or is_same(old, new) or (len(old) == len(new) == 1 and is_spelling(old[0], new[0])):
            return Verdict(ChangeClass.NAME, 0.1, "a name is spelled otherwise, or more of it is given")
        return Verdict(ChangeClass.NAME, 0.9, "another name")
    if not old and not new:
        return _place(place) or _body(place) or _land(place) or _title(place)
    beside = [*place.ahead[-1:], *place.behind[:1]]
    words = [t for t in (*place.old, *place.new) if t.is_word]
    if not (place.old and place.new) and len(words) <= 2 and any(t.is_capital for t in beside):
        return Verdict(ChangeClass.NAME, 0.1, "more or less of a name is given")
    if place.old and place.new and len(words) <= _MOST_SCRUBBED:
        return Verdict(ChangeClass.NAME, 0.6, "a name is given, or no longer")
    return None


def _are_alone(place: Place, old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether nothing but the names stands there: a first name behind its last name, and nobody doing anything."""
    return all(len(named) == sum(t.is_word for t in tokens) for named, tokens in ((old, place.old), (new, place.new)))


def _place(place: Place) -> Verdict | None:
    """A name that begins its sentence, told by what follows: Murovlu kəndi."""
    old, new = ([t for t in tokens if t.is_word] for tokens in (place.old, place.new))
    are_capital = len(old) == len(new) == 1 and old[0].is_capital and new[0].is_capital
    follows = any(place.words.place_words.in_word(t.folded) for t in place.behind[:1])
    if not (are_capital and follows and place.words.language in _PLACE_BEHIND):
        return None
    return Verdict(ChangeClass.NAME, 0.9, "another name")


def _body(place: Place) -> Verdict | None:
    """Another court, ministry or force, named without a capital."""
    if not all(place.words.bodies.any_in(tokens) for tokens in (place.old, place.new)):
        return None
    stems = [{t.folded[:_STEM] for t in tokens if place.words.bodies.any_in([t])} for tokens in (place.old, place.new)]
    return None if stems[0] & stems[1] else Verdict(ChangeClass.NAME, 0.9, "another body")


def _land(place: Place) -> Verdict | None:
    """Another country or capital, also where it begins its sentence and its capital letter proves nothing."""
    old, new = (place.words.lands.found(tokens) for tokens in (place.old, place.new))
    if not (old and new) or kept_share(place.old, place.new, place.words.stop) >= _ALL:
        return None
    return Verdict(ChangeClass.NAME, 0.9, "another name")


def status(place: Place) -> Verdict | None:
    """Vice, former, South: a word by which somebody or something else is named, put in or left out."""
    words = [t for t in (*place.old, *place.new) if t.is_word and t.folded not in place.words.stop]
    if bool(place.old) == bool(place.new) or not words:
        return None
    if not all(place.words.other_person.in_word(t.folded) for t in words):
        return None
    return Verdict(ChangeClass.NAME, 0.7, "another is named, or one who is so no longer")


def _title(place: Place) -> Verdict | None:
    """What somebody is, put before the name or left out; nothing is judged by it."""
    words = [t for t in (*place.old, *place.new) if t.is_word]
    is_added = bool(place.old) != bool(place.new)
    if not is_added or not 1 <= len(words) <= 3 or not (place.behind and place.behind[0].is_capital):
        return None
    if place.words.stop & {t.folded for t in words}:
        return None
    return Verdict(ChangeClass.NAME, 0.1, "what the named is, told or left out")
