"""Month names of Azerbaijani, Russian, Turkish and English in every case and common abbreviation, folded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Whole names: any ending of up to six letters may follow (martın, fevralda, июня, Ocak'ta, mayısın).
_NAMES = (
    "yanvar январ ocak january",
    "fevral феврал subat february",
    "mart март march",
    "aprel апрел nisan april",
    "mayis",
    "iyun июн haziran june",
    "iyul июл temmuz july",
    "avqust август agustos august",
    "sentyabr сентябр eylul september",
    "oktyabr октябр ekim october",
    "noyabr ноябр kasim november",
    "dekabr декабр aralik december",
)
# Short forms stand as they are.
_SHORT = (
    "yan yanv янв jan oca",
    "fev fevr фев февр feb sub",
    "mar мар",
    "apr апр nis",
    "may maya mayda mayin mayi mayin май мая мае маем",
    "iyn июн jun haz",
    "iyl июл jul tem",
    "avq авг aug agu",
    "sen sent сен сент sep sept eyl",
    "okt окт oct eki",
    "noy ноя нояб nov kas",
    "dek дек dec ara",
)
_MAX_ENDING = 6

_SHORT_MONTHS: Mapping[str, int] = MappingProxyType(
    {word: month for month, words in enumerate(_SHORT, 1) for word in words.split()}
)
_STEMS = tuple((stem, month) for month, stems in enumerate(_NAMES, 1) for stem in stems.split())


def month_of(word: str) -> int | None:
    """The month that a folded word names, 1–12; None when it names none."""
    if word in _SHORT_MONTHS:
        return _SHORT_MONTHS[word]
    for stem, month in _STEMS:
        if word.startswith(stem) and len(word) - len(stem) <= _MAX_ENDING:
            return month
    return None
