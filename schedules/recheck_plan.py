"""Which articles are looked at again, and how many of them a host can bear. Pure: states come in as stored.

Ages are aims: what does not fit a host's budget stays due for a later turn. See
docs/adr/0024-looks-again-by-age.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from domain.outlet import Politeness
from domain.planning import ArticleState, RecheckSpan, Since
from outlets.platforms import is_post_address

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
AGES = (_HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY, 30 * _DAY, 90 * _DAY)
CLOSER_AGES = (12 * _HOUR, 2 * _DAY, 5 * _DAY, 14 * _DAY, 60 * _DAY)  # of articles watched closely, besides
UNTIL_DAYS = 90
AGES_SINCE: Mapping[Since, tuple[timedelta, ...]] = {
    Since.CHANGE: (_HOUR, _DAY, 7 * _DAY),  # what was seen once is confirmed
    Since.SUSPECTED: (12 * _HOUR, _DAY, 2 * _DAY, 3 * _DAY, 4 * _DAY),
    Since.REMOVED: (3 * _DAY, 7 * _DAY, 14 * _DAY, 30 * _DAY, 90 * _DAY),  # it may come back
}
SHARE = 0.25  # of what a host can be asked for
_LATEST = 30 * _DAY  # so long after its last age an article is still looked at for it
_BELIEVED = _DAY  # a publication time that lies further before the first look is not what ages are counted from


class Need(IntEnum):
    """Why an article is looked at again; the order here is that in which what does not fit is put off."""

    MISSING = 0
    CONFIRMATION = 1
    AGE = 2


@dataclass(frozen=True, slots=True)
class DueLook:
    """An article to look at again, and the last of the moments that it is due for."""

    article: ArticleState
    need: Need
    age: timedelta
    due_at: datetime


def counted_from(first_seen_at: datetime, published_at: datetime | None) -> datetime:
    """The time that an article's ages are counted from: its publication where that is told finely and credibly.

    ``published_at`` is None unless it is known more finely than to the day. It counts where it lies at most a day
    before the first look; an older one is that of a page which was there long before.
    """
    if published_at is not None and first_seen_at - _BELIEVED <= published_at < first_seen_at:
        return published_at
    return first_seen_at


def ages_of(article: ArticleState, until_days: int) -> tuple[timedelta, ...]:
    """The ages at which an article is looked at, in order, none above ``until_days``."""
    is_closer = article.is_watched or article.changed_at is not None
    return tuple(age for age in (_all_ages() if is_closer else AGES) if age <= timedelta(days=until_days))


def due_look(article: ArticleState, *, now: datetime, until_days: int = UNTIL_DAYS) -> DueLook | None:
    """The look that is due at ``now``: one of the article's moments has passed since its last look; None: none has.

    Several that have passed make one look, for the last of them. Posts and videos are looked at in their channels
    (``schedules.post_plan``).
    """
    return None if is_post_address(article.url) else due_moment(article, now=now, until_days=until_days)


def due_moment(article: ArticleState, *, now: datetime, until_days: int = UNTIL_DAYS) -> DueLook | None:
    """The same whatever the article is."""
    if not until_days:
        return None
    for need, start, ages in _courses(article, until_days):
        passed = [age for age in ages if article.last_looked_at < start + age <= now]
        if passed:
            return DueLook(article, need, passed[-1], start + passed[-1])
    return None


def _courses(article: ArticleState, until_days: int) -> Iterable[tuple[Need, datetime, Sequence[timedelta]]]:
    if article.missing is not None and article.state_at is not None:
        yield Need.MISSING, article.state_at, AGES_SINCE[article.missing]
    if article.changed_at is not None:
        yield Need.CONFIRMATION, article.changed_at, AGES_SINCE[Since.CHANGE]
    yield Need.AGE, counted_from(article.first_seen_at, article.published_at), ages_of(article, until_days)


def _all_ages() -> list[timedelta]:
    return sorted((*AGES, *CLOSER_AGES))


def recheck_spans(
    now: datetime, *, until_days: int = UNTIL_DAYS, reach: timedelta | None = None
) -> tuple[RecheckSpan, ...]:
    """Where to look for articles that are due at ``now``: one span an age, up to the next age.

    ``reach``: only for what fell due so lately. None: also for what waits since, but not longer than to the next age.
    """
    if not until_days:
        return ()
    found = []
    ages = [age for age in _all_ages() if age <= timedelta(days=until_days)]
    for age, end in _with_ends(ages, reach):
        last = max(one for one in AGES if one <= age)
        closer = age if age != last else None
        found.append(RecheckSpan(Since.PUBLICATION, now - end, now - age, last, closer))
    for since, ages_since in AGES_SINCE.items():
        found += [RecheckSpan(since, now - end, now - age, age) for age, end in _with_ends(ages_since, reach)]
    return tuple(found)


def _with_ends(ages: Sequence[timedelta], reach: timedelta | None) -> Iterable[tuple[timedelta, timedelta]]:
    """Each age and the one up to which it counts."""
    for age, following in zip(ages, (*ages[1:], ages[-1] + _LATEST), strict=True):
        yield age, following if reach is None else min(following, age + reach)


def allowance(delay_s: float | None, *, now: datetime, turn: timedelta) -> int | None:
    """How many looks again a host bears in a ``turn`` from ``now`` on: a quarter of what its delay lets it be asked.

    The turns of a host that bears less than one take it in rotation. None: it is asked without delay, so any number.
    """
    delay = Politeness().delay_s if delay_s is None else delay_s
    if delay <= 0:
        return None
    a_second = SHARE / delay
    start = (now - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    return int((start + turn.total_seconds()) * a_second) - int(start * a_second)


def fitting(
    looks: Iterable[DueLook], *, waiting: Mapping[str, int], now: datetime, turn: timedelta
) -> tuple[tuple[DueLook, ...], tuple[DueLook, ...]]:
    """The looks that their hosts bear in a ``turn``, those first that lose most by waiting; and those put off.

    First what is missing, then what changed lately, then young articles before old ones. ``waiting``: looks again that
    were planned for a host and not made yet; they count.
    """
    by_host: dict[str, list[DueLook]] = defaultdict(list)
    for look in looks:
        by_host[look.article.host].append(look)
    taken: list[DueLook] = []
    put_off: list[DueLook] = []
    for host, wanted in by_host.items():
        wanted.sort(key=lambda look: (look.need, look.age, look.due_at, look.article.article_id))
        most = allowance(wanted[0].article.delay_s, now=now, turn=turn)
        count = len(wanted) if most is None else max(0, most - waiting.get(host, 0))
        taken += wanted[:count]
        put_off += wanted[count:]
    return tuple(taken), tuple(put_off)
