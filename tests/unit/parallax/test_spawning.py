"""A child that is started before anything else, and dismissed where its parent can't begin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import ConfigError
from parallax.spawning import early_child


def test_a_child_is_dismissed_where_its_parent_cannot_begin() -> None:
    started = []

    def begin() -> None:
        with early_child() as child:
            started.append(child)
            assert child.poll() is None
            raise ConfigError("PARALLAX_EXECUTOR", "none such")

    with pytest.raises(ConfigError):
        begin()
    [child] = started
    assert child.returncode is not None
    assert child.stdin is not None
    assert child.stdin.closed


def test_a_child_goes_on_where_its_parent_begins() -> None:
    with early_child() as child:
        pass
    try:
        assert child.poll() is None
    finally:
        child.communicate("")  # its parent ends without a word: so does it
    assert child.returncode == 0


def test_what_starts_it_imports_nothing_that_takes_long() -> None:
    asked = "import sys, parallax.cli, parallax.spawning; print({'sqlalchemy', 'pydantic', 'scrapy'} & {*sys.modules})"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"


@pytest.mark.parametrize("command", ["run", "worker"])
def test_wrong_settings_are_told_and_leave_no_child(command: str, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    environ |= {"PARALLAX_HOME": str(tmp_path), "PARALLAX_EXECUTOR": "none such"}
    asked = [sys.executable, "-m", "parallax.cli", command]
    # A child holds the same pipe to standard error, so that this ends only once it is gone, too.
    done = subprocess.run(asked, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "PARALLAX_EXECUTOR" in done.stderr
    assert "Traceback" not in done.stderr
