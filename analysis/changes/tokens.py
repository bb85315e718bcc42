"""The words and marks of a paragraph with their places, and the runs in which two paragraphs differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from domain.topic import Span
from text.fold import fold

_TOKEN = re.compile(
    r"(?:https?://|www\.)[^\s)\]]+|[ap]\.m\.|\d+(?:[.,:/-]\d+)*(?:['’ʼ`-]?[^\W\d_]+)*|[^\W_]+(?:['’ʼ`-][^\W_]+)*|\S"
)

_SENTENCE_ENDS = frozenset(".!?…")
_LATIN, _CYRILLIC = re.compile("[a-zA-Z]"), re.compile("[\u0400-\u04ff]")
_TWINS = "АаВЕеКМНОоРрСсТХхуіІјҺһӘә", "AaBEeKMHOoPpCcTXxyiIjHhƏə"
_TO_LATIN, _TO_CYRILLIC = str.maketrans(*_TWINS), str.maketrans(*_TWINS[::-1])


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a single mark. ``folded`` is the form in which words are compared."""

    text: str
    start: int
    end: int
    folded: str

    @property
    def is_word(self) -> bool:
        """Whether it says something: a mark alone does not."""
        return self.text[0].isalnum() or len(self.text) > 1

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run in which two token lists differ: ``before[b0:b1]`` stands where ``after[a0:a1]`` does now."""

    b0: int
    b1: int
    a0: int
    a1: int


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` in order."""
    return tuple(Token(m.group(), m.start(), m.end(), _folded(m.group())) for m in _TOKEN.finditer(text))


def _folded(word: str) -> str:
    """The word as it is compared: letters that stray from one script into another are those that they look like."""
    if _LATIN.search(word) and _CYRILLIC.search(word):
        latin = word.translate(_TO_LATIN)
        word = word.translate(_TO_CYRILLIC) if _CYRILLIC.search(latin) else latin
    return fold(word)


def hunks_between(before: Sequence[Token], after: Sequence[Token]) -> list[Hunk]:
    """The runs in which they differ, as few as a reader would see: what one word parts belongs together."""
    matcher = SequenceMatcher(None, [t.text for t in before], [t.text for t in after], autojunk=False)
    found: list[Hunk] = []
    for tag, b0, b1, a0, a1 in matcher.get_opcodes():
        if tag != "equal":
            hunk = _trimmed(_slid(Hunk(b0, b1, a0, a1), before, after), before, after)
            if found and _belong_together(found[-1], hunk, before):
                last = found.pop()
                hunk = Hunk(last.b0, b1, last.a0, a1)
            found.append(hunk)
    return found


def _slid(hunk: Hunk, before: Sequence[Token], after: Sequence[Token]) -> Hunk:
    """What was only put in or left out, from behind the end of a sentence to the next one, not from end to end."""
    for tokens, start, end in ((before, hunk.b0, hunk.b1), (after, hunk.a0, hunk.a1)):
        is_alone = (hunk.b0 == hunk.b1) != (hunk.a0 == hunk.a1) and start < end < len(tokens)
        if is_alone and tokens[start].text in _SENTENCE_ENDS and tokens[start].text == tokens[end].text:
            return Hunk(hunk.b0 + 1, hunk.b1 + 1, hunk.a0 + 1, hunk.a1 + 1)
    return hunk


def _trimmed(hunk: Hunk, before: Sequence[Token], after: Sequence[Token]) -> Hunk:
    """Without a last word that only lost its capital, since something was put before it, or got it back."""
    sizes = hunk.b1 - hunk.b0, hunk.a1 - hunk.a0
    if min(sizes) < 1 or sizes[0] == sizes[1]:
        return hunk
    one, other = before[hunk.b1 - 1], after[hunk.a1 - 1]
    is_same = one.folded == other.folded and one.is_capital != other.is_capital
    return Hunk(hunk.b0, hunk.b1 - 1, hunk.a0, hunk.a1 - 1) if is_same else hunk


def _belong_together(one: Hunk, other: Hunk, before: Sequence[Token]) -> bool:
    """Whether one word alone stands between them, and one of the two only adds or drops: a word changed its place."""
    between = before[one.b1 : other.b0]
    if len(between) != 1 or not between[0].is_word:
        return False
    return any(hunk.b0 == hunk.b1 or hunk.a0 == hunk.a1 for hunk in (one, other))


def ratio(before: Sequence[Token], after: Sequence[Token]) -> float:
    """How much of the two stands in the same order in both, 0 to 1."""
    return SequenceMatcher(None, [t.folded for t in before], [t.folded for t in after], autojunk=False).ratio()


def kept_share(before: Sequence[Token], after: Sequence[Token], ignored: frozenset[str]) -> float:
    """Which share of what the one says the other says too, in whatever form and order; 1.0 where it says nothing."""
    said, now = _said(before, ignored), _said(after, ignored)
    kept = sum(any(are_forms(word, other) for other in now) for word in said)
    return kept / len(said) if said else 1.0


def _said(tokens: Sequence[Token], ignored: frozenset[str]) -> list[str]:
    words = (t.folded.partition("'")[0] for t in tokens if t.is_word and t.folded not in ignored)
    return [word for word in words if len(word) > 1 or word.isdigit()]


def are_forms(word: str, other: str) -> bool:
    """Whether two folded words are forms of one, as far as their beginnings tell."""
    if word == other or word[:1].isdigit():
        return word == other
    if min(len(word), len(other)) >= 2 and (word.startswith(other) or other.startswith(word)):
        return abs(len(word) - len(other)) <= 4 or min(len(word), len(other)) >= 4
    common = common_start(word, other)
    return common >= 4 or (common >= 3 and min(len(word), len(other)) <= 4)


def common_start(word: str, other: str) -> int:
    """How many letters both begin with."""
    return next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))


def span_of(tokens: Sequence[Token], start: int, end: int, length: int) -> Span:
    """Where ``tokens[start:end]`` stands; an empty run stands before the token that follows it."""
    if start < end:
        return Span(tokens[start].start, tokens[end - 1].end)
    at = tokens[start].start if start < len(tokens) else length
    return Span(at, at)
