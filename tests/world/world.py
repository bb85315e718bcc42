"""What the sample world answers: a pure function of the script, the simulated time and the request.

Nothing here counts requests: what goes wrong goes wrong for a span of simulated time, so that any order of requests,
and any number of them, gives the same answers.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from urllib.parse import unquote, urlsplit

from domain.clock import Clock
from tests.world.dates import http_date
from tests.world.feeds import feed_document
from tests.world.pages import article_page, listing_page, wall_page
from tests.world.reading import load_script
from tests.world.script import (
    DAY0,
    ZONE,
    Article,
    ChannelScript,
    Incident,
    IncidentKind,
    Script,
    Site,
    listed,
    moment,
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it goes out on the wire.

    ``declared_length`` differs from the body's where the server lies. ``waits_s`` passes before the first byte;
    ``stalls`` means that no byte ever comes.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    declared_length: int | None = None
    waits_s: float = 0.0
    stalls: bool = False


class World:
    """The script with a simulated clock. ``at`` may be called while a server answers from it."""

    def __init__(self, day0: date = DAY0, *, script: Script | None = None) -> None:
        self.script = script or load_script(day0)
        self._now = moment(self.script.day0, "0 00:00")
        self._clock: Clock | None = None
        self._lock = Lock()
        self._sites = {host: site for site in self.script.sites for host in site.hosts}
        self._articles = {(article.outlet, article.path): article for article in self.script.articles}

    @property
    def now(self) -> datetime:
        """The simulated time, aware, in Baku."""
        with self._lock:
            return self._clock.now().astimezone(ZONE) if self._clock else self._now

    def follow(self, clock: Clock) -> None:
        """Have the world's time be that of ``clock`` from now on."""
        with self._lock:
            self._clock = clock

    def at(self, moment: datetime) -> None:
        """Set the simulated time; ``moment`` is aware."""
        if moment.tzinfo is None:
            raise ValueError(f"the simulated time must be aware: {moment!r}")
        with self._lock:
            self._clock, self._now = None, moment.astimezone(ZONE)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name that the world answers for."""
        return tuple(self._sites)

    def site_of(self, host: str) -> Site | None:
        """The outlet that answers under ``host`` (no port), mirrors included."""
        return self._sites.get(host)

    def article_at(self, site: Site, path: str) -> Article | None:
        """The article at ``path`` of ``site``, whether it is published yet or not."""
        return self._articles.get((site.slug, path))

    def reply(
        self, host: str, target: str, headers: Mapping[str, str], *, port: int, now: datetime | None = None
    ) -> Reply:
        """The answer to a GET of ``target`` at ``host``; ``headers`` have lower-case names."""
        at = (now or self.now).astimezone(ZONE)
        site = self._sites.get(host)
        if site is None:
            return _plain(421, "no such host here")
        path = unquote(urlsplit(target).path)
        incident = self.incident(site, path, at)
        if incident is not None and incident.kind is IncidentKind.STALL:
            return Reply(200, (), b"", stalls=True)
        if incident is not None and incident.kind in (IncidentKind.STATUS, IncidentKind.CHALLENGE):
            return replace(_wall(incident), waits_s=site.latency_s)
        is_empty = incident is not None and incident.kind is IncidentKind.EMPTY
        whole = self._whole(site, host, path, at, port, is_empty=is_empty)
        finished = _finished(site, whole, headers, at)
        return replace(_spoiled(finished, incident), waits_s=site.latency_s)

    def incident(self, site: Site, path: str, now: datetime) -> Incident | None:
        """What goes wrong at ``path`` of ``site`` at ``now``."""
        names = {"all", path} if path != "/robots.txt" else {"robots"}
        channel = self.channel_at(site, path)
        if channel is not None:
            names.add(channel.slug)
        elif self.article_at(site, path) is not None:
            names.add("pages")
        fitting = (i for i in self.script.incidents if i.outlet == site.slug and i.where in names)
        return next((i for i in fitting if i.since <= now < i.until), None)

    @staticmethod
    def channel_at(site: Site, path: str) -> ChannelScript | None:
        """The channel whose address is ``path``."""
        return next((channel for channel in site.channels if channel.path == path), None)

    def _whole(self, site: Site, host: str, path: str, now: datetime, port: int, *, is_empty: bool) -> Reply:
        """The answer as it would be if nothing went wrong on the way."""
        to = self.script.redirects.get((host, path))
        if to is not None:
            return Reply(302, (("Location", to.format(port=port)),), b"")
        if path == "/robots.txt":
            return _plain(200, site.robots)
        channel = self.channel_at(site, path)
        if channel is not None:
            return self._channel(site, channel, now, port)
        article = self.article_at(site, path)
        if article is None or article.published > now:
            return _html(404, wall_page("missing"), site)
        return self._page(site, article, now, port, is_empty=is_empty)

    def _channel(self, site: Site, channel: ChannelScript, now: datetime, port: int) -> Reply:
        items = tuple(listed(self.script, site, channel, now))
        if channel.format == "blocks":
            return _html(200, listing_page(site, channel, items, now, port), site)
        document, media_type = feed_document(site, channel, items, now, port)
        charset = "utf-8" if channel.format in ("json", "atom") else site.charset
        suffix = f"; charset={charset}" if site.charset_in_header else ""
        return Reply(200, (("Content-Type", media_type + suffix),), document.encode(charset, "xmlcharrefreplace"))

    def _page(self, site: Site, article: Article, now: datetime, port: int, *, is_empty: bool) -> Reply:
        removal = article.removal(now)
        if removal is not None:
            return _html(removal.status, wall_page("gone" if removal.status == 410 else "missing"), site)
        if site.refuses_scripts:
            return _html(403, wall_page("refused"), site)
        page = article_page(site, article, self._related(article, now), now, port, is_empty=is_empty)
        return _html(200, page, site)

    def _related(self, article: Article, now: datetime) -> tuple[Article, ...]:
        """Older articles of the same outlet: what stood beside it when it came out, so that pages hold still."""
        older = [
            other
            for other in self.script.articles
            if other.outlet == article.outlet and other.published < article.published and other.removal(now) is None
        ]
        return tuple(reversed(older))


def _html(status: int, page: str, site: Site) -> Reply:
    charset = f"; charset={site.charset}" if site.charset_in_header else ""
    return Reply(status, (("Content-Type", f"text/html{charset}"),), page.encode(site.charset, "xmlcharrefreplace"))


def _plain(status: int, text: str) -> Reply:
    return Reply(status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())


def _wall(incident: Incident) -> Reply:
    if incident.kind is IncidentKind.CHALLENGE:
        headers = (("Content-Type", "text/html; charset=UTF-8"), ("Cache-Control", "private, no-store"))
        return Reply(200, headers, wall_page("challenge").encode())
    retry = (("Retry-After", incident.retry_after),) if incident.retry_after else ()
    return Reply(incident.status, (("Content-Type", "text/html"), *retry), wall_page("error").encode())


def _finished(site: Site, reply: Reply, headers: Mapping[str, str], now: datetime) -> Reply:
    """``reply`` with its date, validator and content encoding; 304 where the asker has it already."""
    extra = [("Date", http_date(now))]
    if site.etag and reply.status == 200:
        tag = f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
        extra.append(("ETag", tag))
        asked = {given.strip().removeprefix("W/") for given in headers.get("if-none-match", "").split(",")}
        if tag in asked:
            return Reply(304, tuple(extra), b"")
    body = reply.body
    if site.gzip and body and "gzip" in headers.get("accept-encoding", ""):
        body = gzip.compress(body, mtime=0)
        extra += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    return replace(reply, headers=(*reply.headers, *extra), body=body)


def _spoiled(reply: Reply, incident: Incident | None) -> Reply:
    """``reply`` as it arrives when the line breaks."""
    if incident is None or reply.status != 200:
        return reply
    if incident.kind is IncidentKind.TRUNCATED:
        return replace(reply, body=reply.body[: len(reply.body) * 3 // 5], declared_length=len(reply.body))
    if incident.kind is IncidentKind.CUT_GZIP:
        encoded = any(name == "Content-Encoding" for name, _ in reply.headers)
        packed = reply.body if encoded else gzip.compress(reply.body, mtime=0)
        headers = reply.headers if encoded else (*reply.headers, ("Content-Encoding", "gzip"))
        return replace(reply, headers=headers, body=packed[: len(packed) * 3 // 5])
    return reply
