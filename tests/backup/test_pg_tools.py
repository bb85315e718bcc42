"""PostgreSQL's programs: one that is new enough is found, and no password stands where others can read it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from domain.errors import StorageError
from storage import open_store
from storage.pg_tools import PgTool, connection_for_child, find_tool, run_tool

SECRET = "s3cret/pass word"


def _tool(folder: Path, major: int, *, complaint: str = "") -> Path:
    """A program that tells its version, or how it was called."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "pg_dump"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        f"if sys.argv[1:] == ['--version']: sys.exit(print('pg_dump (PostgreSQL) {major}.4 (Debian)'))\n"
        f"if {complaint!r}: sys.exit({complaint!r})\n"
        "print(json.dumps({'arguments': sys.argv, 'password': os.environ.get('PGPASSWORD')}))\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def _only_these(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No program of the machine's own."""
    monkeypatch.setattr("storage.pg_tools._DEBIAN", tmp_path / "debian")
    monkeypatch.setattr("storage.pg_tools.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))


def test_the_nearest_version_that_is_new_enough_is_taken(tmp_path: Path) -> None:
    _tool(tmp_path / "path", 15)
    _tool(tmp_path / "debian" / "18" / "bin", 18)
    right = _tool(tmp_path / "debian" / "16" / "bin", 16)

    assert find_tool("pg_dump", at_least=16, folder=None) == PgTool(right, 16)


def test_the_folder_of_the_settings_comes_first(tmp_path: Path) -> None:
    _tool(tmp_path / "path", 16)
    named = _tool(tmp_path / "own", 18)

    assert find_tool("pg_dump", at_least=16, folder=tmp_path / "own") == PgTool(named, 18)


def test_where_none_is_new_enough_one_line_says_what_there_is_and_what_to_do(tmp_path: Path) -> None:
    _tool(tmp_path / "path", 15)
    with pytest.raises(StorageError) as told:
        find_tool("pg_dump", at_least=18, folder=tmp_path / "own")

    assert str(told.value) == (
        f"no pg_dump of version 18 or newer (found: 15 in {tmp_path / 'path'}); install PostgreSQL's client programs "
        "of that version, or name their folder in PARALLAX_PG_TOOLS_FOLDER"
    )


def test_a_password_is_given_in_the_environment_and_nowhere_else(tmp_path: Path) -> None:
    store = open_store(f"postgresql+psycopg://me:{SECRET.replace('/', '%2F').replace(' ', '%20')}@db.example/parallax")
    child = connection_for_child(store)
    tool = PgTool(_tool(tmp_path / "path", 18), 18)
    called = json.loads(run_tool(tool, [f"--dbname={child.conninfo}"], child))

    assert SECRET not in str(called["arguments"])
    assert "host=db.example" in called["arguments"][1]
    assert called["password"] == SECRET
    assert "PGPASSWORD" not in os.environ


def test_a_complaint_is_one_line_without_the_password(tmp_path: Path) -> None:
    store = open_store("postgresql+psycopg://me:hunter2@db.example/parallax")
    child = connection_for_child(store)
    tool = PgTool(_tool(tmp_path / "path", 18, complaint="hint: x\npg_dump: error: no entry for hunter2\nmore"), 18)
    with pytest.raises(StorageError) as told:
        run_tool(tool, ["--dbname=x"], child)

    assert str(told.value) == "pg_dump: no entry for ***"
