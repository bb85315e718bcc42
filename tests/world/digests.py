"""What the digest of each day may claim, made from the script alone: published at six the next morning.

Its rules: a day's articles are those first listed on it and read by the time of publishing, whatever day they state. A
topic is an article's once a revision seen by then mentions it. What came first is told by intervals: after the last
good look without, by the first with it, narrowed to the minute by a stated time that lies inside; who ends before all
others begin was first, otherwise the order is not known. A gap is known from its first failed look on, and stays
open until a good look; it is caught up when that look, made by then and on that very day or before, lists something
from before it. A channel is late that was not seen for more than three hours without being caught up. Silence of a
group is claimed where nothing of it was lost, nothing it listed is unread, and something else of it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from domain.fetch import FetchOutcome
from domain.outlet import Group
from tests.world.crawl import CRAWL_DAYS, RightCrawl
from tests.world.dates import rfc3339
from tests.world.rows import PollRow, Target, went_back
from tests.world.script import moment

LATE = timedelta(hours=3)
PUBLISHED = "06:00"
SHOWN = tuple(group.value for group in Group if group is not Group.UNKNOWN)
Row = dict[str, Any]
Interval = tuple[datetime | None, datetime]


@dataclass(frozen=True, slots=True)
class Day:
    """One day as it was known when its digest was published."""

    crawl: RightCrawl
    stated: Mapping[tuple[str, str], datetime | None]  # by outlet and key: to the minute or better, else None
    topics: Mapping[str, Mapping[tuple[str, str], int]]  # by topic, outlet and key: the first revision that mentions it
    number: int

    @property
    def date(self) -> date:
        """The day itself."""
        return self.crawl.world.script.day0 + timedelta(days=self.number)

    @property
    def start(self) -> datetime:
        """Its midnight."""
        return moment(self.crawl.world.script.day0, f"{self.number} 00:00")

    @property
    def end(self) -> datetime:
        """The next midnight."""
        return self.start + timedelta(days=1)

    @property
    def published(self) -> datetime:
        """When its digest was made."""
        return moment(self.crawl.world.script.day0, f"{self.number + 1} {PUBLISHED}")

    def articles(self) -> list[Target]:
        """What was first listed on the day and read by then."""
        return [t for t in self._listed() if t.revisions and t.revisions[0].first_seen <= self.published]

    def unread(self) -> list[Target]:
        """What was listed and could not be read by then."""
        read = self.articles()
        return [t for t in self._listed() if t not in read and not t.is_redirected_to and self._has_failed(t)]

    def _has_failed(self, target: Target) -> bool:
        """Whether its last look before publishing failed; where a redirect led is another address."""
        what = {target.key, target.path.removeprefix("http://")}
        looks = [f for f in self.crawl.fetches if f.what in what and f.outlet == target.site.slug]
        answers = [f.answer for f in looks if f.moment <= self.published]
        return not answers or not (answers[-1].is_success or answers[-1].outcomes[0] is FetchOutcome.REDIRECTED)

    def _listed(self) -> list[Target]:
        return [t for t in self.crawl.targets.values() if self.start <= t.first_listed < self.end]

    def on_topic(self, topic: str) -> list[Target]:
        """The day's articles of which a revision seen by then mentions it."""
        first = self.topics[topic]
        return [
            t
            for t in self.articles()
            if (number := first.get((t.site.slug, t.key))) and t.revisions[number - 1].first_seen <= self.published
        ]

    def interval(self, target: Target) -> Interval:
        """Between which moments it was published."""
        stated = self.stated[target.site.slug, target.key]
        if stated is not None and target.absent is not None and target.absent <= stated <= target.first_listed:
            return stated, stated
        return target.absent, target.first_listed

    def unseen(self) -> list[Row]:
        """Gaps that touch the day, and channels that were late."""
        rows = []
        for gap in self.crawl.gaps:
            since = gap.since or gap.noticed
            until = gap.until if gap.until and gap.until <= self.published else None
            if gap.noticed > self.published or since >= self.end or (until and until <= self.start):
                continue
            is_lost = until is None or until > self.end or not self._is_shared(gap.outlet, gap.channel, until)
            rows.append(_unseen(self, "gap", gap.outlet, gap.channel, since=since, until=until, is_lost=is_lost))
        gapped = {(row["outlet"], row["channel"]) for row in rows}
        for site in self.crawl.world.script.sites:
            for channel in site.channels:
                blind = self._longest_blind(site.slug, channel.slug)
                if (site.slug, channel.slug) not in gapped and blind is not None and blind[1] - blind[0] > LATE:
                    until = blind[1] if blind[1] < self.end else None
                    rows.append(
                        _unseen(self, "late", site.slug, channel.slug, since=blind[0], until=until, is_lost=True)
                    )
        return rows

    def _is_shared(self, outlet: str, channel: str, at: datetime) -> bool:
        return any(p.is_shared for p in self.crawl.polls if (p.outlet, p.channel, p.moment) == (outlet, channel, at))

    def _longest_blind(self, outlet: str, channel: str) -> tuple[datetime, datetime] | None:
        """The longest stretch of the day without a good look that was not caught up within it."""
        good = [p for p in self.polls() if (p.outlet, p.channel) == (outlet, channel) and p.is_good]
        edges = [self.start, *(p.moment for p in good), self.end]
        caught_up = [*(p.is_shared for p in good), False]
        spans = [span for span, is_caught in zip(pairwise(edges), caught_up, strict=True) if not is_caught]
        return max(spans, key=lambda span: span[1] - span[0], default=None)

    def polls(self) -> list[PollRow]:
        """The day's looks at channels."""
        return [p for p in self.crawl.polls if self.start <= p.moment < self.end]


