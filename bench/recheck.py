"""``make bench-recheck``: a week of looks again over 100,000 stored articles, planned turn by turn.

Nothing is fetched: a look is made when it falls due. What is printed: how many fell due and were made,
the most that any hour asked of a host, and how long the planning of a turn took.
``--postgresql`` plans on PostgreSQL instead of SQLite, ``--write FILE`` puts the table into a page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import select, update

from bench.recheck_stock import DAYS, KINDS, START, Kind, fill
from parallax.log import configure_logging
from schedules.recheck_plan import SHARE, UNTIL_DAYS
from schedules.rechecks import EVERY, RecheckTurns
from storage import Session, Store
from storage.tables import TargetRow
from tests.databases import migrated_store, postgres_database, postgres_server, sqlite_url

_BEGIN, _END = "<!-- recheck: begin -->", "<!-- recheck: end -->"
_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Week:
    """What the turns of a week did: looks by host and hour, and the seconds that planning took."""

    looks: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    def of(self, kind: Kind) -> list[Counter[int]]:
        """Looks by hour of each host of a kind."""
        return [self.looks[host] for host in kind.names()]


def run_week(store: Store) -> Week:
    """Plan every turn of the week and make what falls due in it."""
    week, turns = Week(), RecheckTurns()
    for number in range(int(DAYS * timedelta(days=1) / EVERY)):
        now = START + number * EVERY
        began, cpu_began = time.monotonic(), time.process_time()
        turns.plan(store, now, until_days=UNTIL_DAYS)
        week.seconds.append(time.monotonic() - began)
        week.cpu_seconds.append(time.process_time() - cpu_began)
        for host, at in store.write(lambda session, until=now + EVERY: _look(session, until)):  # type: ignore[misc]
            week.looks[host][int((at - START) / _HOUR)] += 1
    return week


def _look(session: Session, until: datetime) -> list[tuple[str, datetime]]:
    is_due = (TargetRow.state == "due", TargetRow.next_at < until)
    found = [(host, at) for host, at in session.execute(select(TargetRow.host, TargetRow.next_at).where(*is_due))]
    session.execute(
        update(TargetRow).where(*is_due).values(state="idle", last_fetched_at=TargetRow.next_at, next_at=None)
    )
    return found


def table(week: Week, due: Counter[str]) -> str:
    """The week as a Markdown table, a row a kind of host, and how long planning took."""
    lines = [
        "| hosts | delay | looks due | made | an hour and host: mean | most | a host bears |",
        "|---|---|---|---|---|---|---|",
    ]
    hours = DAYS * 24
    for kind in KINDS:
        by_host = week.of(kind)
        made = sum(sum(looks.values()) for looks in by_host)
        most = max(max(looks.values(), default=0) for looks in by_host)
        lines.append(
            f"| {kind.hosts} × {kind.name} | {kind.delay_s:.0f} s | {due[kind.name]:,} | {made:,} "
            f"| {made / kind.hosts / hours:.1f} | {most} | {SHARE * 3600 / kind.delay_s:.0f} |"
        )
    return "\n".join(lines)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


@contextmanager
def _store(*, is_postgresql: bool) -> Iterator[Store]:
    if is_postgresql:
        with postgres_server() as server, postgres_database(server) as url, migrated_store(url) as store:
            yield store
        return
    with tempfile.TemporaryDirectory(prefix="recheck-") as folder, migrated_store(sqlite_url(Path(folder))) as store:
        yield store


def main() -> int:
    """Run the week and print the table; 1 where a turn's planning took a second or longer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="plan on PostgreSQL")
    parser.add_argument("--write", type=Path, help="put the table into this page")
    options = parser.parse_args()
    configure_logging("console", "warning")
    with _store(is_postgresql=options.postgresql) as store:
        due = fill(store)
        week = run_week(store)
        dialect = store.dialect
    said = table(week, due)
    print(said)
    took = (
        f"{len(week.seconds):,} turns planned on {dialect}: median {_ms(median(week.seconds))}, "
        f"most {_ms(max(week.seconds))}; of this process's CPU {_ms(median(week.cpu_seconds))} and "
        f"{_ms(max(week.cpu_seconds))}."
    )
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        before, _, rest = page.partition(_BEGIN)
        options.write.write_text(
            f"{before}{_BEGIN}\n{said}\n\n{took}\n{_END}{rest.partition(_END)[2]}", encoding="utf-8"
        )
    print(took)
    return int(max(week.seconds) >= 1.0)


if __name__ == "__main__":
    sys.exit(main())
