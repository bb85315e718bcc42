"""What can be said of an address to which nothing happened yet: who claims it, and what would keep us from it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.fetch.robots import RobotsRules, RobotsState
from domain.outlet import Outlet
from domain.urls import host_key, site_of
from outlets.articles import article_pattern, is_article_url
from outlets.catalogue import Catalogue
from outlets.channels import crawlable_channels
from outlets.claims import is_shared
from storage.why_facts import HostFact


def said_of_stranger(
    url: str, catalogue: Catalogue, *, host: HostFact | None, robots_text: str, user_agent: str
) -> tuple[str, ...]:
    """Lines on an address that no channel listed and nobody asked for. ``host``: as it stands, None if unknown."""
    outlet = catalogue.outlet_of_host(host_key(url))
    if outlet is None:
        return (*_nobodys(url), *_robots(url, host, robots_text, user_agent))
    return (*_claimed(url, outlet), *_robots(url, host, robots_text, user_agent))


def _nobodys(url: str) -> Iterator[str]:
    host = host_key(url)
    if is_shared(host.removeprefix("www.")):
        yield f"{host} is a platform that many share: no outlet owns its addresses."
    else:
        above = f" or {site_of(host)}" if site_of(host) != host else ""
        yield f"No outlet of the catalogue claims {host}{above}."
    yield "Once a channel lists it or redirects there, it will belong to the outlet that listed it."


def _claimed(url: str, outlet: Outlet) -> Iterator[str]:
    yield f"{outlet.slug} ({outlet.name}) claims {host_key(url)}."
    if not outlet.enabled:
        yield f"{outlet.slug} is switched off in the catalogue, so nothing is asked of it."
    elif not crawlable_channels(outlet):
        yield f"None of its {len(outlet.channels)} channels can be polled by this version, so nothing is listed."
    else:
        names = ", ".join(channel.slug for channel in crawlable_channels(outlet))
        yield f"None of its channels ({names}) listed it, as far as we looked; gaps stand in `parallax status`."
    if not outlet.page_fetch:
        yield "Its pages are not fetched (page_fetch = false): only what its channels carry is kept."
    yield _pattern(url, outlet)
    for dead in outlet.dead_addresses:
        if url == dead.address or (dead.address.endswith("*") and url.startswith(dead.address[:-1])):
            yield f"The catalogue notes it as dead: {dead.problem}."


def _pattern(url: str, outlet: Outlet) -> str:
    pattern = article_pattern(outlet)
    if pattern is None:
        return "The catalogue has no pattern of its articles' addresses: any address of its hosts may be one."
    if is_article_url(outlet, url):
        return f"It looks like an article: its pattern ({pattern.pattern}) matches."
    return f"It does not look like an article: its pattern ({pattern.pattern}) does not match."


def _robots(url: str, host: HostFact | None, text: str, user_agent: str) -> Iterator[str]:
    if host is None:
        yield f"Nothing was ever asked of {host_key(url)}."
    elif host.robots_outcome is None:
        yield f"The robots.txt of {host.key} was never read."
    elif host.robots_outcome == RobotsState.UNREACHABLE.value:
        yield f"The robots.txt of {host.key} could not be read, so nothing of it is fetched until it can."
    elif RobotsRules(RobotsState(host.robots_outcome), text).allows(url, user_agent):
        yield f"The robots.txt of {host.key}, as last read, lets us fetch it."
    else:
        yield f"The robots.txt of {host.key}, as last read, does not let us fetch it."
