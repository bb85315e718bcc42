"""What must hold after a round, read from the store, the world's request log and the schedulers' own logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from domain.frontier import TargetState
from schedules.calendar import Every
from storage import Session, Store
from storage.tables import ChannelRow, DigestRow, FetchRow, HostRow, JobRunRow, RunRow, ShiftRow, TargetRow

BATCH_S = 10.0  # what was asked so shortly before a kill may not have been stored yet, and is asked once again


@dataclass(frozen=True, slots=True)
class Kill:
    """A leader's end by the plan's clock and the monotonic one; just before, which polls waited, after which fetch."""

    at: datetime
    at_s: float
    owner: str
    pending: Mapping[int, datetime]
    last_fetch: int
    taken_over_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """What happened, for the judge. ``slack``: how late a busy machine may be by the plan's clock."""

    began_at: datetime
    stopped_at: datetime
    kills: Sequence[Kill]
    daily: Mapping[str, datetime]
    watch_every: timedelta
    slack: timedelta
    tick: timedelta
    digest_of: date
    zone: ZoneInfo
    requests: Sequence[tuple[float, str, str]]
    shifts_logged: int


@dataclass(slots=True)
class Verdict:
    """What was found: the faults by kind, and how much was looked at."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, fault: str, problems: Sequence[str]) -> None:
        """Keep problems of one kind."""
        self.faults.setdefault(fault, []).extend(problems)


def pending_polls(session: Session) -> dict[int, datetime]:
    """When each channel's next poll is due, or since when it is: one that was handed out counts by its target."""
    polled = (ChannelRow.enabled, ChannelRow.removed_at.is_(None), ChannelRow.not_crawled.is_(None))
    planned = select(ChannelRow.id, ChannelRow.next_poll_at).where(*polled, ChannelRow.next_poll_at.is_not(None))
    handed_out = select(TargetRow.channel_id, TargetRow.next_at).where(
        TargetRow.channel_id.is_not(None),
        TargetRow.via_target_id.is_(None),
        TargetRow.state == TargetState.DUE.value,
        TargetRow.next_at.is_not(None),
    )
    found = {channel: at for channel, at in session.execute(planned) if at is not None}
    found |= {channel: at for channel, at in session.execute(handed_out) if channel is not None and at is not None}
    return found


def late_polls(session: Session, by: datetime) -> dict[int, datetime]:
    """Polls that were due before ``by`` and wait for no host that asked for a pause."""
    paused = _paused(session, by)
    return {channel: at for channel, at in pending_polls(session).items() if at < by and channel not in paused}


def _paused(session: Session, by: datetime) -> set[int | None]:
    return set(
        session.scalars(
            select(TargetRow.channel_id)
            .join(HostRow, HostRow.key == TargetRow.host)
            .where(TargetRow.channel_id.is_not(None), HostRow.paused_until > by)
        )
    )


def judge(store: Store, round_: Round) -> Verdict:
    """Everything that is wrong with a round."""
    verdict = Verdict()
    with store.read() as session:
        verdict.note("led_twice", _shifts(session, round_))
        doubled, polls = _polls(session, round_)
        verdict.note("polls_doubled", doubled)
        verdict.note("polls_missed", _missed(session, round_))
        doubled, missed, runs = _jobs(session, round_)
        verdict.note("jobs_doubled", doubled)
        verdict.note("jobs_missed", missed)
        verdict.note("left_open", _left_open(session))
    verdict.counts.update(polls=polls, job_runs=runs)
    return verdict


def _shifts(session: Session, round_: Round) -> list[str]:
    """One shift after the other, each by another process, as many as there were leaders."""
    rows = session.scalars(select(ShiftRow).order_by(ShiftRow.id)).all()
    found = [(row.owner, row.outcome) for row in rows]
    problems = []
    if len(rows) != len(round_.kills) + 1 or len({row.owner for row in rows}) != len(rows):
        problems.append(f"{len(rows)} shifts after {len(round_.kills)} kills: {found}")
    if [outcome for _, outcome in found] != ["lost"] * len(round_.kills) + ["stopped"]:
        problems.append(f"shifts ended as {[outcome for _, outcome in found]}")
    if round_.shifts_logged != len(rows):
        problems.append(f"{round_.shifts_logged} shifts in the logs, {len(rows)} in the store")
    for before, after in pairwise(rows):
        if before.ended_at is None or after.started_at < before.ended_at:
            problems.append(f"shift {after.id} began at {after.started_at}, the one before ended at {before.ended_at}")
    return problems


