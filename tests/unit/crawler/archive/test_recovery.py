"""After a kill: nothing acknowledged is lost, and what was unfinished is cut off."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import astuple
from pathlib import Path
from typing import BinaryIO

import pytest

from crawler.archive import ArchiveWriter, RecordPlace, archive_files, next_record, read_record, scan
from domain.errors import ArchiveError
from tests.unit.crawler.archive.responses import record, response

TAILS = {
    "nothing": b"",
    "zeros": bytes(3000),
    "garbage": random.Random(7).randbytes(3000),
    "half a magic number": b"\x1f\x8b",
    "an empty member": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00",
}


def two_records(folder: Path) -> tuple[RecordPlace, ...]:
    with ArchiveWriter(folder, "one") as writer:
        return writer.append([record(1), record(2, response(b"second"))])


def forget_checkpoint(folder: Path) -> None:
    (folder / "parallax-one.lock").write_bytes(b"")


@pytest.mark.parametrize("has_checkpoint", [True, False])
@pytest.mark.parametrize("tail", TAILS)
def test_a_torn_tail_is_cut_and_the_next_record_follows(tmp_path: Path, tail: str, has_checkpoint: bool) -> None:
    places = two_records(tmp_path)
    path = tmp_path / places[0].file
    whole = path.read_bytes()
    path.write_bytes(whole + TAILS[tail])
    assert [found.place for found in scan(tmp_path, path.name)] == list(places)
    if not has_checkpoint:
        forget_checkpoint(tmp_path)
    with ArchiveWriter(tmp_path, "one") as writer:
        assert path.read_bytes() == whole
        assert (writer.torn_tail.cut_bytes if writer.torn_tail else 0) == len(TAILS[tail])
        (third,) = writer.append([record(3)])
    assert [found.place for found in scan(tmp_path, path.name)] == [*places, third]


def test_a_record_cut_at_any_byte_is_never_taken_for_whole(tmp_path: Path) -> None:
    places = two_records(tmp_path)
    path = tmp_path / places[0].file
    whole = path.read_bytes()
    for kept in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:kept])
        found = [archived.place for archived in scan(tmp_path, path.name)]
        assert found == [place for place in places if place.offset + place.length <= kept]
        forget_checkpoint(tmp_path)
        with ArchiveWriter(tmp_path, "one"):
            assert path.stat().st_size <= kept
    with ArchiveWriter(tmp_path, "one") as writer:
        writer.append([record(3)])
    assert len(list(scan(tmp_path, path.name))) == 2


def test_damage_before_whole_records_is_never_cut(tmp_path: Path) -> None:
    places = two_records(tmp_path)
    path = tmp_path / places[0].file
    content = bytearray(path.read_bytes())
    content[places[0].offset + 40] ^= 0xFF
    path.write_bytes(content)
    forget_checkpoint(tmp_path)
    with ArchiveWriter(tmp_path, "one") as writer:
        (third,) = writer.append([record(3)])
    assert path.read_bytes() == content
    assert third.file != path.name
    assert read_record(tmp_path, path.name, places[1].offset).response.body == b"second"


def test_a_record_that_a_server_put_into_its_page_is_not_taken_for_one(tmp_path: Path) -> None:
    forged = two_records(tmp_path / "elsewhere")
    embedded = (tmp_path / "elsewhere" / forged[0].file).read_bytes()
    page = random.Random(3).randbytes(50_000) + embedded + random.Random(4).randbytes(90_000)
    with ArchiveWriter(tmp_path, "one") as writer:
        first, second = writer.append([record(1), record(2, response(page))])
    path = tmp_path / first.file
    path.write_bytes(path.read_bytes()[:-50])
    assert embedded[:2000] in path.read_bytes()  # as it was sent: what can't be compressed is stored
    forget_checkpoint(tmp_path)
    assert [found.place for found in scan(tmp_path, path.name)] == [first]
    with ArchiveWriter(tmp_path, "one") as writer:
        assert path.stat().st_size == second.offset
        (third,) = writer.append([record(3)])
    assert [found.place for found in scan(tmp_path, path.name)] == [first, third]


def test_scanning_names_the_damage_and_can_go_on_behind_it(tmp_path: Path) -> None:
    places = two_records(tmp_path)
    path = tmp_path / places[0].file
    content = bytearray(path.read_bytes())
    content[places[0].offset + 40] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(ArchiveError) as caught:
        list(scan(tmp_path, path.name))
    assert caught.value.offset == places[0].offset
    onward = next_record(tmp_path, path.name, places[0].offset + 1)
    assert onward == places[1].offset
    assert [found.place for found in scan(tmp_path, path.name, onward)] == [places[1]]


def test_a_checkpoint_that_can_not_be_true_is_not_believed(tmp_path: Path) -> None:
    places = two_records(tmp_path)
    path = tmp_path / places[0].file
    path.write_bytes(path.read_bytes()[:-9])
    with ArchiveWriter(tmp_path, "one"):
        assert path.stat().st_size == places[1].offset


def write_until_killed(folder: Path, acknowledge: BinaryIO, seed: int) -> None:
    """Batches of records without end; a line for each batch once it is acknowledged."""
    some = random.Random(seed)
    with ArchiveWriter(folder, "one", max_file_bytes=3_000_000) as writer:
        while True:
            bodies = [some.randbytes(some.choice([10, 3_000, 200_000])) for _ in range(some.randint(1, 4))]
            places = writer.append([record(some.getrandbits(120), response(body)) for body in bodies])
            acknowledge.write(json.dumps([astuple(place) for place in places]).encode() + b"\n")
            acknowledge.flush()


def killed_writer(folder: Path, seed: int) -> list[RecordPlace]:
    """What a writer acknowledged before it was killed: now and then while it starts, else while it writes."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        try:
            write_until_killed(folder, os.fdopen(write_end, "wb"), seed)
        finally:
            os._exit(1)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as acknowledged:
        lines = [acknowledged.readline()] if seed % 5 else []
        time.sleep(random.Random(seed).uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        assert os.waitpid(child, 0)[1] == signal.SIGKILL
        lines += acknowledged
    return [RecordPlace(*fields) for line in lines if line.endswith(b"\n") for fields in json.loads(line)]


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged = [place for seed in range(200) for place in killed_writer(tmp_path, seed)]
    with ArchiveWriter(tmp_path, "one") as writer:
        acknowledged += writer.append([record(1)])
    assert len(acknowledged) > 200
    for place in acknowledged:
        assert read_record(tmp_path, place.file, place.offset).place == place
    found = {archived.place for file in archive_files(tmp_path) for archived in scan(tmp_path, file)}
    assert found >= set(acknowledged)
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *(str(tmp_path / file) for file in archive_files(tmp_path))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
