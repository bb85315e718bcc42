"""All addresses that a page is known at by what was asked and by what it says itself. Pure.

A canonical link is a page's own claim, and pages claim wrongly: the front page, their section, several at once. What
can be told from the addresses alone is told here; what takes a look at what is stored, in ``storage.sameness``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.channels.place import place_url
from domain.extraction import Extraction
from domain.outlet import Outlet
from domain.sameness import Alternate
from domain.urls import url_key
from outlets.articles import is_article_url
from outlets.catalogue import Catalogue
from outlets.forms import main_form
from outlets.values import LANGUAGES
from storage.readings import Address, NamedAlternate


@dataclass(frozen=True, slots=True)
class Addresses:
    """The address that was read, what led there, its main form and its canonical; ``notes``: what was not believed."""

    known: tuple[Address, ...]
    notes: tuple[str, ...] = ()


def addresses_of(
    own: tuple[str, str], chain: Sequence[tuple[str, str]], extraction: Extraction, outlet: Outlet, catalogue: Catalogue
) -> Addresses:
    """``own`` and each of ``chain``, what redirected there, are (url key, address)."""
    key, url = own
    known = {key: Address(key, url, "redirect" if chain else "listed")}
    for from_key, from_url in chain:
        known.setdefault(from_key, Address(from_key, from_url, "listed"))
    if form := main_form(outlet, url):
        form_key = _key(outlet, form)
        known.setdefault(form_key, Address(form_key, form, "form"))
    canonical, note = _canonical(extraction, url, outlet, catalogue)
    if canonical is not None:
        known.setdefault(canonical.url_key, canonical)
    if form and canonical is None and extraction.canonical_url and form_key == _key(outlet, extraction.canonical_url):
        note = None  # it names its main form, which lies above it
    return Addresses(tuple(known.values()), (note,) if note else ())


def alternates_of(
    named: Iterable[Alternate], own: Collection[str], outlet: Outlet, catalogue: Catalogue
) -> tuple[NamedAlternate, ...]:
    """Of the versions in other languages that a page or a sitemap names those at articles' addresses of the outlet.

    ``own``: the keys of the addresses that are the article's itself.
    """
    found: dict[str, NamedAlternate] = {}
    for one in named:
        place = place_url(one.url, listed_by=outlet, catalogue=catalogue)
        if (
            is_hosted(outlet, one.url, catalogue)
            and place.url_key not in own
            and is_article_url(outlet, one.url)
            and not is_front(one.url)
        ):
            found.setdefault(place.url_key, NamedAlternate(place.url_key, one.url, one.language))
    return tuple(found.values())


def _canonical(
    extraction: Extraction, own: str, outlet: Outlet, catalogue: Catalogue
) -> tuple[Address | None, str | None]:
    """What the page calls its canonical address where that may be believed, else why not."""
    url = extraction.canonical_url
    if url is None:
        return None, None
    key, own_key = _key(outlet, url), _key(outlet, own)
    if {_key(outlet, one) for one in extraction.other_canonicals} - {key}:
        return None, "it names several canonicals, none believed"
    if key == own_key:
        return None, None
    what = _what_else(url, key, own_key, outlet, catalogue)
    return (None, f"its canonical {url} is {what}") if what else (Address(key, url, "canonical"), None)


def _what_else(url: str, key: str, own_key: str, outlet: Outlet, catalogue: Catalogue) -> str | None:
    """What a canonical address is where it is no article's of the outlet."""
    if not is_hosted(outlet, url, catalogue):
        return "on no host of the outlet"
    if is_front(url) or is_above(key, own_key) or is_channel(outlet, key):
        return "a front page, a section or a first page"
    return None if is_article_url(outlet, main_form(outlet, url) or url) else "no article's address"


def is_hosted(outlet: Outlet, url: str, catalogue: Catalogue) -> bool:
    """Whether an address is on a host of the outlet."""
    owner = catalogue.outlet_of_host(urlsplit(url).netloc)
    return owner is not None and owner.slug == outlet.slug


def is_front(url: str) -> bool:
    """Whether an address is a site's front page, or that of a language."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    is_index = all(segment.lower() in LANGUAGES or segment.startswith("index.") for segment in segments)
    return is_index and len(segments) < 3 and not parts.query


def is_above(key: str, own_key: str) -> bool:
    """Whether the one address is a folder of the other, or the same without what its query chooses."""
    return own_key.startswith((key.rstrip("/") + "/", key + "?"))


def is_channel(outlet: Outlet, key: str) -> bool:
    """Whether a key is that of a channel's address, or of the outlet's home."""
    listed = [channel.address for channel in outlet.channels if "://" in channel.address]
    return key in {_key(outlet, one) for one in (*listed, outlet.home or "") if one}


def _key(outlet: Outlet, url: str) -> str:
    return url_key(url, host_aliases=outlet.host_aliases)
