"""What this machine is called in the names of its archive files, where several machines share one database."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def machine_name() -> str:
    """A short name that no other machine has: an ``m`` and eight hex digits of the system's own id and host name.

    Hashed, because the system's id is not to be shown; with the host name, because clones and containers share ids.
    """
    told = f"{_system_id()}\n{os.uname().nodename}"
    return "m" + hashlib.sha256(told.encode()).hexdigest()[:8]


def _system_id() -> str:
    for path in _IDS:
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
    return ""
