"""Retention: drops archived bodies that nothing needs, by age and by size, and never what a claim leads to.

One file at a time, and none that its writer may still append to. A file is written anew beside the old one; then rows
and files change while nobody goes by a place (``storage.archive_lock``): the new file gets its name, one transaction
moves the rows and marks those that were dropped, the old file goes. What a kill leaves is settled by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from crawler.archive import archive_files
from crawler.archive.compact import Compacted, compact
from crawler.archive.rounds import DroppedLine, first_name, in_order, last_rounds
from crawler.archive.slot import sync_folder
from crawler.archive.walk import begun_on, serial_of, slot_of
from crawler.judging import Judge, Judged
from crawler.retained import Limits, Retained, Tally
from crawler.retention_rule import Use
from crawler.settling import settle
from domain.errors import ArchiveError, InUseError
from storage import Store
from storage.archive_lock import only_retention, places_move
from storage.retention import move_records

log = structlog.get_logger()

WORTH = 0.2  # of a file, so much must go before it is written anew for age
FRESH = timedelta(days=7)  # of what became old so lately all is looked at each time
EVERY_DAYS = 30  # and of what was old before, each file once in so many days
PATIENCE_S = 60.0  # for those who go by places just now


class Retention:
    """One run over an archive folder. ``is_ours`` says whether this machine writes a slot."""

    def __init__(
        self,
        store: Store,
        archive: Path,
        limits: Limits,
        *,
        now: datetime,
        is_ours: Callable[[str], bool],
        is_dry: bool = False,
        is_daily: bool = False,
        on_file: Callable[[str], None] = lambda _file: None,
    ) -> None:
        """``is_daily``: for age, of the files that were old before only a thirtieth is looked at."""
        self._store = store
        self._archive = archive
        self._limits = limits
        self._now = now
        self._is_ours = is_ours
        self._is_dry = is_dry
        self._is_daily = is_daily
        self._on_file = on_file
        self._judge = Judge(store)
        self._sizes: dict[str, int] = {}
        self._kept: dict[str, dict[str, Tally]] = {}  # by what a file was called at first
        self.done = Retained()

    def run(self) -> Retained:
        """Drop what the limits let go. Raises InUseError when another retention is at this archive."""
        if not self._archive.is_dir():
            return self.done
        with only_retention(self._archive):
            if not self._is_dry:
                settle(self._store, self._archive, is_ours=self._is_ours)
            if self._limits.is_off:
                return self.done
            self._look()
            self.done.bytes_before = sum(self._sizes.values())
            if self._limits.keep is not None:  # the last first: a revisit goes before what it refers to
                before = self._now - self._limits.keep
                for file in reversed(self._closed()):
                    if not self._is_daily or self._is_due(file, before):
                        self._tidy(file, before=before, worth=WORTH)
            if self._limits.most_bytes is not None:
                self._keep_below(self._limits.most_bytes)
            self._end()
        return self.done

    def _look(self) -> None:
        for file in last_rounds(archive_files(self._archive)):
            if self._is_ours(slot_of(file)):
                self._sizes[file] = (self._archive / file).stat().st_size

    def _closed(self) -> list[str]:
        """Files that nobody appends to any more, by the time of their first record."""
        newest = {slot_of(file): file for file in sorted(self._sizes, key=serial_of)}
        return sorted(self._sizes.keys() - newest.values(), key=in_order)

    def _is_due(self, file: str, before: datetime) -> bool:
        """Whether a daily run looks at a file: what is in it became old lately, or it is its turn."""
        is_fresh = begun_on(file) >= f"{(before - FRESH).astimezone(UTC):%Y%m%d}"
        return is_fresh or (serial_of(file) + self._now.toordinal()) % EVERY_DAYS == 0

    def _keep_below(self, most_bytes: int) -> None:
        for file in self._closed():
            if sum(self._sizes.values()) <= most_bytes:
                return
            self._tidy(file, before=None, worth=0.0)
        self.done.over_bytes = max(0, sum(self._sizes.values()) - most_bytes)

    def _end(self) -> None:
        closed = self._closed()
        self.done.bytes_after = sum(self._sizes.values())
        for uses in self._kept.values():
            for use, tally in uses.items():
                self.done.kept_by_use.setdefault(use, Tally()).take(tally)
        growing = sum(size for file, size in self._sizes.items() if file not in closed)
        self.done.kept_by_use[Use.OPEN.value] = Tally(0, growing)

    def _tidy(self, file: str, *, before: datetime | None, worth: float) -> None:
        """Drop what of a file may go; it is left where that is less than ``worth`` of it, or where it can't be done."""
        judged = self._store.ask(lambda session: self._judge.of_file(session, file, before))
        going = [one for one in judged if one.use.may_go]
        size = sum(one.record.length for one in going)
        is_worth_it = bool(going) and size >= worth * self._sizes[file]
        is_done = is_worth_it and self._drop(file, judged, before)
        kept = self._kept[first_name(file)] = {}
        for one in judged:
            if not one.use.may_go or not is_done:
                use = Use.FEW if one.use.may_go else one.use
                kept.setdefault(use.value, Tally()).add(one.record.length)

    def _drop(self, file: str, judged: Sequence[Judged], before: datetime | None) -> bool:
        """Drop those that may go; whether it was done."""
        going = [one for one in judged if one.use.may_go]
        self._on_file(file)
        if self._is_dry:
            self._sizes[file] -= sum(one.record.length for one in going)
        else:
            try:
                self._write_anew(file, judged, before)
            except (ArchiveError, InUseError) as error:
                log.warning("retention.file_left", file=file, error=str(error))
                self.done.problems.append(str(error))
                return False
        self._judge.is_gone(one.row_id for one in going)
        self.done.files += 1
        for one in going:
            self.done.dropped.add(one.record.length)
            self.done.dropped_by_use.setdefault(one.use.value, Tally()).add(one.record.length)
            self.done.dropped_by_outlet.setdefault(one.outlet, Tally()).add(one.record.length)
        return True

    def _write_anew(self, file: str, judged: Sequence[Judged], before: datetime | None) -> None:
        going = [one for one in judged if one.use.may_go]
        made = compact(self._archive, file, [_line(one, self._now) for one in going], at=self._now)
        try:
            for one in judged:
                if not one.use.may_go and one.record.offset not in made.moves:
                    raise ArchiveError(file, "a row names a record that is not there", offset=one.record.offset)
            with places_move(self._archive, wait_s=PATIENCE_S):
                self._require_unused(file, going, before)
                self._put_in_place(file, made, going)
        finally:
            made.part.unlink(missing_ok=True)
        del self._sizes[file]
        self._sizes[made.name] = made.bytes_after

    def _require_unused(self, file: str, going: Sequence[Judged], before: datetime | None) -> None:
        """Raise InUseError where something that is to go has come into use while its file was written anew.

        Asked while no look can be stored. What is read meanwhile cites itself, and looks that were the last ones by
        then: those are never among what goes.
        """
        judged = self._store.ask(lambda session: self._judge.of_file(session, file, before))
        if not {one.row_id for one in going} <= {one.row_id for one in judged if one.use.may_go}:
            raise InUseError(f"{file}: something that was to go has come into use; it is left until next time")

    def _put_in_place(self, file: str, made: Compacted, going: Sequence[Judged]) -> None:
        """Change files and rows. A transaction of which nobody knows how it ended leaves both files to be settled."""
        dropped = {one.record.offset: self._now for one in going}
        made.put_in_place()
        sync_folder(self._archive)
        self._store.write(lambda session: move_records(session, file, made.name, moves=made.moves, dropped=dropped))
        (self._archive / file).unlink()
        sync_folder(self._archive)


def _line(one: Judged, at: datetime) -> DroppedLine:
    said, asked = one.record, one.asked
    assert asked is not None
    return DroppedLine(
        dropped=said.record_id.removeprefix("urn:uuid:"),
        file=said.file,
        offset=said.offset,
        length=said.length,
        kind=said.kind,
        sha256=said.payload_sha256,
        at=at.isoformat(),
        reading=asked.reading,
        error=asked.error,
        listed=asked.listed,
        known=asked.known,
    )
