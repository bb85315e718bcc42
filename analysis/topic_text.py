"""A text as topics see it: its words, where they can be looked up, and how they hang together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.topic import Span
from text.inflect.forms import KEY_CHARS, WrittenWord
from text.inflect.paradigms import native_lower
from text.tokens import Token, tokenise

# Letters without which hardly a sentence of the language is written: where they are missing the text is typed in ASCII.
_OWN_LETTERS = {"az": re.compile("[əƏ]"), "tr": re.compile("[ığşİĞŞ]")}
_QUOTES = "\"“”„‟«»‘’'‹›"
_BETWEEN_WORDS = re.compile(rf"-|\u2010|\u2011|[^\S\n]*\n?[{_QUOTES}]*[^\S\n]*\n?[{_QUOTES}]*[^\S\n]*")
_JOINT = re.compile(r"['\u2019\u2018\u02bc\u0060\u00b4\u2010\u2011-]\Z")
_AFTER_INITIAL = re.compile(r"\.[^\S\n]?\Z")
_SENTENCE_END = re.compile(r"[.!?…:\n•|]")
_SON_OR_DAUGHTER = frozenset("oglu ogly oghlu qizi kizi kyzy gizi оглы оглу кызы гызы".split())
_PATRONYMIC = re.compile(r".{2,}(?:вич|вн)(?:а|у|ем|е|ой|ы)?\Z")
_SUFFIX_CHARS = 6
_MOST_JOINTS = 4  # on either side of a find: a chain without end is no word
# What follows (az, tr, en) or precedes (ru) the word after which a street is called; folded beginnings.
_STREET_BEHIND = re.compile(
    r"(?:kuces|prospekt|donges|xiyaban|sokag|caddes|bulvar|mahalles)i|(?:street|avenue|lane|road|boulevard|square)s?\Z"
)
_STREET_BEFORE = re.compile(r"(?:улиц|проспект|площад|переул|бульвар|шоссе|ул\Z|пр\Z|просп\Z)")
_OPENED, _CLOSED = re.compile('[«“„"]\\Z'), re.compile('[»”"“]')


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text with its tokens; ``by_key`` finds the tokens that begin with one to three folded letters."""

    text: str
    language: str | None
    tokens: tuple[Token, ...]
    by_key: Mapping[str, Sequence[int]]
    is_native: bool  # written with the language's own letters
    has_capitals: bool

    def word(self, at: int) -> WrittenWord:
        """The token as the grammars ask for it."""
        token = self.tokens[at]
        if not self.is_native:
            return WrittenWord(token.folded)
        return WrittenWord(token.folded, native_lower(self.text[token.start : token.end], self.language))

    def surface(self, at: int) -> str:
        """The token as it is written."""
        token = self.tokens[at]
        return self.text[token.start : token.end]

    def gap(self, at: int) -> str:
        """What stands between a token and the next one."""
        return self.text[self.tokens[at].end : self.tokens[at + 1].start]

    def is_capital(self, at: int) -> bool:
        """Whether the token begins with a capital."""
        return self.text[self.tokens[at].start].isupper()

    def begins_sentence(self, at: int) -> bool:
        """Whether the token's capital may come from its place alone."""
        return at == 0 or _SENTENCE_END.search(self.gap(at - 1)) is not None

    def is_initial(self, at: int) -> bool:
        """Whether the token is a single capital letter with a stop, as before a surname."""
        token = self.tokens[at]
        has_next = at + 1 < len(self.tokens)
        return (
            token.end - token.start == 1
            and self.is_capital(at)
            and has_next
            and (_AFTER_INITIAL.match(self.gap(at)) is not None)
        )

    def is_inside_a_name(self, at: int) -> bool:
        """Whether a capitalised word is the name of a street, or stands alone in quotation marks (a hotel, a club)."""
        if not self.is_capital(at) or not self.has_capitals:
            return False
        if at > 0 and _STREET_BEFORE.match(self.tokens[at - 1].folded) and self.gap(at - 1).strip(". ") == "":
            return True
        if any(_STREET_BEHIND.match(self.tokens[after].folded) for after in self.following(at)):
            return True
        token = self.tokens[at]
        is_quoted = _OPENED.search(self.text, max(0, token.start - 1), token.start) is not None
        return is_quoted and _CLOSED.match(self.text, token.end) is not None and len(self.tokens) > 1

    def is_womans_surname(self, at: int) -> bool:
        """Whether an -ova or -eva, also a dative of -ov and -ev, stands behind an initial or a woman's first name."""
        if at == 0 or not self.tokens[at].folded.endswith(("ova", "eva")):
            return False
        before = self.tokens[at - 1].folded
        is_feminine = self.is_capital(at - 1) and before.endswith(("a", "e")) and self.gap(at - 1).isspace()
        return is_feminine or self.is_initial(at - 1)

    def following(self, at: int) -> Iterator[int]:
        """The tokens that may continue a phrase after this one: the next, or the one behind its split-off ending."""
        for step in (1, 2):
            after = at + step
            if after >= len(self.tokens):
                return
            if _BETWEEN_WORDS.fullmatch(self.gap(after - 1)):
                yield after
            if step == 1 and not (self._is_joined(at) and len(self.tokens[after].folded) <= _SUFFIX_CHARS):
                return

    def past_middle_name(self, at: int) -> int | None:
        """The token behind a middle name that follows (an initial, "Rafiq oğlu", a patronymic), or None."""
        middle = at + 1
        if middle + 1 >= len(self.tokens) or not self.gap(at).isspace() or not self.is_capital(middle):
            return None
        if self.is_initial(middle):
            return middle + 1
        if not self.gap(middle).isspace():
            return None
        if _PATRONYMIC.match(self.tokens[middle].folded):
            return middle + 1
        behind = middle + 2
        if self.tokens[middle + 1].folded in _SON_OR_DAUGHTER and behind < len(self.tokens):
            return behind if self.gap(middle + 1).isspace() else None
        return None

    def whole_words(self, first: int, last: int) -> Span:
        """From one token to another, with what hangs on them by apostrophes and hyphens."""
        for _ in range(_MOST_JOINTS):
            first -= first > 0 and self._is_joined(first - 1)
            last += self._is_joined(last)
        return Span(self.tokens[first].start, self.tokens[last].end)

    def _is_joined(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and _JOINT.match(self.gap(at)) is not None


@lru_cache(maxsize=4)
def read_text(text: str, language: str | None) -> ReadText:
    """``text`` (NFC) made ready for any number of topics; the last few are remembered."""
    tokens = tokenise(text)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, token in enumerate(tokens):
        places[token.folded].append(at)
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for folded, here in places.items():
        for size in range(1, min(KEY_CHARS, len(folded)) + 1):
            by_key[folded[:size]] += here
    own = _OWN_LETTERS.get(language or "")
    is_native = own is not None and own.search(text) is not None
    return ReadText(text, language, tokens, dict(by_key), is_native, text != text.lower())


def joined_spans(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """``spans`` in order of place, those that overlap or have only a space between them made one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        last = joined[-1] if joined else None
        if last and (span.start <= last.end or text[last.end : span.start] in {" ", "\u00a0"}):
            joined[-1] = Span(last.start, max(last.end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
