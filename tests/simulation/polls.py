"""Polls simulated feeds through the real store: planned, stored and judged by the functions a crawl uses. No HTTP."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from crawler.decide import after_look, after_reading
from crawler.reading.measures import measured_of
from crawler.rollover import turnover
from domain.entry import ChannelReading, ParsedChannel
from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import Look, Target
from domain.outlet import Channel, ChannelKind, Group, GroupPeriod, Outlet
from domain.planning import ChannelState, PlannedPoll
from storage import Session, Store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.channels import record_failed_poll, record_good_poll
from storage.entries import PlacedEntry, entry_changes, put_entries, unique_by_key
from storage.fetches import put_fetch
from storage.gaps import put_rollover
from storage.listings import last_listing, listed_entries
from storage.polls import put_plans, unplanned_channels
from storage.records import StoredRecord
from storage.stoppages import note_stoppage
from storage.tables import ChannelRow, TargetRow
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading
from tests.simulation.feeds import START, Feed, Span

STEP = timedelta(minutes=10)
_NO_RECORD = StoredRecord("", "", 0, 0, "response", "")


class Planner(Protocol):
    """What says when a channel is polled next: ``schedules.plan.next_poll`` with its pace, or a stand-in."""

    def __call__(self, state: ChannelState, *, now: datetime) -> PlannedPoll:
        """The next poll of a channel whose last one ended as ``state`` says."""
        ...


@dataclass(slots=True)
class Polled:
    """What was done, for the truth: good looks with the moment they tell of and what they showed, and failed ones."""

    looks: list[tuple[datetime, datetime | None, frozenset[int]]] = field(default_factory=list)
    failed: list[datetime] = field(default_factory=list)
    stopped: list[datetime] = field(default_factory=list)  # when a service resumed that had missed its poll
    last_shown: tuple[object, ...] = ()


class Service:
    """Polls feeds over simulated time and stands still where it is told to."""

    def __init__(self, store: Store, feeds: Sequence[Feed], planner: Planner) -> None:
        self._store = store
        self._planner = planner
        self.polled = {feed.slug: Polled() for feed in feeds}
        self._feeds: dict[int, Feed] = {}
        self._targets: dict[int, Target] = {}
        self._due: list[tuple[datetime, int]] = []
        self.polls = 0
        store.write(lambda session: self._put(session, feeds))

    def _put(self, session: Session, feeds: Sequence[Feed]) -> None:
        outlets = tuple(_outlet(feed) for feed in feeds)
        put_catalogue(session, CatalogueInForce("simulated", outlets, (), {}, {}), now=START)
        by_slug = {feed.slug: feed for feed in feeds}
        for target in session.scalars(select(TargetRow)):
            assert target.channel_id is not None
            self._feeds[target.channel_id] = by_slug[target.outlet]
            self._targets[target.channel_id] = Target(
                target.id, target.outlet, target.url, target.url_key, target.host, Reason.POLL, target.channel_id
            )

    def run(self, until: datetime, stops: Iterable[Span]) -> None:
        """Poll from the start to ``until``."""
        now = START
        for stop, resume in (*stops, (until, until)):
            while now < stop:
                now = min(now + STEP, stop)
                self._store.write(lambda session, now=now: self._step(session, now))  # type: ignore[misc]
            if resume > stop:
                self._store.write(lambda session, s=stop, r=resume: self._resume(session, s, r))  # type: ignore[misc]
                now = resume

    def _step(self, session: Session, now: datetime) -> None:
        """Poll what fell due up to ``now``, and plan what was polled."""
        while self._due and self._due[0][0] <= now:
            due_at, channel_id = heapq.heappop(self._due)
            self._poll(session, channel_id, due_at)
        session.expire_all()
        plans = [self._planner(state, now=now) for state in unplanned_channels(session, limit=1000)]
        put_plans(session, plans)
        for plan in plans:
            heapq.heappush(self._due, (plan.next_poll_at, plan.channel_id))

    def _resume(self, session: Session, stopped_at: datetime, resumed_at: datetime) -> None:
        """A scheduler begins to lead: the stoppage is noted, and what it missed is polled within some minutes."""
        latest = resumed_at - timedelta(minutes=1)
        for row in session.scalars(select(ChannelRow)):
            due_at = row.last_polled_at and row.last_polled_at + timedelta(seconds=row.interval_s or 0)
            if due_at is not None and min(due_at, row.next_poll_at or due_at) <= latest:
                self.polled[row.outlet].stopped.append(resumed_at)
        note_stoppage(
            session,
            stopped_at=stopped_at,
            resumed_at=resumed_at,
            interval_of=lambda seconds: timedelta(seconds=seconds or 1800),
        )
        overdue = sorted(entry for entry in self._due if entry[0] <= resumed_at)
        later = [entry for entry in self._due if entry[0] > resumed_at]
        self._due = later + [(resumed_at + timedelta(seconds=n), entry[1]) for n, entry in enumerate(overdue)]
        heapq.heapify(self._due)

    def _poll(self, session: Session, channel_id: int, now: datetime) -> None:
        feed, target = self._feeds[channel_id], self._targets[channel_id]
        polled, trouble = self.polled[feed.slug], feed.trouble(now)
        self.polls += 1
        if trouble is not None:
            polled.failed.append(now)
            _store_failure(session, target, trouble, now)
            return
        moment = feed.shown_as_of(now)
        entries = feed.listing(moment, now) if moment is not None else []
        shown = frozenset(item.number for item in feed.shown(moment)) if moment is not None else frozenset()
        polled.looks.append((now, moment, shown))
        if tuple(entries) == polled.last_shown:
            look = _look(target, FetchOutcome.SAME_CONTENT, now)
            put_fetch(session, look, None, after_look(target, look.outcome, now), run_id=None)
            return
        polled.last_shown = tuple(entries)
        placed = [PlacedEntry(entry, (entry.url or "").removeprefix("https://"), target.outlet) for entry in entries]
        _store_listing(session, target, unique_by_key(placed, prefer=lambda _: False), now)


def _outlet(feed: Feed) -> Outlet:
    host = f"{feed.slug}.example"
    channel = Channel("feed", ChannelKind.FEED, f"https://{host}/feed")
    groups = (GroupPeriod(Group.INDEPENDENT, "Invented."),)
    return Outlet(feed.slug, feed.slug, groups, hosts=(host,), channels=(channel,), page_fetch=False)


def _look(target: Target, outcome: FetchOutcome, now: datetime) -> Look:
    return Look(target, now, now, conditional=False, outcome=outcome, body_sha256="0" * 64, body_bytes=1)


def _unread(session: Session, target: Target, now: datetime) -> UnreadFetch:
    look = _look(target, FetchOutcome.OK, now)
    fetch_id = put_fetch(session, look, None, after_look(target, look.outcome, now), run_id=None)
    return UnreadFetch(fetch_id, target, None, now, None, None, look.body_sha256, None, None, _NO_RECORD)


def _store_failure(session: Session, target: Target, trouble: str, now: datetime) -> None:
    """As ``crawler.committer`` stores a request that failed, and ``crawler.reading.channel`` a block page."""
    if trouble != "challenge":
        look = _look(target, FetchOutcome(trouble), now)
        put_fetch(session, look, None, after_look(target, look.outcome, now), run_id=None)
        return
    unread, reading = _unread(session, target, now), PageReading.CHALLENGE
    put_reading(session, unread, reading, after_reading(target, reading, now), error=None)
    assert target.channel_id is not None
    record_failed_poll(session, target.channel_id, at=now, outcome=reading.value, detail=None)
    mark_done(session, "read", [unread.fetch_id])


def _store_listing(session: Session, target: Target, entries: Sequence[PlacedEntry], now: datetime) -> None:
    """As ``crawler.reading.channel`` stores a poll that was read, without pages and texts."""
    unread, channel_id = _unread(session, target, now), target.channel_id
    assert channel_id is not None
    reading = PageReading.LISTED if entries else PageReading.EMPTY_CHANNEL
    listed = listed_entries(entries)
    turned = turnover(last_listing(session, unread, channel_id, listed), listed)
    if turned.since is not None:
        put_rollover(session, channel_id, since=turned.since, until=now)
    new = len(entry_changes(session, channel_id, entries, fetch_id=unread.fetch_id, seen_at=now).new)
    put_entries(session, channel_id, entries, fetch_id=unread.fetch_id, seen_at=now)
    parsed = ParsedChannel(ChannelReading.OK)
    measured = measured_of(parsed, entries, max_age_s=None, now=now)
    record_good_poll(session, channel_id, at=now, outcome=reading.value, has_new=bool(new), measured=measured)
    known = len(entries) - new if turned.known is None else turned.known
    next_look = after_reading(target, reading, now)
    put_reading(session, unread, reading, next_look, error=turned.note, listed=len(entries), known=known)
    mark_done(session, "read", [unread.fetch_id])
