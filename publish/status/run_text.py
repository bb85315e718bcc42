"""Runs, job runs and shifts in words: rows of a table, and one run with its looks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from publish.digest.paragraphs import Paragraphs
from publish.digest.words import plural
from publish.status.channel_text import LOOK_COLUMN
from publish.status.text import leader_words
from publish.status.words import look_words, moment_words, short_words
from storage.run_queries import JobRunFact, RunFact, RunLook, ShiftFact

Row = dict[str, str | int | None]


def run_row(run: RunFact, *, now: datetime, zone: ZoneInfo) -> Row:
    """A line of the table of runs."""
    return {
        "run": run.run_id,
        "host": run.host,
        "started": moment_words(run.started_at, zone, now=now),
        "took": took_words(run.started_at, run.ended_at),
        "outcome": run.outcome or "under way",
        "looks": looks_words(run.looks),
    }


def job_row(run: JobRunFact, *, now: datetime, zone: ZoneInfo) -> Row:
    """A line of the table of job runs."""
    return {
        "job": run.job,
        "due": moment_words(run.due_at, zone, now=now),
        "started": moment_words(run.started_at, zone, now=now),
        "took": took_words(run.started_at, run.ended_at),
        "outcome": run.outcome or "under way",
        "detail": run.detail,
    }


def shift_row(shift: ShiftFact, *, now: datetime, zone: ZoneInfo) -> Row:
    """A line of the table of shifts."""
    return {
        "shift": shift.shift_id,
        "owner": leader_words(shift.owner),
        "started": moment_words(shift.started_at, zone, now=now),
        "last tick": moment_words(shift.last_tick_at, zone, now=now),
        "ended": moment_words(shift.ended_at, zone, now=now, never="–"),
        "outcome": shift.outcome or "under way",
        "ticks": shift.ticks,
    }


def took_words(started_at: datetime, ended_at: datetime | None) -> str:
    """How long it took; nothing while it is under way."""
    return short_words((ended_at - started_at).total_seconds()) if ended_at else "–"


def looks_words(looks: Mapping[str, int]) -> str:
    """``12 ok, 3 not modified``, the most first."""
    ordered = sorted(looks.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in ordered) or "none"


def run_text(run: RunFact, looks: tuple[RunLook, ...], *, now: datetime, zone: ZoneInfo, width: int) -> str:
    """One run with its looks as plain text."""
    page = Paragraphs(width)
    page.say(f"Run {run.run_id} over {run.host}: {run.outcome or 'under way'}")
    started = moment_words(run.started_at, zone, now=now)
    page.say(f"started {started}, took {took_words(run.started_at, run.ended_at)}, by {leader_words(run.owner)}")
    page.say(f"looks: {looks_words(run.looks)}")
    page.blank()
    page.say(f"{plural(len(looks), 'look')} stored:" if looks else "No look of it is stored.")
    for told in looks:
        at = moment_words(told.look.requested_at, zone, now=now)
        of = told.channel or told.look.url
        page.keyed(at, f"{of}: {look_words(told.look)} · fetch {told.look.fetch_id}", column=LOOK_COLUMN, indent=2)
    return page.text()
