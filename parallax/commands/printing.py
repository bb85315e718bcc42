"""Tables for people and JSON for scripts, from the same rows."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def console() -> Console:
    """Standard output: colour on a terminal only, 100 columns where there is none."""
    return Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 100)


def columns() -> int:
    """How wide plain text may be: the terminal's columns, 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100


def print_rows(rows: Sequence[Row], *, as_json: bool, empty: str) -> None:
    """The rows as a table with their keys as heads, or as a JSON array. ``empty`` is said where there are none."""
    if as_json:
        print(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    if not rows:
        print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        numbers = all(isinstance(row[name], int | float) for row in rows)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console().print(table)


def print_json(content: object) -> None:
    """One JSON document; times as ISO 8601."""
    print(json.dumps(content, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """A time as people read it in ``zone``: day and minute; nothing for None."""
    return f"{at.astimezone(zone):%d %b %Y %H:%M}" if at else ""


def interval(absent_at: datetime | None, first_seen_at: datetime, zone: ZoneInfo) -> str:
    """When something appeared: after the last look without it and by the first with it."""
    if absent_at is None:
        return f"by {local(first_seen_at, zone)} (it was there at our first look)"
    return f"between {local(absent_at, zone)} and {local(first_seen_at, zone)}"
