"""Holds every byte of the archive against its own digests, and every record against the rows.

Streams: one record and one page of rows at a time. Files may grow meanwhile: of each only what was there when it was
opened is looked at, and what no row names is asked for again once its file is through.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from crawler.archive import archive_files
from crawler.archive.rounds import first_name, later_rounds
from crawler.archive.walk import begun_on, serial_of, slot_of
from crawler.takedown_list import is_cut, listed_takedowns
from crawler.verify_file import FileCheck, Verified
from domain.errors import ArchiveError
from domain.takedown import LIST_FILE
from storage import Store
from storage.archive_lock import places_stay
from storage.integrity import Finding
from storage.integrity_archive import overlap_findings
from storage.record_rows import NamedRecord, named_files, rows_of_file

_SETTLES = "`parallax prune` sets that right"
_MARGIN = timedelta(days=1)  # a record is in the file of the day on which its batch began


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are told of: those of an outlet, and those asked for since a time. None: all."""

    outlet: str | None = None
    since: datetime | None = None

    def takes(self, outlet: str | None, at: datetime | None) -> bool:
        """Whether a record of that outlet and time is among them; one of a folded fetch is so only without limits."""
        if self.outlet is not None and outlet != self.outlet:
            return False
        return self.since is None or (at is not None and at >= self.since)

    def takes_file(self, file: str) -> bool:
        """Whether a file may hold one of them."""
        return self.since is None or begun_on(file) >= f"{self.since - _MARGIN:%Y%m%d}"

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.outlet is None and self.since is None


OnFile = Callable[[int, int, Verified], None]  # files done, of how many, and what was found so far


def verify_archive(
    store: Store,
    archive: Path,
    wanted: Wanted,
    *,
    on_file: OnFile,
    is_ours: Callable[[str], bool] = lambda _slot: True,
    sleep: Callable[[float], None] = time.sleep,
) -> Verified:
    """Everything that is wrong with the archive and with what rows say of it.

    ``is_ours`` says whether this machine writes a slot: a file of another's that is not here is no fault.
    """
    done = Verified()
    there = archive_files(archive)
    newest = {slot_of(file): file for file in sorted(there, key=serial_of)}
    named = named_files(store)
    for file in sorted(named.keys() - set(there)):
        lost = list(_missing(store, archive, file, wanted))
        is_fault = is_ours(slot_of(file)) and not later_rounds(archive, file)
        (done.findings if is_fault else done.remarks).extend(lost)
    left = _left_by_retention(there, named)
    done.remarks += [Finding("foreign", f"{file} was left by a retention that was killed; {_SETTLES}") for file in left]
    chosen = [file for file in there if wanted.takes_file(file) and file not in left]
    for number, file in enumerate(chosen):
        with places_stay(archive):
            is_there = (archive / file).exists() or not later_rounds(archive, file)
            now = file if is_there else later_rounds(archive, file)[0]  # retention wrote it anew meanwhile
            check = FileCheck(store, archive, now, wanted.takes, is_newest=newest[slot_of(file)] == file, sleep=sleep)
            try:
                check.run(done)
            except ArchiveError as error:  # moved away meanwhile
                done.findings.append(Finding("missing", str(error)))
        on_file(number + 1, len(chosen), done)
    if wanted.is_all:
        done.findings += store.ask(lambda session: list(overlap_findings(session)))
        done.remarks += _foreign_files(archive, set(there))
        _check_list(archive, done)
    return done


def _left_by_retention(there: Collection[str], named: Collection[str]) -> set[str]:
    """Files that no row names, beside another round of them that rows name."""
    known = {first_name(file) for file in named if file in there}
    return {file for file in there if file not in named and first_name(file) in known}


def _missing(store: Store, archive: Path, file: str, wanted: Wanted) -> Iterator[Finding]:
    def is_wanted(row: NamedRecord) -> bool:
        return wanted.takes(row.outlet, row.requested_at)

    lost = sum(map(is_wanted, rows_of_file(store, file)))
    if lost and later_rounds(archive, file):
        yield Finding("missing", f"{lost} rows name records of {file}, which retention wrote anew; {_SETTLES}")
    elif lost:
        yield Finding("missing", f"{file} is not in this machine's archive folder; {lost} rows name records of it")


def _check_list(archive: Path, done: Verified) -> None:
    """The list of takedowns: counted, and told of where it can't be read, or its last line is not whole."""
    try:
        done.takedowns = len(listed_takedowns(archive))
        if is_cut(archive):
            problem = f"{LIST_FILE} ends in half a line, which was never acted on; the next takedown cuts it off"
            done.remarks.append(Finding("cut", problem))
    except ArchiveError as error:
        done.findings.append(Finding("changed", str(error)))


def _foreign_files(archive: Path, ours: set[str]) -> Iterator[Finding]:
    for path in sorted(archive.iterdir()) if archive.is_dir() else ():
        if path.name not in {*ours, LIST_FILE} and not path.name.endswith(".lock"):
            yield Finding("foreign", f"{path.name} was not written by Parallax; it is left alone")
