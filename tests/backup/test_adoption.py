"""After a restore, records behind the backup are taken up for their own address only."""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import select

from crawler.adopt import adopt_records
from crawler.archive import ArchiveWriter, Provenance, RecordToWrite
from domain.fetch import Reason, Response
from storage import Store
from storage.tables import FetchRow
from tests.storage.filling import HOST, NOW, fill, page_target


def _archive(folder: Path, path: str, target_id: int) -> None:
    response = Response(f"https://{HOST}{path}", 200, (("Content-Type", "text/html"),), b"<p>x</p>", NOW, NOW)
    record = RecordToWrite(uuid.uuid4().urn, response, Provenance("xeber", Reason.NEW, target_id=target_id))
    with ArchiveWriter(folder, "crawl") as writer:
        writer.append([record])


def test_a_record_is_taken_up_for_its_own_address(store: Store, tmp_path: Path) -> None:
    store.write(fill)
    target_id = store.write(lambda session: page_target(session, "/a").id)
    _archive(tmp_path, "/a?utm_source=x", target_id)

    assert adopt_records(store, tmp_path, slot="crawl") == 1


def test_a_number_that_was_given_again_brings_no_bytes_of_another_address(store: Store, tmp_path: Path) -> None:
    store.write(fill)
    target_id = store.write(lambda session: page_target(session, "/a").id)
    _archive(tmp_path, "/of-before-the-restore", target_id)

    assert adopt_records(store, tmp_path, slot="crawl") == 0
    with store.read() as session:
        assert session.scalars(select(FetchRow)).all() == []
