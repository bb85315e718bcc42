"""From the feeds of an OPML file to outlets' files, one outlet a site. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.outlet import Channel, ChannelKind
from domain.urls import bare_host, host_key, site_of
from outlets.catalogue import Catalogue
from outlets.claims import channel_key, is_shared
from outlets.opml import OpmlFeed
from outlets.values import is_host
from outlets.writing import Draft, Value, line, slug_from, unused

_YOUTUBE = re.compile(r"youtube\.com/feeds/videos\.xml\?(?:[^#]*&)?(channel_id|playlist_id|user)=([A-Za-z0-9_.-]+)")
_LEAST_NAME_CHARS = 3
_YOUTUBE_KEYS = {
    "channel_id": r"UC[A-Za-z0-9_-]{22}",
    "playlist_id": r"(?:PL|UU)[A-Za-z0-9_-]{10,64}",
    "user": r".{3,64}",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """Drafts by slug, and a line for each feed that was left out."""

    drafts: Mapping[str, Draft]
    left_out: tuple[str, ...]


def drafts_of(feeds: Iterable[OpmlFeed], known: Sequence[Catalogue], *, source: str) -> Imported:
    """A draft for each site, without feeds of outlets that ``known`` catalogues have already. ``source``: a name."""
    keys = {
        channel_key(channel): outlet.slug
        for catalogue in known
        for outlet in catalogue.outlets.values()
        for channel in outlet.channels
    }
    left_out: list[str] = []
    here: set[str] = set()
    by_site: dict[str, list[OpmlFeed]] = defaultdict(list)
    for listed in feeds:
        feed = listed if listed.home and _has_host(listed.home) else replace(listed, home=None)
        key = channel_key(_channel(feed))
        owner = keys.get(key) or _claiming(feed, known)
        if owner is not None:
            left_out.append(f"{feed.url} belongs to {owner}, which is in the catalogue")
        elif (problem := _problem(feed)) is not None:
            left_out.append(f"{feed.url} {problem}")
        elif key in here:
            left_out.append(f"{feed.url} is another spelling of a feed of this file")
        else:
            here.add(key)
            by_site[_site(feed)].append(feed)
    taken = {slug for catalogue in known for slug in catalogue.outlets}
    drafts: dict[str, Draft] = {}
    for site, own in by_site.items():
        slug = unused(slug_from(site.split(".")[0]) or "outlet", {*taken, *drafts})
        drafts[slug] = _draft(slug, own, source)
    return Imported(drafts, tuple(left_out))


def _channel(feed: OpmlFeed) -> Channel:
    if (youtube := _youtube(feed.url)) is None:
        return Channel("feed", ChannelKind.FEED, feed.url)
    kind, value = youtube
    return Channel("youtube", ChannelKind.YOUTUBE, f"user/{value}" if kind == "user" else value)


def _claiming(feed: OpmlFeed, known: Sequence[Catalogue]) -> str | None:
    hosts = [bare_host(host_key(url)) for url in (feed.home, feed.url) if url is not None]
    found = (catalogue.outlet_of_host(host) for catalogue in known for host in hosts if not is_shared(host))
    return next((outlet.slug for outlet in found if outlet is not None), None)


def _problem(feed: OpmlFeed) -> str | None:
    """Why the catalogue would not take a feed."""
    if not _has_host(feed.url):
        return "has a host that no outlet can have"
    if "youtube.com/feeds/" in feed.url and _youtube(feed.url) is None:
        return "is YouTube's, and names no channel"
    return "has braces, which stand for places to fill in" if "{" in feed.url or "}" in feed.url else None


def _has_host(url: str) -> bool:
    """Whether the address' host is one that the catalogue takes."""
    return is_host(bare_host(host_key(url)))


def _youtube(url: str) -> tuple[str, str] | None:
    found = _YOUTUBE.search(url)
    return (found[1], found[2]) if found and re.fullmatch(_YOUTUBE_KEYS[found[1]], found[2]) else None


def _site(feed: OpmlFeed) -> str:
    """The site a feed is of: its page's, else its own; on a platform each feed is for itself."""
    for url in (feed.home, feed.url):
        if url is not None and not is_shared(bare_host(host_key(url))):
            return site_of(bare_host(host_key(url)))
    return feed.title or feed.url


def _draft(slug: str, feeds: Sequence[OpmlFeed], source: str) -> Draft:
    first = feeds[0]
    home = next((feed.home for feed in feeds if feed.home and not is_shared(bare_host(host_key(feed.home)))), None)
    keys: dict[str, Value] = {"slug": slug, "name": _name(feeds)}
    if home is not None:
        keys["home"] = home
    hosts = dict.fromkeys(
        bare_host(host_key(url)) for feed in feeds for url in (feed.home, feed.url) if url is not None
    )
    own = [host for host in hosts if not is_shared(host) and site_of(host) == _site(first)]
    if own:
        keys["hosts"] = own
    keys["verified"] = False
    return Draft(tuple(_notes(feeds, source)), keys, _channels(feeds), _ENDS)


def _beginning(titles: Sequence[str]) -> str:
    """The letters with which all of them begin."""
    if not titles:
        return ""
    first, last = min(titles), max(titles)
    differs = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:differs]


def _name(feeds: Sequence[OpmlFeed]) -> str:
    """The title; of several what they begin with, where that is a name."""
    titles = [feed.title for feed in feeds if feed.title]
    shared = _beginning(titles).rstrip(" (-–·|:")
    if len(shared) >= _LEAST_NAME_CHARS:
        return shared
    return titles[0] if titles else line(_site(feeds[0])) or "outlet"


_ENDS = (
    "Not in the OPML file, to be filled in by a person who knows the outlet: languages, article_url, and",
    "[[groups]]",
    'group = "…"  # official, pro-government, independent, exile, international or unknown',
    'reason = "…"',
)


def _notes(feeds: Sequence[OpmlFeed], source: str) -> Iterator[str]:
    yield f"Imported from {source}; nothing of it was asked yet: `parallax check` tries it."
    folders = dict.fromkeys(" / ".join(feed.folders) for feed in feeds if feed.folders)
    if folders:
        yield f"It stood under: {'; '.join(folders)}"


def _channels(feeds: Sequence[OpmlFeed]) -> tuple[Mapping[str, Value], ...]:
    told: list[Mapping[str, Value]] = []
    taken: set[str] = set()
    for feed in feeds:
        youtube = _youtube(feed.url)
        slug = unused("youtube" if youtube else "feed", taken)
        taken.add(slug)
        kind = "youtube" if youtube else "feed"
        address = {youtube[0]: youtube[1]} if youtube else {"url": feed.url}
        channel: dict[str, Value] = {"slug": slug, "kind": kind, **address, "evidence": "D"}
        if feed.title and len(feeds) > 1:
            channel["note"] = feed.title
        told.append(channel)
    return tuple(told)
