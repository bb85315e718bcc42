"""The thresholds as docs/ALERTS.md shows them: ``python -m tests.docs.thresholds_table`` writes them anew."""

from __future__ import annotations

import sys
from datetime import timedelta

from analysis.watch.thresholds import Thresholds, explained
from analysis.watch.words import bytes_words, length_words
from tests.world_run import ROOT

PAGE = ROOT / "docs" / "ALERTS.md"
BEGIN, END = "<!-- thresholds -->", "<!-- end of thresholds -->"


def table() -> str:
    """One row a threshold."""
    rows = [f"| `{name}` | {_shown(name, value)} | {reason} |" for name, value, reason in explained(Thresholds())]
    return "\n".join(["| threshold | value | why |", "|---|---|---|", *rows])


def _shown(name: str, value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} s" if value < timedelta(minutes=5) else length_words(value)
    if name.endswith("_bytes"):
        assert isinstance(value, int)
        return bytes_words(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def with_table(page: str) -> str:
    """``page`` with the present table between its marks."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
