"""Outages of what is written to, each told of once: a lock that is waited for, a database out of reach, a full disk.

Whoever meets one waits and tries again; what they say of it comes together here, so that a fault is one line in the
log, with its cause, and its end another.
"""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

import structlog
from sqlalchemy.exc import DBAPIError

from domain.errors import OutageError, OutageKind

log = structlog.get_logger()

QUIET_S = 5.0  # without a failure before an outage counts as over: one that comes back sooner is the same
_CAUSES: Mapping[OutageKind, str] = {
    "locked": "the database is locked: another program holds it, or a very long write does",
    "unreachable": "the database can't be reached",
    "disk_full": "the disk is full",
}
_UNREACHABLE = {"57P01", "57P02", "57P03", "57P05"}  # shut down, crashed, starting up
_SQLITE_IO = 10

Tell = Callable[[str, Mapping[str, object]], None]


def log_outage(name: str, fields: Mapping[str, object]) -> None:
    """Tell of an outage in this process's log."""
    told = {str(key): value for key, value in fields.items()}
    if name == "outage.began":
        log.error("outage.began", **told)
    else:
        log.info("outage.ended", **told)


@dataclass(slots=True)
class _Outage:
    began: float
    failed_at: float
    through_at: float = 0.0  # when the last source got through
    sources: set[str] = field(default_factory=set)  # who has not got through since


class Outages:
    """The outages of one process. Any thread may tell of them; ``tell`` is called once for each begin and end."""

    def __init__(self, tell: Tell = log_outage) -> None:
        self.tell = tell
        self._lock = threading.Lock()
        self._open: dict[OutageKind, _Outage] = {}

    def failed(self, error: OutageError, *, source: str = "database") -> None:
        """``source`` could not do its work for this reason, and tries again."""
        now = time.monotonic()
        with self._lock:
            outage = self._open.get(error.kind)
            is_new = outage is None
            if outage is None:
                outage = self._open[error.kind] = _Outage(now, now)
            outage.failed_at = now
            outage.sources.add(source)
        if is_new:
            self.tell("outage.began", {"kind": error.kind, "error": str(error)})

    def hear(self, name: str, fields: Mapping[str, object], *, source: str = "child") -> None:
        """What a child process says of its outages, among other things; one that is at work anew has none."""
        if name == "outage.began":
            self.failed(OutageError(cast("OutageKind", fields["kind"]), str(fields["error"])), source=source)
        elif name == "outage.ended":
            self.worked(source, for_s=QUIET_S)
        elif name == "crawl.opened":
            self.worked(source)

    def worked(self, source: str = "database", *, for_s: float = 0.0) -> None:
        """``source`` did its work, and did it ``for_s`` seconds ago already."""
        if not self._open:
            return
        now = time.monotonic()
        with self._lock:
            for outage in self._open.values():
                if source in outage.sources:
                    outage.sources.discard(source)
                    outage.through_at = now - for_s
            over = {
                kind: outage
                for kind, outage in self._open.items()
                if not outage.sources and now - outage.failed_at >= QUIET_S
            }
            for kind in over:
                del self._open[kind]
        for kind, outage in over.items():
            self.tell("outage.ended", {"kind": kind, "seconds": round(max(0.0, outage.through_at - outage.began), 1)})


def outage_of(error: DBAPIError) -> OutageError | None:
    """The outage that a database's error tells of; None where trying again later would not help."""
    kind = _kind_of(error)
    return None if kind is None else OutageError(kind, f"{_CAUSES[kind]}: {one_line(error)}")


def outage_behind(error: BaseException) -> OutageError | None:
    """The outage that an error came of: one of the database's, or a full disk under a file; None: another fault."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OutageError):
            return cause
        if isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}:
            return OutageError("disk_full", f"{_CAUSES['disk_full']}: {error}")
        cause = cause.__cause__
    return None


def _kind_of(error: DBAPIError) -> OutageKind | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        text = str(error.orig).lower()
        if "locked" in text:
            return "locked"
        if "disk is full" in text:
            return "disk_full"
        return "unreachable" if code & 0xFF == _SQLITE_IO else None
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate == "55P03":
        return "locked"
    if sqlstate == "53100":
        return "disk_full"
    is_gone = error.connection_invalidated or sqlstate in _UNREACHABLE or (sqlstate or "").startswith("08")
    is_refused = sqlstate is None and type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
    return "unreachable" if is_gone or is_refused else None


def one_line(error: DBAPIError) -> str:
    """What the database said, without the statement and its values."""
    return str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
