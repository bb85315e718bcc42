"""Where a redirect leads away from an article: to the front page, a section, or a page that says it is gone. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.channels.place import place_url
from crawler.reading.addresses import is_above, is_channel, is_front, is_hosted
from domain.fetch import FetchOutcome
from domain.frontier import Look
from domain.outlet import Outlet
from domain.presence import Absence, Away
from domain.urls import url_key
from outlets.articles import article_pattern, is_article_url
from outlets.catalogue import Catalogue
from outlets.forms import main_form

# Addresses that outlets keep for what is not there: last part of the path, without ending, as people name such pages.
_NOT_FOUND_NAMES = frozenset(
    "404 error404 error-404 404-error not-found notfound page-not-found not_found page_not_found".split()
)


def away_of(look: Look, catalogue: Catalogue) -> Away | None:
    """Whether a page's redirect leads away from it; None where it leads to an article, off the outlet or nowhere.

    A log-in page, a consent page and another host say nothing of an article.
    """
    target, url = look.target, look.redirect_to
    outlet = catalogue.outlets.get(target.outlet)
    if outlet is None or url is None or target.channel_id is not None or look.outcome is not FetchOutcome.REDIRECTED:
        return None
    if not is_hosted(outlet, url, catalogue):
        return None
    key = place_url(url, listed_by=outlet, catalogue=catalogue).url_key
    how = _how(outlet, target.url, url, key, target.url_key)
    return Away(how, key) if how is not None else None


def _how(outlet: Outlet, own: str, url: str, key: str, own_key: str) -> Absence | None:
    main = main_form(outlet, own)
    if key == own_key or (main is not None and key == url_key(main, host_aliases=outlet.host_aliases)):
        return None
    if _names_nothing(url):
        return Absence.SOFT_404
    if article_pattern(outlet) is not None and is_article_url(outlet, url):
        return None
    if is_front(url):
        return Absence.FRONT_PAGE
    if is_channel(outlet, key):
        return (
            Absence.FRONT_PAGE
            if url_key(outlet.home or "", host_aliases=outlet.host_aliases) == key
            else Absence.SECTION
        )
    is_numbered = any(letter.isdigit() for letter in _last_part(url))  # the article's own number, perhaps
    return Absence.SECTION if is_above(key, own_key) and not is_numbered else None


def _last_part(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()


def _names_nothing(url: str) -> bool:
    last = _last_part(url)
    return last.rpartition(".")[0] in _NOT_FOUND_NAMES or last in _NOT_FOUND_NAMES
