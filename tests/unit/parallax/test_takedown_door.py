"""``parallax takedown`` as a person meets it: the question, the answer, and what other commands say afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from storage import Session
from storage.tables import ChangeRow, EditRow, FetchRow, RecordRow
from tests.backup.keeping import fill_with_records
from tests.databases import migrated_store, sqlite_url
from tests.door import parallax
from tests.storage.filling import NOW
from tests.storage.filling import store as put
from tests.world_run import ROOT

TAKEDOWN = ("takedown", "1", "--reason", "Asked for.")
NOTHING = "nothing was taken down"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three articles, the first of them edited and judged so."""

    def edited(session: Session) -> None:
        put(session, "Su səviyyəsi enib. Kəndlər köçürülüb.", title="Daşqın", at=NOW.replace(hour=NOW.hour + 1))
        made_up = session.scalars(select(RecordRow.id).order_by(RecordRow.id.desc()).limit(1)).one()
        session.execute(update(FetchRow).where(FetchRow.record_id == made_up).values(record_id=None))
        session.execute(delete(RecordRow).where(RecordRow.id == made_up))
        session.add(
            EditRow(revision_id=4, base_id=1, standing="edit", significance=0.8, is_silent=False, rules="1"),
        )
        session.flush()
        session.add(
            ChangeRow(
                revision_id=4, number=1, kind="number", also=[], before="qalxıb", after="enib", before_start=0,
                before_end=6, after_start=0, after_end=4, significance=0.8, reason="because", digest="d", is_flap=False,
            )
        )  # fmt: skip

    with migrated_store(sqlite_url(tmp_path)) as store:
        fill_with_records(store, tmp_path / "archive")
        store.write(edited)
    return tmp_path


def environ(home: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    return {**clean, "PARALLAX_HOME": str(home), "PARALLAX_CLOCK": f"{NOW.isoformat()}@0"}


def asked(home: Path, answer: str) -> subprocess.CompletedProcess[str]:
    """The command with its question answered, at the log's level as it comes."""
    return subprocess.run(
        [sys.executable, "-m", "parallax.cli", *TAKEDOWN],
        cwd=ROOT, env=environ(home), input=answer, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_a_no_and_a_closed_input_take_nothing_down(home: Path, answer: str) -> None:
    done = asked(home, answer)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith(f"{NOTHING}\n")
    assert not (home / "archive" / "takedowns.jsonl").exists()
    assert not (home / "last-error.txt").exists()


def test_so_does_ctrl_c(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "parallax.cli", *TAKEDOWN],
        cwd=ROOT, env=environ(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = b""
        while b"[y/N]" not in said:
            said += process.stdout.read1()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        rest, complaint = process.communicate(timeout=60)

    assert (process.returncode, complaint) == (1, b"")
    assert rest.decode().strip() == NOTHING
    assert not (home / "last-error.txt").exists()


def test_the_answer_is_plain_text_and_names_what_is_to_be_deleted(home: Path) -> None:
    (home / "digests").mkdir()
    (home / "digests" / "yesterday.html").write_text("<p>article 1: Su səviyyəsi qalxıb.</p>")
    done = asked(home, "y\n")
    again = parallax("takedown", "--finish", home=home)
    (home / "digests" / "yesterday.html").unlink()
    last = parallax("takedown", "--finish", home=home)

    left = "✗ digests/yesterday.html names it and may show its words: not rewritten, delete it\n"
    assert (done.returncode, done.stderr) == (3, left)
    assert "article 1 is taken down: 2 texts at 1 address\n" in done.stdout
    assert "{" not in done.stdout
    assert (again.returncode, again.stderr) == (3, left)
    assert (last.returncode, last.stderr) == (0, "")


def test_the_list_of_changes_counts_the_edits_that_it_can_not_show(home: Path) -> None:
    span = ("changes", "--since", "2026-03-01", "--until", "2026-03-09")
    before = parallax(*span, home=home)
    assert asked(home, "y\n").returncode == 0
    after = parallax(*span, home=home)
    narrowed = parallax(*span, "--class", "headline", home=home)
    rows = parallax(*span, "--format", "csv", home=home)

    gone = "1 edit of an article that was taken down is not listed\n"
    assert "article 1\n" in before.stdout
    assert gone not in before.stdout
    assert after.stdout == f"no change of this kind was seen in that time\n\n{gone}"
    assert gone not in narrowed.stdout + rows.stdout


def test_the_store_and_the_archive_say_what_was_taken_down(home: Path) -> None:
    assert asked(home, "y\n").returncode == 0
    checked = parallax("db", "check", "--archive", "all", home=home)
    verified = parallax("verify", home=home)

    assert checked.stdout.endswith("2 of 3 archive records were read back, 1 were taken down\n")
    assert "foreign" not in verified.stdout
    assert verified.stdout.endswith("; 1 takedown listed\n")
