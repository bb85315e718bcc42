"""Identical bytes are kept once; a revisit leads to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ArchiveWriter, RecordPlace, RecordRef, read_record, scan
from domain.errors import ArchiveError
from tests.unit.crawler.archive.responses import NOON, PAGE, record, response

LATER = response(requested_at=NOON + timedelta(hours=6), headers=(("ETag", '"a2"'), ("Content-Length", str(len(PAGE)))))


def original_and_revisit(folder: Path) -> tuple[RecordPlace, RecordPlace, RecordRef]:
    with ArchiveWriter(folder, "one") as writer:
        (original,) = writer.append([record(1)])
        ref = read_record(folder, original.file, original.offset).ref
        (revisit,) = writer.append([record(2, LATER, duplicate_of=ref)])
    return original, revisit, ref


def test_a_revisit_is_read_with_the_body_it_refers_to(tmp_path: Path) -> None:
    _, revisit, ref = original_and_revisit(tmp_path)
    archived = read_record(tmp_path, revisit.file, revisit.offset)
    assert archived.response == LATER
    assert archived.is_revisit
    assert archived.refers_to == ref


def test_a_revisit_leaves_the_body_out(tmp_path: Path) -> None:
    original, revisit, _ = original_and_revisit(tmp_path)
    assert revisit.is_revisit
    assert revisit.payload_sha256 == original.payload_sha256
    with (tmp_path / revisit.file).open("rb") as opened:
        found = [(r.rec_type, r.content_stream().read(), r.rec_headers) for r in ArchiveIterator(opened)]
    kind, body, fields = found[2]
    assert (kind, body) == ("revisit", b"")
    assert fields["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert fields["WARC-Refers-To"] == found[1][2]["WARC-Record-ID"]
    assert fields["WARC-Refers-To-Target-URI"] == found[1][2]["WARC-Target-URI"]
    assert fields["WARC-Refers-To-Date"] == found[1][2]["WARC-Date"]


def test_a_revisit_of_a_revisit_refers_to_the_record_with_the_bytes(tmp_path: Path) -> None:
    original, revisit, _ = original_and_revisit(tmp_path)
    assert read_record(tmp_path, revisit.file, revisit.offset).ref.offset == original.offset


def test_a_caller_may_say_where_the_body_lies_now(tmp_path: Path) -> None:
    original, revisit, ref = original_and_revisit(tmp_path)
    moved = (tmp_path / original.file).rename(tmp_path / "moved.warc.gz")
    with pytest.raises(ArchiveError, match="body of a revisit"):
        read_record(tmp_path, moved.name, revisit.offset)
    archived = read_record(tmp_path, moved.name, revisit.offset, original=replace(ref, file=moved.name))
    assert archived.response.body == PAGE


def test_a_body_with_another_digest_is_not_taken_for_it(tmp_path: Path) -> None:
    _, revisit, ref = original_and_revisit(tmp_path)
    with ArchiveWriter(tmp_path, "two") as writer:
        (other,) = writer.append([record(3, response(b"other"))])
    with pytest.raises(ArchiveError, match="other bytes"):
        read_record(tmp_path, revisit.file, revisit.offset, original=replace(ref, file=other.file, offset=other.offset))


def test_bytes_are_written_in_full_when_the_reference_is_to_others(tmp_path: Path) -> None:
    _, _, ref = original_and_revisit(tmp_path)
    with ArchiveWriter(tmp_path, "two") as writer:
        (place,) = writer.append([record(3, response(b"changed"), duplicate_of=ref)])
    assert not place.is_revisit
    assert read_record(tmp_path, place.file, place.offset).response.body == b"changed"


def test_scanning_gives_a_revisit_with_its_body(tmp_path: Path) -> None:
    original, _, _ = original_and_revisit(tmp_path)
    assert [found.response.body for found in scan(tmp_path, original.file)] == [PAGE, PAGE]
