"""The machine and the service: disks, calendar jobs, work that failed for good, clocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from analysis.watch.thresholds import Thresholds
from analysis.watch.words import bytes_words, count_words, length_words
from domain.alerts import AlertKind, Finding, Severity
from domain.watching import DiskFacts, JobFacts, TodoFacts, WatchFacts

STORE = "store"


def machine_troubles(facts: WatchFacts, limits: Thresholds) -> tuple[Finding, ...]:
    """Findings of the kinds disk_full, digest_missing, backup_missing, todos_given_up and clock_jump."""
    found = [
        *(_disk(disk, limits) for disk in facts.disks),
        *(_job(job, facts.now, limits) for job in facts.jobs),
        _given_up(facts.todos),
        _clock(facts, limits),
    ]
    return tuple(one for one in found if one is not None)


def _disk(disk: DiskFacts, limits: Thresholds) -> Finding | None:
    """Free bytes, and days left at the growth of the last week."""
    days = disk.free_bytes / disk.growth_bytes_a_day if disk.growth_bytes_a_day else None
    is_now = disk.free_bytes < limits.disk_free_now_bytes or (days is not None and days < limits.disk_days_now)
    is_soon = disk.free_bytes < limits.disk_free_min_bytes or (days is not None and days < limits.disk_days_min)
    if not is_soon and not is_now:
        return None
    room = f"room for {count_words(int(days), 'day')} at the present growth" if days is not None else "growth not known"
    return Finding(
        AlertKind.DISK_FULL,
        disk.what,
        Severity.NOW if is_now else Severity.TODAY,
        f"The disk of the {disk.what} has {bytes_words(disk.free_bytes)} left: {room}",
        detail="When it is full nothing is stored and nothing is fetched. Make room, or move what is kept.",
        figures={
            "free": bytes_words(disk.free_bytes),
            "of": bytes_words(disk.total_bytes),
            "growth": f"{bytes_words(disk.growth_bytes_a_day)} a day" if disk.growth_bytes_a_day else "not known",
        },
    )


_JOBS = {
    "digest": (AlertKind.DIGEST_MISSING, "The digest was not made", "Readers wait for it: `parallax digest` makes it."),
    "backup": (AlertKind.BACKUP_MISSING, "The backup was not made", "A loss now costs all since the last one."),
}


def _job(job: JobFacts, now: datetime, limits: Thresholds) -> Finding | None:
    if job.name not in _JOBS:
        return None
    kind, said, detail = _JOBS[job.name]
    late = limits.job_late if job.name == "digest" else limits.backup_late
    due_at = _missed_due_time(job, now, late)
    if due_at is None:
        return None
    last = (
        f"the last good one ended {job.last_succeeded_at:%Y-%m-%d %H:%M} UTC" if job.last_succeeded_at else "none yet"
    )
    return Finding(
        kind,
        STORE,
        Severity.NOW if kind is AlertKind.DIGEST_MISSING else Severity.TODAY,
        f"{said}: due {due_at:%Y-%m-%d %H:%M} UTC, {length_words(now - due_at)} ago; {last}",
        since_at=due_at,
        detail=f"{detail} {job.last_detail}" if job.last_detail else detail,
        figures={"last run": job.last_outcome or "did not run"},
    )


def _missed_due_time(job: JobFacts, now: datetime, late: timedelta) -> datetime | None:
    """The due time that passed without a good run: one nobody answered, or the last one, which failed."""
    if job.next_at is not None and now - job.next_at > late:
        return job.next_at
    is_unmade = job.last_due_at is not None and job.last_outcome != "done"
    was_made_up = job.last_succeeded_at is not None and job.last_due_at and job.last_succeeded_at >= job.last_due_at
    if is_unmade and not was_made_up and job.last_due_at is not None and now - job.last_due_at > late:
        return job.last_due_at
    return None


def _given_up(todos: tuple[TodoFacts, ...]) -> Finding | None:
    bad = [todo for todo in todos if todo.given_up]
    if not bad:
        return None
    said = ", ".join(f"{todo.given_up} × {todo.kind}" for todo in bad)
    return Finding(
        AlertKind.TODOS_GIVEN_UP,
        STORE,
        Severity.TODAY,
        f"Work that failed for good: {said}",
        since_at=min(todo.since_at for todo in bad),
        detail=f"`parallax db check` names each. The first: {bad[0].error or 'no error kept'}",
        figures={todo.kind: str(todo.given_up) for todo in bad},
    )


def _clock(facts: WatchFacts, limits: Thresholds) -> Finding | None:
    """A step of the system's clock against the monotonic one, which no correction moves; or a time without ticks."""
    clock = facts.clock
    if clock.step is not None and abs(clock.step) >= limits.clock_step and _is_shown(clock.step_at, facts.now, limits):
        is_forward = clock.step > timedelta(0)
        said = f"The system's clock jumped {'forward' if is_forward else 'back'} by {length_words(abs(clock.step))}"
        said += ", or the machine slept" if is_forward else ""
        return _clock_finding(said, clock.step_at, {"step": f"{clock.step.total_seconds():+.0f} s"})
    if clock.gap is not None and clock.gap >= limits.clock_gap and _is_shown(clock.gap_until, facts.now, limits):
        said = f"Nothing ran for {length_words(clock.gap)}: the machine slept or was stopped"
        return _clock_finding(said, clock.gap_until, {"gap": length_words(clock.gap)})
    return None


def _is_shown(at: datetime | None, now: datetime, limits: Thresholds) -> bool:
    return at is not None and abs(now - at) < limits.clock_shown


def _clock_finding(said: str, at: datetime | None, figures: dict[str, str]) -> Finding:
    return Finding(
        AlertKind.CLOCK_JUMP,
        STORE,
        Severity.TODAY,
        said,
        since_at=at,
        detail="Times of looks around it may be off by as much. See that the machine keeps time.",
        figures=figures,
    )
