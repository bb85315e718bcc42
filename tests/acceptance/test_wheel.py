"""A wheel built from this checkout works elsewhere, with its migrations, catalogue and templates inside."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.world import DAY0, moment
from tests.world_run import ROOT, RunningWorld

pytestmark = pytest.mark.slow


def _run(*command: str | Path, cwd: Path, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with the tools that are pinned."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_a_run_needs_and_no_tests(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"storage/_alembic/env.py", "outlets/data/oc-media.toml", "parallax/cli.py"} <= names
    assert any(name.startswith("storage/_alembic/versions/0001") for name in names)
    assert any(name.startswith("publish/digest/templates/") for name in names)
    assert any(name.startswith("outlets/data/topics/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "bench/", "alembic/"))]


def test_the_installed_wheel_crawls_the_sample_world(wheel: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=elsewhere)
    python = tmp_path / "venv/bin/python"
    # The libraries are lent by path, so that no index is asked; a .pth inside a lent folder is not read, so the
    # editable install of this checkout stays out.
    purelib = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=elsewhere).strip())
    (purelib / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    _run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=elsewhere)
    where = _run(python, "-c", "import storage, storage.migrate as m; print(m.migrations_folder())", cwd=elsewhere)
    assert where.strip() == str(purelib / "storage/_alembic")
    with RunningWorld(tmp_path, pace=0.05) as world:
        at = moment(DAY0, "0 09:05")
        world.at(at)
        environ = {**world.environ, "PARALLAX_HOME": str(elsewhere / "var"), "PARALLAX_CLOCK": f"{at.isoformat()}@0"}
        parallax = tmp_path / "venv/bin/parallax"
        _run(parallax, "init", cwd=elsewhere, environ=environ)
        said = _run(parallax, "crawl", cwd=elsewhere, environ=environ)
        digest = _run(parallax, "digest", cwd=elsewhere, environ=environ)

    assert "15 new articles" in said
    assert "WHAT WE COULD NOT SEE" in digest
    with sqlite3.connect(elsewhere / "var/parallax.db") as database:
        assert database.execute("SELECT COUNT(*) FROM revision").fetchone() == (15,)
