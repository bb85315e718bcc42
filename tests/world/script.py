"""The nouns of the sample world's script: who publishes what, when, and what goes wrong.

Moments in the data files are written ``"DAY HH:MM"``: whole days after ``day0``, wall-clock time in Asia/Baku.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

DATA = Path(__file__).parent / "data"
ZONE = ZoneInfo("Asia/Baku")
DAY0 = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class ChannelScript:
    """One list of what is new, and the habits of the software that writes it."""

    slug: str
    path: str
    format: str  # rss · atom · json · blocks (a listing of link blocks)
    kind: str = "feed"
    language: str | None = None
    host: str | None = None  # a mirror; None: the site's main host
    guid: str = "link"  # link · none · same (one for all) · number
    text: str = "summary"  # full · summary · double (escaped twice) · none
    dated: bool = True
    section: str | None = None  # lists this section only
    size: int = 30
    shifting: bool = False  # says when it was built, so no two answers are alike
    link_css: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One outlet of the world and the software it runs on."""

    slug: str
    name: str
    group: str
    reason: str
    host: str
    template: str
    path: str  # of an article: ``{slug}``, ``{number}``, ``{section}``, ``{y}``, ``{m}``, ``{mm}``, ``{dd}``
    languages: tuple[str, ...]
    channels: tuple[ChannelScript, ...]
    mirrors: tuple[str, ...] = ()
    charset: str = "utf-8"
    charset_in_header: bool = True
    json_ld: bool = False
    opengraph: bool = False
    page_date: str = "minute"  # minute · day · none: what the reader sees
    date_style: str = "dotted"
    etag: bool = False
    gzip: bool = False
    shifting: bool = False  # the page carries a counter that never stands still
    refuses_scripts: bool = False
    robots: str = "User-agent: *\nAllow: /\n"
    latency_s: float = 0.0
    delay_s: float = 0.05
    timeout_s: float = 5.0
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    article_url: str | None = None
    external_id: str | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The main host, then its mirrors."""
        return (self.host, *self.mirrors)


@dataclass(frozen=True, slots=True)
class Version:
    """One text of an article as it stood from ``at`` on."""

    at: datetime
    title: str
    paragraphs: tuple[str, ...]
    announced: bool = True  # whether the list says that it changed

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Removal:
    """A span in which an article's page is not there; ``until`` None means for good."""

    at: datetime
    status: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One text of one outlet, with every version it will have."""

    outlet: str
    slug: str
    number: int
    path: str
    section: str
    language: str
    author: str | None
    published: datetime
    versions: tuple[Version, ...]
    stated: datetime | None = None  # what the lists say instead of ``published``: an impossible time
    touched: tuple[datetime, ...] = ()  # the list says "updated", the text stays
    removals: tuple[Removal, ...] = ()
    channels: tuple[str, ...] | None = None  # None: every channel of its outlet that fits

    def version(self, now: datetime) -> Version:
        """The version that stands at ``now``."""
        return [v for v in self.versions if v.at <= now][-1]

    def updated(self, now: datetime) -> datetime:
        """When the list says it was last changed."""
        changes = [v.at for v in self.versions[1:] if v.announced and v.at <= now]
        return max([self.published, *changes, *(t for t in self.touched if t <= now)])

    def removal(self, now: datetime) -> Removal | None:
        """The removal that holds at ``now``."""
        return next((r for r in self.removals if r.at <= now and (r.until is None or now < r.until)), None)


@dataclass(frozen=True, slots=True)
class Stray:
    """An item of a list that is no article of that outlet: no link, a foreign link, a trap."""

    outlet: str
    channel: str
    at: datetime
    title: str
    link: str | None  # a path of the outlet, or ``http://host:{port}/…``; None: the item has no link


class IncidentKind(StrEnum):
    """What can go wrong for a while."""

    STATUS = "status"
    CHALLENGE = "challenge"
    TRUNCATED = "truncated"  # Content-Length promises more than comes
    CUT_GZIP = "cut_gzip"  # the length is right, the gzip stream ends early
    STALL = "stall"
    EMPTY = "empty"  # the page without its text


@dataclass(frozen=True, slots=True)
class Incident:
    """A span in which some addresses of an outlet misbehave."""

    outlet: str
    where: str  # all · pages · robots · a channel's slug · a path
    kind: IncidentKind
    since: datetime
    until: datetime
    status: int = 200
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """The whole world as written."""

    day0: date
    sites: tuple[Site, ...]
    articles: tuple[Article, ...]
    strays: tuple[Stray, ...]
    incidents: tuple[Incident, ...]
    redirects: Mapping[tuple[str, str], str]  # (host, path) → address with ``{port}``

    def site(self, slug: str) -> Site:
        """The outlet of that slug."""
        return next(s for s in self.sites if s.slug == slug)


def moment(day0: date, written: str) -> datetime:
    """``"1 09:05"`` as an aware time: one day after ``day0``, 09:05 in Baku. ``24:00`` is the day's end."""
    day, clock = written.split()
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day0, time(), ZONE) + timedelta(days=int(day), hours=hour, minutes=minute)


def listed(script: Script, site: Site, channel: ChannelScript, now: datetime) -> Iterator[Article | Stray]:
    """What ``channel`` lists at ``now``, newest first, cut to its size."""
    shown: list[tuple[datetime, str, Article | Stray]] = [
        (article.published, article.slug, article)
        for article in script.articles
        if article.outlet == site.slug and article.published <= now and _fits(article, channel)
        if article.removal(now) is None
    ]
    shown += [
        (stray.at, stray.title, stray)
        for stray in script.strays
        if stray.outlet == site.slug and stray.channel == channel.slug and stray.at <= now
    ]
    shown.sort(key=lambda row: row[:2], reverse=True)
    return (item for _, _, item in shown[: channel.size])


def _fits(article: Article, channel: ChannelScript) -> bool:
    if article.channels is not None:
        return channel.slug in article.channels
    return channel.section in (None, article.section) and channel.language in (None, article.language)
