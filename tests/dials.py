"""Counts where sockets are opened: every connect of this process, whatever library asks for it."""

from __future__ import annotations

import sys
from typing import Any


def counted_dials() -> list[str]:
    """A list that grows by ``host:port`` at every connect of an internet socket from now on, allowed or not.

    An audit hook, which no code of ours can go around; it stays until the process ends.
    """
    dials: list[str] = []

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            dials.append(f"{arguments[1][0]}:{arguments[1][1]}")

    sys.addaudithook(note)
    return dials


def counted_lookups() -> list[str]:
    """A list that grows by the name at every look-up of this process from now on, whatever library asks for it."""
    lookups: list[str] = []

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(("socket.getaddrinfo", "socket.gethostby")):
            lookups.append(str(arguments[0]))

    sys.addaudithook(note)
    return lookups
