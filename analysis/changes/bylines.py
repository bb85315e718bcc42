"""Lines that say who wrote a text and when: which are such, and whether two say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import ChangeClass
from analysis.changes.names import is_same
from analysis.changes.numbers import is_numeric
from analysis.changes.place import Verdict
from analysis.changes.standing import MOST_BYLINE_CHARS, is_byline
from analysis.changes.tokens import Token, tokens_of
from text.months import month_of

_MOMENT = re.compile(r"(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2})?[\s,|–-]*(?:\d{1,2}:\d{2})?")
_YEAR_OR_CLOCK = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d{2}\b")
_MOST_DATED = 14  # tokens
_MOST_LABEL = 3  # words
_DAY_MONTH = re.compile(r"(\d{1,2})[./](\d{1,2})")
_SECONDS = re.compile(r"\d{1,2}:\d{2}:\d{2}")
_FIGURES = re.compile(r"\d{1,18}")
_DAY_DIGITS = 2


def is_line(text: str, tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether a paragraph names who wrote it, or is nothing but a time or a day, a label before it or none."""
    if _MOMENT.fullmatch(text.strip()) or _is_dated(text, words):
        return True
    return len(text) <= MOST_BYLINE_CHARS and is_byline(text, tokens, words)


def _is_dated(text: str, words: Lexicon) -> bool:
    """``Published: 2 May 2026, 08:25``: behind a short label nothing but a date, which has a year or a clock."""
    tokens = tokens_of(text)
    is_short = len(tokens) <= _MOST_DATED and text.rstrip()[-1:] not in ".!?"
    if is_short and words.dated.begin(tokens) and _YEAR_OR_CLOCK.search(text):
        return True
    label, _, rest = text.rpartition(": ")
    said = [t for t in tokens_of(rest) if t.is_word]
    if len(label.split()) > _MOST_LABEL or not _YEAR_OR_CLOCK.search(rest):
        return False
    return len(said) > 1 and all(is_numeric(t, words) for t in said)


def line_verdict(old: str, new: str, words: Lexicon) -> Verdict:
    """What a line that names author or time became."""
    sides = tokens_of(old), tokens_of(new)
    signed = [[t for t in side if t.is_capital and not is_numeric(t, words)] for side in sides]
    folded = [{t.folded for t in side} for side in signed]
    is_one = folded[0] == folded[1] or (len(signed[0]) == len(signed[1]) and is_same(*signed))
    if is_one and _is_same_time(_date_parts(sides[0]), _date_parts(sides[1])):
        return Verdict(ChangeClass.DATE_OR_BYLINE, 0.1, "the same date written otherwise")
    return Verdict(ChangeClass.DATE_OR_BYLINE, 0.6, "another author, or another time")


def is_same_day(old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Whether one side writes in figures what the other has with the month's name: 15.09, 15 September."""
    found = [_day(tokens) for tokens in (old, new)]
    return None not in found and found[0] == found[1] and [t.text for t in old] != [t.text for t in new]


def _day(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """(day, month) where the tokens state that and no more."""
    words = [t.folded for t in tokens if t.is_word]
    if len(words) == 1 and (figures := _DAY_MONTH.fullmatch(words[0])):
        return int(figures[1]), int(figures[2])
    months = [month for word in words if word[:1].isalpha() and (month := month_of(word)) is not None]
    days = [int(word) for word in words if word.isdecimal() and len(word) <= _DAY_DIGITS]
    return (days[0], months[0]) if len(words) == len(days) + len(months) and len(days) == len(months) == 1 else None


def _date_parts(tokens: Sequence[Token]) -> list[tuple[str, int]]:
    """The numbers of a date line, and the months that it names, in order."""
    found: list[tuple[str, int]] = []
    for token in tokens:
        if _SECONDS.fullmatch(token.folded):
            found += [("figure", int(figure)) for figure in _FIGURES.findall(token.folded)[:2]]
            continue
        month = month_of(token.folded) if token.folded[:1].isalpha() else None
        figures = [("figure", int(figure)) for figure in _FIGURES.findall(token.folded)]
        found += [("named", month)] if month is not None else figures
    return found


def _is_same_time(old: list[tuple[str, int]], new: list[tuple[str, int]]) -> bool:
    """Where a month is named the order is plain; figures alone must keep theirs."""
    if any(kind == "named" for kind, _ in (*old, *new)):
        return sorted(n % 100 for _, n in old) == sorted(n % 100 for _, n in new)  # '34 and 2034
    return old == new
