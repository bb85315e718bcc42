"""From what a home page and its feeds told to an outlet's file, with comments on what could not be told. Pure.

Nothing is invented: what nobody stated is left out and named in a comment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from crawler.discovery import FeedSeen, HomeSeen
from domain.urls import bare_host, host_key, http_url, site_of, url_key
from outlets.channel_schema import ChannelFacts
from outlets.claims import channel_key
from outlets.shapes import Shape, shape_of
from outlets.values import LANGUAGES
from outlets.writing import Draft, Value, line, slug_from, unused
from publish.check.model import Remark

MOST_SITEMAPS = 5
_EVIDENCE = "D"  # a program found it; a person has not looked at what it serves


@dataclass(frozen=True, slots=True)
class FeedFound:
    """A candidate that was asked for. ``is_named``: by the page; else it is a common address that was tried.

    ``seen`` None: it is no feed, or could not be read, as ``remark`` says.
    """

    asked: str
    url: str
    is_named: bool
    seen: FeedSeen | None
    remark: Remark | None


@dataclass(frozen=True, slots=True)
class Found:
    """All that was found at ``url``. ``home`` None: it could not be read, as ``remark`` says.

    ``listed``: addresses that the home page shows like headlines.
    """

    url: str
    now: datetime
    zone: str
    delay_s: float
    home: HomeSeen | None = None
    remark: Remark | None = None
    listed: tuple[str, ...] = ()
    feeds: tuple[FeedFound, ...] = ()
    sitemaps: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The bare host of the home page."""
        return bare_host(host_key(self.url))

    @property
    def today(self) -> date:
        """The local day on which it was looked at."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def good_feeds(self) -> tuple[FeedFound, ...]:
        """The feeds that were read, each address and each list once."""
        kept: dict[object, FeedFound] = {}
        for feed in self.feeds:
            if feed.seen is not None:
                kept.setdefault(feed.seen.urls or url_key(feed.url), feed)
        return tuple({url_key(feed.url): feed for feed in reversed(kept.values())}.values())[::-1]


def draft_of(
    found: Found,
    *,
    slugs: Collection[str],
    claimed_by: str | None,
    owners: Mapping[str, str] = MappingProxyType({}),
    wanted: str | None = None,
) -> Draft:
    """The outlet's file. ``slugs``: those of the catalogue; ``claimed_by``: the outlet that has this host already.

    ``owners``: the outlets of the catalogue by the keys of their channels, which no other can have. ``wanted`` is the
    slug where the file has a name already, for the two must agree; else it is made from the host.
    """
    home = found.home or HomeSeen()
    feeds = found.good_feeds()
    slug = wanted or unused(slug_from(site_of(found.host).split(".")[0]) or "outlet", slugs)
    shape = shape_of([url for feed in feeds if feed.seen for url in feed.seen.urls] or found.listed, found.host)
    keys: dict[str, Value] = {"slug": slug, "name": _name(found, feeds), "home": found.url}
    if languages := _languages(home, feeds):
        keys["languages"] = languages
    keys |= {"zone": found.zone, "hosts": [found.host], "verified": False}
    if shape is not None:
        keys |= {"article_url": shape.pattern, "article_examples": shape.examples}
    if apis := _apis(home):
        keys["wordpress_api"] = apis
    told = [(channel, _owner(channel, owners, slug)) for channel in _channels(found, feeds, home)]
    channels = tuple(channel for channel, owner in told if owner is None)
    of_others = [f"{owner} has this channel already: {_address(channel)}" for channel, owner in told if owner]
    return Draft(
        notes=tuple(_notes(found, shape, claimed_by)),
        keys=keys,
        channels=channels,
        ends=(*_ends(found, home, channels), *of_others),
    )


def _owner(channel: Mapping[str, Value], owners: Mapping[str, str], slug: str) -> str | None:
    """Another outlet that has the channel."""
    owner = owners.get(channel_key(ChannelFacts.model_validate(channel).channel()))
    return owner if owner != slug else None


def _address(channel: Mapping[str, Value]) -> str:
    return f"{channel['kind']} {ChannelFacts.model_validate(channel).address}"


def _name(found: Found, feeds: Iterable[FeedFound]) -> str:
    home = found.home or HomeSeen()
    told = [*home.names, *(feed.seen.title for feed in feeds if feed.seen and feed.seen.title)]
    return next((name for word in told if (name := line(word)) is not None), found.host)


def _languages(home: HomeSeen, feeds: Iterable[FeedFound]) -> list[str]:
    told = [*home.languages, *(feed.seen.language for feed in feeds if feed.seen and feed.seen.language)]
    return [language for language in dict.fromkeys(told) if language in LANGUAGES]


def _apis(home: HomeSeen) -> list[str]:
    return [api for api in home.wordpress if not set(api) & set("{} ")]


def _channels(found: Found, feeds: tuple[FeedFound, ...], home: HomeSeen) -> tuple[Mapping[str, Value], ...]:
    told: list[dict[str, Value]] = [_feed_channel(feed, found) for feed in feeds]
    if not feeds and len(found.listed) > 2:
        told.append({"slug": "listing", "kind": "listing", "url": found.url})
    told += [
        {"slug": "sitemap", "kind": "sitemap", "url": sitemap}
        for sitemap in found.sitemaps[:MOST_SITEMAPS]
        if http_url(sitemap) and not set(sitemap) & set("{} ")
    ]
    told += [{"slug": "telegram", "kind": "telegram", "handle": handle} for handle in home.telegram]
    told += [{"slug": "youtube", "kind": "youtube", key: value} for key, value in home.youtube]
    taken: set[str] = set()
    for channel in told:
        channel["slug"] = slug = unused(str(channel["slug"]), taken)
        taken.add(slug)
        channel |= {"evidence": _EVIDENCE, "probed_on": found.today}
    return tuple(told)


def _feed_channel(feed: FeedFound, found: Found) -> dict[str, Value]:
    assert feed.seen is not None
    seen = feed.seen
    language = seen.language if seen.language in LANGUAGES else None
    told: dict[str, Value] = {
        "slug": f"feed-{language}" if language and len(found.good_feeds()) > 1 else "feed",
        "kind": "feed",
        "url": feed.url,
    }
    if language:
        told["language"] = language
    if seen.body:
        told["body"] = seen.body.value
    if seen.urls:
        told["items"] = len(seen.urls)
    past = [at for at in seen.dated if at <= found.now]
    if past and (hours := (found.now - min(past)) // timedelta(hours=1)) >= 1:
        told["window_h"] = min(hours, 100_000)
    return told


def _notes(found: Found, shape: Shape | None, claimed_by: str | None) -> Iterator[str]:
    yield f"Found by `parallax discover {found.url}` on {found.today}."
    yield "A program found all this: look at it before you use it."
    if claimed_by is not None:
        yield f"{found.host} is in the catalogue already, as {claimed_by}: this file can't stand beside that one."
    if found.home is not None and (apis := _apis(found.home)):
        yield f"It offers WordPress REST at {', '.join(apis)}: `parallax backfill` asks there for posts of past days."
    if found.home is not None and found.home.barrier is not None:
        yield f"The home page is a {found.home.barrier.value} page: what it names is not what readers see."
    if shape is None:
        yield "article_url could not be told: too few addresses, or none with a shape of their own."
    elif shape.matches < shape.seen:
        yield f"article_url matches {shape.matches} of {shape.seen} addresses that were listed: look at the others."
    else:
        yield f"article_url matches all {shape.seen} addresses that were listed; other sections may look otherwise."


def _ends(found: Found, home: HomeSeen, channels: tuple[Mapping[str, Value], ...]) -> Iterator[str]:
    """What could not be told, and what was tried in vain."""
    yield "Not told by any page, to be filled in by a person who knows the outlet:"
    yield "[[groups]]"
    yield 'group = "…"  # official, pro-government, independent, exile, international or unknown'
    yield 'reason = "…"'
    yield f"zone is the settings' ({found.zone}), not the outlet's word."
    if not any(channel["kind"] == "feed" for channel in channels):
        yield "No feed was found."
    for feed in found.feeds:
        if feed.seen is None and (feed.is_named or feed.remark is None or feed.remark.code != "not_found"):
            yield f"Not a channel: {feed.asked} ({feed.remark.what if feed.remark else 'not asked'})"
        elif feed.seen is None:
            yield f"Tried, and nothing is there: {feed.asked}"
        elif feed not in found.good_feeds():
            yield f"The same list as another feed: {feed.asked}"
    for language, url in home.editions:
        yield f"The page names an edition in {language}: {url}"
    for url in home.youtube_unclear:
        yield f"A YouTube address without an id; open it and look for its handle: {url}"
    yield "`parallax check` tries it once it is in your catalogue."
