"""A right crawler over the script, without a wire: what it asks for at each moment and what it must be told.

Its rules: every channel is polled once a moment; what a channel newly lists is fetched at that moment; a page that
failed is asked again at the next moment; a text is looked at again at the first moment after each of its ages, more
often where a topic is in it, it changed or its page is missed, and at once when its list says another title or a later
change; a text that a feed carries in full is the feed's, and its page is looked at only to see that it is still there;
a link or redirect to another host is a target there; a 404 or 410 is a suspected removal and leaves the last text;
nothing that failed becomes a revision. robots.txt is read at every moment, and where it can't be read nothing of its
host is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from domain.fetch import FetchOutcome, PageReading, Reason
from tests.world.mentions import is_mentioned
from tests.world.rows import Answer, FetchRow, Gap, PollRow, RevisionRow, Target
from tests.world.script import Article, ChannelScript, Incident, IncidentKind, Site, Stray, listed, moment
from tests.world.stated import best_of, stated_times
from tests.world.world import World

CRAWL_CLOCK = ("09:05", "13:05", "18:05", "23:50")
CRAWL_DAYS = 3
_FINAL = frozenset(
    {
        FetchOutcome.NOT_FOUND,
        FetchOutcome.GONE,
        FetchOutcome.REDIRECTED,
        FetchOutcome.ROBOTS_DISALLOWED,
        FetchOutcome.ADDRESS_REFUSED,
    }
)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_AGES = (_HOUR, 4 * _HOUR, _DAY, 3 * _DAY)
_CLOSER = (12 * _HOUR, 2 * _DAY)  # where a topic is in the text, or it changed
_AFTER_CHANGE = (_HOUR, _DAY)
_AFTER_MISS = (12 * _HOUR, _DAY, 2 * _DAY, 3 * _DAY)
_STATUSES = {404: FetchOutcome.NOT_FOUND, 410: FetchOutcome.GONE, 403: FetchOutcome.REFUSED}


def crawl_moments(day0: date) -> tuple[datetime, ...]:
    """The standard sequence: four moments a day for three days, in Baku's time."""
    return tuple(moment(day0, f"{day} {clock}") for day in range(CRAWL_DAYS) for clock in CRAWL_CLOCK)