def _polls(session: Session, round_: Round) -> tuple[list[str], int]:
    """Polls of one due time with two answers; requests on the wire that no row tells of. Gives the number of polls."""
    rows = session.execute(
        select(FetchRow.channel_id, FetchRow.due_at, FetchRow.url, FetchRow.redirect_to).where(
            FetchRow.channel_id.is_not(None), FetchRow.requested_at >= round_.began_at
        )
    ).all()
    slots = Counter((channel, due_at) for channel, due_at, _, redirect_to in rows if redirect_to is None)
    problems = [
        f"channel {channel} due {due_at} was polled {n} times" for (channel, due_at), n in slots.items() if n > 1
    ]
    stored = Counter(_place(url) for _, _, url, _ in rows)
    asked: dict[tuple[str, str], list[float]] = {}
    for at_s, host, path in round_.requests:
        asked.setdefault((host, path), []).append(at_s)
    for place, count in stored.items():
        unacknowledged = sum(
            any(kill.at_s - BATCH_S <= at_s <= kill.at_s + 0.2 for at_s in asked.get(place, ()))
            for kill in round_.kills
        )
        if len(asked.get(place, ())) > count + unacknowledged:
            problems.append(f"{place} was asked {len(asked[place])} times, {count} are stored")
    return problems, len(slots)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.path + (f"?{parts.query}" if parts.query else "")


def _missed(session: Session, round_: Round) -> list[str]:
    """Polls still due at the end, and those that waited at a kill and were not asked since."""
    by = round_.stopped_at - round_.slack
    late = late_polls(session, by)
    problems = [f"channel {channel} was due at {at} and not polled" for channel, at in late.items()]
    paused = _paused(session, by)
    for kill in round_.kills:
        since = set(
            session.scalars(
                select(FetchRow.channel_id).where(FetchRow.channel_id.is_not(None), FetchRow.id > kill.last_fetch)
            )
        )
        waiting = {channel for channel, at in kill.pending.items() if at < by}
        problems += [f"channel {channel} waited at the kill and was not polled" for channel in waiting - since - paused]
    return problems


def _jobs(session: Session, round_: Round) -> tuple[list[str], list[str], int]:
    """Calendar jobs done more than once or not at all, of those due since somebody led and well before the end."""
    led_at = session.scalars(select(ShiftRow.started_at).order_by(ShiftRow.id).limit(1)).one()
    runs = session.scalars(select(JobRunRow).order_by(JobRunRow.job, JobRunRow.due_at)).all()
    doubled, missed = [], []
    for job, due_at in round_.daily.items():
        if not led_at < due_at <= round_.stopped_at - 2 * round_.tick:
            continue
        own = [(run.due_at, run.outcome) for run in runs if run.job == job]
        done = [run for run in own if run[1] == "done"]
        if len(done) > 1:
            doubled.append(f"{job} was done {len(done)} times: {own}")
        if not done or own[0][0] != due_at:
            missed.append(f"{job} was due at {due_at}, its runs: {own}")
        if any(outcome not in {"done", "lost"} for _, outcome in own):
            missed.append(f"{job} ended badly: {own}")
    missed += _missed_watches([run for run in runs if run.job == "watch"], led_at, round_)
    digests = session.scalars(select(DigestRow.day).where(DigestRow.name == "daily")).all()
    first_look = session.scalars(select(func.min(FetchRow.received_at))).one()
    looked_on = first_look.astimezone(round_.zone).date() if first_look else None
    is_wanted = looked_on == round_.digest_of and led_at < round_.daily["digest"]  # else it is tomorrow's
    if list(digests) != [round_.digest_of] * is_wanted:
        missed.append(f"digests: {digests}, the first look was at {first_look}")
    return doubled, missed, len(runs)


def _missed_watches(runs: Sequence[JobRunRow], led_at: datetime, round_: Round) -> list[str]:
    """Times of the watch without a run, but for those in a take-over or before the last run, late or not, had ended."""
    had = {run.due_at for run in runs}
    spans = [(kill.at - round_.tick, kill.taken_over_at + 2 * round_.tick) for kill in round_.kills]
    spans += [(run.due_at, run.ended_at + round_.tick) for run in runs if run.ended_at is not None]
    schedule = Every(round_.watch_every)
    due = schedule.after(led_at)
    missed = []
    while due < round_.stopped_at - round_.slack:
        if due not in had and not any(start <= due <= end for start, end in spans):
            missed.append(f"watch was due at {due}")
        due = schedule.after(due)
    return missed


def _left_open(session: Session) -> list[str]:
    """Runs without an end and hosts with an owner, after a stop in peace."""
    left = {
        "runs": session.scalar(select(func.count()).where(RunRow.ended_at.is_(None))),
        "job runs": session.scalar(select(func.count()).where(JobRunRow.ended_at.is_(None))),
        "hosts": session.scalar(select(func.count()).where(HostRow.owner.is_not(None))),
    }
    return [f"{count} {name} left open" for name, count in left.items() if count]
