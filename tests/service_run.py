"""``parallax run`` as a process on the sample world, both on one clock that goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from storage import Session, Store, open_store
from tests.world_run import RunningWorld


def clock_from(at: datetime, rate: float) -> str:
    """A clock setting that stands at ``at`` now and runs ``rate`` times as fast, the same in every process."""
    return f"{at.isoformat()}@{rate}@{time.time()!r}"


class RunningService:
    """A service in its own process, its log in ``home/run.log`` or ``log``. Killed at the end if it still lives."""

    def __init__(
        self,
        world: RunningWorld,
        home: Path,
        clock: str,
        *,
        command: str = "run",
        log: Path | None = None,
        **environ: str,
    ) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")},
            **world.environ,
            "PARALLAX_HOME": str(home),
            "PARALLAX_CLOCK": clock,
            "PARALLAX_LOG_FORMAT": "json",
            **environ,
        }
        self._log_path = log or home / "run.log"
        self._log = self._log_path.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "parallax.cli", command], env=self.environ, stderr=self._log, stdout=self._log
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()

    def log(self) -> str:
        """What it logged so far."""
        return self._log_path.read_text(encoding="utf-8")

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def wait_for(self, is_so: Callable[[Session], bool], *, within_s: float, url: str | None = None) -> None:
        """Wait until the store says so. Raises AssertionError with the log when it does not."""
        store = self.store(url)
        deadline = time.monotonic() + within_s
        try:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, self.log()[-3000:]
                with store.read() as session:
                    if is_so(session):
                        return
                time.sleep(0.3)
        finally:
            store.close()
        raise AssertionError(f"not so within {within_s:g} s:\n{self.log()[-3000:]}")

    def store(self, url: str | None = None) -> Store:
        """Its store, opened from here."""
        return open_store(url or self.environ.get("PARALLAX_DATABASE_URL") or f"sqlite:///{self.home}/parallax.db")
