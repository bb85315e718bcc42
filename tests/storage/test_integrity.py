"""Each kind of damage is found, named in one line, and nothing is found where nothing is wrong; on both databases."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy import text

from crawler.archive import read_record
from storage import Store
from storage.checking import ArchiveCheck, Checked, check_store
from tests.backup.keeping import fill_with_records

DAMAGE = {
    "an edited text": (
        "UPDATE text SET body = body || '!' WHERE body LIKE 'The bridge%'",
        "texts: text .* does not have this digest",
    ),
    "a wrong length": (
        "UPDATE text SET chars = 7 WHERE body LIKE 'The bridge%'",
        r"texts: text .* has \d+ characters, not 7",
    ),
    "another title": (
        "UPDATE article SET title = 'x' WHERE id = 1",
        "articles: article 1 has another title than its latest revision",
    ),
    "no title": (
        "UPDATE article SET title = NULL WHERE id = 1",
        "articles: article 1 has another title than its latest revision",
    ),
    "another language": (
        "UPDATE article SET language = 'ru' WHERE id = 2",
        "articles: article 2 has another language than its latest revision",
    ),
    "a wrong count": (
        "UPDATE article SET revisions = 2 WHERE id = 1",
        "articles: article 1 says it has 2 revisions and has 1",
    ),
    "a latest revision of another article": (
        "UPDATE article SET latest_revision_id = 3 WHERE id = 1",
        "articles: article 1 has no latest revision of its own",
    ),
    "a reading of another article": (
        "UPDATE revision SET extraction_id = 2 WHERE id = 1",
        "revisions: revision 1 cites a reading of another article, fetch or text",
    ),
    "no record": (
        'UPDATE "fetch" SET record_id = NULL WHERE id = 1',
        "revisions: revision 1 cites a fetch without an archive record",
    ),
    "a record that was dropped and is cited": (
        (
            "UPDATE record SET dropped_at = '2026-03-05 10:00:00+00:00' WHERE id = "
            '(SELECT record_id FROM "fetch" WHERE id = (SELECT fetch_id FROM extraction WHERE id = 1))'
        ),
        "fetches: extraction 1 cites a fetch whose record was dropped",
    ),
    "a text without a use": (
        (
            "INSERT INTO text (sha256, body, chars) "
            "VALUES ('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '', 0)"
        ),
        "orphans: text e3b0c442.* is cited by no extraction and no revision",
    ),
    "a record without a fetch": (
        (
            'INSERT INTO record (record_id, file, "offset", length, kind, payload_sha256) '
            "VALUES ('urn:x', 'parallax-x-1-1.warc.gz', 0, 1, 'response', 'x')"
        ),
        "orphans: record 4 is named by no fetch",
    ),
    "an article without an address": (
        "DELETE FROM article_url WHERE article_id = 2",
        "orphans: article 2 has no address",
    ),
    "work on nothing": (
        "INSERT INTO todo (kind, subject_id, created_at, attempts) VALUES ('mentions', 99, '2026-03-02 05:05:00', 0)",
        "todos: mentions is to be done to revision 99, which is not there",
    ),
    "work that failed for good": (
        (
            "INSERT INTO todo (kind, subject_id, created_at, attempts, error) "
            "VALUES ('read', 1, '2026-03-02 05:05:00', 5, 'broken')"
        ),
        "todos: read of 1 failed 5 times: broken",
    ),
    "a document of an older revision": (
        "DELETE FROM search_document WHERE article_id = 3",
        "search: article 3 is not indexed by its latest revision",
    ),
    "records in one another": (
        "UPDATE record SET length = length + 1 WHERE id = 1",
        "archive: record 2 begins inside the one before it",
    ),
    "a record of other bytes": (
        "UPDATE record SET payload_sha256 = 'x' WHERE id = 2",
        "archive: .* holds other bytes than row 2 says",
    ),
}


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    """Three articles with their records."""
    fill_with_records(store, tmp_path / "archive")
    return store


def _check(store: Store, tmp_path: Path, **how: int) -> Checked:
    folder = tmp_path / "archive"

    def digest(file: str, offset: int) -> str:
        return hashlib.sha256(read_record(folder, file, offset).response.body).hexdigest()

    return check_store(store, ArchiveCheck(folder, digest, **how))


def _lines(checked: Checked) -> str:
    return "\n".join(f"{finding.check}: {finding.problem}" for finding in checked.findings)


def test_nothing_is_found_where_nothing_is_wrong(filled: Store, tmp_path: Path) -> None:
    checked = _check(filled, tmp_path)

    assert (checked.findings, checked.records, checked.records_read) == ([], 3, 3)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found(filled: Store, tmp_path: Path, damage: str) -> None:
    import re

    statement, line = DAMAGE[damage]
    filled.write(lambda session: session.execute(text(statement)))

    assert re.search(line, _lines(_check(filled, tmp_path))), _lines(_check(filled, tmp_path))


def test_a_record_whose_old_poll_was_folded_is_in_order(filled: Store, tmp_path: Path) -> None:
    orphan = (
        'INSERT INTO record (record_id, file, "offset", length, kind, payload_sha256) '
        "SELECT 'urn:' || record_id, file, 9000, 1, kind, payload_sha256 FROM record WHERE id = 1"
    )
    folded = (
        "INSERT INTO channel_hour (channel_id, hour_at, outcome, polls) VALUES (1, '2026-01-01 00:00:00', 'listed', 1)"
    )
    filled.write(lambda session: [session.execute(text(one)) for one in (orphan, folded)])

    assert [f for f in check_store(filled, None).findings if f.check == "orphans"] == []


def test_a_row_that_points_to_none_is_found(filled: Store, tmp_path: Path) -> None:
    off, on = {
        "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
        "postgresql": ("SET session_replication_role = replica", "SET session_replication_role = origin"),
    }[filled.dialect]
    with filled.engine.connect() as connection:
        driver = connection.connection.cursor()
        for statement in (off, "UPDATE revision SET fetch_id = 77 WHERE id = 1", on):
            driver.execute(statement)
        connection.connection.commit()

    assert "foreign keys: revision 1 has fetch_id 77, and there is no such fetch" in _lines(_check(filled, tmp_path))


def test_an_index_that_does_not_agree_with_its_documents_is_found(filled: Store, tmp_path: Path) -> None:
    if filled.dialect != "sqlite":
        pytest.skip("PostgreSQL generates its words from the document")
    filled.write(
        lambda session: session.execute(text("UPDATE search_document SET text_terms = 'x' WHERE article_id = 1"))
    )

    assert "search: the full-text index does not agree" in _lines(_check(filled, tmp_path))


@pytest.mark.parametrize("bytes_left", [None, 100])
def test_an_archive_file_that_is_missing_or_short_is_one_line(
    filled: Store, tmp_path: Path, bytes_left: int | None
) -> None:
    (path,) = (tmp_path / "archive").glob("*.warc.gz")
    if bytes_left is None:
        path.unlink()
    else:
        os.truncate(path, bytes_left)
    checked = _check(filled, tmp_path)

    assert len(checked.findings) == 1
    assert path.name in checked.findings[0].problem
    assert checked.records_read == 0


def test_a_sample_reads_some_records_and_others_on_another_day(filled: Store, tmp_path: Path) -> None:
    sizes = [_check(filled, tmp_path, most_records=1, shift=day).records_read for day in range(3)]

    assert sizes == [1, 1, 1]


def test_the_archive_can_be_left_out(filled: Store) -> None:
    assert check_store(filled, None) == Checked([], 3, 0)
