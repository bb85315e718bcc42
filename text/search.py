"""What a person types into search, and the same in the words of each database.

The databases never see the typed text: only folded tokens in quotation marks, which hold nothing but letters and
digits, so no input can break or extend their syntax.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import QueryError
from text.query import And, Not, Or, Phrase, Query, Word, parse_query
from text.tokens import terms_of, tokenise

MAX_SEARCH_TERMS = 200


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """Folded tokens that stand side by side; with ``is_prefix`` the last one is the beginning of a word."""

    tokens: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class SearchAll:
    """Every part of ``wanted`` (at least one) and none of ``unwanted``."""

    wanted: tuple[SearchQuery, ...]
    unwanted: tuple[SearchQuery, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchAny:
    """At least one of the parts (two or more)."""

    parts: tuple[SearchQuery, ...]


SearchQuery = SearchTerm | SearchAll | SearchAny


def search_query(typed: str) -> SearchQuery:
    """What ``typed`` asks the index for: AND, OR, NOT, parentheses, "phrases" and prefix*; words alone mean AND.

    A word is looked for as it stands (folded); ``=word`` means the same here. Raises QueryError naming the place.
    """
    query = _search(parse_query(typed))
    count = _term_count(query)
    if count > MAX_SEARCH_TERMS:
        raise QueryError(f"the query has {count} words and phrases; at most {MAX_SEARCH_TERMS} are asked at once")
    return query


def _search(query: Query) -> SearchQuery:
    if isinstance(query, Word):
        return _term((query,))
    if isinstance(query, Phrase):
        return _term(query.words)
    if isinstance(query, Or):
        return SearchAny(tuple(_search(part) for part in query.parts))
    assert isinstance(query, And)
    wanted = tuple(_search(part) for part in query.parts if not isinstance(part, Not))
    return SearchAll(wanted, tuple(_search(part.part) for part in query.parts if isinstance(part, Not)))


def _term(words: tuple[Word, ...]) -> SearchTerm:
    for word in words[:-1]:
        if word.is_prefix:
            raise QueryError(f"at character {word.position + 1}: expected * at the last word of a phrase only")
    tokens = (term for word in words for token in tokenise(word.text) for term in terms_of(token))
    return SearchTerm(tuple(tokens), words[-1].is_prefix)


def _term_count(query: SearchQuery) -> int:
    if isinstance(query, SearchTerm):
        return 1
    parts = query.parts if isinstance(query, SearchAny) else (*query.wanted, *query.unwanted)
    return sum(_term_count(part) for part in parts)


def tokens_of(query: SearchQuery) -> frozenset[str]:
    """The folded tokens that a hit may hold; those that are not wanted are left out."""
    if isinstance(query, SearchTerm):
        return frozenset(query.tokens)
    parts = query.parts if isinstance(query, SearchAny) else query.wanted
    return frozenset().union(*(tokens_of(part) for part in parts))


def to_fts5(query: SearchQuery) -> str:
    """``query`` as an SQLite FTS5 MATCH string for a ``unicode61 remove_diacritics 0`` index of ``index_terms``."""
    if isinstance(query, SearchTerm):
        return f'"{" ".join(query.tokens)}"' + ("*" if query.is_prefix else "")
    if isinstance(query, SearchAny):
        return "(" + " OR ".join(to_fts5(part) for part in query.parts) + ")"
    wanted = " AND ".join(to_fts5(part) for part in query.wanted)
    if not query.unwanted:
        return f"({wanted})"
    return f"(({wanted}) NOT ({' OR '.join(to_fts5(part) for part in query.unwanted)}))"


def to_tsquery(query: SearchQuery) -> str:
    """``query`` as the text of PostgreSQL's ``to_tsquery('simple', …)`` for a vector of ``index_terms``."""
    if isinstance(query, SearchTerm):
        last = len(query.tokens) - 1
        lexemes = (f"'{t}'" + (":*" if query.is_prefix and i == last else "") for i, t in enumerate(query.tokens))
        return "(" + " <-> ".join(lexemes) + ")"
    if isinstance(query, SearchAny):
        return "(" + " | ".join(to_tsquery(part) for part in query.parts) + ")"
    parts = [to_tsquery(part) for part in query.wanted] + [f"!{to_tsquery(part)}" for part in query.unwanted]
    return "(" + " & ".join(parts) + ")"
