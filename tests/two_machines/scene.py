"""What a run of two machines is made of: where the world and the database are, and the processes on each machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from tests.torture.witness import descendants
from tests.two_machines import network
from tests.world_run import ROOT

ENDING_S = 60.0  # it takes ten seconds; a busy machine takes longer


@dataclass(frozen=True)
class Place:
    """``address`` is the world's; ``reach`` turns a command into one on the machine of that name."""

    address: str
    database_url: str
    reach: Callable[[str, Sequence[str]], list[str]]


@contextlib.contextmanager
def place(server_url: str, *, is_apart: bool) -> Iterator[Callable[[str], Place]]:
    """Gives what makes a place of a database's address: on loopback, or in the namespaces of this process."""
    if not is_apart:
        yield lambda url: Place("127.0.0.1", url, lambda _name, command: list(command))
        return
    network.set_up()
    folder = str(make_url(server_url).query["host"])
    relay = network.Relay(network.HUB, Path(folder) / ".s.PGSQL.5432")

    def over_the_net(url: str) -> Place:
        reached = make_url(url).set(host=network.HUB, port=relay.port, query={})
        return Place(network.HUB, reached.render_as_string(hide_password=False), network.on_machine)

    yield over_the_net


@dataclass
class Processes:
    """Everything that was started; all of it is gone when the context is left."""

    home: Path
    place: Place
    environ: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, machine: str, *words: str, **environ: str) -> None:
        """Start ``parallax words`` on ``machine``; its log goes to ``home/name.log``."""
        command = self.place.reach(machine, [sys.executable, "-m", "parallax.cli", *words])
        told = {**os.environ, **self.environ, "PARALLAX_MACHINE": machine, "OPENBLAS_NUM_THREADS": "1", **environ}
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(command, cwd=ROOT, env=told, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """kill -9 the parallax process behind ``name``, and nothing else: what it started must follow by itself."""
        started = self.running.pop(name)
        os.kill(_parallax_of(started.pid), signal.SIGKILL)
        started.wait(ENDING_S)

    def end(self) -> list[str]:
        """Have everything end as ops do; gives what did not."""
        late = []
        for started in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(_parallax_of(started.pid), signal.SIGTERM)
        for name, started in self.running.items():
            try:
                if started.wait(ENDING_S) != 0:
                    late.append(f"{name} ended with {started.returncode}")
            except subprocess.TimeoutExpired:
                late.append(f"{name} did not end")
        self.running = {name: one for name, one in self.running.items() if one.poll() is None}
        return late

    def destroy(self) -> None:
        """Kill what is left."""
        for started in self.running.values():
            for pid in [*sorted(descendants(started.pid)), started.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            started.wait()


def _parallax_of(pid: int) -> int:
    """The process of ours: ``pid`` itself, or below what leads to its machine."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for one in sorted({pid} | descendants(pid)):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0")
                if b"parallax.cli" in words and b"python" in words[0]:
                    return one
        time.sleep(0.05)
    raise ProcessLookupError(pid)
