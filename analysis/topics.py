"""Topics: which texts answer an analyst's saved question, and where they show it.

A text is asked the query of its own language and the query ``any``. The other languages' queries are asked only where a
word can't be mistaken for one of the text's own: words of another script (an Azerbaijani name quoted in a Russian
article), and phrases of capitalised words (an English spelling in a Turkish one). What a query excludes stays excluded.
A text whose language is not known is asked everything; one in a language without queries here only what is safe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.query import All, Any, Condition, compile_query, find, is_name
from analysis.topic_text import joined_spans, read_text
from domain.errors import QueryError
from domain.topic import Span, Topic
from text import query as written
from text.fold import fold
from text.inflect.paradigms import GRAMMAR_LANGUAGES, is_cyrillic

MATCHER_VERSION = "1"  # raised when the same query would find other spans
ANY_LANGUAGE = "any"
UNKNOWN, FOREIGN = "unknown", "foreign"  # a text whose language is not known; one in a language without queries

BROAD_SHARE = 0.25
BROAD_AT_LEAST = 20
SHORT_BASE_CHARS = 4


@dataclass(frozen=True, slots=True)
class CompiledTopic:
    """A topic ready for matching; ``hash`` names its version."""

    slug: str
    hash: str
    conditions: Mapping[str, Condition]  # by the text's language, ``unknown`` or ``foreign``

    def match(self, text: str, language: str | None) -> tuple[Span, ...] | None:
        """The spans of whole words that prove that ``text`` is about the topic, in order; None when it is not.

        ``text`` is NFC (``clean_text``); ``language`` is its ISO 639-1 code or None.
        """
        place = language if language in self.conditions else (FOREIGN if language else UNKNOWN)
        read = read_text(text, language)
        spans = find(self.conditions[place or UNKNOWN], read)
        return None if spans is None else joined_spans(text, spans)


def compile_topic(topic: Topic) -> CompiledTopic:
    """``topic`` ready for matching.

    Raises QueryError naming topic, language and place when a query can't be read or none is given.
    """
    queries = {language: _parsed(topic, language) for language in topic.queries}
    if not queries:
        raise QueryError(f"{topic.slug}: expected a query for at least one language")
    places = (*GRAMMAR_LANGUAGES, UNKNOWN, FOREIGN)
    return CompiledTopic(topic.slug, topic_hash(topic), {place: _condition(queries, place) for place in places})


def _parsed(topic: Topic, language: str) -> written.Query:
    if language not in {*GRAMMAR_LANGUAGES, ANY_LANGUAGE}:
        allowed = ", ".join((*GRAMMAR_LANGUAGES, ANY_LANGUAGE))
        raise QueryError(f"{topic.slug}: {language}: no language of queries; expected one of {allowed}")
    try:
        return written.parse_query(topic.queries[language])
    except QueryError as e:
        raise QueryError(f"{topic.slug}: {language}: {e}") from e


def _condition(queries: Mapping[str, written.Query], place: str) -> Condition:
    """What a text of this language is asked: its own and the common query, and what is safe of the others."""
    own: list[Condition] = []
    others: list[Condition] = []
    excluded: list[Condition] = []
    for language, query in queries.items():
        if language in {place, ANY_LANGUAGE} or place == UNKNOWN:
            grammar = place if language == ANY_LANGUAGE else language
            own.append(compile_query(query, grammar if grammar in GRAMMAR_LANGUAGES else None))
            excluded += own[-1].unwanted if isinstance(own[-1], All) else ()
        elif (safe := _safe_part(query, place)) is not None:
            others.append(compile_query(safe, _foreign_grammar(language, place)))
    if others and excluded:  # a spelling of another language does not bring back what its own query leaves out
        others = [All((Any(tuple(others)),), tuple(excluded))]
    return Any((*own, *others))


def _foreign_grammar(language: str, place: str) -> str | None:
    """A name takes the endings of the text's language where the script lets it."""
    is_latin_pair = "ru" not in {language, place}
    return place if is_latin_pair and place in GRAMMAR_LANGUAGES else language


def _safe_part(query: written.Query, place: str) -> written.Query | None:
    """What of another language's query can be asked of a text of language ``place``; None when nothing can."""
    if isinstance(query, written.Word | written.Phrase):
        return query if is_name(query) or _is_other_script(query, place) else None
    if isinstance(query, written.Or):
        parts = [safe for part in query.parts if (safe := _safe_part(part, place)) is not None]
        return written.Or(tuple(parts)) if parts else None
    assert isinstance(query, written.And)
    kept: list[written.Query] = []
    for part in query.parts:
        safe = part if isinstance(part, written.Not) else _safe_part(part, place)
        if safe is None:
            return None
        kept.append(safe)
    return written.And(tuple(kept))


def _is_other_script(term: written.Word | written.Phrase, place: str) -> bool:
    if place not in GRAMMAR_LANGUAGES:
        return False
    words = term.words if isinstance(term, written.Phrase) else (term,)
    return all(is_cyrillic(word.text) != (place == "ru") for word in words)


def topic_hash(topic: Topic) -> str:
    """The version of a topic: 16 hex digits that change when its queries or the matcher change, nothing else."""
    content = json.dumps([MATCHER_VERSION, sorted(topic.queries.items())], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def breadth_warning(topic: Topic, matched: int, of: int) -> str | None:
    """One line when a topic matches more than a quarter of at least 20 texts; None when it does not."""
    if of < BROAD_AT_LEAST or matched / of <= BROAD_SHARE:
        return None
    share = round(100 * matched / of)
    return f"{topic.slug}: matches {matched} of {of} texts ({share} %): narrow it with AND, NOT or a phrase"


def static_warnings(topic: Topic) -> tuple[str, ...]:
    """What looks wrong with a topic before any text is asked: short words alone, operators in lower case."""
    return tuple(
        f"{topic.slug}: {language}: {problem}"
        for language in topic.queries
        for problem in _query_problems(_parsed(topic, language))
    )


def _query_problems(query: written.Query) -> list[str]:
    problems = [
        f'"{word.text}" at character {word.position + 1} is read as a word; operators are upper case'
        for word in written.terms(query)
        if isinstance(word, written.Word) and word.text in {"and", "or", "not"}
    ]
    return problems + [_short_problem(word) for word in _words_alone(query) if _is_risky(word)]


def _words_alone(query: written.Query) -> list[written.Word]:
    """The words each of which makes the whole query match."""
    if isinstance(query, written.Word):
        return [query]
    if isinstance(query, written.Or):
        return [word for part in query.parts for word in _words_alone(part)]
    if isinstance(query, written.And):
        wanted = [part for part in query.parts if not isinstance(part, written.Not)]
        return _words_alone(wanted[0]) if len(wanted) == 1 else []
    return []


def _is_risky(word: written.Word) -> bool:
    is_short = len(fold(word.text)) <= SHORT_BASE_CHARS and not (word.is_exact or word.text.isupper())
    return is_short and not any(letter.isdigit() for letter in word.text)


def _short_problem(word: written.Word) -> str:
    sign = "*" if word.is_prefix else ""
    return (
        f'"{word.text}{sign}" at character {word.position + 1} is short and stands alone: '
        f"add AND with a second word, or write ={word.text} for that form only"
    )
