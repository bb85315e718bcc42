"""Archives that others wrote, with their quirks: what can be read is, and what can't costs no more than itself."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.archive import ArchiveWriter, archive_files
from crawler.archive.foreign import ForeignRecord, Unusable, foreign_responses
from tests.unit.crawler.archive.other_tools import HTML, warc_record
from tests.unit.crawler.archive.responses import PAGE, record, response

MIB = 1 << 20
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "https://numune.example/xeber/17"
SAMPLES = "pywb==2.10.0"  # warcio's own samples: its source distribution has its tests without them


def read(path: Path, *, most_bytes: int = MIB) -> list[ForeignRecord | Unusable]:
    return list(foreign_responses(path, most_bytes=most_bytes))


def bodies(path: Path) -> list[bytes]:
    return [found.response.body for found in read(path) if isinstance(found, ForeignRecord)]


def written(path: Path, body: bytes = PAGE, *, url: str = URL, times: int = 1, **how: Any) -> Path:
    """A file of one response, or of several alike."""
    path.write_bytes(b"".join(warc_record(url, body, **how) for _ in range(times)))
    return path


@pytest.mark.parametrize("is_gzip", [True, False], ids=["gzip a record", "plain"])
def test_a_response_is_read_with_its_time_and_headers(tmp_path: Path, *, is_gzip: bool) -> None:
    (found,) = read(written(tmp_path / "other.warc", is_gzip=is_gzip))

    assert isinstance(found, ForeignRecord)
    assert (found.response.url, found.response.status, found.response.body) == (URL, 200, PAGE)
    assert (found.response.requested_at, found.response.headers) == (AT, (HTML,))
    assert found.record_id is not None


def test_a_file_that_was_packed_as_a_whole_is_read(tmp_path: Path) -> None:
    plain = written(tmp_path / "plain.warc", is_gzip=False, times=3)
    whole = tmp_path / "whole.warc.gz"
    whole.write_bytes(gzip.compress(plain.read_bytes()))

    assert bodies(whole) == [PAGE] * 3


def test_chunks_are_undone_and_a_coding_is_left(tmp_path: Path) -> None:
    packed = gzip.compress(PAGE)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    headers = (HTML, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip"))

    assert bodies(written(tmp_path / "chunks.warc.gz", chunked, headers=headers)) == [packed]


def test_a_body_whose_chunks_were_undone_before_is_taken_as_it_is(tmp_path: Path) -> None:
    headers = (HTML, ("Transfer-Encoding", "chunked"))

    assert bodies(written(tmp_path / "undone.warc.gz", headers=headers)) == [PAGE]


def test_a_resource_is_a_page_without_a_head(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path / "resource.warc.gz", kind="resource"))

    assert isinstance(found, ForeignRecord)
    assert (found.response.status, found.response.body) == (200, PAGE)


def test_an_address_in_brackets_is_that_address(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path / "wget.warc.gz", url=f"<{URL}>"))

    assert isinstance(found, ForeignRecord)
    assert found.response.url == URL


def test_an_arc_file_is_read(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    block = head + PAGE
    version = b"1 0 other\nURL IP-address Archive-date Content-type Archive-length\n"
    path = tmp_path / "old.arc"
    path.write_bytes(
        b"filedesc://old.arc 0.0.0.0 20260302080000 text/plain %d\n%s\n" % (len(version), version)
        + b"%s 192.0.2.7 20260302080000 text/html %d\n%s\n" % (URL.encode(), len(block), block)
    )

    (found,) = read(path)

    assert isinstance(found, ForeignRecord)
    assert (found.response.url, found.response.requested_at, found.response.body) == (URL, AT, PAGE)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"date": "yesterday"}, "Invalid isoformat"),
        ({"date": "0001-01-01T00:00:00Z"}, "a date that can't be"),
        ({"date": "0001-01-01T00:00:00+05:00"}, "date value out of range"),
        ({"status": "abc"}, "no HTTP status"),
        ({"body": b"x" * (MIB + 1)}, "a body of more than"),
    ],
    ids=["no date", "an impossible date", "a date before all", "no status", "too large"],
)
def test_a_record_that_can_not_be_used_says_why(tmp_path: Path, how: dict[str, Any], said: str) -> None:
    (found,) = read(written(tmp_path / "odd.warc.gz", **how))

    assert isinstance(found, Unusable)
    assert said in found.problem
    assert not found.is_file


def test_what_is_no_response_of_the_web_is_passed_over(tmp_path: Path) -> None:
    assert read(written(tmp_path / "dns.warc.gz", url="dns:numune.example", kind="resource")) == []
    assert read(written(tmp_path / "note.warc.gz", kind="metadata")) == []


def _cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def _overwritten(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + b"\xff" * 40 + content[middle + 40 :]


@pytest.mark.parametrize("damage", [_cut, _overwritten, lambda _: b"", lambda _: b"no archive at all"])
def test_damage_ends_in_words_and_never_in_an_error(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = written(tmp_path / "damaged.warc.gz", times=6)
    path.write_bytes(damage(path.read_bytes()))

    found = read(path)

    assert all(one.response.url == URL for one in found if isinstance(one, ForeignRecord))
    assert len([one for one in found if isinstance(one, Unusable) and one.is_file]) <= 1


@settings(max_examples=150)
@given(at=st.integers(0, 2_000), piece=st.binary(min_size=1, max_size=60), is_gzip=st.booleans())
def test_bytes_of_any_kind_anywhere_raise_nothing(
    tmp_path_factory: pytest.TempPathFactory, at: int, piece: bytes, *, is_gzip: bool
) -> None:
    path = written(tmp_path_factory.mktemp("any") / "any.warc", is_gzip=is_gzip, times=3)
    content = path.read_bytes()
    path.write_bytes(content[:at] + piece + content[at + len(piece) :])

    assert len(read(path)) <= 40


def test_our_own_files_are_read_like_those_of_others(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "one") as writer:
        writer.append([record(1), record(2, response(b"second"))])

    assert bodies(tmp_path / archive_files(tmp_path)[0]) == [PAGE, b"second"]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """warcio's sample files, which its author ships with pywb; fetched from the package index, never kept here."""
    folder = tmp_path_factory.mktemp("samples")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), SAMPLES]
    fetched = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    wheels = list(folder.glob("*.whl"))
    if fetched.returncode != 0 or not wheels:
        pytest.skip(f"SAMPLES OF OTHER TOOLS NOT READ: {SAMPLES} could not be fetched: {fetched.stderr[-200:]}")
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extractall(folder)
    return next(folder.rglob("warcs"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("example.warc", 2),
        ("example.warc.gz", 2),
        ("example.arc", 1),
        ("example.arc.gz", 1),
        ("example-wget-1-14.warc.gz", 1),
        ("example-wpull.warc.gz", 1),
        ("example-extra.warc", 2),
        ("httpbin-resource.warc.gz", 1),
        ("missing-status-text.warc", 1),
        ("post-test.warc.gz", 3),
        ("bad.arc", 2),
    ],
)
def test_the_samples_of_other_tools_are_read(samples: Path, name: str, usable: int) -> None:
    found = read(samples / name)

    assert len([one for one in found if isinstance(one, ForeignRecord)]) == usable
    assert not [one for one in found if isinstance(one, Unusable) and one.is_file]
