"""What a service has in force is what the processes have that it starts, whatever became of the files meanwhile."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.errors import ConfigError, OutageError
from parallax import job_process
from parallax.bootstrap import Parallax
from parallax.handing_over import VARIABLE
from parallax.job_process import run_apart
from schedules.calendar_jobs import JobError
from storage.outages import Outages
from tests.databases import migrated_store, sqlite_url

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def parallax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parallax:
    """With a settings file in an empty home, its clock set to ten and running."""
    for name in [name for name in os.environ if name.startswith("PARALLAX_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "parallax.toml"
    monkeypatch.setenv("PARALLAX_CONFIG", str(file))
    file.write_text('contact = "https://watch.example/"\npoll_longest_hours = 7\n', encoding="utf-8")
    monkeypatch.setenv("PARALLAX_HOME", str(tmp_path))
    monkeypatch.setenv("PARALLAX_CLOCK", f"{TEN.isoformat()}@60")
    with migrated_store(sqlite_url(tmp_path)):
        return Parallax.from_environment()


def test_a_file_that_is_wrong_by_now_is_not_read(
    parallax: Parallax, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = parallax.to_env(hosts_at_once=3)
    (tmp_path / "parallax.toml").write_text("contact = [", encoding="utf-8")
    with pytest.raises(ConfigError):
        Parallax.from_environment()
    monkeypatch.setenv(VARIABLE, told[VARIABLE])

    child = Parallax.from_environment()

    others = {"clock", "hosts_at_once"}
    assert child.settings.model_dump(exclude=others) == parallax.settings.model_dump(exclude=others)
    assert (child.settings.poll_longest_hours, child.settings.hosts_at_once) == (7, 3)
    assert child.catalogue == parallax.catalogue
    assert abs(child.clock.now() - parallax.clock.now()) < timedelta(seconds=60)
    assert VARIABLE not in os.environ


def test_a_job_in_a_process_of_its_own_tells_what_it_made(parallax: Parallax, tmp_path: Path) -> None:
    (tmp_path / "parallax.toml").write_text("contact = [", encoding="utf-8")

    assert run_apart("digest", parallax, Outages(lambda name, fields: pytest.fail(f"{name}: {fields}"))) == (
        "nothing to publish"
    )


def test_a_job_that_fails_in_a_process_of_its_own_says_why(parallax: Parallax, tmp_path: Path) -> None:
    (tmp_path / "parallax.db").write_bytes(b"no database at all" * 1000)

    with pytest.raises(JobError, match="file is not a database"):
        run_apart("digest", parallax, Outages())


def test_a_job_whose_process_dies_has_failed(parallax: Parallax, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_process, "MODULE", "no_such_module")

    with pytest.raises(JobError, match="its process ended with 1"):
        run_apart("digest", parallax, Outages())


FULL = ["job.failed", {"error": "the disk is full", "outage": "disk_full"}]
LOCKED = ["outage.began", {"kind": "locked", "error": "the database is locked"}]


@pytest.mark.parametrize(
    ("says", "ends"),
    [
        (FULL, (OutageError, ["outage.began disk_full"])),
        (LOCKED, (JobError, ["outage.began locked", "outage.ended locked"])),
    ],
    ids=["kept from its work", "died in an outage"],
)
def test_an_outage_that_a_job_met_is_told_of_here(
    parallax: Parallax, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: object, ends: tuple[type, list[str]]
) -> None:
    (tmp_path / "saying.py").write_text(f"print({json.dumps(says)!r})\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(job_process, "MODULE", "saying")
    monkeypatch.setattr("storage.outages.QUIET_S", 0.0)
    heard: list[str] = []

    raised, told = ends
    with pytest.raises(raised):
        run_apart("digest", parallax, Outages(lambda name, fields: heard.append(f"{name} {fields['kind']}")))

    assert heard == told
