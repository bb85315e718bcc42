"""Crawls the sample world the way ``make demo``, the acceptance tests and the torture do.

The world runs in a process of its own. Each crawl is a fork of this process, which has imported everything already, so
that a crawl costs no start-up. Keep this process single-threaded: it forks.
"""

from __future__ import annotations

import http.client
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler import jobs
from crawler.crawl_plan import Tally
from crawler.pool_zygote import load_ahead
from tests.world import CONTROL_HOST

ROOT = Path(__file__).resolve().parent.parent


class RunningWorld:
    """The sample world in its own process; ``environ`` is what leads Parallax to it."""

    def __init__(
        self,
        folder: Path,
        *,
        seconds: int = 3600,
        pace: float = 1.0,
        clock: str | None = None,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._address = address
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.world",
                "serve",
                "--address",
                address,
                "--port",
                str(port),
                "--catalogue",
                str(folder / "catalogue"),
                "--for",
                str(seconds),
                "--pace",
                str(pace),
                *(["--clock", clock] if clock else []),
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.environ: dict[str, str] = {}
        for line in self._process.stdout:
            words = shlex.split(line)
            if words[:1] == ["export"]:
                name, _, value = words[1].partition("=")
                self.environ[name] = value
            else:
                break
        self.port = int(line.rpartition(f"{address}:")[2].partition("/")[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=10)

    def at(self, moment: datetime) -> None:
        """Have the world stand at ``moment``."""
        self._control("POST", "/_world/time", moment.isoformat())

    def requests(self) -> list[tuple[float, str, str]]:
        """(monotonic seconds, host, path) of each request so far, in order."""
        lines = self._control("GET", "/_world/requests", None).splitlines()
        return [(float(at), host, path) for at, host, path in (line.split(" ", 2) for line in lines)]

    def _control(self, method: str, path: str, body: str | None) -> str:
        connection = http.client.HTTPConnection(self._address, self.port, timeout=10)
        try:
            connection.request(method, path, body=body, headers={"Host": CONTROL_HOST})
            answer = connection.getresponse()
            told = answer.read().decode()
            if answer.status >= 300:
                raise RuntimeError(f"the world refused {path}: {answer.status} {told}")
            return told
        finally:
            connection.close()


def import_everything() -> None:
    """What a crawl and its workers would import and load, once, so that forks have it."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its threads would hold memory that no fork needs
    load_ahead((*jobs.PRELOAD, "crawler.run", "parallax.crawling", "parallax.digests", "publish.digest.html"))


def crawl_once(environ: Mapping[str, str], moment: datetime) -> Tally:
    """One crawl pass at ``moment`` in a fork of this process; raises when it did not end well."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os._exit(_crawl(environ, moment, writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        told = answers.read()
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise RuntimeError(f"the crawl at {moment} ended with {os.waitstatus_to_exitcode(status)}")
    return Tally(**json.loads(told))


def crawl_killed(environ: Mapping[str, str], moment: datetime, *, after_s: float) -> None:
    """A crawl pass at ``moment`` in a fork of this process, killed (-9) after so many seconds if it still runs then."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os._exit(_crawl(environ, moment, writing))
    os.close(writing)
    time.sleep(after_s)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)


def in_fork(work: Callable[[], None]) -> None:
    """Do ``work`` in a fork of this process; raises when it failed."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise RuntimeError(f"a fork ended with {os.waitstatus_to_exitcode(status)}")


def _crawl(environ: Mapping[str, str], moment: datetime, writing: int) -> int:
    try:
        from parallax.bootstrap import Parallax
        from parallax.config import load_settings
        from parallax.crawling import crawl_pass
        from parallax.log import configure_logging

        configure_logging("console", "warning")
        parallax = Parallax(load_settings({**environ, "PARALLAX_CLOCK": f"{moment.isoformat()}@0"}))
        tally = crawl_pass(parallax, on_event=lambda _name, _fields: None, in_process=True)
        with os.fdopen(writing, "w") as out:
            json.dump(asdict(tally), out)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
