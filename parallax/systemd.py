"""Tells systemd how the service stands (sd_notify): ready, reloading, stopping, and that it still lives."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping


class Notifier:
    """Speaks to the socket that systemd named; elsewhere it says nothing."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.wants_watchdog = bool(environ.get("WATCHDOG_USEC"))

    def tell(self, **state: str | int) -> None:
        """Send ``NAME=value`` lines, such as ``tell(READY=1, STATUS="leading")``. Never raises."""
        if not self._address:
            return
        message = "\n".join(f"{name}={value}" for name, value in state.items()).encode()
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect(self._address)
            line.send(message)
