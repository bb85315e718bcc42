"""``parallax status``: what each outlet is worth trusting now; what needs a person comes first."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import open_parallax

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from domain.alerts import Alert
    from parallax.commands.printing import Row
    from storage.status_queries import ChannelStatus, OutletStatus

_ORDER = ("✗ not seen", "! refuses us", "– never looked at", "✓ seen", "  not crawled yet", "  switched off")


def status(as_json: Annotated[bool, typer.Option("--json", help="A JSON array instead of a table.")] = False) -> None:
    """Show each outlet, worst first: last good look, failures, open gaps, articles today; then what waits to be done.

    Example: parallax status
    """
    from parallax.commands.printing import local, print_rows
    from storage.alerts import open_alerts
    from storage.status_queries import outlet_statuses, todo_counts

    parallax = open_parallax()
    zone = parallax.settings.time_zone
    midnight = datetime.combine(parallax.clock.now().astimezone(zone).date(), time(), zone)
    with parallax.store.read() as session:
        found = outlet_statuses(session, since=midnight)
        todos = todo_counts(session)
        pressing = open_alerts(session)
    rows: list[Row] = [
        {
            "health": health_of(outlet),
            "outlet": outlet.slug,
            "last good look": local(outlet.last_ok_at, zone) or "never",
            "articles today": outlet.articles,
            "trouble": _trouble(outlet, zone_name=zone.key),
        }
        for outlet in found
    ]
    rows.sort(key=lambda row: (_ORDER.index(str(row["health"])), str(row["outlet"])))
    if not as_json:
        bad = sum(str(row["health"])[0] in "✗!" for row in rows)
        seen = sum(str(row["health"])[0] == "✓" for row in rows)
        typer.echo(f"{seen} outlets seen, {bad} in trouble, {len(rows) - seen - bad} not crawled or never looked at.\n")
        _say_what_needs_a_person(pressing, zone)
    print_rows(rows, as_json=as_json, empty="no outlet is known; run `parallax init`")
    for todo in () if as_json else todos:
        typer.echo(
            f"\nwaiting: {todo.waiting} × {todo.kind}" + (f"; {todo.given_up} failed for good" if todo.given_up else "")
        )


def _say_what_needs_a_person(pressing: Sequence[Alert], zone: ZoneInfo) -> None:
    from parallax.commands.alerts import alert_lines

    if pressing:
        typer.echo("What needs a person")
        for alert in pressing:
            typer.echo("\n".join(alert_lines(alert, zone)))
        typer.echo("")


def health_of(outlet: OutletStatus) -> str:
    """One of six words, worst first in the order above."""
    polled = [c for c in outlet.channels if c.enabled and c.not_crawled is None]
    if not outlet.enabled:
        return "  switched off"
    if not polled:
        return "  not crawled yet"
    if outlet.refusing_since is not None:
        return "! refuses us"
    if any(c.gap_since is not None for c in polled):
        return "✗ not seen"
    return "✓ seen" if outlet.last_ok_at else "– never looked at"


def _trouble(outlet: OutletStatus, *, zone_name: str) -> str | None:
    said = [_channel_trouble(c, zone_name) for c in outlet.channels if c.gap_since is not None]
    if outlet.refusing_since is not None:
        said.append(f"refuses our user agent since {outlet.refusing_since:%d %b}")
    return "; ".join(said) or None


def _channel_trouble(channel: ChannelStatus, zone_name: str) -> str:
    from zoneinfo import ZoneInfo

    from parallax.commands.printing import local

    outcome = (channel.last_outcome or "").replace("_", " ")
    reason = f" ({channel.last_error})" if channel.last_error else ""
    since = local(channel.gap_since, ZoneInfo(zone_name))
    return f"{channel.slug}: {outcome}{reason}, {channel.failures} in a row, not seen since {since}"