class RightCrawl:
    """Runs the rules over a world; its lists are the truth.

    With ``is_eager`` it looks at every page again at every moment: what it ends with must be the same.
    """

    def __init__(self, world: World, *, is_eager: bool = False) -> None:
        self.world = world
        self._is_eager = is_eager
        self.fetches: list[FetchRow] = []
        self.polls: list[PollRow] = []
        self.targets: dict[tuple[str, str], Target] = {}
        self.gaps: list[Gap] = []
        self.ignored: list[tuple[str, str, str, str]] = []  # outlet, channel, title, why
        self._bodies: dict[tuple[str, str], bytes] = {}
        self._etags: dict[tuple[str, str], str] = {}
        self._last_success: dict[tuple[str, str], datetime] = {}
        self._listed: dict[tuple[str, str], set[str]] = {}  # by channel: what its good looks listed so far
        self._open: dict[tuple[str, str], Gap] = {}

    def run(self, moments: Sequence[datetime]) -> RightCrawl:
        """Crawl at every moment in turn; gives itself back."""
        for now in moments:
            self._crawl(now)
        return self

    def _crawl(self, now: datetime) -> None:
        wanted: dict[tuple[str, str], Reason] = {}
        for key, target in self.targets.items():
            if target.failed:
                wanted[key] = Reason.RETRY
            elif self._is_due(target, now):
                wanted[key] = Reason.RECHECK
        for site in self.world.script.sites:
            for channel in site.channels:
                for key, reason in self._poll(site, channel, now):
                    wanted.setdefault(key, reason)
        for key, reason in wanted.items():
            self._fetch(self.targets[key], reason, now)

    def _is_due(self, target: Target, now: datetime) -> bool:
        """Whether an age of the text passed since its page was last looked at."""
        if not target.revisions or target.site.refuses_scripts:
            return False
        looked = target.looked or target.first_listed
        return self._is_eager or any(looked < at <= now for at in _moments(self.world, target))

    def _poll(self, site: Site, channel: ChannelScript, now: datetime) -> list[tuple[tuple[str, str], Reason]]:
        answer = self._answer(site, channel.host or site.host, channel.path, now)
        if answer.is_success and answer.outcomes[0] is FetchOutcome.OK:
            is_empty = not any(True for _ in listed(self.world.script, site, channel, now))
            answer = Answer(answer.outcomes, (PageReading.EMPTY_CHANNEL if is_empty else PageReading.LISTED,))
        elif answer.readings == (PageReading.CHALLENGE,):
            answer = Answer(answer.outcomes, (PageReading.CHALLENGE, PageReading.NOT_A_FEED))
        self.fetches.append(FetchRow(now, site.slug, channel.slug, Reason.POLL, answer))
        absent = self._last_success.get((site.slug, channel.slug))
        self._note_gap(site, channel, answer, now)
        self._note_poll(site, channel, now, is_good=answer.is_success)
        if not answer.is_success:
            return []
        return list(self._news(site, channel, now, absent))

    def _note_poll(self, site: Site, channel: ChannelScript, now: datetime, *, is_good: bool) -> None:
        before = self._listed.setdefault((site.slug, channel.slug), set())
        shown = {
            item.path if isinstance(item, Article) else item.title
            for item in listed(self.world.script, site, channel, now)
        }
        self.polls.append(PollRow(now, site.slug, channel.slug, is_good, is_good and bool(not shown or before & shown)))
        if is_good:
            before |= shown

    def _note_gap(self, site: Site, channel: ChannelScript, answer: Answer, now: datetime) -> None:
        place = (site.slug, channel.slug)
        if answer.is_success:
            self._last_success[place] = now
            if place in self._open:
                self._open.pop(place).until = now
        elif place not in self._open:
            since = self._last_success.get(place)
            self._open[place] = Gap(site.slug, channel.slug, since, None, answer.outcomes, answer.readings, now)
            self.gaps.append(self._open[place])

    def _news(
        self, site: Site, channel: ChannelScript, now: datetime, absent: datetime | None
    ) -> Iterator[tuple[tuple[str, str], Reason]]:
        """What the list says that it did not say before; ``absent`` is the last good look at it."""
        for item in listed(self.world.script, site, channel, now):
            place = self._place(site, channel, item)
            if place is None:
                continue
            said = (item.title, item.at) if isinstance(item, Stray) else _said(item, channel, now)
            target = self.targets.get(place)
            is_carried = channel.kind == "feed" and channel.text == "full" and isinstance(item, Article)
            if is_carried and not site.refuses_scripts:
                target = target or self._new_target(place, now, absent)
                self._revise(target, Reason.POLL, now, "feed")
            elif target is None:
                target = self._new_target(place, now, absent)
                yield place, Reason.NEW
            elif target.site is site and target.channels.get(channel.slug, said) != said:
                yield place, Reason.RECHECK
            if target.site is site:
                target.channels[channel.slug] = said

    def _place(self, site: Site, channel: ChannelScript, item: Article | Stray) -> tuple[str, str] | None:
        """Outlet and path that an item leads to; None when it has no link."""
        if isinstance(item, Article):
            return site.slug, item.path
        if item.link is None:
            row = (site.slug, channel.slug, item.title, "no link")
            if row not in self.ignored:
                self.ignored.append(row)
            return None
        return self._place_of(site, item.link.format(port=80))

    def _place_of(self, site: Site, link: str) -> tuple[str, str]:
        if not link.startswith("http"):
            return site.slug, link
        parts = urlsplit(link)
        there = self.world.site_of(parts.hostname or "")
        return (there.slug, parts.path) if there else (site.slug, link)

    def _new_target(self, place: tuple[str, str], now: datetime, absent: datetime | None) -> Target:
        site = self.world.script.site(place[0])
        target = Target(site, place[1], self.world.article_at(site, place[1]), now, absent)
        self.targets[place] = target
        return target

    def _fetch(self, target: Target, reason: Reason, now: datetime) -> None:
        if target.site.refuses_scripts:
            self._revise(target, reason, now, "feed")
            return
        if target.path.startswith("http"):  # a host outside the world, in a network that must not be reached
            self._note(
                target, target.path.removeprefix("http://"), reason, Answer((FetchOutcome.ADDRESS_REFUSED,)), now
            )
            return
        answer = self._answer(target.site, target.site.host, target.path, now)
        target.looked = now
        self._note(target, target.key, reason, answer, now)
        target.failed = not answer.is_success and answer.outcomes[0] not in _FINAL
        if answer.outcomes[0] is FetchOutcome.REDIRECTED:
            self._follow(target, now)
        elif answer.outcomes[0] in (FetchOutcome.NOT_FOUND, FetchOutcome.GONE) and target.revisions:
            if not target.removals or target.removals[-1][2] is not None:
                target.removals.append((now, answer.outcomes[0], None))
        elif answer.is_success and target.revisions and target.revisions[0].source == "feed":
            self._note_back(target, now)
        elif answer.is_success:
            self._revise(target, reason, now, "page")

    def _note(self, target: Target, what: str, reason: Reason, answer: Answer, now: datetime) -> None:
        self.fetches.append(FetchRow(now, target.site.slug, what, reason, answer))

    def _follow(self, target: Target, now: datetime) -> None:
        to = self.world.script.redirects[(target.site.host, target.path)].format(port=80)
        place = self._place_of(target.site, to)
        if place not in self.targets:
            behind = self._new_target(place, now, target.absent)
            behind.is_redirected_to = True
            self._fetch(behind, Reason.NEW, now)

    def _revise(self, target: Target, reason: Reason, now: datetime, source: str) -> None:
        """Add a revision where title or text differ from the last one's; a page that is back is no removal."""
        assert target.article is not None, target.path
        if source == "page":
            self._note_back(target, now)
        version = target.article.version(now)
        last = target.revisions[-1] if target.revisions else None
        if last is None or (last.title, last.text) != (version.title, version.text):
            number = len(target.revisions) + 1
            target.revisions.append(RevisionRow(number, version.title, version.text, now, reason, source))

    def _note_back(self, target: Target, now: datetime) -> None:
        if target.removals and target.removals[-1][2] is None:
            at, outcome, _ = target.removals[-1]
            target.removals[-1] = (at, outcome, now)

    def _answer(self, site: Site, host: str, path: str, now: datetime) -> Answer:
        if self.world.incident(site, "/robots.txt", now) is not None:
            return Answer((FetchOutcome.ROBOTS_UNREACHABLE,))
        if any(path.startswith(rule) for rule in _disallowed(site.robots)):
            return Answer((FetchOutcome.ROBOTS_DISALLOWED,))
        incident = self.world.incident(site, path, now)
        if incident is not None and incident.kind is not IncidentKind.STATUS:
            return self._spoiled(incident, (host, path), now)
        reply = self.world.reply(host, path, {}, port=80, now=now)
        if reply.status == 200:
            self._etags[host, path] = dict(reply.headers).get("ETag", "")
            return self._seen(site, (host, path), reply.body)
        if reply.status == 302:
            return Answer((FetchOutcome.REDIRECTED,))
        is_limited = reply.status == 429 or any(name == "Retry-After" for name, _ in reply.headers)
        return Answer(
            (FetchOutcome.RATE_LIMITED if is_limited else _STATUSES.get(reply.status, FetchOutcome.HTTP_ERROR),)
        )

    def _seen(self, site: Site, place: tuple[str, str], body: bytes) -> Answer:
        is_same = self._bodies.get(place) == body
        self._bodies[place] = body
        if not is_same:
            return Answer((FetchOutcome.OK,), (PageReading.ARTICLE,))
        same = (FetchOutcome.SAME_CONTENT,)
        return Answer((FetchOutcome.NOT_MODIFIED, *same) if site.etag else same)

    def _spoiled(self, incident: Incident, place: tuple[str, str], now: datetime) -> Answer:
        """What comes of a broken line: a 304 has no body that could be cut off."""
        if incident.kind in {IncidentKind.TRUNCATED, IncidentKind.CUT_GZIP}:
            conditions = {"if-none-match": self._etags.get(place, "")}
            if self.world.reply(*place, conditions, port=80, now=now).status == 304:
                return Answer((FetchOutcome.NOT_MODIFIED,))
        return _SPOILED[incident.kind]


