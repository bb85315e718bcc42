"""What a page without an article shows in its place, sent as a success: that nothing is there, or the front page.

Words alone never tell: a headline may say that a child or a ship was not found. What is looked for is a heading that
says it of a page, with hardly a word besides. Errors of a server and works on the site are no such pages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from urllib.parse import urlsplit

from crawler.extract.barriers import visible_text
from crawler.extract.links import canonical_url
from crawler.extract.markup import Page, text_of
from crawler.extract.shape import is_cut_off, says_article, says_list
from crawler.extract.titles import plain_key, site_names, without_site_name
from domain.extraction import StandIn
from text.fold import fold

_WORD = re.compile(r"\w+")
_MOST_BESIDES = 6  # further words of a heading
_MOST_HEADINGS = 20
_LEAST_LISTED_CHARS = 250  # a front page shows something; a page that a script has yet to fill does not


def stand_in_of(page: Page) -> StandIn | None:
    """What stands in an article's place on ``page``, None where it does not say. Asked before the tree is cut."""
    if is_cut_off(page.source):
        return None
    names = site_names(page)
    if says_article(page):  # many templates claim it of whatever they show
        return StandIn.NOT_FOUND if _is_nothing_but_that(page, names) else None
    if any(_says_nothing_is_there(without_site_name(heading, names)) for heading in _headings(page)):
        return StandIn.NOT_FOUND
    return StandIn.FRONT_PAGE if _is_front(page, names) else None


def _is_nothing_but_that(page: Page, names: frozenset[str]) -> bool:
    """Whether title and heading say that nothing is there, the heading with not a word besides."""
    title = page.tree.findtext(".//title") or ""
    heading = tuple(_words(next((text_of(one) for one in page.tree.iter("h1")), "")))
    wholes, phrases = _said()
    return (heading in wholes or heading in phrases) and _says_nothing_is_there(without_site_name(title, names))


def _headings(page: Page) -> Iterator[str]:
    yield page.tree.findtext(".//title") or ""
    yield page.meta("og:title") or ""
    yield from (text_of(heading) for heading in islice(page.tree.iter("h1", "h2"), _MOST_HEADINGS))


def _says_nothing_is_there(heading: str) -> bool:
    words = _words(heading)
    wholes, phrases = _said()
    if tuple(words) in wholes:
        return True
    return any(len(words) <= len(said) + _MOST_BESIDES and _holds(words, said) for said in phrases)


def _holds(words: list[str], said: tuple[str, ...]) -> bool:
    return any(tuple(words[at : at + len(said)]) == said for at in range(len(words) - len(said) + 1))


def _is_front(page: Page, names: frozenset[str]) -> bool:
    """A list under the site's name alone, or one that calls itself the front page."""
    if not says_list(page) or len(visible_text(page.tree)) < _LEAST_LISTED_CHARS:
        return False
    canonical = canonical_url(page)
    if canonical is not None:
        parts = urlsplit(canonical)
        return parts.path in ("", "/") and not parts.query
    return plain_key(page.tree.findtext(".//title") or "") in names


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


@cache
def _said() -> tuple[frozenset[tuple[str, ...]], tuple[tuple[str, ...], ...]]:
    source = (files("crawler.extract") / "words" / "not_found.toml").read_text(encoding="utf-8")
    data = tomllib.loads(source)
    wholes = frozenset(tuple(_words(entry)) for entry in data["whole"])
    return wholes, tuple(tuple(_words(entry)) for entries in data["phrase"].values() for entry in entries)
