"""Takes an article's words out of a digest that is kept as published: its figures and the article's place stay."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

TAKEN_DOWN = "(taken down)"
WORDS_GONE = "was taken down; its words are not shown here."  # in the note of a digest
_EMPTY: dict[str, Any] = {"title": None, "headline": None, "match": None, "text": []}
_WORDS = frozenset({"before", "after", "ahead", "behind", "sentence", "surface", "words", "reason"})
_TIMES = frozenset({"seen", "stated"})  # they have an `after` of their own


def redacted(content: str, article_ids: Collection[int]) -> str | None:
    """A kept digest as JSON without the words of these articles; None where it has none of them."""
    digest = json.loads(content)
    return json.dumps(digest, ensure_ascii=False) + "\n" if _redact(digest, article_ids) else None


def _redact(value: Any, article_ids: Collection[int]) -> bool:
    """Blank what is of these articles, wherever it stands; whether there was anything."""
    if isinstance(value, list):
        return sum(_redact(one, article_ids) for one in value) > 0
    if not isinstance(value, dict):
        return False
    if value.get("article_id") in article_ids and "article_id" in value:
        return _blank(value)
    is_evidence = isinstance(value.get("columns"), list) and isinstance(value.get("rows"), list)
    in_rows = _redact_rows(value, article_ids) if is_evidence else False
    return sum(_redact(one, article_ids) for one in value.values()) > 0 or in_rows


def _blank(article: dict[str, Any]) -> bool:
    was = json.dumps(article, sort_keys=True)
    for key in article.keys() & _EMPTY.keys():
        article[key] = _EMPTY[key]
    _blank_words(article)
    return json.dumps(article, sort_keys=True) != was


def _blank_words(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _blank_words(one)
    elif isinstance(value, dict):
        for key in value.keys() - _TIMES:
            if key in _WORDS and isinstance(value[key], str):
                value[key] = ""
            _blank_words(value[key])


def _redact_rows(evidence: dict[str, Any], article_ids: Collection[int]) -> bool:
    columns = evidence["columns"]
    if "article" not in columns or "headline" not in columns:
        return False
    article, headline = columns.index("article"), columns.index("headline")
    numbers, has_changed = {str(number) for number in article_ids}, False
    for row in evidence["rows"]:
        if row[article] in numbers and row[headline] != TAKEN_DOWN:
            row[headline], has_changed = TAKEN_DOWN, True
    return has_changed
