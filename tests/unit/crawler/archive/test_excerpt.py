"""Records copied out of the archive: all that they refer to goes with them, and nothing that is not whole."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from crawler.archive import ArchiveWriter, RecordPlace, RecordRef, RecordToWrite, read_record
from crawler.archive.compact import compact
from crawler.archive.excerpt import Excerpt
from crawler.archive.members import GZIP_MAGIC, Member
from crawler.archive.rounds import DroppedLine
from crawler.archive.walk import walk
from domain.errors import ArchiveError
from tests.unit.crawler.archive.responses import NOON, record, response
from tests.unit.crawler.archive.test_rendered import PROVENANCE, RAW, SHOWN


def written(folder: Path, *records: RecordToWrite) -> tuple[RecordPlace, ...]:
    with ArchiveWriter(folder, "crawl") as writer:
        return writer.append(records)


def ref(folder: Path, place: RecordPlace) -> RecordRef:
    return read_record(folder, place.file, place.offset).ref


def kinds(file: Path) -> list[str]:
    """The types of its records, all of them whole."""
    found = list(walk(file.parent, file.name))
    assert all(isinstance(one, Member) for one in found)
    return [one.fields["warc-type"] for one in found if isinstance(one, Member)]


def test_a_record_is_copied_with_the_first_of_its_file(tmp_path: Path) -> None:
    first, second = written(tmp_path, record(1), record(2, response(b"another")))
    excerpt = Excerpt(tmp_path)

    taken = excerpt.take(second.file, second.offset, second.record_id)
    offsets = excerpt.write(tmp_path / "out")

    original, copied = (tmp_path / first.file).read_bytes(), (tmp_path / "out").read_bytes()
    assert kinds(tmp_path / "out") == ["warcinfo", "response"]
    assert copied == original[: first.offset] + original[second.offset :]
    assert offsets[taken.place] == first.offset
    assert taken.head.splitlines()[0] == "HTTP/1.1 200 OK"


def test_with_a_revisit_goes_the_record_that_holds_its_body(tmp_path: Path) -> None:
    (first,) = written(tmp_path, record(1))
    (again,) = written(tmp_path, record(2, duplicate_of=ref(tmp_path, first)))
    excerpt = Excerpt(tmp_path)

    taken = excerpt.take(again.file, again.offset, again.record_id)
    excerpt.write(tmp_path / "out")

    assert kinds(tmp_path / "out") == ["warcinfo", "response", "revisit"]
    assert taken.body_place == (first.file, first.offset)


def test_the_response_before_a_rendered_page_is_found_also_behind_bytes_that_look_like_a_record(
    tmp_path: Path,
) -> None:
    """What can't be compressed stands in the file as it is, beginnings of gzip members among it."""
    made = random.Random(7)
    noise = b"".join(made.randbytes(5000) + GZIP_MAGIC for _ in range(400))
    one = RecordToWrite(uuid4().urn, SHOWN, PROVENANCE, raw=replace(RAW, body=noise))
    _, place = written(tmp_path, record(1), one)
    assert (tmp_path / place.file).read_bytes().count(GZIP_MAGIC) > 100
    excerpt = Excerpt(tmp_path)

    taken = excerpt.take(place.file, place.offset, place.record_id)
    excerpt.write(tmp_path / "out")

    assert kinds(tmp_path / "out") == ["warcinfo", "response", "conversion"]
    assert "X-Of-Host: 1" in taken.head


def test_another_record_than_the_row_names_is_refused(tmp_path: Path) -> None:
    first, second = written(tmp_path, record(1), record(2, response(b"another")))
    excerpt = Excerpt(tmp_path)

    with pytest.raises(ArchiveError, match="holds another record than its row says"):
        excerpt.take(first.file, first.offset, second.record_id)
    assert len(excerpt) == 0


def test_of_a_revisit_whose_body_is_damaged_nothing_is_taken(tmp_path: Path) -> None:
    first, other = written(tmp_path, record(1), record(3, response(b"another")))
    (again,) = written(tmp_path, record(2, duplicate_of=ref(tmp_path, first)))
    content = bytearray((tmp_path / first.file).read_bytes())
    content[first.offset + first.length // 2] ^= 0xFF
    (tmp_path / first.file).write_bytes(content)
    excerpt = Excerpt(tmp_path)

    with pytest.raises(ArchiveError):
        excerpt.take(again.file, again.offset, again.record_id)
    assert len(excerpt) == 0

    excerpt.take(other.file, other.offset, other.record_id)
    assert len(excerpt) == 2


def test_a_record_is_found_where_it_lies_since_its_file_was_written_anew(tmp_path: Path) -> None:
    first, second = written(tmp_path, record(1), record(2, response(b"another")))
    going = DroppedLine(
        dropped=first.record_id.removeprefix("urn:uuid:"),
        file=first.file,
        offset=first.offset,
        length=first.length,
        kind="response",
        sha256=first.payload_sha256,
        at=NOON.isoformat(),
    )
    anew = compact(tmp_path, first.file, [going], at=NOON)
    anew.put_in_place()
    (tmp_path / first.file).unlink()
    excerpt = Excerpt(tmp_path)

    taken = excerpt.take(second.file, second.offset, second.record_id)

    assert taken.place == (anew.name, anew.moves[second.offset])
    with pytest.raises(ArchiveError, match="its bytes were dropped"):
        excerpt.take(first.file, first.offset, first.record_id)
