"""What a trial wants to know of bytes besides what reading them gives. Pure; it runs in a killable worker.

A document that is no feed: what it is instead. A page: which of the outlet's selectors match anything there. A
robots.txt: which of its lines forbids an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from protego import Protego

from crawler.extract.barriers import barrier_of
from crawler.extract.charset import decode_page
from crawler.extract.markup import collapse, parse_page, select
from crawler.fetch.kinds import FetchKind
from crawler.fetch.robots import RobotsRules, RobotsState
from crawler.fetch.user_agent import product_token
from crawler.jobs import Body
from crawler.parse.mending import has_feed_root
from domain.extraction import Barrier
from domain.outlet import PageHints
from domain.urls import http_url

MOST_RULES = 5_000
_TITLE_CHARS = 120
_FEED_TYPES = ("rss", "atom", "rdf+xml", "feed+json", "xml")


@dataclass(frozen=True, slots=True)
class DocumentSeen:
    """What a document is. ``form``: empty, html, feed, xml, json or text; ``feeds``: those that a page names."""

    form: str
    title: str | None = None
    barrier: Barrier | None = None
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SelectorSeen:
    """A selector of the outlet's hints (``key``) and how many elements of the page it matches."""

    key: str
    selector: str
    matches: int


@dataclass(frozen=True, slots=True)
class RobotsLine:
    """The line of a robots.txt that forbids an address, numbered from 1."""

    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Examined:
    """All that was examined, by number of fetch, and of robots.txt by address."""

    documents: dict[int, DocumentSeen] = field(default_factory=dict)
    selectors: dict[int, tuple[SelectorSeen, ...]] = field(default_factory=dict)
    forbidding: dict[str, RobotsLine] = field(default_factory=dict)


def examine_document(body: Body) -> DocumentSeen:
    """What came where a channel was expected."""
    content = body.decoded(FetchKind.CHANNEL)
    text = decode_page(content, content_type=body.content_type).lstrip("\ufeff \t\r\n\x00")
    if not text.strip():
        return DocumentSeen("empty")
    if text.startswith(("{", "[")):
        return DocumentSeen("json")
    if has_feed_root(text):
        return DocumentSeen("feed")
    head = text[:2000].lower()
    if "<html" not in head and "<!doctype html" not in head and "<body" not in head:
        return DocumentSeen("xml" if head.startswith("<?xml") else "text")
    page = parse_page(text, url=body.response.url)
    if page is None:
        return DocumentSeen("html")
    title = collapse(page.tree.findtext(".//title") or "")[:_TITLE_CHARS] or None
    return DocumentSeen("html", title, barrier_of(page), feeds_named(page.links, body.response.url))


def feeds_named(links: Iterable[object], url: str) -> tuple[str, ...]:
    """The addresses of feeds that a page's ``<link rel=alternate>`` elements name, absolute, each once."""
    found: dict[str, None] = {}
    for link in links:
        rel = (link.get("rel") or "").lower().split()  # type: ignore[attr-defined]  # lxml's elements
        kind = (link.get("type") or "").lower()  # type: ignore[attr-defined]
        if "alternate" not in rel or not any(name in kind for name in _FEED_TYPES):
            continue
        address = http_url(link.get("href") or "", base=url)  # type: ignore[attr-defined]
        if address is not None:
            found[address] = None
    return tuple(found)


def examine_page(body: Body, *, hints: PageHints, languages: tuple[str, ...]) -> tuple[SelectorSeen, ...]:
    """How many elements of the page each selector of ``hints`` matches."""
    stated = [
        (key, selector)
        for key in ("body_css", "title_css", "date_css", "author_css", "drop_css")
        for selector in getattr(hints, key)
    ]
    stated += [(f"meta_css.{name}", selector) for name, selector in hints.meta_css.items()]
    if not stated:
        return ()
    source = decode_page(body.decoded(FetchKind.PAGE), content_type=body.content_type, languages=languages)
    page = parse_page(source, url=body.response.url) if source.strip() else None
    if page is None:
        return ()
    return tuple(SelectorSeen(key, css, sum(1 for _ in select(page.tree, [css]))) for key, css in stated)


def forbidding_line(text: str, *, url: str, user_agent: str) -> RobotsLine | None:
    """The line of robots.txt that keeps ``user_agent`` from ``url``; None where none does, or none alone.

    Of several the longest, which is the one that decides (RFC 9309, 2.2.2). At most 5,000 lines are tried.
    """
    if RobotsRules(RobotsState.RULES, text).allows(url, user_agent):
        return None
    found = [
        RobotsLine(number, line)
        for number, line in _rules_for(text, product_token(user_agent))
        if not Protego.parse(f"User-agent: *\n{line}").can_fetch(url, "*")
    ]
    return max(found, key=lambda rule: len(rule.line.partition(":")[2].strip()), default=None)


def _rules_for(text: str, token: str) -> list[tuple[int, str]]:
    """The ``Disallow`` lines of the group that counts for ``token``: its own where it has one, else everybody's."""
    groups: dict[str, list[tuple[int, str]]] = {}
    current: set[str] = set()
    was_rule = False
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.partition("#")[0].strip()
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or name in {"sitemap", "host"}:
            continue
        if name in {"user-agent", "useragent", "user agent"}:
            current = set() if was_rule else current
            was_rule = False
            current.add(value.strip().lower())
            groups.setdefault(value.strip().lower(), [])
            continue
        was_rule = True
        if name == "disallow":
            for agent in current:
                groups[agent].append((number, line))
    own = [rule for agent, rules in groups.items() if agent != "*" and product_token(agent) == token for rule in rules]
    has_own = any(agent != "*" and product_token(agent) == token for agent in groups)
    return (own if has_own else groups.get("*", []))[:MOST_RULES]
