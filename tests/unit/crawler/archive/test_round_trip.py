"""What is given to the archive is what is read from it, and what other readers of WARC files see."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from crawler.archive import ArchiveWriter, RecordToWrite, read_record, scan
from domain.errors import ArchiveError
from domain.fetch import Response
from tests.unit.crawler.archive.responses import NOON, PAGE, PROVENANCE, record, response


def write(folder: Path, *records: RecordToWrite) -> str:
    with ArchiveWriter(folder, "one") as writer:
        return writer.append(records)[0].file


def written_and_read(folder: Path, given_response: Response) -> Response:
    with ArchiveWriter(folder, "one") as writer:
        (place,) = writer.append([record(1, given_response)])
    return read_record(folder, place.file, place.offset).response


def seen_by_warcio(folder: Path, file: str) -> list[tuple[ArcWarcRecord, bytes]]:
    with (folder / file).open("rb") as opened:
        return [(found, found.content_stream().read()) for found in ArchiveIterator(opened, check_digests="raise")]


def warcio_says(command: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warcio.cli", command, str(path)], capture_output=True, text=True, check=False
    )


def test_a_record_tells_its_response_provenance_and_place(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        places = writer.append([record(1), record(2, response(b"second"))])
    archived = read_record(tmp_path, places[1].file, places[1].offset)
    assert archived.response == response(b"second")
    assert archived.provenance == PROVENANCE
    assert archived.place == places[1]
    assert not archived.is_revisit


def test_warcio_finds_valid_digests_and_the_same_body(tmp_path: Path) -> None:
    file = write(tmp_path, record(1), record(2, response(b"")))
    (_, info), (first, body), (_, empty) = seen_by_warcio(tmp_path, file)
    assert info.startswith(b"software: Parallax\r\n")
    assert body == PAGE
    assert empty == b""
    assert first.rec_headers["WARC-Date"] == "2026-03-02T08:00:00.123456Z"
    assert first.rec_headers["WARC-IP-Address"] == "192.0.2.7"
    assert first.rec_headers["WARC-Record-ID"] == "<urn:uuid:00000000-0000-0000-0000-000000000001>"
    assert first.http_headers["ETag"] == '"a1"'
    assert warcio_says("check", tmp_path / file).returncode == 0


def test_warcio_check_notices_a_changed_byte(tmp_path: Path) -> None:
    content = gzip.decompress((tmp_path / write(tmp_path, record(1))).read_bytes())
    (tmp_path / "changed.warc").write_bytes(content.replace(b"Type: text/html", b"Type: text/htmx"))
    assert warcio_says("check", tmp_path / "changed.warc").returncode == 1


def test_warcio_index_lists_every_record_with_its_offset(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        places = writer.append([record(1), record(2, response(b"second"))])
    listed = warcio_says("index", tmp_path / places[0].file).stdout.splitlines()
    assert [f'"offset": "{place.offset}"' in line for place, line in zip(places, listed[1:], strict=True)] == [True] * 2


CODINGS = {
    "gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
}


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_body_kept_as_received_is_decoded_by_other_readers(tmp_path: Path, coding: str) -> None:
    received = response(CODINGS[coding], headers=(("Content-Encoding", coding), ("Transfer-Encoding", "chunked")))
    assert written_and_read(tmp_path, received) == received
    (_, (found, body)) = seen_by_warcio(tmp_path, next(tmp_path.glob("*.gz")).name)
    assert body == PAGE
    assert found.http_headers.headers == [("Content-Encoding", coding), ("X-Orig-Transfer-Encoding", "chunked")]


def test_a_body_kept_in_brotli_is_announced_as_such(tmp_path: Path) -> None:
    # Not read through content_stream(): warcio 1.8.1 fails on any brotli body with brotli 1.2 (a slotted type).
    received = response(CODINGS["br"], headers=(("Content-Encoding", "br"),))
    assert written_and_read(tmp_path, received) == received
    with next(tmp_path.glob("*.gz")).open("rb") as opened:
        found = [(r.http_headers, r.raw_stream.read()) for r in ArchiveIterator(opened, check_digests="raise")]
    assert found[1][0]["Content-Encoding"] == "br"
    assert brotli.decompress(found[1][1]) == PAGE


@pytest.mark.parametrize("coding", [*CODINGS, "zstd"])
def test_a_body_whose_coding_was_undone_is_not_announced_as_coded(tmp_path: Path, coding: str) -> None:
    decoded = response(PAGE, headers=(("content-encoding", coding), ("Content-Length", "31")))
    assert written_and_read(tmp_path, decoded) == decoded
    (_, (found, body)) = seen_by_warcio(tmp_path, next(tmp_path.glob("*.gz")).name)
    assert body == PAGE
    assert found.http_headers.headers == [("X-Orig-content-encoding", coding), ("X-Orig-Content-Length", "31")]


def test_a_server_can_not_write_lines_into_a_record(tmp_path: Path) -> None:
    hostile = response(
        url="https://numune.example/a\r\nWARC-Type: metadata",
        headers=(
            ("X-One", "a\r\nX-Forged: yes\r\n\r\n<html>"),
            ("Bad\r\nName", "x"),
            (" folded", "y"),
            ("", "no name"),
            ("Empty", ""),
        ),
        ip_address="not an address\r\nX: y",
        http_version="HTTP/1.1 200 OK\r\nX: y",
    )
    assert written_and_read(tmp_path, hostile) == hostile
    (_, (found, body)) = seen_by_warcio(tmp_path, next(tmp_path.glob("*.gz")).name)
    assert body == PAGE
    assert [name for name, _ in found.http_headers.headers] == ["X-One", "Bad__Name", "_folded", "_", "Empty"]
    assert found.rec_headers["WARC-Target-URI"] == "https://numune.example/a%0D%0AWARC-Type:%20metadata"


latin_1 = st.text(st.characters(max_codepoint=0xFF), max_size=40)
headers = st.lists(
    st.tuples(
        st.one_of(latin_1, st.sampled_from(["Content-Length", "transfer-encoding", "Content-Encoding"])), latin_1
    ),
    max_size=8,
).map(tuple)
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001  # hypothesis wants its bounds naive
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=4))]),
)


@settings(max_examples=150)
@given(
    headers,
    st.binary(max_size=300),
    st.integers(100, 999),
    st.text(max_size=30).map(lambda path: f"https://numune.example/{path}"),
    moments,
)
def test_any_response_is_read_back_as_it_was_given(
    some_headers: tuple[tuple[str, str], ...], body: bytes, status: int, url: str, at: datetime
) -> None:
    given_response = response(body, headers=some_headers, status=status, url=url, requested_at=at)
    with tempfile.TemporaryDirectory() as folder:
        assert written_and_read(Path(folder), given_response) == given_response
        ((_, _), (found, _)) = seen_by_warcio(Path(folder), next(Path(folder).glob("*.gz")).name)
        assert found.http_headers.get_statuscode() == str(status)
        assert len(found.http_headers.headers) == len(some_headers)


def test_five_megabytes_of_any_bytes_are_kept(tmp_path: Path) -> None:
    body = bytes(range(256)) * 20_000
    assert written_and_read(tmp_path, response(body)).body == body


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer, pytest.raises(ArchiveError, match="without a zone"):
        writer.append([record(1, response(requested_at=datetime(2026, 3, 2)))])  # noqa: DTZ001


@pytest.mark.parametrize("record_id", ["", "17", "urn:uuid:17", "urn:uuid:00000000000000000000000000000001"])
def test_a_record_id_that_is_no_urn_is_refused(tmp_path: Path, record_id: str) -> None:
    with ArchiveWriter(tmp_path, "one") as writer, pytest.raises(ArchiveError):
        writer.append([RecordToWrite(record_id, response(), PROVENANCE)])


def test_scanning_gives_every_response_from_an_offset_on(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        places = writer.append([record(n, response(b"%d" % n, requested_at=NOON)) for n in range(1, 4)])
    assert [found.place for found in scan(tmp_path, places[0].file)] == list(places)
    assert [found.response.body for found in scan(tmp_path, places[0].file, places[1].offset)] == [b"2", b"3"]


@pytest.mark.parametrize("file", ["nowhere.warc.gz", "../outside.warc.gz", ""])
def test_a_file_that_is_none_of_the_archive_is_an_error(tmp_path: Path, file: str) -> None:
    with pytest.raises(ArchiveError):
        read_record(tmp_path, file, 0)


def test_an_offset_inside_a_record_is_an_error_that_names_it(tmp_path: Path) -> None:
    file = write(tmp_path, record(1))
    with pytest.raises(ArchiveError) as caught:
        read_record(tmp_path, file, 7)
    assert caught.value.offset == 7
    assert caught.value.path == Path(file)