_SPOILED = {
    IncidentKind.CHALLENGE: Answer((FetchOutcome.OK,), (PageReading.CHALLENGE,)),
    IncidentKind.TRUNCATED: Answer((FetchOutcome.TRUNCATED,)),
    IncidentKind.CUT_GZIP: Answer((FetchOutcome.TRUNCATED, FetchOutcome.BAD_RESPONSE)),
    IncidentKind.STALL: Answer((FetchOutcome.TIMEOUT,)),
    IncidentKind.EMPTY: Answer((FetchOutcome.OK,), (PageReading.NO_ARTICLE, PageReading.PARTIAL)),
}


def _moments(world: World, target: Target) -> Iterator[datetime]:
    """When a text that was seen is to be looked at again, as far as is known by now."""
    assert target.article is not None
    has_changed = len(target.revisions) > 1
    is_closer = has_changed or is_mentioned(target)
    yield from (_start(world, target, target.article) + age for age in (*_AGES, *(_CLOSER if is_closer else ())))
    if has_changed:
        yield from (target.revisions[-1].first_seen + age for age in _AFTER_CHANGE)
    if target.removals and target.removals[-1][2] is None:
        yield from (target.removals[-1][0] + age for age in _AFTER_MISS)


def _start(world: World, target: Target, article: Article) -> datetime:
    """The time from which ages count: of publication, where it is told to the minute and lies in the day before."""
    best = best_of(stated_times(world, target.site, article))
    if best is None or best["precision"] == "day":
        return target.first_listed
    published = datetime.fromisoformat(best["at"])
    is_believed = target.first_listed - timedelta(days=1) <= published < target.first_listed
    return published if is_believed else target.first_listed


def _said(article: Article, channel: ChannelScript, now: datetime) -> tuple[str, datetime]:
    """What a list says of an article that shows a change: its title, and when it was changed where the format can."""
    has_updated = channel.format in ("atom", "json")
    return article.version(now).title, article.updated(now) if has_updated else article.published


def _disallowed(robots: str) -> tuple[str, ...]:
    lines = (line.partition(":") for line in robots.splitlines())
    return tuple(value.strip() for name, _, value in lines if name.strip().lower() == "disallow" and value.strip())
