"""A store whose texts lead to real archive records, and what a test asks of its backups."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import ArchiveWriter, Provenance, RecordToWrite
from crawler.archive.extent import whole_bytes
from crawler.decide import after_look, decide
from domain.fetch import Reason, Response
from schedules.aftercare import Aftercare
from storage import Session, Store
from storage.articles import store_text
from storage.backup import BackupMade, BackupPlan, make_backup
from storage.backup_manifest import DatabaseFile, Manifest, write_manifest
from storage.fetches import put_fetch
from storage.records import StoredRecord
from storage.todos import mark_done
from tests.storage.filling import HOST, NOW, fill, look, page_target, read_text

TEXTS = {
    "/a": ("Daşqın", "Su səviyyəsi qalxıb. Kəndlər köçürülüb."),
    "/b": ("Плотина", "Совещание прошло в Шеки, ёлку убрали."),
    "/c": ("Bridge", "The bridge is to be repaired in spring; nobody has said at what cost."),
}


def fill_with_records(store: Store, archive: Path) -> None:
    """Three articles, each with its record in the archive, its search document and nothing left to do."""

    def work(session: Session) -> None:
        fill(session)
        with ArchiveWriter(archive, "crawl") as writer:
            for path, (title, text) in TEXTS.items():
                put_page(session, writer, path, title, text)

    store.write(work)
    Aftercare(store).run()


def put_page(session: Session, writer: ArchiveWriter, path: str, title: str, text: str) -> None:
    """One page: archived, fetched, read."""
    target = page_target(session, path)
    body = f"<h1>{title}</h1>{text}".encode()
    response = Response(f"https://{HOST}{path}", 200, (("Content-Type", "text/html"),), body, NOW, NOW)
    record = RecordToWrite(uuid.uuid4().urn, response, Provenance("xeber", Reason.NEW, target_id=target.id))
    place = writer.append([record])[0]
    stored = StoredRecord(place.record_id, place.file, place.offset, place.length, "response", place.payload_sha256)
    made = look(target)
    fetch_id = put_fetch(session, made, stored, after_look(target, made.outcome, NOW), run_id=None)
    store_text(session, read_text(fetch_id, text, path=path, title=title), decide)
    mark_done(session, "read", [fetch_id])


def made_backup(folder: Path, at: datetime) -> Path:
    """A backup as it lies there, as far as its manifest and its database's size go; gives its folder."""
    path = folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    path.mkdir(parents=True)
    (path / "parallax.db").write_bytes(b"rows")
    database = DatabaseFile("parallax.db", 4, hashlib.sha256(b"rows").hexdigest(), "sqlite 3", None)
    write_manifest(path, Manifest(path.name, at, "0.0.0", "0016", "sqlite", None, {}, database, False, ()))
    return path


def backup(store: Store, folder: Path, **how: object) -> BackupMade:
    """A backup of ``store`` below ``folder``, its archive beside it."""
    now = how.pop("now", NOW)
    plan = BackupPlan(folder / "backups", folder / "archive", "0.0.0", whole_bytes, **how)  # type: ignore[arg-type]
    return make_backup(store, plan, now=now)  # type: ignore[arg-type]
