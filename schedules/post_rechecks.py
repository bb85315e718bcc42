"""Puts on the frontier what shows posts and videos that are due for a look again: asks the store, plans, writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from domain.outlet import ChannelKind
from domain.planning import PostChannel
from outlets.platforms import Platforms, recheck_delay_s
from schedules.post_plan import LONGEST_WAIT, AskedFor, is_ripe, pages_to_ask, videos_to_ask
from schedules.recheck_plan import SHARE, DueLook, due_moment, fitting, recheck_spans
from schedules.rechecks import ALL_EVERY, LONGEST_TURN, OF_A_PASS
from storage import Session, Store
from storage.post_rechecks import ask_again, asked_again, known_posts, post_channels, post_states
from storage.rechecks import waiting_rechecks

log = structlog.get_logger()

EVERY = timedelta(minutes=15)  # plan time
_AROUND = timedelta(days=3)  # before the oldest post that is due: what stands below it on its page


@dataclass(frozen=True, slots=True)
class PlannedPosts:
    """How many documents are to be asked for; ``has_more``: more are due than their hosts bear."""

    documents: int
    has_more: bool


@dataclass(slots=True)
class PostTurns:
    """The turns of a service: every 15 minutes what may be ripe by now.

    All that is due is asked for at first, after a turn that put something off, and every six hours.
    """

    _last_at: datetime | None = None
    _all_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether the next turn has come. A clock that was set back begins anew."""
        return self._last_at is None or abs(now - self._last_at) >= EVERY

    def plan(self, store: Store, now: datetime, platforms: Platforms, *, until_days: int) -> PlannedPosts:
        """Plan a turn."""
        turn = EVERY if self._last_at is None else min(abs(now - self._last_at), LONGEST_TURN)
        is_of_all = self._all_at is None or not timedelta(0) <= now - self._all_at < ALL_EVERY
        reach = None if is_of_all else LONGEST_WAIT + 2 * turn
        done = plan_posts(store, now, platforms, until_days=until_days, turn=turn, reach=reach, waits=True)
        self._last_at = now
        if done.has_more:
            self._all_at = None
        elif is_of_all:
            self._all_at = now
        return done


def plan_posts(
    store: Store,
    now: datetime,
    platforms: Platforms,
    *,
    until_days: int,
    turn: timedelta = OF_A_PASS,
    reach: timedelta | None = None,
    waits: bool = False,
    outlets: Collection[str] = (),
) -> PlannedPosts:
    """Put on the frontier what shows posts and videos that are due, as much as its hosts bear in a ``turn``.

    ``reach``: only for what fell due so lately. ``waits``: what is due waits for others of its channel.
    """
    with store.read() as session:
        due = _due(session, now, until_days=until_days, reach=reach, outlets=outlets)
        wanted = list(_wanted(session, now, platforms, due, waits=waits))
        by_look = {asked.looks[0]: (channel, asked) for channel, asked in wanted}  # the most urgent stands for all
        waiting = waiting_rechecks(session, {look.article.host for look in by_look}, before=now + turn)
    fit, put_off = fitting(by_look, waiting=waiting, now=now, turn=turn)
    by_channel: defaultdict[PostChannel, list[str]] = defaultdict(list)
    for look in fit:
        channel, asked = by_look[look]
        by_channel[channel].append(asked.url)
    for channel, urls in by_channel.items():
        store.write(lambda session, channel=channel, urls=urls: ask_again(session, channel, urls, now=now))  # type: ignore[misc]
    if fit:
        log.debug("posts.planned", documents=len(fit), channels=len(by_channel), has_more=bool(put_off))
    return PlannedPosts(len(fit), bool(put_off))


def _wanted(
    session: Session, now: datetime, platforms: Platforms, due: Mapping[int, Sequence[DueLook]], *, waits: bool
) -> Iterator[tuple[PostChannel, AskedFor]]:
    channels = post_channels(session, due)
    for channel_id, looks in due.items():
        channel = channels[channel_id]
        if waits and not any(is_ripe(look, now) for look in looks):
            continue
        if channel.kind is ChannelKind.YOUTUBE and not _may_be_called(channel, platforms):
            continue
        known = known_posts(session, channel_id, since=min(look.article.first_seen_at for look in looks) - _AROUND)
        asked = asked_again(session, channel, since=min(look.due_at for look in looks))
        if channel.kind is ChannelKind.TELEGRAM:
            documents = pages_to_ask(channel, looks, known, asked, now=now, waits=waits)
        else:
            paced = [_at_the_pace_of(platforms, look) for look in looks]
            documents = videos_to_ask(channel, paced, known, asked, now=now, waits=waits)
        yield from ((channel, one) for one in documents)


def _due(
    session: Session, now: datetime, *, until_days: int, reach: timedelta | None, outlets: Collection[str]
) -> dict[int, Sequence[DueLook]]:
    """The looks that are due, by channel; a video that two channels list is looked at in one of them."""
    found = {
        state.article.article_id: state
        for span in recheck_spans(now, until_days=until_days, reach=reach)
        for state in post_states(session, span, outlets=outlets)
    }
    due: defaultdict[int, list[DueLook]] = defaultdict(list)
    for state in found.values():
        look = due_moment(state.article, now=now, until_days=until_days)
        if look is not None:
            due[state.channel_id].append(look)
    return dict(due)


def _may_be_called(channel: PostChannel, platforms: Platforms) -> bool:
    is_answered = platforms.has_youtube_key and platforms.youtube_daily_quota > 0
    return is_answered and not platforms.youtube_by_feed and platforms.is_api(channel.poll_url)


def _at_the_pace_of(platforms: Platforms, look: DueLook) -> DueLook:
    """The look at a host that is asked as rarely as the quota wants it."""
    delay_s = max(look.article.delay_s or 0.0, recheck_delay_s(SHARE, platforms))
    return replace(look, article=replace(look.article, delay_s=delay_s))
