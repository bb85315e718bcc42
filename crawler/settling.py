"""Sets right what a killed retention left, and rows of a restored database that name files of before one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from crawler.archive import archive_files
from crawler.archive.compact import PART
from crawler.archive.rounds import Tidied, first_name, round_of, tidied_note
from crawler.archive.slot import sync_folder
from crawler.archive.walk import slot_of
from domain.errors import ArchiveError, InUseError
from storage import Store
from storage.archive_lock import places_move
from storage.retention import files_named, move_records, rows_there

log = structlog.get_logger()

_PATIENCE_S = 60.0


def settle(store: Store, archive: Path, *, is_ours: Callable[[str], bool] = lambda _slot: True) -> int:
    """Leave one file of each that was written anew, and every row naming that; gives how many rows were moved.

    Call it as the one retention of the folder. What can't be settled now is told of and left to the next.
    """
    for part in archive.glob(f"parallax-*{PART}"):
        part.unlink(missing_ok=True)
    there: defaultdict[str, list[str]] = defaultdict(list)
    for file in archive_files(archive):
        if is_ours(slot_of(file)):
            there[first_name(file)].append(file)
    named: defaultdict[str, set[str]] = defaultdict(set)
    for file in store.ask(files_named):
        named[first_name(file)].add(file)
    moved = 0
    for first, files in there.items():
        *earlier, last = sorted(files, key=round_of)
        if not round_of(last) or not (earlier or named[first] - {last}):
            continue
        try:
            with places_move(archive, wait_s=_PATIENCE_S):
                moved += _settle_one(store, archive, last, earlier, named[first])
        except (ArchiveError, InUseError) as error:
            log.warning("retention.file_left", file=last, error=str(error))
    return moved


def _settle_one(store: Store, archive: Path, last: str, earlier: list[str], named: set[str]) -> int:
    note = tidied_note(archive, last)
    assert note is not None
    if earlier and _is_uncommitted(store, archive, last, earlier[-1], note):
        (archive / last).unlink()
        sync_folder(archive)
        log.info("retention.taken_back", file=last)
        return 0
    moved = sum(_follow(store, file, last, note) for file in sorted(named | set(earlier)) if file != last)
    for file in earlier:
        (archive / file).unlink()
    sync_folder(archive)
    log.info("retention.settled", file=last, rows=moved)
    return moved


def _is_uncommitted(store: Store, archive: Path, last: str, before: str, note: Tidied) -> bool:
    """Whether the rows still go by the file that ``last`` was made of, and it is whole: then nothing has happened."""
    rows = store.ask(lambda session: (rows_there(session, last), rows_there(session, before)))
    return rows[0] == 0 and rows[1] > 0 and (archive / before).stat().st_size >= note.bytes_before


def _follow(store: Store, file: str, last: str, note: Tidied) -> int:
    """Have the rows that name ``file`` name ``last``, or nothing any more."""
    number = round_of(file)
    dropped = {offset: datetime.fromisoformat(line.at) for offset, line in note.gone_from(number).items()}
    rows = store.ask(lambda session: rows_there(session, file))
    if rows:
        moves = note.moves_from(number)
        taken_down = {offset for offset, line in note.gone_from(number).items() if line.taken_down}
        store.write(
            lambda session: move_records(session, file, last, moves=moves, dropped=dropped, taken_down=taken_down)
        )
    return rows
