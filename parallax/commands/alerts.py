"""``parallax alerts``: what needs a person, most pressing first; and whether messages about it arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, open_parallax, open_settings

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from domain.alerts import Alert

MOST_SHOWN = 200


def alerts(
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too; the last 200.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array instead of text.")] = False,
    test: Annotated[bool, typer.Option("--test", help="Send a test message on every route that is set up.")] = False,
) -> None:
    """Show what needs a person, most pressing first and oldest first in each rank.

    Example: parallax alerts --all
    """
    if test:
        raise typer.Exit(_try_routes())
    from parallax.commands.printing import print_json
    from storage.alerts import latest_alerts, open_alerts

    parallax = open_parallax()
    with parallax.store.read() as session:
        found = latest_alerts(session, limit=MOST_SHOWN) if everything else open_alerts(session)
    if as_json:
        print_json([alert_row(alert) for alert in found])
        return
    if not found:
        typer.echo(
            "There was no alert yet."
            if everything
            else "No alert is open; `parallax status` tells what else needs a person."
        )
    for alert in found:
        typer.echo("\n".join(alert_lines(alert, parallax.settings.time_zone)) + "\n")


def alert_lines(alert: Alert, zone: ZoneInfo) -> list[str]:
    """An alert for a terminal: what, since when, what it costs, what it rests on."""
    from domain.episodes import shown_figures
    from parallax.commands.printing import local
    from publish.alerts.message import MARKS, look_command, one_line

    over = f"over since {local(alert.closed_at, zone)}; " if alert.closed_at else ""
    since = local(alert.since_at or alert.opened_at, zone)
    lines = [
        f"{MARKS[alert.severity]} {alert.severity:<5}  {one_line(alert.summary)}",
        f"         {over}since {since} · {alert.kind.replace('_', ' ')} · {alert.subject} · alert {alert.id}",
    ]
    if alert.detail and alert.closed_at is None:
        lines.append(f"         {one_line(alert.detail)}")
    figures = " · ".join(f"{name}: {value}" for name, value in shown_figures(alert).items())
    if figures:
        lines.append(f"         {one_line(figures)}")
    if alert.closed_at is None:
        lines.append(f"         {look_command(alert)}")
    return lines


def alert_row(alert: Alert) -> dict[str, object]:
    """An alert for scripts."""
    from domain.episodes import shown_figures

    return {
        "id": alert.id,
        "kind": alert.kind.value,
        "severity": alert.severity.value,
        "subject": alert.subject,
        "outlet": alert.outlet,
        "summary": alert.summary,
        "detail": alert.detail,
        "since_at": alert.since_at,
        "opened_at": alert.opened_at,
        "last_seen_at": alert.last_seen_at,
        "closed_at": alert.closed_at,
        "figures": dict(shown_figures(alert)),
    }


def _try_routes() -> int:
    """Send a test on each route and say how it went; 1 when one fails or there is none."""
    from domain.errors import DeliveryError
    from parallax.alert_routes import alert_routes
    from parallax.clock import start_clock
    from publish.alerts import trial_message

    settings = open_settings()
    routes = alert_routes(settings)
    if not routes:
        typer.echo(
            "No route is set up: set PARALLAX_ALERT_WEBHOOK_URL, or PARALLAX_SMTP_HOST and PARALLAX_ALERT_MAIL_TO."
        )
        return EXIT_FAILED
    message = trial_message(now=start_clock(settings.clock).now())
    failed = 0
    for route in routes:
        try:
            route.send(message)
            typer.echo(f"{route.name}: taken")
        except DeliveryError as error:
            failed += 1
            typer.echo(f"{route.name}: not taken: {error.problem}")
    return EXIT_FAILED if failed else 0
