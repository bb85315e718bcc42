"""Which outlet a host belongs to: no two may claim the same one, platforms that many share apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from domain.errors import CatalogueError
from domain.outlet import Channel, Outlet
from domain.urls import bare_host, url_key

# Hosts on which many publish; an outlet may live there, and none owns it.
PLATFORMS = frozenset(
    "t.me telegram.me youtube.com m.youtube.com youtu.be facebook.com m.facebook.com fb.com instagram.com x.com "
    "twitter.com tiktok.com vk.com ok.ru linkedin.com medium.com substack.com blogspot.com wordpress.com github.io "
    "feedburner.com feeds.feedburner.com news.google.com sites.google.com linktr.ee archive.org web.archive.org".split()
)
# Networks whose customers' hosts come and go; one may serve two outlets.
CONTENT_NETWORKS = (
    "cloudfront.net azureedge.net azurefd.net akamaized.net akamaihd.net edgekey.net fastly.net fastlylb.net "
    "ampproject.org cdn77.org b-cdn.net translate.goog"
).split()


def is_shared(host: str) -> bool:
    """Whether ``host`` (bare) is a platform's or a content network's, so that claiming it proves nothing."""
    return host in PLATFORMS or is_content_network(host)


def is_content_network(host: str) -> bool:
    """Whether ``host`` (bare) is a content network's: a copy of somebody's pages, under a name that comes and goes."""
    return any(host == net or host.endswith(f".{net}") for net in CONTENT_NETWORKS)


def claimed_hosts(outlets: Mapping[str, tuple[Path, Outlet]]) -> tuple[dict[str, str], list[CatalogueError]]:
    """Each host of the catalogue with its outlet's slug, and an error for each host that two outlets claim."""
    claims: dict[str, str] = {}
    errors: list[CatalogueError] = []
    for slug, (path, outlet) in sorted(outlets.items()):
        for name, hosts in (("hosts", outlet.hosts), ("edition_hosts", outlet.edition_hosts)):
            for index, host in enumerate(hosts):
                owner = claims.setdefault(host, slug)
                if owner != slug and not is_shared(host):
                    problem = f"{host!r} belongs to {owner} ({outlets[owner][0].name}); allowed: a host of its own"
                    errors.append(CatalogueError(path, f"{name}[{index}]", problem))
    return {host: slug for host, slug in claims.items() if not is_shared(host)}, errors


def repeated_channels(outlets: Mapping[str, tuple[Path, Outlet]]) -> list[CatalogueError]:
    """An error for each channel whose address an earlier channel has, in the same outlet or in another."""
    owners: dict[str, str] = {}
    errors: list[CatalogueError] = []
    for slug, (path, outlet) in sorted(outlets.items()):
        for index, channel in enumerate(outlet.channels):
            name = f"{slug}/{channel.slug}"
            if (owner := owners.setdefault(channel_key(channel), name)) != name:
                key = "url" if "://" in channel.address else "handle"
                problem = f"{channel.address!r} is the address of {owner} already; allowed: an address of its own"
                errors.append(CatalogueError(path, f"channels[{index}].{key}", problem))
    return errors


def channel_key(channel: Channel) -> str:
    """What no two channels share: the kind with the address, in one spelling."""
    is_url = "://" in channel.address and "{" not in channel.address
    return f"{channel.kind} {url_key(channel.address) if is_url else channel.address.lower()}"


def outlet_claiming(host: str, claims: Mapping[str, str]) -> str | None:
    """The slug that claims ``host`` or the nearest host above it; a port counts only where the claim names one."""
    name = bare_host(host.lower().rstrip("."))
    if name in claims:
        return claims[name]
    bare = name.rsplit(":", 1)[0] if name.rsplit(":", 1)[-1].isdigit() else name
    while not is_shared(bare):
        if bare in claims:
            return claims[bare]
        _, dot, bare = bare.partition(".")
        if not dot or "." not in bare:
            return None
    return None
