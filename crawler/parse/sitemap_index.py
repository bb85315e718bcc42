"""Which children of a sitemap's index are asked for on which polls. Pure; see ADR 15, point 6."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from crawler.stock import RECENT
from domain.entry import AskedWhen, FurtherDocument
from domain.times import StatedTime

_NEWEST = 2  # of a series that names its children by date or number
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
# What holds no articles: an outlet's sections, authors and pictures.
_NO_ARTICLES = re.compile(
    r"(?:^|[_\W])(?:categor(?:y|ies)|tags?|authors?|users?|pages?|images?|videos?|galler(?:y|ies)|sections?|static|products?)"
    r"(?=[_\W]|$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names, and when it says that it changed."""

    url: str
    lastmod: StatedTime | None = None
    mark: str | None = None  # its lastmod as given


def children_to_ask(children: Sequence[Child], *, now: datetime) -> tuple[FurtherDocument, ...]:
    """The children with when they are wanted, the most telling first.

    At each poll those that look newest: the last two of each series named by date or number, both ends of one that is
    merely counted, and what says nothing of its state. When they move: those that changed lately. Else only on a move
    from what was first said.
    """
    newest = _newest(children)

    def wanted(child: Child) -> AskedWhen:
        if holds_no_articles(child.url) and len(children) > 1:
            return AskedWhen.STOCK
        if child.url in newest:
            return AskedWhen.EACH_POLL
        is_recent = child.lastmod is not None and child.lastmod.utc >= now - RECENT
        return AskedWhen.MOVED if is_recent else AskedWhen.STOCK

    found = [(child, wanted(child)) for child in children]
    ordered = sorted(found, key=lambda pair: (_ORDER[pair[1]], -_said(pair[0])))
    return tuple(
        FurtherDocument(child.url, when, mark=child.mark, is_needed=when is not AskedWhen.STOCK)
        for child, when in ordered
    )


_ORDER = {AskedWhen.EACH_POLL: 0, AskedWhen.MOVED: 1, AskedWhen.STOCK: 2}


def _said(child: Child) -> float:
    return child.lastmod.utc.timestamp() if child.lastmod is not None else 0.0


def _newest(children: Iterable[Child]) -> frozenset[str]:
    """Of each series (addresses that differ in their numbers alone) the ones that hold what is new, as it seems."""
    series: dict[str, list[Child]] = defaultdict(list)
    for child in children:
        series[_DIGITS.sub("#", _name(child.url))].append(child)
    found: set[str] = set()
    for members in series.values():
        if len(members) == 1 and members[0].lastmod is not None:
            is_dated = _YEAR.search(_name(members[0].url)) is not None
            found |= set() if is_dated else {members[0].url}
            continue
        by_name = sorted(members, key=lambda child: _numbers(child.url))
        found |= {child.url for child in by_name[-_NEWEST:]}
        if not _YEAR.search(_name(by_name[-1].url)):  # counted: the newest may be the first or the last
            found.add(by_name[0].url)
    return frozenset(found)


def _name(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _numbers(url: str) -> tuple[int, ...]:
    return tuple(int(digits[:18]) for digits in _DIGITS.findall(_name(url)))


def holds_no_articles(url: str) -> bool:
    """Whether a sitemap's name says that it lists sections, authors or pictures."""
    return _NO_ARTICLES.search(urlsplit(url).path.rpartition("/")[2].rpartition(".xml")[0]) is not None
