"""Checks of one value of a catalogue file. Each gives the value back or raises ValueError saying what is allowed."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from cssselect import HTMLTranslator
from cssselect import SelectorError as CssError
from pydantic import AfterValidator, Field

from domain.errors import QueryError
from domain.urls import bare_host, host_key, http_url
from outlets.patterns import checked_pattern
from text.query import parse_query

LANGUAGES = frozenset(  # ISO 639-1
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie "
    "ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv "
    "mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts "
    "tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63})(?::\d{1,5})?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = frozenset({"page", "yyyy", "mm", "m", "dd", "d", "category", "query"})


def _address(value: str) -> str:
    if http_url(value) is None or "://" not in value or re.search(r"[\s{}]", value):
        raise ValueError("is no address that can be asked for; allowed: an absolute http:// or https:// address")
    return value


def _template(value: str) -> str:
    unknown = sorted(set(_PLACEHOLDER.findall(value)) - PLACEHOLDERS)
    if unknown:
        known = ", ".join(sorted(PLACEHOLDERS))
        raise ValueError(f"has a place for {{{unknown[0]}}}, which nothing fills; allowed in braces: {known}")
    _address(_PLACEHOLDER.sub("1", value))
    return value


def _dead_address(value: str) -> str:
    _address(value.removesuffix("*"))
    return value


def is_host(value: str) -> bool:
    """Whether ``value`` is a bare host that an outlet may claim."""
    return value == bare_host(value.lower()) and _HOST.fullmatch(value) is not None


def _host(value: str) -> str:
    if not is_host(value):
        raise ValueError(
            'is no bare host; allowed: a lower-case name without "www.", scheme or path, such as oc-media.org'
        )
    return value


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError("is no language code; allowed: two letters of ISO 639-1, such as az, ru, tr or en")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:  # not in the list, not a name, a folder of the list
        raise ValueError("is no time zone; allowed: a name of the IANA list, such as Asia/Baku") from error
    return value


def _selector(value: str) -> str:
    try:
        HTMLTranslator().css_to_xpath(value)
    except CssError as error:
        raise ValueError(f"is no CSS selector ({error}); allowed: a selector such as div.article-body") from error
    return value


def _pattern(value: str) -> str:
    checked_pattern(value)
    return value


def _numbering_pattern(value: str) -> str:
    if checked_pattern(value).groups < 1:
        raise ValueError(r"has no group to read the number from; allowed: a pattern such as -(\d+)$")
    return value


def _query(value: str) -> str:
    try:
        parse_query(value)
    except QueryError as error:
        raise ValueError(f'can\'t be read {error}; allowed: words, "phrases", AND, OR, NOT and parentheses') from error
    return value


def host_of(url: str) -> str:
    """The bare host (and port, where it is not the default one) of an address that was checked."""
    return bare_host(host_key(url))


_LINE = Field(min_length=1, max_length=1000, pattern=r"^\S[^\x00-\x1f\x7f]*$")
T = TypeVar("T")

Many = Annotated[tuple[T, ...], Field(strict=False)]  # a TOML list, kept as a tuple
Line = Annotated[str, _LINE]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
Address = Annotated[str, AfterValidator(_address)]
Template = Annotated[str, AfterValidator(_template)]
DeadUrl = Annotated[str, AfterValidator(_dead_address)]
Host = Annotated[str, AfterValidator(_host)]
Language = Annotated[str, AfterValidator(_language)]
Zone = Annotated[str, AfterValidator(_zone)]
Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]
NumberingPattern = Annotated[str, AfterValidator(_numbering_pattern)]
Query = Annotated[str, AfterValidator(_query)]