def _unseen(
    day: Day, kind: str, outlet: str, channel: str, *, since: datetime, until: datetime | None, is_lost: bool
) -> Row:
    return {
        "day": day.date.isoformat(),
        "kind": kind,
        "outlet": outlet,
        "channel": channel,
        "from": rfc3339(since),
        "to": until and rfc3339(until),
        "is_lost": is_lost,
    }


def digest_tables(crawl: RightCrawl, articles: Iterable[Row], mentions: Iterable[Row]) -> Mapping[str, list[Row]]:
    """The truth's tables of the digests, by name."""
    stated = {
        (a["outlet"], a["url_key"]): datetime.fromisoformat(a["published_at"])
        if a["published_precision"] in ("second", "minute")
        else None
        for a in articles
    }
    topics: dict[str, dict[tuple[str, str], int]] = {}
    for row in mentions:
        topics.setdefault(row["topic"], {}).setdefault((row["outlet"], row["url_key"]), row["revision"])
    days = [Day(crawl, stated, topics, number) for number in range(CRAWL_DAYS)]
    return {
        "digest_days": [_day_row(day) for day in days],
        "digest_groups": [row for day in days for row in _group_rows(day)],
        "digest_topics": [row for day in days for topic in sorted(topics) for row in _topic_rows(day, topic)],
        "digest_firsts": [row for day in days for topic in sorted(topics) for row in _first_rows(day, topic)],
        "digest_silences": [row for day in days for topic in sorted(topics) for row in _silence_rows(day, topic)],
        "digest_unseen": [row for day in days for row in day.unseen()],
    }


def _day_row(day: Day) -> Row:
    polls = day.polls()
    return {
        "day": day.date.isoformat(),
        "published": rfc3339(day.published),
        "looks": len(polls),
        "looks_good": sum(p.is_good for p in polls),
        "unread": sorted(t.key for t in day.unread()),
        "unknown_group": sum(t.site.group == Group.UNKNOWN.value for t in day.articles()),
    }


def _group_rows(day: Day) -> Iterable[Row]:
    for group in SHOWN:
        mine = [t for t in day.articles() if t.site.group == group]
        slugs = {s.slug for s in day.crawl.world.script.sites if s.group == group}
        polls = [p for p in day.polls() if p.outlet in slugs]
        edits = [
            pair
            for t in _all_of(day, group)
            for pair in pairwise(t.revisions)
            if _is_on(day, pair[1].first_seen) and pair[1].number not in went_back(t.revisions, day.published)
        ]
        yield {
            "day": day.date.isoformat(),
            "group": group,
            "articles": len(mine),
            "on_topics": sum(any(t in day.on_topic(topic) for topic in day.topics) for t in mine),
            "edits": len(edits),
            "headlines": sum(before.title != after.title for before, after in edits),
            "gone": sum(_is_gone(day, t) for t in _all_of(day, group)),
            "looks": len(polls),
            "looks_good": sum(p.is_good for p in polls),
            "is_floor": any(row["is_lost"] for row in day.unseen() if row["outlet"] in slugs),
        }


def _all_of(day: Day, group: str) -> list[Target]:
    return [t for t in day.crawl.targets.values() if t.site.group == group]


def _is_on(day: Day, at: datetime) -> bool:
    return day.start <= at < day.end


def _is_gone(day: Day, target: Target) -> bool:
    return any(_is_on(day, at) and (back is None or back > day.published) for at, _, back in target.removals)


def _topic_rows(day: Day, topic: str) -> Iterable[Row]:
    for group in Group:
        keys = sorted(t.key for t in day.on_topic(topic) if t.site.group == group.value)
        if keys:
            yield {"day": day.date.isoformat(), "topic": topic, "group": group.value, "articles": keys}


def _first_rows(day: Day, topic: str) -> Iterable[Row]:
    spans = [(t.site.slug, day.interval(t)) for t in day.on_topic(topic) if t.site.group in SHOWN]
    if spans:
        ends = min(by for _, (_, by) in spans)
        may_be = {outlet for outlet, (after, by) in spans if by == ends or after is None or after < ends}
        yield {"day": day.date.isoformat(), "topic": topic, "first": sorted(may_be)}


def _silence_rows(day: Day, topic: str) -> Iterable[Row]:
    spoke = {t.site.group for t in day.on_topic(topic)}
    for group in SHOWN:
        if group in spoke:
            continue
        slugs = {s.slug for s in day.crawl.world.script.sites if s.group == group}
        unseen = sorted({row["outlet"] for row in day.unseen() if row["is_lost"] and row["outlet"] in slugs})
        unread = sorted(t.key for t in day.unread() if t.site.slug in slugs)
        others = sum(t.site.group == group for t in day.articles())
        yield {
            "day": day.date.isoformat(),
            "topic": topic,
            "group": group,
            "is_claimed": not unseen and others > 0 and len(unread) <= others * 0.05,
            "unseen": unseen,
            "unread": unread,
            "other_articles": others,
        }
