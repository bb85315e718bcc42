"""Slots, files and failed writes of the archive's writer."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest

from crawler.archive import ArchiveWriter, NoteToWrite, archive_files, read_record, scan
from crawler.archive.decode import archived_note
from crawler.archive.members import Member
from crawler.archive.walk import walk
from domain.errors import ArchiveError
from domain.fetch import Response
from tests.unit.crawler.archive.responses import NOON, record, response


@contextmanager
def files_limited_to(size_bytes: int) -> Iterator[None]:
    """A disk that is full at ``size_bytes`` a file, as the kernel reports it (EFBIG stands for ENOSPC)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_one_slot_has_one_writer_at_a_time(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one"):
        with pytest.raises(ArchiveError, match="another writer"):
            ArchiveWriter(tmp_path, "one", wait_s=0)
        ArchiveWriter(tmp_path, "two").close()
    ArchiveWriter(tmp_path, "one").close()


@pytest.mark.parametrize("slot", ["", "../one", "a b", "Ü", "-x", "a" * 65])
def test_a_slot_has_a_plain_name(tmp_path: Path, slot: str) -> None:
    with pytest.raises(ArchiveError, match="name for a slot"):
        ArchiveWriter(tmp_path, slot)


def test_a_file_is_named_after_its_slot_and_first_record(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        (place,) = writer.append([record(1)])
    assert place.file == "parallax-one-20260302080000-000001.warc.gz"


def test_nothing_is_created_before_there_is_a_record(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path / "new", "one") as writer:
        assert writer.append([]) == ()
    assert archive_files(tmp_path / "new") == ()


def test_the_next_writer_goes_on_in_the_same_file(tmp_path: Path) -> None:
    places = []
    for number in range(1, 4):
        with ArchiveWriter(tmp_path, "one") as writer:
            places += writer.append([record(number)])
    assert archive_files(tmp_path) == (places[0].file,)
    assert [found.place for found in scan(tmp_path, places[0].file)] == places


def test_a_full_file_is_followed_by_a_new_one(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one", max_file_bytes=2000) as writer:
        places = [writer.append([record(n, response(os.urandom(900)))])[0] for n in range(1, 7)]
    assert len(archive_files(tmp_path)) == 3
    assert [p for file in archive_files(tmp_path) for p in (f.place for f in scan(tmp_path, file))] == places


def test_another_day_begins_a_new_file(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        for days in (0, 0, 1, 0):
            writer.append([record(1, response(requested_at=NOON + timedelta(days=days)))])
    assert [name.split("-", 2)[2] for name in archive_files(tmp_path)] == [
        "20260302080000-000001.warc.gz",
        "20260302080000-000003.warc.gz",
        "20260303080000-000002.warc.gz",
    ]


def test_slots_with_a_common_beginning_keep_their_own_files(tmp_path: Path) -> None:
    for slot in ("one", "one-2", "one"):
        with ArchiveWriter(tmp_path, slot) as writer:
            writer.append([record(1)])
    found = {file: len(list(scan(tmp_path, file))) for file in archive_files(tmp_path)}
    assert sorted(found.values()) == [1, 2]


def test_files_are_listed_by_time_whatever_slot_wrote_them(tmp_path: Path) -> None:
    for slot, days in (("b", 0), ("a", 1), ("b-2", 2)):
        with ArchiveWriter(tmp_path, slot) as writer:
            writer.append([record(1, response(requested_at=NOON + timedelta(days=days)))])
    assert [file.removeprefix("parallax-").rsplit("-", 2)[0] for file in archive_files(tmp_path)] == ["b", "a", "b-2"]


def test_a_full_disk_leaves_the_file_as_it_was_and_the_writer_usable(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        (first,) = writer.append([record(1)])
        before = (tmp_path / first.file).read_bytes()
        with files_limited_to(len(before) + 5000), pytest.raises(ArchiveError) as caught:
            writer.append([record(2), record(3, response(os.urandom(20_000)))])
        assert isinstance(caught.value.__cause__, OSError)
        assert caught.value.__cause__.errno == errno.EFBIG
        assert (tmp_path / first.file).read_bytes() == before
        (second,) = writer.append([record(4)])
    assert [found.place for found in scan(tmp_path, first.file)] == [first, second]


def test_a_disk_that_is_full_from_the_start_loses_nothing_later(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        with files_limited_to(100), pytest.raises(ArchiveError):
            writer.append([record(1)])
        (place,) = writer.append([record(2)])
    assert [found.place for found in scan(tmp_path, place.file)] == [place]
    assert len(archive_files(tmp_path)) == 1


def test_a_record_that_can_not_be_written_takes_its_whole_batch_back(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        (first,) = writer.append([record(1)])
        bad = record(3, response(requested_at=NOON.replace(tzinfo=None)))
        with pytest.raises(ArchiveError):
            writer.append([record(2), bad])
        assert (tmp_path / first.file).stat().st_size == first.offset + first.length


@pytest.mark.parametrize(
    "odd",
    [response(url="https://numune.example/\ud800"), response(headers=(("X-Name", "\udcff"),)), response(status=-1)],
)
def test_a_response_that_could_not_be_read_back_is_not_written(tmp_path: Path, odd: Response) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        try:
            (place,) = writer.append([record(1, odd)])
        except ArchiveError:
            assert list(scan(tmp_path, archive_files(tmp_path)[0])) == []
        else:
            assert read_record(tmp_path, place.file, place.offset).response == odd


def test_an_interrupt_takes_the_batch_back(tmp_path: Path) -> None:
    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with ArchiveWriter(tmp_path, "one") as writer:
            (first,) = writer.append([record(1)])
            many = [record(n, response(os.urandom(1_000_000))) for n in range(2, 40)]
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(KeyboardInterrupt):
                writer.append(many)
            assert (tmp_path / first.file).stat().st_size == first.offset + first.length
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_forked_child_neither_writes_nor_keeps_the_slot(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "one")
    child = os.fork()
    if child == 0:
        try:
            writer.append([record(1)])
        except ArchiveError:
            time.sleep(30)
        os._exit(1)
    try:
        time.sleep(0.1)
        writer.close()
        ArchiveWriter(tmp_path, "one").close()
        assert os.waitpid(child, os.WNOHANG) == (0, 0)  # still there, and without the slot
    finally:
        os.kill(child, signal.SIGKILL)
        if os.waitpid(child, 0)[1] >> 8:
            pytest.fail("the child wrote")


def test_a_started_program_does_not_keep_the_slot(tmp_path: Path) -> None:
    writer = ArchiveWriter(tmp_path, "one")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], close_fds=False) as child:
        try:
            writer.close()
            ArchiveWriter(tmp_path, "one").close()
        finally:
            child.kill()


def test_a_file_gone_from_the_folder_is_no_hindrance(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        (place,) = writer.append([record(1)])
    (tmp_path / place.file).unlink()
    with ArchiveWriter(tmp_path, "one") as writer:
        (again,) = writer.append([record(2)])
    assert read_record(tmp_path, again.file, again.offset).place == again


def test_a_note_lies_behind_its_records_and_is_read_back_as_it_was_given(tmp_path: Path) -> None:
    note = NoteToWrite("looks", NOON, ('{"url":"https://numune.example/ə"}', '{"outcome":"timeout"}'))
    with ArchiveWriter(tmp_path, "one") as writer:
        (place,) = writer.append([record(1)], [note])
        assert writer.append((), [note]) == ()

    members = [m for m in walk(tmp_path, place.file) if isinstance(m, Member)]
    assert [m.fields["warc-type"] for m in members] == ["warcinfo", "response", "metadata", "metadata"]
    assert [archived_note(place.file, m).note for m in members[2:]] == [note, note]
    assert [found.place for found in scan(tmp_path, place.file)] == [place]


def test_other_tools_find_nothing_wrong_with_a_note(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        (place,) = writer.append([record(1)], [NoteToWrite("looks", NOON, ("{}",))])

    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / place.file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_a_note_alone_begins_a_file_of_its_day(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "journal") as writer:
        writer.append((), [NoteToWrite("catalogue", NOON, ("{}",))])

    assert archive_files(tmp_path) == ("parallax-journal-20260302080000-000001.warc.gz",)
