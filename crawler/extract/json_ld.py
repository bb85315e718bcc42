"""JSON-LD as pages really carry it: mended where it is broken, flattened, and asked for its article.

Sites write comments, trailing commas, raw line ends inside strings, HTML comment marks and doubled entities into it;
one such slip must not lose the date and the authors of every page of an outlet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

Node = Mapping[str, object]

ARTICLE_TYPES = frozenset(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle AskPublicNewsArticle "
    "BackgroundNewsArticle OpinionNewsArticle "
    "ReviewNewsArticle AdvertiserContentArticle SatiricalArticle ScholarlyArticle TechArticle Report BlogPosting "
    "LiveBlogPosting SocialMediaPosting DiscussionForumPosting".split()
)
LIST_TYPES = frozenset("CollectionPage SearchResultsPage ItemList ProfilePage".split())
_MAX_NODES = 2_000
_MAX_DEPTH = 12
_MAX_CHARS = 4_000_000

_STRING_OR_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|/\*.*?\*/|(?<![:"\w])//[^\n"]*(?=\n|$)', re.S)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.S)
_DOUBLED_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?:\s*,)+', re.S)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|"
    r"/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)


def read_json_ld(scripts: Iterable[str]) -> tuple[Node, ...]:
    """Every object of ``scripts`` that has a type, in document order; ``@graph``, arrays and nesting undone."""
    nodes: list[Node] = []
    for script in scripts:
        if len(script) <= _MAX_CHARS:
            nodes.extend(_typed(_parsed(script)))
    return tuple(nodes[:_MAX_NODES])


def _parsed(script: str) -> object:
    """The value of one script, mended step by step; None when nothing can be read from it."""
    text = _WRAPPER.sub("", _WRAPPER.sub("", script)).strip().rstrip(";")
    for candidate in _mended(text):
        try:
            return _first_values(candidate.strip())
        except (ValueError, RecursionError):
            continue
    return None


def _mended(text: str) -> Iterator[str]:
    yield text
    text = _BAD_ESCAPE.sub(r"\\\\", text)
    text = _WRAPPER.sub("", _STRING_OR_COMMENT.sub(lambda match: match.group(1) or " ", text))
    text = _DOUBLED_COMMA.sub(lambda match: match.group(1) or ",", text)
    text = _TRAILING_COMMA.sub(lambda match: match.group(1) or "", text)
    yield text
    yield re.sub(r"(?<=[\w.!?…»”)])\"(?=[^\s,:}\]])", r"\\\"", text)
    yield text + '"' * (text.count('"') % 2) + "}" * max(0, text.count("{") - text.count("}"))


def _first_values(text: str) -> object:
    """All JSON values that follow one another in ``text``."""
    decoder = json.JSONDecoder(strict=False)
    values: list[object] = []
    at = 0
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            if values:
                break
            raise
        values.append(value)
        while at < len(text) and text[at] in " \t\r\n,;":
            at += 1
    return values


def _typed(value: object, depth: int = 0) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for member in value[:_MAX_NODES]:
            yield from _typed(member, depth + 1)
    elif isinstance(value, dict):
        if types_of(value):
            yield value
        for key, member in value.items():
            if isinstance(member, (dict, list)) and key not in {
                "author",
                "publisher",
                "creator",
                "comment",
                "itemListElement",
            }:
                yield from _typed(member, depth + 1)


def types_of(node: Node) -> frozenset[str]:
    """The types of a node, without the vocabulary's address."""
    stated = node.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return frozenset(re.split(r"[/#:]", name)[-1] for name in names if isinstance(name, str))


def article_node(nodes: Iterable[Node]) -> Node | None:
    """The node that describes the page's own article: an article type, the fullest where there are several.

    Nodes of related articles are short: no body, no date, or no headline. A page's own comes first among equals.
    """
    articles = [node for node in nodes if types_of(node) & ARTICLE_TYPES]
    return max(articles, key=_fullness, default=None)


def _fullness(node: Node) -> int:
    return sum(1 for key in ("headline", "datePublished", "author", "articleBody", "mainEntityOfPage") if node.get(key))


def texts_of(value: object, *keys: str) -> Iterator[str]:
    """The strings that ``value`` states, looking under ``keys`` where it is an object, each member "
    "where it is a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for member in value[:100]:
            yield from texts_of(member, *keys)
    elif isinstance(value, dict):
        found = next((value[key] for key in keys if value.get(key)), None)
        if found is not None and found is not value:
            yield from texts_of(found, *keys)


def text_of_node(node: Node | None, key: str, *keys: str) -> str | None:
    """The first string under ``key`` of ``node``; ``keys`` say where to look in an object."""
    return next((text for text in texts_of((node or {}).get(key), *keys) if text.strip()), None)
