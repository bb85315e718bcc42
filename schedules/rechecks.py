"""Puts on the frontier what is looked at again: asks the store what is likely due, plans, and writes it down."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from domain.fetch import Reason
from domain.frontier import NewTarget
from domain.outlet import Politeness
from domain.planning import ArticleState
from outlets.platforms import POST_HOSTS
from schedules.recheck_plan import SHARE, DueLook, due_look, fitting, recheck_spans
from storage import Session, Store
from storage.frontier import add_targets, make_due
from storage.rechecks import article_states, waiting_rechecks

log = structlog.get_logger()

EVERY = timedelta(minutes=5)  # plan time
OF_A_PASS = timedelta(hours=4)  # of whose requests to a host a pass that a person starts may take its share
ALL_EVERY = timedelta(hours=6)
_REACH = timedelta(hours=1)
LONGEST_TURN = timedelta(hours=4)
_MOST_AT_ONCE = 500  # rows a write
_STEPS = 30  # moments at which what a host is asked for in one turn falls due


@dataclass(frozen=True, slots=True)
class PlannedRechecks:
    """How many articles are to be looked at again; ``waits_since``: since when one is due that its host does not bear.

    It is None where all that was due is planned.
    """

    planned: int
    waits_since: datetime | None


@dataclass(slots=True)
class RecheckTurns:
    """The turns of a service: every five minutes what fell due since the last one, or was put off then.

    All that waits is asked for first, and every six hours.
    """

    _last_at: datetime | None = None
    _all_at: datetime | None = None
    _waits_since: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether the next turn has come. A clock that was set back begins anew."""
        return self._last_at is None or abs(now - self._last_at) >= EVERY

    def plan(self, store: Store, now: datetime, *, until_days: int) -> PlannedRechecks:
        """Plan a turn: what falls due until the next one, spread over it."""
        turn = EVERY if self._last_at is None else min(abs(now - self._last_at), LONGEST_TURN)
        reach = self._reach(now)
        done = plan_rechecks(store, now, until_days=until_days, turn=turn, reach=reach, spread=turn)
        self._last_at, self._waits_since = now, done.waits_since
        if reach is None:
            self._all_at = now
        return done

    def _reach(self, now: datetime) -> timedelta | None:
        if self._last_at is None or self._all_at is None or not timedelta(0) <= now - self._all_at < ALL_EVERY:
            return None
        return now - min(self._last_at, self._waits_since or self._last_at) + _REACH


def plan_rechecks(
    store: Store,
    now: datetime,
    *,
    until_days: int,
    turn: timedelta = OF_A_PASS,
    reach: timedelta | None = None,
    spread: timedelta = timedelta(0),
    outlets: Collection[str] = (),
) -> PlannedRechecks:
    """Put on the frontier the articles that are due to be looked at again, as many as their hosts bear in a ``turn``.

    They fall due one after the other within ``spread``, by default at once. ``reach``: only what fell due so lately.
    """
    looks, put_off = found_rechecks(store, now, until_days=until_days, turn=turn, reach=reach, outlets=outlets)
    _put(store, looks, now, spread)
    if looks or put_off:
        log.debug("rechecks.planned", planned=len(looks), has_more=bool(put_off))
    return PlannedRechecks(len(looks), min((look.due_at for look in put_off), default=None))


def found_rechecks(
    store: Store,
    now: datetime,
    *,
    until_days: int,
    turn: timedelta,
    reach: timedelta | None = None,
    outlets: Collection[str] = (),
) -> tuple[tuple[DueLook, ...], tuple[DueLook, ...]]:
    """The looks again that hosts bear in a ``turn``, and those put off, of a host one at least; nothing is written."""
    with store.read() as session:
        found = {
            (article.article_id, article.url_key): article
            for span in recheck_spans(now, until_days=until_days, reach=reach)
            for article in article_states(
                session, span, seconds_a_host=SHARE * turn.total_seconds(), outlets=outlets, without_hosts=POST_HOSTS
            )
        }
        due = [look for one in found.values() if (look := due_look(one, now=now, until_days=until_days)) is not None]
        waiting = waiting_rechecks(session, {look.article.host for look in due}, before=now + turn)
    return fitting(due, waiting=waiting, now=now, turn=turn)


def _put(store: Store, looks: Sequence[DueLook], now: datetime, spread: timedelta) -> None:
    placed = list(_placed(looks, now, spread))
    for start in range(0, len(placed), _MOST_AT_ONCE):
        batch = placed[start : start + _MOST_AT_ONCE]
        store.write(lambda session, batch=batch: _put_batch(session, batch))  # type: ignore[misc]


def _placed(looks: Sequence[DueLook], now: datetime, spread: timedelta) -> Iterable[tuple[datetime, ArticleState]]:
    """Each article with the time at which it falls due: evenly over ``spread`` for each host, in their order."""
    of_host: dict[str, int] = {}
    for look in looks:
        of_host[look.article.host] = of_host.get(look.article.host, 0) + 1
    seen: dict[str, int] = {}
    for look in looks:
        host = look.article.host
        place = seen[host] = seen.get(host, -1) + 1
        yield now + spread * (place * _STEPS // of_host[host]) / _STEPS, look.article


def _put_batch(session: Session, placed: Sequence[tuple[datetime, ArticleState]]) -> None:
    known: dict[datetime, list[int]] = {}
    new: dict[datetime, list[NewTarget]] = {}
    for at, article in placed:
        if article.target_id is not None:
            known.setdefault(at, []).append(article.target_id)
        else:
            page = NewTarget(article.outlet, article.url, article.url_key, article.host, Reason.RECHECK)
            new.setdefault(at, []).append(page)
    for at, targets in known.items():
        make_due(session, targets, Reason.RECHECK, now=at)
    for at, pages in new.items():
        add_targets(session, pages, Politeness(), now=at)
