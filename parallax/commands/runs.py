"""``parallax runs``: how the service worked: passes over hosts, calendar jobs, shifts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, MOST_NUMBER, UsageError, moment_of, open_parallax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallax.bootstrap import Parallax
    from storage import Session
    from storage.run_queries import JobRunFact, RunFact, ShiftFact


def runs(
    run_id: Annotated[
        int | None, typer.Argument(metavar="ID", max=MOST_NUMBER, help="Only this run, with its fetches.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Only runs over this host.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what began at or after this time.")] = None,
    is_failed: Annotated[
        bool, typer.Option("--failed", help="Only lost runs and those in which a look failed.")
    ] = False,
    of_jobs: Annotated[bool, typer.Option("--jobs", help="Runs of the calendar jobs instead.")] = False,
    job: Annotated[str | None, typer.Option(help="Runs of this calendar job: backup, digest, tidy or watch.")] = None,
    of_shifts: Annotated[bool, typer.Option("--shifts", help="Shifts of the service instead.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """List the last passes over hosts with their fetches by outcome, or one of them with its fetches.

    Example: parallax runs --failed --since 2026-03-04
    """
    from parallax.commands.printing import print_json, print_rows
    from publish.status.run_text import job_row, run_row, shift_row
    from storage.run_queries import last_job_runs, last_runs, last_shifts

    parallax = open_parallax()
    if run_id is not None:
        _show(parallax, run_id, as_json=as_json)
        return
    begun = moment_of("--since", since, parallax)
    now, zone = parallax.clock.now(), parallax.settings.time_zone
    with parallax.store.read() as session:
        found: Sequence[RunFact | JobRunFact | ShiftFact]
        if of_jobs or job is not None:
            job_runs = last_job_runs(session, limit=limit, since=begun, job=_known_job(session, job))
            found, rows = job_runs, [job_row(run, now=now, zone=zone) for run in job_runs]
        elif of_shifts:
            shifts = last_shifts(session, limit=limit, since=begun)
            found, rows = shifts, [shift_row(shift, now=now, zone=zone) for shift in shifts]
        else:
            passes = last_runs(session, limit=limit, host=host, since=begun, only_failed=is_failed)
            found, rows = passes, [run_row(run, now=now, zone=zone) for run in passes]
    if as_json:
        print_json([asdict(fact) for fact in found])
    else:
        print_rows(rows, as_json=False, empty="none")


def _known_job(session: Session, job: str | None) -> str | None:
    from storage.calendar import job_states

    known = [state.name for state in job_states(session)]
    if job is not None and job not in known:
        raise UsageError("--job", f"{job!r} is no calendar job here; allowed: {', '.join(known) or 'none ran yet'}")
    return job


def _show(parallax: Parallax, run_id: int, *, as_json: bool) -> None:
    from parallax.commands.printing import columns, print_json
    from publish.status.run_text import run_text
    from storage.run_queries import find_run, looks_of_run

    with parallax.store.read() as session:
        run = find_run(session, run_id)
        if run is None:
            typer.echo(f"parallax: no run has the number {run_id}; `parallax runs` lists the last ones", err=True)
            raise typer.Exit(EXIT_FAILED)
        looks = looks_of_run(session, run)
    if as_json:
        print_json(asdict(run) | {"fetches": [{"channel": told.channel, **asdict(told.look)} for told in looks]})
        return
    now, zone = parallax.clock.now(), parallax.settings.time_zone
    typer.echo(run_text(run, looks, now=now, zone=zone, width=columns()), nl=False)
