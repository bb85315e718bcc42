"""A topic's query made ready for matching: each word opened into its forms, each phrase into a sequence of them.

Written as ``text.query`` reads it. A word stands for its inflected forms, ``=word`` for itself, ``word*`` for what
begins so; inside a phrase words inflect too. Capitals say that a name is meant in two cases only: a word in capitals
(PACE) asks for capitals, and a phrase with a capital behind its first word (Peace Council, Bahar Yağmurlu) asks for one
that does not come from the beginning of a sentence. A phrase of capitalised words finds initials and middle names too;
a single word in small letters is not found in the name of a street or alone in quotation marks (hotel «Конституция»).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from math import prod

from analysis.topic_terms import Capitals, Element, Term
from analysis.topic_text import ReadText
from domain.topic import Span
from text import query as written
from text.inflect.forms import Forms, PrefixForms, listed
from text.inflect.paradigms import forms_of
from text.tokens import tokenise

MOST_ALTERNATIVES = 32  # ways to cut the words of one phrase (COP29, COP-29); beyond that they are taken as written


@dataclass(frozen=True, slots=True)
class All:
    """Every wanted part and no unwanted one."""

    wanted: tuple[Condition, ...]
    unwanted: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part; none at all never holds."""

    parts: tuple[Condition, ...]


Condition = Term | All | Any
NEVER = Any(())


def compile_query(query: written.Query, language: str | None) -> Condition:
    """``query`` with its words opened by the grammar of ``language`` (None: by every grammar of their script)."""
    if isinstance(query, written.Word):
        return _word_term(query, language)
    if isinstance(query, written.Phrase):
        return _phrase_term(query, language)
    if isinstance(query, written.Or):
        return Any(tuple(compile_query(part, language) for part in query.parts))
    assert isinstance(query, written.And)
    wanted = (compile_query(part, language) for part in query.parts if not isinstance(part, written.Not))
    unwanted = (compile_query(part.part, language) for part in query.parts if isinstance(part, written.Not))
    return All(tuple(wanted), tuple(unwanted))


def find(condition: Condition, read: ReadText) -> list[Span] | None:
    """The spans that prove ``condition`` in a text, or None where it does not hold; unwanted parts prove nothing."""
    if isinstance(condition, Term):
        return condition.spans(read) or None
    if isinstance(condition, Any):
        found = [spans for part in condition.parts if (spans := find(part, read)) is not None]
        return [span for spans in found for span in spans] if found else None
    proofs: list[Span] = []
    for part in condition.wanted:
        spans = find(part, read)
        if spans is None:
            return None
        proofs.extend(spans)
    return None if any(find(part, read) is not None for part in condition.unwanted) else proofs


def _word_term(word: written.Word, language: str | None) -> Term:
    capitals = Capitals.ALL if _is_acronym(word.text) else Capitals.FREE
    return Term(tuple(_sequences(word, language, capitals)), is_common=word.text[0].islower())


def _phrase_term(phrase: written.Phrase, language: str | None) -> Term:
    names_something = is_name_like(phrase)
    choices = []
    for word in phrase.words:
        capitals = Capitals.FREE
        if _is_acronym(word.text):
            capitals = Capitals.ALL
        elif names_something and word.text[0].isupper():
            capitals = Capitals.FIRST
        choices.append(list(_sequences(word, language, capitals)))
    if prod(map(len, choices)) > MOST_ALTERNATIVES:
        choices = [choice[:1] for choice in choices]
    sequences = (tuple(element for part in parts for element in part) for parts in product(*choices))
    return Term(tuple(sequences), is_name=is_name(phrase))


def is_name_like(term: written.Word | written.Phrase) -> bool:
    """Whether a capital stands behind the first word of a phrase."""
    return isinstance(term, written.Phrase) and any(word.text[0].isupper() for word in term.words[1:])


def is_name(term: written.Word | written.Phrase) -> bool:
    """Whether all words of a phrase are capitalised: a person or body, perhaps written with an initial."""
    return isinstance(term, written.Phrase) and all(
        word.text[:1].isupper() and word.text.isalpha() and not word.is_exact for word in term.words
    )


def _is_acronym(text: str) -> bool:
    return text.isalpha() and len(text) > 1 and text.isupper()


def _sequences(word: written.Word, language: str | None, capitals: Capitals) -> Iterator[tuple[Element, ...]]:
    """The ways in which a word of a query may be cut into tokens: COP29, COP-29, COP 29."""
    tokens = tokenise(word.text)
    last = len(tokens) - 1
    elements = [
        Element(
            token.folded,
            _forms(word, word.text[token.start : token.end], language) if i == last else listed({token.folded}),
            capitals,
            is_tight=i > 0,
        )
        for i, token in enumerate(tokens)
    ]
    yield tuple(elements)
    if len(tokens) > 1 and not all(token.folded.isdigit() for token in tokens):
        joined = "".join(token.folded for token in tokens)
        yield (Element(joined, _forms(word, joined, language), capitals),)
    if len(tokens) == 1:
        letters = tokens[0].folded.rstrip("0123456789")
        digits = tokens[0].folded[len(letters) :]
        if letters.isalpha() and digits and not word.is_prefix:
            first = Element(letters, listed({letters}), capitals)
            yield (first, replace(first, base=digits, forms=listed({digits}), is_tight=True))


def _forms(word: written.Word, base: str, language: str | None) -> Forms:
    folded = "".join(token.folded for token in tokenise(base))
    if word.is_prefix:
        return PrefixForms(folded)
    return listed({folded}) if word.is_exact else forms_of(base, language)
