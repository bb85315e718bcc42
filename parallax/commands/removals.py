"""``parallax removals``: what outlets removed, withdrew or served again after publication, across articles."""

from __future__ import annotations

import sys
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from parallax.commands.export import outlets_wanted
from parallax.commands.opening import UsageError, moment_of, open_parallax, span_of
from parallax.commands.writing import open_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallax.bootstrap import Parallax
    from publish.removals import ListedRemoval
    from storage import Session
    from storage.removal_steps import AskedSteps

_DAYS = 7
_SERVED = ("served", "dropped", "listed")  # what looks show of an article that is no absence


class As(StrEnum):
    """The forms of the list."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"


def removals(
    since: Annotated[
        str | None,
        typer.Option(help="Steps from this time on (ISO 8601); a week if neither this nor --until is given."),
    ] = None,
    until: Annotated[str | None, typer.Option(help="Steps before this time.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As it stood at this time; at --until if not given.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="As it stands now: only articles that are still so.")] = False,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet (slug); may be repeated.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Only outlets of this group on the day of --since; known: of any but unknown.")
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            help="Only steps of this state: suspected, removed, back, withdrawn, listed; or passed, which is no step: "
            "missed, and served again after one look. May be repeated."
        ),
    ] = None,
    how: Annotated[
        list[str] | None, typer.Option(help="Only where looks showed this (not_found, front_page …); may be repeated.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also steps that others followed, and each absent look of a run.")
    ] = False,
    form: Annotated[
        As, typer.Option("--format", help="A table for people; CSV or a JSON object a line for tools.")
    ] = As.TABLE,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """List what outlets removed: which articles are missed, confirmed as removed, served again or off their list.

    The latest step stands first. Each article stands there by its last step before --until, what is suspected at its
    first absent look. docs/REMOVALS.md has the states and what they do not say.

    Example: parallax removals --since 2026-03-03 --group official --state removed
    """
    from publish.removals import listed_removals, removal_lines
    from storage.groups import group_by_day
    from storage.removal_steps import removal_steps

    parallax = open_parallax()
    zone = parallax.settings.time_zone
    asked = _asked(parallax, since=since, until=until, as_of=as_of, is_now=now, states=state or [], is_every=every)
    hows = _hows(how or [])
    with parallax.store.read() as session:
        asked = _of_outlets(parallax, session, asked, outlet or [], group)
        steps = removal_steps(session, asked)
        found = listed_removals(steps, group_on=group_by_day(session), zone=zone, how=hows)

        def write(file: IO[str]) -> int:
            rows = list(found)
            if form is not As.TABLE:
                return _write_rows(iter(rows), form, file)
            file.writelines(f"{line}\n" for line in removal_lines(rows, zone=zone))
            return len(rows)

        if out is None or str(out) == "-":
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real stream
            write(sys.stdout)
            return
        with open_out(out) as opened:
            count = write(opened)
    typer.echo(f"{count} steps in {out.resolve()}")


def _asked(
    parallax: Parallax,
    *,
    since: str | None,
    until: str | None,
    as_of: str | None,
    is_now: bool,
    states: list[str],
    is_every: bool,
) -> AskedSteps:
    from storage.removal_chains import PASSED
    from storage.removal_steps import ALL_STATES, AskedSteps

    start, end = span_of(since, until, parallax)
    at_once = parallax.clock.now() + timedelta(minutes=1)
    if start is None and end is None:
        start = parallax.clock.now() - timedelta(days=_DAYS)
    end = end or at_once
    for one in states:
        if one not in {*ALL_STATES, PASSED}:
            raise UsageError("--state", f"{one!r} is none; allowed: {', '.join((*sorted(ALL_STATES), PASSED))}")
    if (as_of is not None) + is_now + is_every > 1:
        raise UsageError("--as-of", "does not go together with --now or --all, nor do these two; give one of them")
    moment = at_once if is_now else moment_of("--as-of", as_of, parallax) or end
    if moment < end and not is_now:
        raise UsageError("--as-of", f"{as_of} is before --until; of what came after it nothing stood")
    return AskedSteps(start, end, moment, states=frozenset(states) or ALL_STATES, is_every=is_every)


def _of_outlets(
    parallax: Parallax, session: Session, asked: AskedSteps, outlet: list[str], group: str | None
) -> AskedSteps:
    from dataclasses import replace

    from storage.export_queries import StoredExports

    outlets = outlets_wanted(parallax, outlet, group, since=asked.since, outlets_of=StoredExports(session).outlets_of)
    return replace(asked, outlets=outlets)


def _hows(given: list[str]) -> frozenset[str]:
    from domain.presence import Absence

    allowed = (*Absence, *_SERVED)
    for one in given:
        if one not in allowed:
            raise UsageError("--how", f"{one!r} is none; allowed: {', '.join(allowed)}")
    return frozenset(given)


def _write_rows(found: Iterator[ListedRemoval], form: As, out: IO[str]) -> int:
    from publish.exports import write_csv, write_jsonl
    from publish.removals import ListedRemoval

    return (write_csv if form is As.CSV else write_jsonl)(found, ListedRemoval, out)
