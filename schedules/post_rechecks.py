"""Puts on the frontier what shows posts and videos that are due for a look again: asks the store, plans, writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from domain.outlet import ChannelKind
from domain.planning import PostChannel
from outlets.platforms import Platforms, recheck_delay_s
from schedules.post_plan import LONGEST_WAIT, AskedFor, pages_to_ask, videos_to_ask
from schedules.recheck_plan import SHARE, DueLook, due_moment, fitting, recheck_spans
from schedules.rechecks import ALL_EVERY, LONGEST_TURN, OF_A_PASS
from storage import Session, Store
from storage.post_rechecks import ask_again, asked_again, known_posts, post_channels, post_states
from storage.rechecks import waiting_rechecks

log = structlog.get_logger()

EVERY = timedelta(minutes=15)  # plan time
_AROUND = timedelta(days=3)  # before the oldest post that is due: what stands below it on its page


@dataclass(slots=True)
class PostTurns:
    """The turns of a service: every 15 minutes what may be ripe by now; at first and each six hours all that is due."""

    _last_at: datetime | None = None
    _all_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether the next turn has come. A clock that was set back begins anew."""
        return self._last_at is None or abs(now - self._last_at) >= EVERY

    def plan(self, store: Store, now: datetime, platforms: Platforms, *, until_days: int) -> int:
        """Plan a turn; gives how many documents are to be asked for."""
        turn = EVERY if self._last_at is None else min(abs(now - self._last_at), LONGEST_TURN)
        is_of_all = self._all_at is None or not timedelta(0) <= now - self._all_at < ALL_EVERY
        reach = None if is_of_all else LONGEST_WAIT + 2 * turn
        planned = plan_posts(store, now, platforms, until_days=until_days, turn=turn, reach=reach, waits=True)
        self._last_at = now
        if is_of_all:
            self._all_at = now
        return planned


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
) -> int:
    """Put on the frontier what shows posts and videos that are due, as much as its hosts bear in a ``turn``.

    ``reach``: only for what fell due so lately. ``waits``: what is due waits for others of its channel. Gives how many
    documents.
    """
    with store.read() as session:
        wanted = list(
            _wanted(session, now, platforms, until_days=until_days, reach=reach, waits=waits, outlets=outlets)
        )
        hosts = {asked.looks[0].article.host for _, asked in wanted}
        waiting = waiting_rechecks(session, hosts, before=now + turn)
    by_first = {(asked.looks[0].article.article_id, asked.url): (channel, asked) for channel, asked in wanted}
    firsts = {look: key for key, (_, asked) in by_first.items() for look in asked.looks[:1]}
    fit, _ = fitting(firsts, waiting=waiting, now=now, turn=turn)
    by_channel: defaultdict[PostChannel, list[str]] = defaultdict(list)
    for look in fit:
        channel, asked = by_first[firsts[look]]
        by_channel[channel].append(asked.url)
    for channel, urls in by_channel.items():
        store.write(lambda session, channel=channel, urls=urls: ask_again(session, channel, urls, now=now))  # type: ignore[misc]
    if fit:
        log.debug("posts.planned", documents=len(fit), channels=len(by_channel))
    return len(fit)


def _wanted(
    session: Session,
    now: datetime,
    platforms: Platforms,
    *,
    until_days: int,
    reach: timedelta | None,
    waits: bool,
    outlets: Collection[str],
) -> Iterator[tuple[PostChannel, AskedFor]]:
    due = _due(session, now, until_days=until_days, reach=reach, outlets=outlets)
    channels = post_channels(session, due)
    for channel_id, looks in due.items():
        channel = channels[channel_id]
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
