"""Where a sentence begins and ends in Azerbaijani, Russian, Turkish and English.

A stop ends a sentence unless it belongs to an abbreviation, an initial, a number or a date; what follows has the last
word: a sentence does not begin with a small letter. Used to show the sentence in which something was found.
"""

from __future__ import annotations

import re

from domain.topic import Span
from text.fold import fold

MAX_SENTENCE_CHARS = 600  # a "sentence" of a table or list is cut here, around what was found

_END = re.compile(
    r"(?:(?<![.!?…。؟])[.!?…。؟]++|(?=\n[^\S\n]*\n))[\"'”»’)\]]*(?=\s|\Z|[«“„\"(]?[A-ZА-ЯЁƏĞŞÇÖÜİ][a-zа-яёəğşçöüı])|\n+"
)
_OPENING = "«“„\"'‘(—–- \t\u00a0•*"

# Folded, without the stop. After these a stop seldom ends a sentence even before a capital: titles and places.
_BEFORE_NAMES = frozenset(
    "dr prof doc akad acad mr mrs ms st sr jr gen col lt sgt capt gov sen rep rev hon pres messrs mt ft no vs "
    "av yrd doc ord alb yzb org mah cad sok bul apt "
    "г гг ул пр просп пл пер д корп стр кв обл р пос с ст им проф акад доц тов гр св зам пом ген полк ред т "
    "kuc pros m r seh ray kand qes".split()
)
# After these a stop ends a sentence only before a capital.
_COMMON = frozenset(
    "etc eg ie approx dept est fig inc ltd co corp al ca cf jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k "
    "vb vs bkz orn yy mad "
    "др пр руб коп тыс млн млрд трлн см напр т.е т.д т.п т.к янв фев февр мар апр авг сен сент окт ноя нояб дек "
    "mln mlrd min man qep ve s b.e e.e ilin".split()
)


def sentence_at(text: str, span: Span) -> Span:
    """The sentence of ``text`` that holds ``span``, without the space around it, in code points.

    A span over several sentences gives all of them. Where no sentence can be found within 600 characters (tables), the
    stretch is cut between words around the span.
    """
    start = 0
    for end in _boundaries(text):
        if end <= span.start:
            start = end
        elif end >= span.end:
            return _cut(text, Span(start, end), span)
    return _cut(text, Span(start, len(text)), span)


def sentences(text: str) -> tuple[Span, ...]:
    """All sentences of ``text`` in order, without the space between them."""
    ends = [*_boundaries(text), len(text)]
    spans = (_stripped(text, Span(start, end)) for start, end in zip([0, *ends], ends, strict=False))
    return tuple(span for span in spans if span.start < span.end)


def _boundaries(text: str) -> list[int]:
    return [match.end() for match in _END.finditer(text) if _is_end(text, match)]


def _is_end(text: str, match: re.Match[str]) -> bool:
    mark = match.group()
    if "\n" in mark or not mark:
        return True
    if not mark.startswith((".", "…")) and "." not in mark:
        return not _next_is_small(text, match.end())
    if mark[0] != "." or mark.startswith(".."):
        return not _next_is_small(text, match.end())
    return not (_next_is_small(text, match.end()) or _is_abbreviated(text, match))


def _next_is_small(text: str, at: int) -> bool:
    """Whether what follows goes on with a small letter (after quotation marks and dashes), so no sentence begins."""
    rest = text[at : at + 12].lstrip(_OPENING + "\n")
    return rest[:1].islower()


def _is_abbreviated(text: str, match: re.Match[str]) -> bool:
    before = re.search(r"[\w.]*\Z", text[max(0, match.start() - 20) : match.start()])
    word = fold(before.group()) if before else ""
    last = word.rsplit(".", 1)[-1]
    following = text[match.end() : match.end() + 12].lstrip()[:1]
    if len(match.group()) > 1 or not last:
        return False
    if last in _BEFORE_NAMES:  # "в г. Баку", but "в 1990 г. В Баку"
        return not re.search(r"\d\s*\Z", text[: match.start() - len(last)][-4:])
    if len(last) == 1 and last.isalpha():
        return before is not None and before.group()[-1].isupper()
    if last.isdigit():  # 5. maddə, 12. yüzyıl, 1. kanal: an ordinal before a small letter was let through above
        return following.isdigit()
    return word in _COMMON and not following.isupper()


def _stripped(text: str, span: Span) -> Span:
    inside = text[span.start : span.end]
    lead = len(inside) - len(inside.lstrip())
    return Span(span.start + lead, span.start + lead + len(inside.strip()))


def _cut(text: str, sentence: Span, span: Span) -> Span:
    whole = _stripped(text, sentence)
    if whole.end - whole.start <= MAX_SENTENCE_CHARS or span.end - span.start >= MAX_SENTENCE_CHARS:
        return whole if whole.start <= span.start else Span(span.start, whole.end)
    side = (MAX_SENTENCE_CHARS - (span.end - span.start)) // 2
    start, end = max(whole.start, span.start - side), min(whole.end, span.end + side)
    if start > whole.start:
        space = text.find(" ", start, span.start)
        start = space + 1 if space >= 0 else start
    if end < whole.end:
        space = text.rfind(" ", span.end, end)
        end = space if space >= 0 else end
    return Span(start, end)
