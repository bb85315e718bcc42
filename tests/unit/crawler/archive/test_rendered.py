"""A page as a browser showed it, beside what it was made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ArchiveWriter, Provenance, RecordPlace, RecordToWrite, read_record, scan
from domain.fetch import Reason, Response
from tests.unit.crawler.small_crawl import NOW

RAW = Response(
    "https://xeber.example/a", 200, (("Content-Type", "text/html"), ("X-Of-Host", "1")), b"<div id=root>", NOW, NOW
)
SHOWN = replace(RAW, headers=(("Content-Type", "text/html; charset=utf-8"),), body="<p>Şuşa</p>".encode())
PROVENANCE = Provenance("xeber", Reason.NEW, None, 7, proxy="tbilisi", renderer="Chromium 150.0.1.2")


def written(folder: Path, *records: RecordToWrite) -> tuple[RecordPlace, ...]:
    with ArchiveWriter(folder, "crawl") as writer:
        return writer.append(records)


def test_what_was_shown_is_read_back_and_says_by_what(tmp_path: Path) -> None:
    (place,) = written(tmp_path, RecordToWrite(uuid4().urn, SHOWN, PROVENANCE, raw=RAW))
    found = read_record(tmp_path, place.file, place.offset)

    assert found.response == SHOWN
    assert found.provenance == PROVENANCE
    assert [one.response for one in scan(tmp_path, place.file)] == [SHOWN]  # what it was made of is no fetch of its own


def test_other_tools_read_both_and_how_they_belong_together(tmp_path: Path) -> None:
    (place,) = written(tmp_path, RecordToWrite(uuid4().urn, SHOWN, PROVENANCE, raw=RAW))
    with (tmp_path / place.file).open("rb") as stream:
        found = [(one.rec_type, one.rec_headers, one.content_stream().read()) for one in ArchiveIterator(stream)]

    assert [kind for kind, *_ in found] == ["warcinfo", "response", "conversion"]
    assert [body for *_, body in found[1:]] == [RAW.body, SHOWN.body]
    assert found[2][1]["WARC-Refers-To"] == found[1][1]["WARC-Record-ID"]


def test_the_same_page_shown_again_refers_to_it(tmp_path: Path) -> None:
    (first,) = written(tmp_path, RecordToWrite(uuid4().urn, SHOWN, PROVENANCE, raw=RAW))
    original = read_record(tmp_path, first.file, first.offset).ref
    (again,) = written(tmp_path, RecordToWrite(uuid4().urn, SHOWN, PROVENANCE, duplicate_of=original, raw=RAW))

    found = read_record(tmp_path, again.file, again.offset)
    assert found.is_revisit
    assert (found.response.body, found.provenance) == (SHOWN.body, PROVENANCE)
