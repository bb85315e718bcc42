"""``parallax rechecks``: at how many of their ages articles were looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import known_slugs, open_parallax, span_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallax.commands.printing import Row
    from schedules.recheck_report import AgeCounts

_DAYS = 7


def rechecks(
    since: Annotated[
        str | None, typer.Option(help="Ages reached from this time on (ISO 8601); a week if not given.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Ages reached before this time.")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet (slug); may be repeated.")] = None,
    by_outlet: Annotated[bool, typer.Option("--by-outlet", help="A line for each outlet and age.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Say how many articles reached each age at which they are looked at again, and how many were looked at for it.

    In time is a look that showed the page, or that it is gone, no later than a quarter of the age after it, at least
    half an hour. Late: before the next age. Failed: only looks that showed neither.

    Example: parallax rechecks --since 2026-03-01 --by-outlet
    """
    from parallax.commands.printing import print_rows
    from schedules.recheck_report import ages_met

    parallax = open_parallax()
    wanted = known_slugs("--outlet", outlet or [], list(parallax.catalogue.outlets))
    now = parallax.clock.now()
    start, end = span_of(since, until, parallax)
    window = (start or now - timedelta(days=_DAYS), end or now)
    with parallax.store.read() as session:
        found = ages_met(session, window, now=now, outlets=wanted)
    rows = [row for age, counts in found.items() for row in _rows(age, counts, is_by_outlet=by_outlet)]
    print_rows(rows, as_json=as_json, empty="no article reached an age in that time")


def _rows(age: timedelta, counts: Mapping[str, AgeCounts], *, is_by_outlet: bool) -> list[Row]:
    from schedules.recheck_report import AgeCounts

    if is_by_outlet:
        return [{"outlet": slug, **_row(age, counts[slug])} for slug in sorted(counts)]
    total = AgeCounts()
    for one in counts.values():
        total.add(one)
    return [_row(age, total)] if total.due else []


def _row(age: timedelta, counts: AgeCounts) -> Row:
    fates = {fate.value: count for fate, count in counts.by_fate.items()}
    return {"age": _said(age), "due": counts.due, **fates}


def _said(age: timedelta) -> str:
    hours = int(age.total_seconds() / 3600)
    return f"{hours} h" if hours < 24 else f"{hours // 24} d"
