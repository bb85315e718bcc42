"""Looks that rows go by without naming them: the time at which something was first, last or not yet there."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from domain.fetch import PageReading
from storage.families import head_of
from storage.listings import LEAST_TO_COMPARE
from storage.tables import (
    AlternateRow,
    ArticleNumberRow,
    ArticleRow,
    ArticleStateRow,
    ArticleUrlRow,
    ChannelRow,
    EntryRow,
    EntryViewsRow,
    FetchRow,
    ReportReleaseRow,
    RevisionRow,
)

AHEAD = timedelta(days=3)  # a list that nothing followed for so long is kept
_LISTINGS_AHEAD = 50


@dataclass(frozen=True, slots=True)
class CitedTimes:
    """Times by article (the one that stands) and by channel, and when each channel listed what: of one span and after.

    ``listings``: times and lengths, in order. ``until``: the end of what is known.
    """

    until: datetime
    of_articles: Mapping[int, frozenset[datetime]]
    of_channels: Mapping[int, Sequence[datetime]]
    listings: Mapping[int, Sequence[tuple[datetime, int]]]

    def is_page_cited(self, article_id: int, at: datetime) -> bool:
        """Whether a row of an article goes by a look of that time at one of its addresses."""
        return at in self.of_articles.get(article_id, frozenset())

    def is_poll_cited(self, channel_id: int, at: datetime) -> bool:
        """Whether a row goes by a look of that time at a channel."""
        return self._is_any(channel_id, at, at)

    def is_list_cited(self, channel_id: int, at: datetime) -> bool:
        """Whether a row goes by the list of that time, or by a later look that showed the same list.

        A short list is compared together with the one before it, so that one is cited with it.
        """
        later = [listing for listing in self.listings.get(channel_id, ()) if listing[0] > at]
        end = next((time for time, length in later if length >= LEAST_TO_COMPARE), None)
        if end is None or end > self.until:
            return True
        return self._is_any(channel_id, at, end - timedelta(microseconds=1))

    def _is_any(self, channel_id: int, first: datetime, last: datetime) -> bool:
        times = self.of_channels.get(channel_id, ())
        place = bisect_left(times, first)
        return place < len(times) and times[place] <= last


def cited_times(session: Session, channels: Collection[int], since: datetime, until: datetime) -> CitedTimes:
    """Of looks from ``since`` to ``until``; ``channels``: those whose lists are asked for."""
    end = until + AHEAD
    by_article: defaultdict[int, set[datetime]] = defaultdict(set)
    for query in _by_article(since, end):
        for article_id, at in session.execute(query):
            by_article[article_id].add(at)
    by_channel: defaultdict[int, set[datetime]] = defaultdict(set)
    for query in _by_channel(since, end):
        for channel_id, at in session.execute(query):
            by_channel[channel_id].add(at)
    return CitedTimes(
        until=end,
        of_articles={article: frozenset(times) for article, times in by_article.items()},
        of_channels={channel: sorted(times) for channel, times in by_channel.items()},
        listings={channel: _listings(session, channel, since, until) for channel in channels},
    )


def _by_article(since: datetime, until: datetime) -> list[Select[*tuple[Any, ...]]]:
    own = [ArticleRow.first_seen_at, ArticleRow.absent_at, ArticleRow.last_seen_at, ArticleRow.state_at]
    others = [
        (RevisionRow.absent_at, RevisionRow.article_id),
        (ArticleUrlRow.first_seen_at, ArticleUrlRow.article_id),
        (ArticleNumberRow.first_seen_at, ArticleNumberRow.article_id),
        (AlternateRow.first_seen_at, AlternateRow.article_id),
        (ArticleStateRow.last_seen_at, ArticleStateRow.article_id),
        (ReportReleaseRow.noted_at, ReportReleaseRow.report_id),
        (ReportReleaseRow.noted_at, ReportReleaseRow.release_id),
    ]
    return [
        *(select(head_of(), at).where(at >= since, at <= until) for at in own),
        *(
            select(head_of(), at).join(ArticleRow, ArticleRow.id == key).where(at >= since, at <= until)
            for at, key in others
        ),
    ]


def _by_channel(since: datetime, until: datetime) -> list[Select[*tuple[Any, ...]]]:
    times = [EntryRow.first_seen_at, EntryRow.last_seen_at, EntryRow.absent_at, EntryRow.dropped_at]
    views = EntryViewsRow.observed_at
    # The last look may still become one that did not show something yet, or the beginning of a gap.
    polled = [ChannelRow.last_ok_at, ChannelRow.last_polled_at, ChannelRow.last_new_at]
    return [
        *(select(EntryRow.channel_id, at).where(at >= since, at <= until) for at in times),
        select(EntryRow.channel_id, views)
        .join(EntryViewsRow, EntryViewsRow.entry_id == EntryRow.id)
        .where(views >= since, views <= until),
        *(select(ChannelRow.id, at).where(at >= since, at <= until) for at in polled),
    ]


def _listings(session: Session, channel_id: int, since: datetime, until: datetime) -> Sequence[tuple[datetime, int]]:
    """What the channel listed in that span, and a few listings after it."""
    query = (
        select(FetchRow.requested_at, FetchRow.listed)
        .where(FetchRow.channel_id == channel_id, FetchRow.part_of.is_(None))
        .where(FetchRow.reading == PageReading.LISTED.value)
        .order_by(FetchRow.requested_at)
    )
    within = session.execute(query.where(FetchRow.requested_at >= since, FetchRow.requested_at <= until)).all()
    after = session.execute(query.where(FetchRow.requested_at > until).limit(_LISTINGS_AHEAD)).all()
    return [(at, listed or 0) for at, listed in (*within, *after)]
