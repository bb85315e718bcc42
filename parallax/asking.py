"""Who may be asked, and by which way: without a contact loopback alone, some outlets through their proxy only."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

import structlog

from domain.errors import ConfigError
from domain.outlet import Outlet
from outlets.catalogue import Catalogue
from outlets.channels import crawlable_channels
from outlets.platforms import Platforms, poll_url
from parallax.settings import Settings

log = structlog.get_logger()


def require_contact(settings: Settings, catalogue: Catalogue, platforms: Platforms, outlets: Collection[str]) -> None:
    """Raise ConfigError where ``outlets`` (none: all) can't be asked: without a contact only loopback is."""
    if settings.contact is not None:
        return
    for slug, outlet in catalogue.outlets.items():
        if (not outlets or slug in outlets) and not _is_on_loopback(outlet, settings, platforms):
            raise ConfigError(
                "PARALLAX_CONTACT",
                "not set, and nothing outside loopback is fetched without it; set an e-mail address or a page "
                "where you can be reached, such as PARALLAX_CONTACT=you@example.org",
            )


def proxies_by_outlet(catalogue: Catalogue, settings: Settings) -> dict[str, str]:
    """By outlet the name of its proxy. One that no setting knows is told of; nothing of its outlet is asked."""
    named = {slug: outlet.proxy for slug, outlet in catalogue.outlets.items() if outlet.proxy is not None}
    for slug, proxy in named.items():
        if proxy not in settings.proxies:
            log.warning("proxy.unknown", outlet=slug, proxy=proxy)
    return named


def loopback_of(networks: Collection[str]) -> list[str]:
    """Those of ``networks`` (CIDR) that are on loopback."""
    return [network for network in networks if ipaddress.ip_network(network).is_loopback]


def _is_on_loopback(outlet: Outlet, settings: Settings, platforms: Platforms) -> bool:
    if outlet.proxy is not None:  # nobody here sees where its names lead
        return False
    asked = (poll_url(channel, None, platforms=platforms) for channel in crawlable_channels(outlet))
    names = [urlsplit(url).hostname or "" for url in asked if url is not None]
    return all(_is_loopback_address(settings.hosts.get(name, name)) for name in names)


def _is_loopback_address(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
