"""A process that keeps a store busy with transactions whose halves must never be seen apart, and one that backs up.

``python -m tests.backup.writer write URL COUNTS``: each transaction adds a run and counts the host's token up, so in
every state of the database the token is the number of runs. Commits and the longest one (ms) are written to COUNTS.
``python -m tests.backup.writer backup URL FOLDER``: one backup, as the service makes it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sqlalchemy import func, select, update

from storage import Session, open_store
from storage.tables import HostRow, RunRow
from tests.backup.keeping import backup
from tests.storage.filling import HOST, NOW


def main() -> int:
    """Write until killed, or back up once."""
    what, url, place = sys.argv[1:]
    store = open_store(url)
    if what == "backup":
        print(backup(store, Path(place)).path, flush=True)
        return 0
    commits, longest_ms = 0, 0.0
    while True:
        began = time.monotonic()
        store.write(_add_pair)
        commits, longest_ms = commits + 1, max(longest_ms, (time.monotonic() - began) * 1000)
        unfinished = Path(f"{place}.part")
        unfinished.write_text(f"{commits} {longest_ms:.0f}", encoding="utf-8")
        unfinished.rename(place)


def _add_pair(session: Session) -> None:
    session.add(RunRow(host=HOST, owner="o", token=0, started_at=NOW, counts={}))
    session.flush()
    session.execute(update(HostRow).where(HostRow.key == HOST).values(token=HostRow.token + 1))


def halves(session: Session) -> tuple[int, int]:
    """Runs, and the token that counts them."""
    runs = session.scalar(select(func.count()).select_from(RunRow)) or 0
    return runs, session.scalars(select(HostRow.token)).one()


if __name__ == "__main__":
    sys.exit(main())
