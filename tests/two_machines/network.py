"""Machines made of namespaces: a bridge with world and database on it, and two machines with addresses of their own.

Everything is made inside namespaces that belong to one process (``inside``): when that process ends, however it ends,
the kernel kills what runs in them and takes them down. There is no way from them to any other network.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

HUB = "10.77.0.1"
MACHINES = {"one": "10.77.0.11", "two": "10.77.0.12"}
_OUTER = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
_MACHINE = ("unshare", "--mount", "--pid", "--uts", "--fork", "--kill-child", "--mount-proc")


def inside(command: Sequence[str]) -> list[str]:
    """``command`` in namespaces of its own, which end with it."""
    return [*_OUTER, *command]


def why_not() -> str | None:
    """Why namespaces can't be made here; None where they can."""
    for tool in ("ip", "unshare", "mount"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed (Debian: iproute2, util-linux, mount)"
    trial = [sys.executable, "-c", "from tests.two_machines.network import set_up; set_up()"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(inside(trial), cwd=root, capture_output=True, text=True, timeout=60, check=False)
    last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return None if done.returncode == 0 else f"namespaces can't be made: {last}"


def set_up() -> None:
    """The bridge and the two machines, in the namespaces of this process."""
    Path("/run/netns").mkdir(parents=True, exist_ok=True)
    _run("mount -t tmpfs none /run/netns")
    _run("ip link set lo up")
    _run("ip link add hub type bridge")
    _run(f"ip addr add {HUB}/24 dev hub")
    _run("ip link set hub up")
    for name, address in MACHINES.items():
        _run(f"ip netns add {name}")
        _run(f"ip link add to-{name} type veth peer name eth0 netns {name}")
        _run(f"ip link set to-{name} master hub")
        _run(f"ip link set to-{name} up")
        for command in (f"ip addr add {address}/24 dev eth0", "ip link set eth0 up", "ip link set lo up"):
            _run(f"ip netns exec {name} {command}")


def on_machine(name: str, command: Sequence[str]) -> list[str]:
    """``command`` on the machine: its own network, processes and host name."""
    named = f'hostname {name} && exec "$@"'
    return ["ip", "netns", "exec", name, *_MACHINE, "sh", "-c", named, "sh", *command]


def _run(command: str) -> None:
    done = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: {done.stderr.strip()}")


class Relay:
    """Passes what comes to ``address`` on to a socket file: a database that listens there is reached over the net."""

    def __init__(self, address: str, socket: Path) -> None:
        self._socket = socket
        self._address = address
        self._is_open = threading.Event()
        self.port = 0
        threading.Thread(target=lambda: asyncio.run(self._serve()), name="relay", daemon=True).start()
        if not self._is_open.wait(10):
            raise RuntimeError(f"nothing listens at {address}")

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._pass_on, self._address, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_open.set()
        await server.serve_forever()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(str(self._socket))
        await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()
