"""An outlet and its channels, as the catalogue states them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Group(StrEnum):
    """An outlet's place in the comparison; the order here is the order in which groups are shown."""

    OFFICIAL = "official"
    PRO_GOVERNMENT = "pro-government"
    INDEPENDENT = "independent"
    EXILE = "exile"
    INTERNATIONAL = "international"
    UNKNOWN = "unknown"


DEFAULT_SCHEME = "parallax"
GROUP_TITLES: Mapping[Group, str] = {
    Group.OFFICIAL: "Official",
    Group.PRO_GOVERNMENT: "Pro-government",
    Group.INDEPENDENT: "Independent",
    Group.EXILE: "Exile",
    Group.INTERNATIONAL: "International",
    Group.UNKNOWN: "Unknown",
}


@dataclass(frozen=True, slots=True)
class GroupPeriod:
    """That an outlet belongs to a group from a day on, under a named scheme, and why."""

    group: Group
    reason: str
    valid_from: date | None = None  # None: since the outlet began, as far as we know
    valid_to: date | None = None  # exclusive; None: still
    scheme: str = DEFAULT_SCHEME


class ChannelKind(StrEnum):
    """How a channel lists what is new."""

    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    MANUAL = "manual"

    @property
    def is_platform(self) -> bool:
        """Whether it is a channel on a platform: what it lists is read there whole, and no page is fetched for it."""
        return self in {ChannelKind.YOUTUBE, ChannelKind.TELEGRAM}


class FeedBody(StrEnum):
    """How much of an article its feed carries."""

    FULL = "full"
    SUMMARY = "summary"
    TRUNCATED = "truncated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Channel:
    """One place where an outlet lists what is new.

    ``address`` is a URL, or a handle or id where the kind has one. ``evidence`` grades how well the address is known:
    A fetched by a public project, B listed by three or more, C by one or two, D a guess.
    """

    slug: str  # unique in its outlet: "feed-az"
    kind: ChannelKind
    address: str
    language: str | None = None  # None: mixed or not known
    enabled: bool = True
    evidence: str = "D"
    probed_on: date | None = None
    body: FeedBody | None = None  # None: not known
    items: int | None = None  # how many entries it was seen to hold
    window_h: int | None = None  # how many hours those entries reach back
    link_css: str | None = None  # listings: where the links are; None means found by repetition
    max_pages: int = 1  # listings: how many pages of it are read in one poll
    extensions: tuple[str, ...] = ()  # feeds: elements of the outlet's own namespace worth reading ("amn:countries")
    note: str | None = None

    @property
    def carries_texts(self) -> bool:
        """Whether the whole texts of what it lists come with it."""
        return self.kind.is_platform or self.body is FeedBody.FULL


@dataclass(frozen=True, slots=True)
class DeadAddress:
    """An address that lists still pass around and that no longer answers, kept so that nobody adds it again."""

    address: str  # a URL; one that ends in * stands for everything below it
    problem: str  # what it answers: "410 Gone"
    seen_on: date | None = None


@dataclass(frozen=True, slots=True)
class Politeness:
    """What one outlet's hosts are asked at most."""

    delay_s: float = 5.0  # between two requests to one host
    concurrency: int = 1  # requests to one host at a time
    timeout_s: float = 30.0


def most_careful(wanted: Sequence[Politeness]) -> Politeness:
    """Of what several outlets on one host want, in each respect the most careful."""
    return Politeness(
        delay_s=max(one.delay_s for one in wanted),
        concurrency=min(one.concurrency for one in wanted),
        timeout_s=max(one.timeout_s for one in wanted),
    )


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a healthy day of an outlet looks like; None where nothing is known."""

    articles_a_day_min: int | None = None
    articles_a_day_max: int | None = None
    text_chars_min: int | None = None


@dataclass(frozen=True, slots=True)
class PageHints:
    """Where an outlet's pages keep what is read from them: CSS selectors, most specific first."""

    body_css: tuple[str, ...] = ()
    title_css: tuple[str, ...] = ()
    date_css: tuple[str, ...] = ()
    author_css: tuple[str, ...] = ()
    drop_css: tuple[str, ...] = ()
    meta_css: Mapping[str, str] = field(default_factory=dict)  # by name: "tags" -> ".tag-block"
    date_examples: tuple[str, ...] = ()  # how the page writes its date: "21.02.2026 [19:22]"


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes: a site, a blogger's channel, a ministry, an NGO. Its slug is its identity."""

    slug: str
    name: str
    groups: tuple[GroupPeriod, ...]
    home: str | None = None
    languages: tuple[str, ...] = ()
    zone: str = "Asia/Baku"
    enabled: bool = True
    verified: bool = False
    channels: tuple[Channel, ...] = ()
    hosts: tuple[str, ...] = ()  # bare main host first, then its aliases and mirrors (same path, same article)
    edition_hosts: tuple[str, ...] = ()  # bare hosts of its own that carry other pages: language editions, sections
    article_url: str | None = None  # pattern an article's address matches; None: any address of its hosts
    external_id: str | None = None  # pattern whose first group is the outlet's own number of the article
    translations_share_id: bool = False  # True: one external id for an article in all its languages
    pdf_url: str | None = None  # pattern of its documents' addresses, with named groups
    pdf_id: str | None = None  # a document's number, made of these: "{region} {country}/{number}/{year}"
    feed_index: str | None = None  # the page on which the outlet names its feeds
    wordpress_api: tuple[str, ...] = ()  # addresses of WordPress REST that it serves to everybody
    dead_addresses: tuple[DeadAddress, ...] = ()
    hints: PageHints = field(default_factory=PageHints)
    politeness: Politeness = field(default_factory=Politeness)
    expectations: Expectations = field(default_factory=Expectations)
    quirks: tuple[str, ...] = ()
    proxy: str | None = None  # name of the proxy through which all of it is asked; None: directly
    render: bool = False  # its pages hold nothing without a browser
    page_fetch: bool = True  # False: pages refuse us, only what the feed carries is kept
    note: str | None = None

    @property
    def host_aliases(self) -> Mapping[str, str]:
        """Each alias or mirror host mapped to the main host."""
        return dict.fromkeys(self.hosts[1:], self.hosts[0]) if self.hosts else {}

    def group_on(self, day: date, scheme: str = DEFAULT_SCHEME) -> Group:
        """The group this outlet belonged to on ``day``; unknown where nobody said."""
        for period in self.groups:
            started = period.valid_from is None or period.valid_from <= day
            ended = period.valid_to is not None and period.valid_to <= day
            if period.scheme == scheme and started and not ended:
                return period.group
        return Group.UNKNOWN
