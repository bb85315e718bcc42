"""Where an entry leads: under which outlet and key it is kept. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.entry import Entry
from domain.fetch import Reason
from domain.frontier import NewTarget
from domain.outlet import Outlet
from domain.urls import host_key, url_key
from outlets.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Place:
    """The outlet an address counts for and its key there."""

    outlet: str
    url_key: str


def place_url(url: str, *, listed_by: Outlet, catalogue: Catalogue) -> Place:
    """Who publishes ``url``: the outlet that has its host, else the one that listed it."""
    owner = catalogue.outlet_of_host(host_key(url)) or listed_by
    return Place(owner.slug, url_key(url, host_aliases=owner.host_aliases))


def page_key(url: str, catalogue: Catalogue) -> str:
    """The key of a page wherever it is listed: all its addresses have it, those at its outlet's mirrors too."""
    owner = catalogue.outlet_of_host(host_key(url))
    return url_key(url, host_aliases=owner.host_aliases if owner else None)


def place_entry(entry: Entry, *, listed_by: Outlet, catalogue: Catalogue) -> Place:
    """Where an entry is kept; one without a link that can be followed is told apart by what it says."""
    if entry.url is not None:
        return place_url(entry.url, listed_by=listed_by, catalogue=catalogue)
    says = "\n".join((entry.guid or "", entry.title or "", entry.published_raw or ""))
    return Place(listed_by.slug, f"entry:{hashlib.sha256(says.encode('utf-8', 'replace')).hexdigest()}")


def new_page(url: str, place: Place, reason: Reason = Reason.NEW) -> NewTarget:
    """The page behind an entry, to be looked at for the first time."""
    return NewTarget(outlet=place.outlet, url=url, url_key=place.url_key, host=host_key(url), reason=reason)
