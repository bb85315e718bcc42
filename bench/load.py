"""``python -m bench.load``: a real service under load on loopback, and how its cost grows. ``make bench-load``.

Two runs as long as ``--minutes`` (one for both, or one each): 500 channels with 20,000 articles a day at 20 times real
time, and 2,000 with 100,000 at 4 times. Then short ones for the curves: 100, 500 and 2,000 channels under one load, and
10⁴, 10⁵ and 10⁶ articles stored before. ``--write`` puts tables and picture of what was run into docs/. Each run also
tells which aims it met.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

from bench.load_picture import picture
from bench.load_report import aims, curve_table, machine_line, questions_table, runs_table
from bench.load_run import ROOT, Load, Result, run
from parallax.log import configure_logging
from tests.databases import postgres_database, postgres_server

PAGE = ROOT / "docs" / "LOAD.md"
PICTURE = ROOT / "docs" / "pictures" / "load.svg"
HALVES = ("runs", "curves")
_SIZES = {"runs": 2, "curves": 5}
_AT_REST = timedelta(days=5)  # articles that old are looked at no more
_A_CHANNEL = 40  # articles a day in the curves


def main() -> int:
    """Runs, prints and, where asked to, writes; 1 where an aim or a run was missed."""
    options = _options()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    configure_logging("console", "warning")
    before, began = os.getloadavg()[0], time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="parallax-load-"))
    try:
        with _server(options.postgres) as server:
            halves = {
                half: _measured(loads, folder, server)
                for half, loads in (("runs", _runs(options)), ("curves", _curves(options)))
                if options.only in (None, half)
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for half, results in halves.items():
        told = _report(half, results, before, options)
        print(told, end="\n\n")
        if options.write and len(results) == _SIZES[half]:
            PAGE.write_text(with_report(PAGE.read_text(encoding="utf-8"), half, told), encoding="utf-8")
            if half == "runs":
                PICTURE.write_text(picture(results), encoding="utf-8")
    print(f"{time.monotonic() - began:.0f} s in all")
    is_whole = all(len(results) == _SIZES[half] for half, results in halves.items())
    return int(not is_whole or any("NOT met" in line for line in aims(halves.get("runs", []))))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--minutes", type=float, nargs="+", default=[12.0], help="wall minutes of the two runs")
    arguments.add_argument("--curve-minutes", type=float, default=2.5, help="wall minutes of each run of a curve")
    arguments.add_argument("--only", choices=HALVES, help="one half of it")
    arguments.add_argument(
        "--shrink", type=float, default=1.0, help="divide channels and articles by it, to try it out"
    )
    arguments.add_argument("--postgres", action="store_true", help="on PostgreSQL, from the wheel that the tests use")
    arguments.add_argument("--write", action="store_true", help="put tables and picture into docs/")
    return arguments.parse_args()


def _runs(options: argparse.Namespace) -> list[Load]:
    """Stored before are the articles of three days, which are looked at again."""
    sizes = [(500, 20_000, 20), (2_000, 100_000, 4)]
    return [
        Load(
            name=f"{channels:,} channels",
            channels=max(2, round(channels / options.shrink)),
            articles_a_day=articles / options.shrink,
            rate=rate,
            minutes=minutes,
            warm_minutes=min(3.0, minutes / 4),
            stored=round(3 * articles / options.shrink),
        )
        for (channels, articles, rate), minutes in zip(sizes, (options.minutes * 2)[:2], strict=True)
    ]


def _curves(options: argparse.Namespace) -> list[Load]:
    """One load in all: fewer channels at a higher rate. Stored before are articles that are at rest."""
    sizes = [(100, 10_000), (500, 10_000), (2_000, 10_000), (500, 100_000), (500, 1_000_000)]
    return [
        Load(
            name=f"{channels:,} · {stored:,}",
            channels=max(2, round(channels / options.shrink)),
            articles_a_day=_A_CHANNEL * channels / options.shrink,
            rate=10_000 / channels,
            minutes=options.curve_minutes,
            warm_minutes=options.curve_minutes / 4,
            stored=round(stored / options.shrink),
            older=_AT_REST,
        )
        for channels, stored in sizes
    ]


@contextmanager
def _server(is_wanted: bool) -> Iterator[str | None]:
    with postgres_server() if is_wanted else nullcontext() as server:
        yield server


def _measured(loads: list[Load], folder: Path, server: str | None) -> list[Result]:
    results = []
    for number, load in enumerate(loads):
        place = folder / f"{load.minutes:g}-{number}"
        with postgres_database(server) if server else nullcontext() as url:
            try:
                results.append(run(load, place, database_url=url))
            except Exception:  # the border of one run: the others are worth their time
                traceback.print_exc()
                print(f"NOT measured: {load.name}", file=sys.stderr, flush=True)
            else:
                print("measured:", *aims(results[-1:]), file=sys.stderr, flush=True)
        shutil.rmtree(place, ignore_errors=True)  # before the next one fills the disk
    return results


def _report(half: str, results: list[Result], load_before: float, options: argparse.Namespace) -> str:
    database = "PostgreSQL" if options.postgres else "SQLite"
    if half == "runs":
        tables = [runs_table(results), "\n".join(f"* {line}" for line in aims(results))]
    else:
        tables = [curve_table(results)]
    return "\n\n".join(
        [f"{database}, {machine_line(load_before, os.cpu_count() or 1)}", *tables, questions_table(results)]
    )


def with_report(page: str, half: str, report: str) -> str:
    """``page`` with ``report`` between the marks of its half: ``<!-- runs -->`` and ``<!-- end of runs -->``."""
    begin, end = f"<!-- {half} -->", f"<!-- end of {half} -->"
    before, rest = page.split(begin)
    return f"{before}{begin}\n\n{report}\n\n{end}{rest.split(end)[1]}"


if __name__ == "__main__":
    raise SystemExit(main())
