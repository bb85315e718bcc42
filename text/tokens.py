"""The one tokeniser that feeds the search index, queries, topics and comparison.

A token is a run of letters and digits. Apostrophes, hyphens and stops part tokens (``Konseyi'nin``, ``206.3.2``), so
that a search for the bare name finds it with its ending; who needs whole words joins them by what stands between.
A folded token holds only characters that FTS5 ``unicode61 remove_diacritics 0`` and PostgreSQL's ``simple`` both take
for parts of one word: letters of Unicode 3.2, the oldest table among the three, and digits as 0–9.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from text.fold import fold

MAX_TOKEN_CHARS = 128  # of an index term; PostgreSQL refuses words above 2,046 bytes

# Inside a word: marks that did not compose, soft hyphens, zero-width joiners.
_JOINED = (
    "\u00ad\u034f\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff"
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0610-\u061a\u064b-\u065f\u0670"
)
_RUN = re.compile(rf"[^\W_]+(?:[{_JOINED}]+[^\W_]*)*")
_NUMBER_BEFORE_LETTER = re.compile(r"[0-9]+e[0-9]+(?=[^0-9])")
_PLAIN = re.compile(r"[0-9a-zа-яіїєґў]*\Z")


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters and digits: where it stands in the text (code points, end exclusive) and its folded form."""

    start: int
    end: int
    folded: str


def tokenise(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` (NFC, as ``clean_text`` gives it) in order; runs that no index can hold are left out."""
    found = [Token(*run.span(), folded_token(run.group())) for run in _RUN.finditer(text)]
    return tuple([token for token in found if token.folded])


@lru_cache(maxsize=16_384)  # 90 of 100 words are found; four times as many make it 93, for 14 MB a process
def folded_token(run: str) -> str:
    """A single run in the form that is compared and indexed; empty where nothing of it can be indexed."""
    folded = fold(run)
    if _PLAIN.match(folded):
        return folded
    return "".join(_indexed(letter) for letter in folded)


@lru_cache(maxsize=4096)
def _indexed(letter: str) -> str:
    """``letter`` as the databases take it: itself, its ASCII digit, or nothing."""
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    return letter if letter.isalpha() and unicodedata.ucd_3_2_0.category(letter)[0] == "L" else ""


def index_terms(text: str) -> str:
    """The folded tokens of ``text`` joined by spaces: what goes into a full-text index, and nothing else does."""
    return " ".join(term for token in tokenise(text) for term in terms_of(token))


def terms_of(token: Token) -> tuple[str, ...]:
    """A token as index terms: nearly always one; PostgreSQL reads ``1e5`` as a number and parts ``1e5kg`` behind it."""
    term = token.folded[:MAX_TOKEN_CHARS]
    number = _NUMBER_BEFORE_LETTER.match(term)
    return (term[: number.end()], term[number.end() :]) if number else (term,)
