"""Everything the store knows of one day, asked once and arranged by group. Nothing is decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.outlet import Group
from domain.times import day_bounds
from publish.digest.articles import Article, Interval, Match, Mean
from publish.digest.sentences import matched_sentence
from publish.digest.sources import DigestSource, Window
from storage.digest_facts import (
    AlertFact,
    ArticleFact,
    ChannelFact,
    DayCount,
    EditFact,
    GapFact,
    MentionFact,
    OutletFact,
    RemovalFact,
    TopicFact,
)

MEAN_DAYS = 7


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One local day as the store knows it at ``now``. ``until`` is the end of what can be spoken of."""

    day: date
    zone: ZoneInfo
    window: Window
    now: datetime
    outlets: Mapping[str, OutletFact]
    watched: frozenset[str]
    channels: tuple[ChannelFact, ...]
    gaps: tuple[GapFact, ...]
    articles: tuple[ArticleFact, ...]
    topics: tuple[TopicFact, ...]
    mentions: Mapping[str, tuple[MentionFact, ...]]  # by topic
    edits: tuple[EditFact, ...]
    removals: tuple[RemovalFact, ...]
    still_missing: tuple[RemovalFact, ...]
    passed: tuple[RemovalFact, ...]
    counts: tuple[DayCount, ...]
    looked: Mapping[int, frozenset[str]]  # outlets with a good look, by index of the days before
    unread: Mapping[str, int]  # links listed and not read, by outlet
    waiting_texts: int
    alerts: tuple[AlertFact, ...] = ()

    @property
    def until(self) -> datetime:
        """The end of the window, or now while the day is not over."""
        return max(self.window[0], min(self.now, self.window[1]))

    def group_of(self, outlet: str) -> Group:
        """The outlet's group on the day; unknown where nobody said."""
        fact = self.outlets.get(outlet)
        return fact.group if fact else Group.UNKNOWN

    def name_of(self, outlet: str) -> str:
        """The outlet's name, or its slug where the catalogue no longer names it."""
        fact = self.outlets.get(outlet)
        return fact.name if fact else outlet

    def of_group(self, group: Group) -> frozenset[str]:
        """Slugs of every outlet of the group, watched or not."""
        return frozenset(slug for slug, outlet in self.outlets.items() if outlet.group is group)

    def members(self, group: Group) -> frozenset[str]:
        """Slugs of the group's watched outlets: those of which we poll a channel."""
        return frozenset(slug for slug in self.watched if self.outlets[slug].group is group)

    def mean(self, outlets: Iterable[str], *, topic: str | None = None) -> tuple[Mean, tuple[int, ...]]:
        """The mean articles a day of these outlets over the days before on which one of them was seen, and those days.

        A day on which we did not look at any of them is no day without articles: it is left out.
        """
        chosen = frozenset(outlets)
        days = [day for day in range(MEAN_DAYS) if chosen & self.looked.get(day, frozenset())]
        by_day: dict[int, int] = defaultdict(int)
        for count in self.counts:
            if count.topic == topic and count.outlet in chosen:
                by_day[count.day] += count.articles
        values = tuple(by_day[day] for day in days)
        return Mean(sum(values) / len(values) if values else None, len(values)), values

    def article(self, fact: ArticleFact, mention: MentionFact | None = None) -> Article:
        """The article as the digest shows it, with the sentence that matched where there is one."""
        return Article(
            article_id=fact.article_id,
            outlet=fact.outlet,
            outlet_name=self.name_of(fact.outlet),
            group=self.group_of(fact.outlet),
            url=fact.url,
            seen=Interval(fact.absent_at, fact.seen_at),
            title=fact.title,
            language=fact.language,
            stated=fact.stated,
            revision=fact.revision,
            text_sha256=fact.text_sha256,
            match=_match(mention) if mention else None,
            is_older=fact.stated is not None and fact.stated.is_before(self.day, self.zone),
        )


def _match(mention: MentionFact) -> Match:
    if mention.is_title:
        return Match(mention.excerpt, mention.spans, is_title=True)
    sentence, spans = matched_sentence(
        mention.excerpt, mention.spans, cut_before=mention.cut_before, cut_after=mention.cut_after
    )
    return Match(sentence, spans)


def read_day(source: DigestSource, *, day: date, zone: ZoneInfo, now: datetime) -> DayFacts:
    """Ask the source for everything about ``day``; ``now`` is aware UTC."""
    window = day_bounds(day, zone)
    days_before = [day_bounds(day - timedelta(days=back), zone) for back in range(MEAN_DAYS, 0, -1)]
    mentions: dict[str, list[MentionFact]] = defaultdict(list)
    for mention in source.mentions(window):
        mentions[mention.topic].append(mention)
    looked: dict[int, set[str]] = defaultdict(set)
    for look in source.day_looks(days_before):
        if look.looks_good:
            looked[look.day].add(look.outlet)
    outlets = {outlet.slug: outlet for outlet in source.outlets(day)}
    enabled = {slug for slug, outlet in outlets.items() if outlet.is_enabled}
    observed = (window[0], max(window[0], min(now, window[1])))  # what is still to come is no pause
    channels = source.channels(observed)
    return DayFacts(
        day=day,
        zone=zone,
        window=window,
        now=now,
        outlets=outlets,
        watched=frozenset(one.outlet for one in channels if one.is_enabled) & enabled,
        channels=channels,
        gaps=source.gaps(observed),
        articles=tuple(sorted(source.articles(window), key=lambda fact: (fact.seen_at, fact.article_id))),
        topics=source.topics(),
        mentions={topic: tuple(found) for topic, found in mentions.items()},
        edits=tuple(sorted(source.edits(window), key=lambda fact: (fact.first_new_at, fact.article_id))),
        removals=tuple(sorted(source.removals(window), key=lambda fact: (fact.first_gone_at, fact.article_id))),
        still_missing=tuple(source.still_missing(window)),
        passed=tuple(source.passed(window)),
        counts=source.day_counts(days_before),
        looked={day_index: frozenset(slugs) for day_index, slugs in looked.items()},
        unread={fact.outlet: fact.links for fact in source.unread(window)},
        waiting_texts=source.waiting_texts(),
        alerts=source.alerts(observed),
    )
