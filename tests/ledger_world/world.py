"""What the hundred days answer, and the log of it. An answer depends on the script, the time and the looks so far."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from threading import Lock
from urllib.parse import urlsplit

from tests.ledger_world.markup import CHALLENGE, FORBIDDEN, MISSING, UNAVAILABLE
from tests.ledger_world.nouns import Answer, LedgerScript, Outlet, Planned, Role, Trouble
from tests.ledger_world.pages import article_page, list_page, missing_page
from tests.world.dates import http_date
from tests.world.feeds import feed_document
from tests.world.script import ZONE, Article
from tests.world.world import Reply

_LISTED = 30
_LISTS = ("/", "/s/0", "/news/")
_Told = tuple[Reply, int | None, tuple[str, ...]]  # a reply, the version it shows, its tags


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request, and the article at its address."""

    outlet: Outlet
    host: str
    path: str
    planned: Planned | None
    at: datetime
    port: int


class LedgerWorld:
    """Answers for the outlets of a script. Each look at an article's address is put into ``log``, and told on."""

    def __init__(self, script: LedgerScript, on_answer: Callable[[Answer], None] = lambda _: None) -> None:
        self.script = script
        self._on_answer = on_answer
        self.log: list[Answer] = []
        self._now = script.start
        self._lock = Lock()
        self._outlets = {host: outlet for outlet in script.outlets for host in outlet.site.hosts}
        self._planned = {(one.article.outlet, one.article.path): one for one in script.articles}
        self._good: Counter[tuple[str, str]] = Counter()
        self._asked = 0
        self._missed_at: dict[tuple[str, str], datetime] = {}

    @property
    def now(self) -> datetime:
        """The simulated time."""
        return self._now

    def at(self, moment: datetime) -> None:
        """Set the simulated time."""
        with self._lock:
            self._now = moment.astimezone(ZONE)

    def reply(
        self, host: str, target: str, headers: Mapping[str, str], *, port: int, now: datetime | None = None
    ) -> Reply:
        """The answer to a GET of ``target`` at ``host``."""
        at = (now or self._now).astimezone(ZONE)
        with self._lock:
            self._asked += 1
            outlet = self._outlets.get(host)
            if outlet is None:
                return Reply(421, (), b"no such host here")
            path = urlsplit(target).path
            planned = self._planned.get((outlet.site.slug, path))
            told, version, tags = self._answer(_Asked(outlet, host, path, planned, at, port), headers)
            if planned is not None:
                status = 0 if told.stalls else told.status
                answer = Answer(at, outlet.site.slug, host, path, status, version, tags)
                self.log.append(answer)
                self._on_answer(answer)
            return told

    def _answer(self, asked: _Asked, headers: Mapping[str, str]) -> _Told:
        if asked.path == "/robots.txt":
            return Reply(200, (("Content-Type", "text/plain"),), b"User-agent: *\nAllow: /\n"), None, ()
        trouble = self._trouble(asked)
        if trouble is not None and trouble is not Trouble.CUT:
            return _troubled(trouble), None, (trouble.value,)
        told, version, tags = self._whole(asked)
        told = _conditional(told, headers, asked.at)
        if trouble is Trouble.CUT and told.status == 200:
            cut = replace(told, body=told.body[: len(told.body) // 2], declared_length=len(told.body))
            return cut, None, (trouble.value,)
        if version is not None:
            self._good[asked.outlet.site.slug, asked.path] += 1
        return told, version, tags

    def _trouble(self, asked: _Asked) -> Trouble | None:
        spans = (one for one in self.script.troubles if one.outlet == asked.outlet.site.slug)
        return next((one.trouble for one in spans if one.since <= asked.at < one.until), None)

    def _whole(self, asked: _Asked) -> _Told:
        """The answer as it would be if nothing went wrong."""
        outlet, at, planned = asked.outlet, asked.at, asked.planned
        channels = [one for one in outlet.site.channels if one.path == asked.path]
        if channels:
            channel = next((one for one in channels if (one.host or outlet.site.host) == asked.host), channels[0])
            document, media_type = feed_document(outlet.site, channel, self.listed(outlet, at), at, asked.port)
            return Reply(200, (("Content-Type", media_type),), document.encode()), None, ()
        if asked.path in _LISTS:
            return _html(200, list_page(outlet, self.listed(outlet, at), at)), None, ()
        if planned is None or planned.article.published > at:
            return _html(404, MISSING), None, ()
        if self._is_gone(planned, at):
            return self._gone(outlet, at, asked.port), None, ("gone",)
        return self._page(asked, planned)

    def listed(self, outlet: Outlet, at: datetime) -> Sequence[Article]:
        """What the outlet's feed lists, newest first."""
        shown = [
            one.article
            for one in self.script.articles
            if one.article.outlet == outlet.site.slug and one.article.published <= at and self._is_listed(one, at)
        ]
        return shown[: -_LISTED - 1 : -1]

    def _is_listed(self, planned: Planned, at: datetime) -> bool:
        if planned.withdrawn_at is not None and planned.withdrawn_at <= at:
            return False
        return not (planned.removal is not None and planned.removal.leaves_feed and self._is_away(planned, at))

    def _is_gone(self, planned: Planned, at: datetime) -> bool:
        """Whether the page is away now; a look that meets it so for the first time is remembered."""
        is_gone = self._is_away(planned, at)
        if is_gone:
            self._missed_at.setdefault((planned.article.outlet, planned.article.path), at)
        return is_gone

    def _is_away(self, planned: Planned, at: datetime) -> bool:
        removal = planned.removal
        if removal is None or at < removal.at:
            return False
        missed_at = self._missed_at.get((planned.article.outlet, planned.article.path))
        return missed_at is None or removal.returns_after is None or at < missed_at + removal.returns_after

    def _gone(self, outlet: Outlet, at: datetime, port: int) -> Reply:
        if outlet.gone in ("front", "section"):
            to = f"http://{outlet.site.host}:{port}/" + ("news/" if outlet.gone == "section" else "")
            return Reply(302, (("Location", to),), b"")
        if outlet.gone == "soft":
            return _html(200, missing_page(outlet, self.listed(outlet, at)))
        return _html(int(outlet.gone), MISSING)

    def _page(self, asked: _Asked, planned: Planned) -> _Told:
        outlet, at, article = asked.outlet, asked.at, planned.article
        seen_at = at - outlet.mirror_lag if asked.host in outlet.site.mirrors else at
        shown = article.version(max(seen_at, article.published))
        title, paragraphs = shown.title, shown.paragraphs
        tags = ["stale"] if shown is not article.version(at) else []
        if self._good[article.outlet, article.path] in planned.odd_looks:
            tags.append(planned.role.value)
            title = planned.other_title or title
            paragraphs = paragraphs[: (len(paragraphs) + 1) // 2] if planned.role is Role.PARTIAL else paragraphs
        if planned.role is Role.LIVE:
            tags.append("live")
        if outlet.rotates:
            tags.append("rotating")
        page = article_page(
            outlet,
            article,
            (title, paragraphs),
            self._beside(outlet, article, at),
            now=at,
            port=asked.port,
            is_redesigned=outlet.is_redesigned and at >= self.script.redesign_at,
            noise=Random(f"{self.script.seed}:{article.path}:{self._asked if outlet.rotates else 0}"),
        )
        return _html(200, page), article.versions.index(shown), tuple(tags)

    def _beside(self, outlet: Outlet, article: Article, at: datetime) -> Sequence[Article]:
        """What stands beside an article: all the others, or where nothing rotates those that are older."""
        others = [one for one in self.listed(outlet, at) if one is not article]
        return others if outlet.rotates else [one for one in others if one.published < article.published]


def _troubled(trouble: Trouble) -> Reply:
    if trouble is Trouble.STALL:
        return Reply(200, (), b"", stalls=True)
    status, page = {
        Trouble.FORBIDDEN: (403, FORBIDDEN),
        Trouble.CHALLENGE: (200, CHALLENGE),
    }.get(trouble, (503, UNAVAILABLE))
    return _html(status, page)


def _html(status: int, page: str) -> Reply:
    return Reply(status, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def _conditional(reply: Reply, headers: Mapping[str, str], at: datetime) -> Reply:
    """``reply`` with its date and validator; 304 where the asker has it already."""
    dated = (*reply.headers, ("Date", http_date(at)))
    if reply.status != 200:
        return replace(reply, headers=dated)
    tag = f'"{hashlib.sha256(reply.body).hexdigest()[:20]}"'
    asked = {one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")}
    if tag in asked:
        return Reply(304, (*dated, ("ETag", tag)), b"")
    return replace(reply, headers=(*dated, ("ETag", tag)))
