"""From the store's facts to the status: ranked, summed up and worded once for every form of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from publish.digest.words import plural
from publish.status.concerns import concerns_of, is_leading, told_together
from publish.status.health import outlet_line
from publish.status.model import Frontier, GapLine, Gaps, Health, Lag, Runs, Status, StoreLine
from publish.status.sentence import opening_sentence
from publish.status.words import LATE_AFTER, cause_words, told_cause
from storage.digest_facts import GapFact
from storage.status_facts import FrontierFacts, OutletHealth, StatusFacts

GAPS_OVER = timedelta(days=7)
_MOST_GAPS = 4
_OURS = "not_running"
_POLL = "poll"


def build_status(facts: StatusFacts, *, real_now: datetime, zone: ZoneInfo) -> Status:
    """The status that ``facts`` make. ``real_now`` is the system's time, by which signs of life are judged."""
    worst = list(Health)
    told = told_together(facts)
    lines = [outlet_line(outlet, facts.alerts, now=facts.at, zone=zone, told=told) for outlet in facts.outlets]
    lines.sort(key=lambda line: (worst.index(line.health), -(line.age_s or 0), line.slug))
    lag = _lag(facts.lags_s)
    return Status(
        at=facts.at,
        zone=zone.key,
        sentence=opening_sentence(lines, lag),
        concerns=concerns_of(facts, real_now=real_now, zone=zone),
        outlets=tuple(lines),
        runs=_runs(facts, real_now),
        frontier=_frontier(facts.frontier),
        lag=lag,
        store=_store(facts),
        gaps=_gaps(facts.gaps, facts.outlets, facts.at),
    )


def _runs(facts: StatusFacts, real_now: datetime) -> Runs:
    begun, waiting = facts.polls.begun_s, facts.polls.waiting_s
    leader = facts.leader
    leads = is_leading(leader, real_now=real_now)
    since = leader.started_at if leader and leads else (leader.ended_at or leader.last_tick_at) if leader else None
    return Runs(
        due=len(begun) + len(waiting),
        on_time=sum(late_s <= LATE_AFTER.total_seconds() for late_s in begun),
        latest_s=max((*begun, *waiting), default=None),
        waiting=len(waiting),
        leader=leader.owner if leader and leads else None,
        leader_since=since,
        jobs=facts.jobs,
    )


def _frontier(facts: FrontierFacts) -> Frontier:
    fetched = dict(facts.fetched_today)
    return Frontier(
        waiting=sum(count for reason, count in facts.waiting if reason != _POLL),
        oldest_due_at=facts.oldest_due_at,
        later=facts.later,
        set_aside=facts.set_aside,
        fetched_today=sum(fetched.values()),
        refused_by_robots_today=fetched.get("robots_disallowed", 0) + fetched.get("robots_unreachable", 0),
        hosts_in_work=facts.hosts_in_work,
        todos_waiting=sum(todo.waiting for todo in facts.todos),
        todos_given_up=sum(todo.given_up for todo in facts.todos),
    )


def _lag(lags_s: Sequence[float]) -> Lag:
    if not lags_s:
        return Lag(0, None, None, None)
    ninety = lags_s[max(0, -(-len(lags_s) * 9 // 10) - 1)]
    return Lag(len(lags_s), median(lags_s), ninety, lags_s[-1])


def _store(facts: StatusFacts) -> StoreLine:
    store = facts.store
    growth = store.growth_bytes_a_day
    backups = [store.last_backup_at, *(job.last_succeeded_at for job in facts.jobs if job.name == "backup")]
    return StoreLine(
        database_bytes=store.database_bytes,
        archive_bytes=store.archive_bytes,
        free_bytes=store.free_bytes,
        days_of_room=int(store.free_bytes // growth) if growth else None,
        last_backup_at=max((at for at in backups if at is not None), default=None),
        last_digest_at=store.last_digest_at,
        revision=store.revision,
        is_head=store.revision == store.newest_revision,
    )


def _gaps(gaps: Sequence[GapFact], outlets: Sequence[OutletHealth], now: datetime) -> Gaps:
    start = now - GAPS_OVER
    total_s = sum(((gap.ended_at or now) - max(gap.started_at, start)).total_seconds() for gap in gaps)
    lines = [*_ours([gap for gap in gaps if gap.cause == _OURS]), *map(_line, (g for g in gaps if g.cause != _OURS))]
    lines.sort(key=lambda line: (line.ended_at or now) - line.started_at, reverse=True)
    return Gaps(len(gaps), int(total_s), tuple(lines[:_MOST_GAPS]))


def _line(gap: GapFact) -> GapLine:
    cause = told_cause(gap.cause, gap.detail)
    caught_up = None if gap.ended_at is None else gap.is_caught_up
    return GapLine(f"{gap.outlet}/{gap.channel}", gap.started_at, gap.ended_at, cause, caught_up)


def _ours(gaps: Sequence[GapFact]) -> list[GapLine]:
    """Stretches in which nobody looked, one line for all channels that they held up at one time."""
    lines: list[GapLine] = []
    held: list[GapFact] = []
    for gap in sorted(gaps, key=lambda g: g.started_at):
        if held and all(g.ended_at is not None and g.ended_at < gap.started_at for g in held):
            lines.append(_joined(held))
            held = []
        held.append(gap)
    return [*lines, _joined(held)] if held else lines


def _joined(gaps: Sequence[GapFact]) -> GapLine:
    if len(gaps) == 1:
        return _line(gaps[0])
    ends = [gap.ended_at for gap in gaps]
    ended_at = None if None in ends else max(at for at in ends if at is not None)
    caught_up = None if ended_at is None else all(gap.is_caught_up for gap in gaps)
    where = plural(len({(gap.outlet, gap.channel) for gap in gaps}), "channel")
    return GapLine(where, min(gap.started_at for gap in gaps), ended_at, cause_words(_OURS), caught_up)
