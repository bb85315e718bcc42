"""How a query is written, for topics and for search: AND, OR, NOT, parentheses, "phrases", =exact, prefix*.

Operators are upper case; words side by side mean AND; NOT binds before AND, AND before OR. The reader of a query never
guesses: what can't be read is a ``QueryError`` that names the character and what was expected there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from domain.errors import QueryError
from text.clean import clean_text
from text.tokens import tokenise

MAX_QUERY_CHARS = 20_000
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Word:
    """One word as written; ``is_exact`` for ``=word``, ``is_prefix`` for ``word*``. ``position`` counts from 0."""

    text: str
    position: int
    is_exact: bool = False
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side, in this order."""

    words: tuple[Word, ...]
    position: int


@dataclass(frozen=True, slots=True)
class And:
    """All parts; at least one of them is no ``Not``."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part; none of them is a ``Not``."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be there; stands in an ``And`` only."""

    part: Query


Query = Word | Phrase | And | Or | Not

_OPENING, _CLOSING = '"“„«‟', '"”“»‟'
_LEXEME = re.compile(
    rf"\s*(?:(?P<bracket>[()])|=?[{_OPENING}](?P<phrase>[^{_CLOSING}]*)(?P<end>[{_CLOSING}]?)|(?P<word>[^\s(){_OPENING}»”]+))"
)
_OPERATORS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # "(", ")", an operator, "word" or "phrase"
    text: str
    position: int


def parse_query(text: str) -> Query:
    """The query that ``text`` writes.

    Raises QueryError when it can't be read, asks for nothing (only NOT), is longer than 20,000 characters or nested
    deeper than 20 parentheses.
    """
    if len(text) > MAX_QUERY_CHARS:
        raise QueryError(f"the query has {len(text)} characters; at most {MAX_QUERY_CHARS} are read")
    cleaned = clean_text(text).rstrip()
    parser = _Parser(tuple(_lexemes(cleaned)), len(cleaned))
    query = parser.whole()
    if isinstance(query, Not):
        raise QueryError("at character 1: expected something to look for beside NOT")
    return query


def terms(query: Query) -> Iterator[Word | Phrase]:
    """The words and phrases of ``query`` in the order in which they are written, excluded ones too."""
    if isinstance(query, Word | Phrase):
        yield query
    elif isinstance(query, Not):
        yield from terms(query.part)
    else:
        for part in query.parts:
            yield from terms(part)


def _fail(position: int, expected: str, found: str) -> NoReturn:
    raise QueryError(f"at character {position + 1}: expected {expected}, found {found}")


def _lexemes(text: str) -> Iterator[_Lexeme]:
    at = 0
    while at < len(text):
        match = _LEXEME.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            _fail(start, "a word, a phrase or a parenthesis", repr(text[start]))
        at = match.end()
        if match["bracket"]:
            yield _Lexeme(match["bracket"], match["bracket"], match.start("bracket"))
        elif match["word"] is not None:
            kind = match["word"] if match["word"] in _OPERATORS else "word"
            yield _Lexeme(kind, match["word"], match.start("word"))
        else:
            if not match["end"]:
                _fail(match.start("phrase") - 1, "a closing quotation mark", "none after this one")
            yield _Lexeme("phrase", match["phrase"], match.start("phrase"))


class _Parser:
    """Reads lexemes from left to right; one method a level of binding."""

    def __init__(self, lexemes: tuple[_Lexeme, ...], end: int) -> None:
        self._lexemes = (*lexemes, _Lexeme("end", "the end of the query", end))
        self._at = 0
        self._depth = 0

    def whole(self) -> Query:
        query = self._or()
        if self._next.kind != "end":
            _fail(self._next.position, "AND, OR, NOT or the end", repr(self._next.text))
        return query

    @property
    def _next(self) -> _Lexeme:
        return self._lexemes[self._at]

    def _take(self, kind: str) -> bool:
        if self._next.kind != kind:
            return False
        self._at += 1
        return True

    def _or(self) -> Query:
        start = self._next.position
        parts = [self._and()]
        while self._take("OR"):
            parts.append(self._and())
        if len(parts) == 1:
            return parts[0]
        if any(isinstance(part, Not) for part in parts):
            _fail(start, "something to look for on both sides of OR", "NOT alone")
        return Or(tuple(parts))

    def _and(self) -> Query:
        start = self._next.position
        parts = [self._not()]
        while self._take("AND") or self._next.kind not in {"OR", ")", "end"}:
            parts.append(self._not())
        if len(parts) == 1:
            return parts[0]
        if all(isinstance(part, Not) for part in parts):
            _fail(start, "something to look for beside NOT", "NOT alone")
        return And(tuple(parts))

    def _not(self) -> Query:
        is_wanted = True
        while self._take("NOT"):
            is_wanted = not is_wanted
        term = self._term()
        if is_wanted:
            return term
        return term.part if isinstance(term, Not) else Not(term)

    def _term(self) -> Query:
        lexeme = self._next
        if lexeme.kind not in {"(", "word", "phrase"}:
            found = lexeme.text if lexeme.kind == "end" else repr(lexeme.text)
            _fail(lexeme.position, "a word, a phrase or an opening parenthesis", found)
        self._at += 1
        if lexeme.kind == "word":
            return _word(lexeme.text, lexeme.position)
        return self._group(lexeme) if lexeme.kind == "(" else _phrase(lexeme)

    def _group(self, opening: _Lexeme) -> Query:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            _fail(opening.position, f"at most {MAX_DEPTH} parentheses inside each other", "one more")
        query = self._or()
        self._depth -= 1
        if not self._take(")"):
            _fail(self._next.position, "a closing parenthesis", self._next.text)
        return query


def _word(text: str, position: int) -> Word:
    if text.startswith(("-", "+", "!")) and len(text) > 1:
        _fail(position, "a word (write NOT for what must be absent)", repr(text))
    is_exact, is_prefix = text.startswith("="), text.endswith("*")
    bare = text.removeprefix("=").removesuffix("*")
    if "*" in bare or (is_exact and is_prefix):
        _fail(position, "one * at the end of a word", repr(text))
    if not tokenise(bare):
        _fail(position, "a word with letters or digits", repr(text))
    return Word(bare, position, is_exact, is_prefix)


def _phrase(lexeme: _Lexeme) -> Query:
    words = tuple(
        _word(match.group(), lexeme.position + match.start())
        for match in re.finditer(r"\S+", lexeme.text)
        if tokenise(match.group())  # a dash between the words of a phrase asks for nothing
    )
    if not words:
        _fail(lexeme.position, "words between the quotation marks", repr(lexeme.text))
    return words[0] if len(words) == 1 else Phrase(words, lexeme.position)
