"""What is told of alerts in words: one message for all that is due, however many. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.alerts import Alert, AlertEvent, AlertNews, Severity
from publish.digest.words import day_words, duration_words, plural

MARKS = {Severity.NOW: "▲", Severity.TODAY: "◆", Severity.NOTE: "○"}
WHOLE = 8  # alerts that are told with their details
LINES = 40  # and so many by their summary alone
_MAX_SUBJECT_CHARS = 120
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """One message: its subject is one line, its text plain. ``is_test``: nothing happened."""

    subject: str
    text: str
    news: tuple[AlertNews, ...]
    made_at: datetime
    is_test: bool = False


def alert_message(news: Sequence[AlertNews], *, zone: ZoneInfo, now: datetime) -> AlertMessage:
    """``news`` in one message: what opened, most pressing first, then what is over."""
    opened = [one.alert for one in news if one.event is AlertEvent.OPENED]
    cleared = [one.alert for one in news if one.event is AlertEvent.CLEARED]
    blocks = [_opened(alert, zone, is_whole=place < WHOLE) for place, alert in enumerate(opened[:LINES])]
    if len(opened) > LINES:
        blocks.append(f"… and {len(opened) - LINES} more")
    if cleared:
        blocks.append("\n".join(["Over:", *(_cleared(alert, zone) for alert in cleared[:LINES])]))
    blocks.append("All that is open: parallax alerts")
    return AlertMessage(_subject(opened, cleared), "\n\n".join(blocks) + "\n", tuple(news), now)


def trial_message(*, now: datetime) -> AlertMessage:
    """A message that says nothing happened."""
    text = "This is a test of this route, asked for with `parallax alerts --test`. Nothing happened.\n"
    return AlertMessage("[Parallax] test: alerts arrive here", text, (), now, is_test=True)


def _subject(opened: Sequence[Alert], cleared: Sequence[Alert]) -> str:
    if len(opened) == 1 and not cleared:
        said = f"{opened[0].severity}: {opened[0].summary}"
    elif len(cleared) == 1 and not opened:
        said = f"over: {cleared[0].summary}"
    else:
        pressing = sum(alert.severity is Severity.NOW for alert in opened)
        parts = [plural(len(opened), "alert")] if opened else []
        parts += [f"{pressing} of them now"] if pressing else []
        parts += [f"{len(cleared)} over"] if cleared else []
        said = ", ".join(parts)
    line = f"[Parallax] {one_line(said)}"
    return line if len(line) <= _MAX_SUBJECT_CHARS else line[: _MAX_SUBJECT_CHARS - 1] + "…"


def _opened(alert: Alert, zone: ZoneInfo, *, is_whole: bool) -> str:
    head = f"{MARKS[alert.severity]} {alert.severity}  {one_line(alert.summary)}"
    if not is_whole:
        return head
    since = f"since {_time(alert.since_at or alert.opened_at, zone)} · {alert.kind.replace('_', ' ')} · {alert.subject}"
    lines = [head, _INDENT + one_line(since)]
    if alert.detail:
        lines.append(_INDENT + one_line(alert.detail))
    lines.append(f"{_INDENT}Look: {look_command(alert)}")
    return "\n".join(lines)


def _cleared(alert: Alert, zone: ZoneInfo) -> str:
    assert alert.closed_at is not None
    lasted = duration_words(alert.closed_at - (alert.since_at or alert.opened_at))
    return f"✓ {one_line(alert.summary)}\n{_INDENT}over since {_time(alert.closed_at, zone)}, after {lasted}"


def look_command(alert: Alert) -> str:
    """The command that shows more."""
    if alert.outlet is not None:
        is_of_channel = alert.subject.startswith(f"{alert.outlet}/")
        return f"parallax channel {alert.subject}" if is_of_channel else f"parallax status {alert.outlet}"
    return "parallax db check" if alert.subject == "store" else "parallax status"


def _time(at: datetime, zone: ZoneInfo) -> str:
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return f"{day_words(at, zone)} {at.astimezone(zone):%H:%M} {city}"


def one_line(text: str) -> str:
    """``text`` with whatever is no printable character as a space, so that it can't end a line or a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
