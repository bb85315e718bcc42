"""The script of the sample world: who publishes what, when, and what goes wrong. Data only, read from ``data/``.

Moments in the data files are written ``"DAY HH:MM"``: whole days after ``day0``, wall-clock time in Asia/Baku.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from tests.world.fillers import Filler, write_filler

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


def load_script(day0: date = DAY0, folder: Path = DATA) -> Script:
    """The script under ``folder`` with its calendar laid from ``day0`` on."""
    sites = tuple(_site(_toml(path)) for path in sorted((folder / "outlets").glob("*.toml")))
    articles: list[Article] = []
    strays: list[Stray] = []
    redirects: dict[tuple[str, str], str] = {}
    for site in sites:
        written = _toml(folder / "articles" / f"{site.slug}.toml")
        articles += [_article(site, raw, day0) for raw in written.get("article", [])]
        articles += [_filler_article(site, raw, day0, folder) for raw in written.get("filler", [])]
        strays += [_stray(site, raw, day0) for raw in written.get("stray", [])]
        redirects |= {(raw.get("host", site.host), raw["path"]): raw["to"] for raw in written.get("redirect", [])}
    articles.sort(key=lambda article: (article.published, article.outlet, article.slug))
    incidents = tuple(_incident(raw, day0) for raw in _toml(folder / "incidents.toml")["incident"])
    return Script(day0, sites, tuple(articles), tuple(strays), incidents, redirects)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _site(raw: dict[str, Any]) -> Site:
    channels = tuple(ChannelScript(**channel) for channel in raw.pop("channels"))
    lists = {name: tuple(raw.pop(name, ())) for name in ("languages", "mirrors")}
    hints = {name: tuple(values) for name, values in raw.pop("hints", {}).items()}
    return Site(**raw, **lists, channels=channels, hints=hints)


def _article(site: Site, raw: dict[str, Any], day0: date) -> Article:
    """An article written by hand; its seconds and number follow from its slug, so that they never move."""
    slug = raw["slug"]
    published = moment(day0, raw["at"]) + timedelta(seconds=crc32(slug.encode()) % 60)
    versions = [Version(published, raw["title"], _paragraphs(raw["text"]))]
    for edit in raw.get("edit", []):
        versions.append(_edited(versions[-1], edit, day0))
    article = Article(
        outlet=site.slug,
        slug=slug,
        number=raw.get("number", 100_000 + crc32(f"{site.slug}/{slug}".encode()) % 900_000),
        path="",
        section=raw.get("section", "news"),
        language=raw.get("language", site.languages[0]),
        author=raw.get("author"),
        published=published,
        versions=tuple(versions),
        stated=datetime.fromisoformat(raw["stated"]) if "stated" in raw else None,
        touched=tuple(moment(day0, at) for at in raw.get("touched", [])),
        removals=tuple(_removal(removal, day0) for removal in raw.get("removal", [])),
        channels=tuple(raw["channels"]) if "channels" in raw else None,
    )
    return replace(article, path=raw.get("path") or _path(site, article))


def _filler_article(site: Site, raw: dict[str, Any], day0: date, folder: Path) -> Article:
    """An article from the sentence banks: theme and slots follow from the outlet and the moment."""
    language = raw.get("language", site.languages[0])
    filler: Filler = write_filler(folder / "fillers" / f"{language}.toml", raw["theme"], f"{site.slug} {raw['at']}")
    return _article(site, {**raw, "slug": filler.slug, "title": filler.title, "text": filler.text}, day0)


def _path(site: Site, article: Article) -> str:
    day = article.published
    return site.path.format(
        slug=article.slug,
        number=article.number,
        section=article.section,
        language=article.language,
        y=day.year,
        m=day.month,
        mm=f"{day.month:02}",
        dd=f"{day.day:02}",
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(block.split()) for block in text.strip().split("\n\n"))


def _edited(before: Version, edit: dict[str, Any], day0: date) -> Version:
    """The next version: a new title, a new text, or words replaced (each must be there)."""
    text = edit.get("text", before.text)
    for old, new in edit.get("replace", []):
        if old not in text:
            raise ValueError(f"an edit replaces words that are not there: {old}")
        text = text.replace(old, new)
    return Version(
        at=moment(day0, edit["at"]),
        title=edit.get("title", before.title),
        paragraphs=_paragraphs(text),
        announced=edit.get("announced", True),
    )


def _removal(raw: dict[str, Any], day0: date) -> Removal:
    until = moment(day0, raw["until"]) if "until" in raw else None
    return Removal(moment(day0, raw["at"]), raw["status"], until)


def _stray(site: Site, raw: dict[str, Any], day0: date) -> Stray:
    return Stray(site.slug, raw["channel"], moment(day0, raw["at"]), raw["title"], raw.get("link"))


def _incident(raw: dict[str, Any], day0: date) -> Incident:
    return Incident(
        outlet=raw["outlet"],
        where=raw["where"],
        kind=IncidentKind(raw["kind"]),
        since=moment(day0, raw["since"]),
        until=moment(day0, raw["until"]),
        status=raw.get("status", 200),
        retry_after=raw.get("retry_after"),
    )


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
