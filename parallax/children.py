"""Keeps one crawl child at work: started, listened to, replaced when it is spent or dies, stopped in time."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

import structlog

from crawler.crawl_plan import Tally
from parallax.spawning import Child, dismiss, spawn_child

log = structlog.get_logger()

OnEvent = Callable[[str, Mapping[str, object]], None]
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 30.0
LIVED_WELL_S = 60.0  # a child that worked so long did not fail at once: the next pause is short again
KILLED_AT_WORK_S = 1.0  # the same of one that was killed by a signal: that was somebody else's doing
OUTAGE_PAUSE_S = 5.0
STOPPING_S = 7.0


def told_by(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """What a child tells: a name and its fields. What can't be read, as of one killed while it spoke, is lost."""
    for line in lines:
        try:
            name, fields = json.loads(line)
        except ValueError:
            log.warning("child.unreadable", line=line.strip()[:200])
            continue
        yield name, fields


class CrawlChild:
    """A supervisor thread and its child, ``python -m parallax.child --stay``; the child dies with this process.

    Beside the child at work waits a spare one that has imported everything and opened nothing: where the one dies, the
    other is at work at once. ``first`` was started before anything else was made ready, so that the two get ready side
    by side. With ``began`` the child works on the hosts that it is told of; ``began`` is called when a new one can be
    told.
    """

    def __init__(
        self,
        environ: Callable[[], Mapping[str, str]],
        on_event: OnEvent,
        *,
        first: Child | None = None,
        began: Callable[[], None] | None = None,
    ) -> None:
        self._environ = environ
        self._spare = first
        self._on_event = on_event
        self._began = began
        self._stopping = threading.Event()
        self._kills_at = 0.0
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._thread: threading.Thread | None = None
        self._ready_at: float | None = None  # when the child said that it is at work
        self._is_replaced = False  # the child was told to make room

    def start(self) -> None:
        """Begin; a child is started at once and again whenever it ends."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._supervise, name="crawl-child", daemon=True)
        self._thread.start()

    def tell(self, hosts: Iterable[str]) -> None:
        """Have the child work on ``hosts``. One that is just ending does not hear it; the next one ``began`` soon."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self._child is not None and self._child.stdin is not None:
                self._child.stdin.writelines(f"{host}\n" for host in hosts)
                self._child.stdin.flush()

    def replace(self) -> None:
        """Have the child give its hosts back and end; the next one reads settings and catalogue anew."""
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                self._is_replaced = True
                self._child.terminate()

    def ask_to_stop(self) -> None:
        """Have the child give its hosts back and end, and don't wait for that; ``stop`` does."""
        if not self._stopping.is_set():
            self._kills_at = time.monotonic() + STOPPING_S
        self._stopping.set()
        self.replace()

    def stop(self) -> None:
        """Have the child give its hosts back and end; one that does not within seven seconds is killed."""
        self.ask_to_stop()
        if self._thread is None:
            self._dismiss_spare()
            return
        self._thread.join(max(0.0, self._kills_at - time.monotonic()))
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                log.warning("child.killed", pid=self._child.pid)
                self._child.kill()
        self._thread.join(STOPPING_S)
        self._thread = None
        self._dismiss_spare()

    def _dismiss_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:  # it was never told to begin
            dismiss(spare)

    def _supervise(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stopping.is_set():
            outcome = self._one_life()
            if self._stopping.is_set():
                return
            if outcome in {"recycle", "stopped"}:
                log.info("child.replaced", outcome=outcome)
                pause_s = FIRST_PAUSE_S
                continue
            if outcome.startswith("outage"):  # told of
                self._stopping.wait(OUTAGE_PAUSE_S)
                continue
            if self._worked_well():
                pause_s = FIRST_PAUSE_S
            log.error("child.died", outcome=outcome, again_in_s=pause_s)
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _worked_well(self) -> bool:
        """Whether the child that ended was ready for long enough, so that the next one need not wait."""
        worked_s = time.monotonic() - self._ready_at if self._ready_at is not None else 0.0
        was_killed = self._child is not None and (self._child.returncode or 0) < 0
        return worked_s >= (KILLED_AT_WORK_S if was_killed else LIVED_WELL_S)

    def _one_life(self) -> str:
        """Run a child to its end; gives its outcome."""
        self._ready_at = None
        tally = Tally(outcome="lost")
        with self._lock:
            if self._stopping.is_set():
                return "stopped"
            self._is_replaced = False
            spare, self._spare = self._spare, None
            self._child = spare if spare is not None and spare.poll() is None else self._spawn()
            self._give_environ(self._child)  # before the lock is open to those who tell it hosts
        child = self._child
        if self._began:
            self._began()
        assert child.stdout is not None
        for name, fields in told_by(child.stdout):
            if name == "crawl.ended":
                tally = Tally(**fields)  # type: ignore[arg-type]
                continue
            if name == "crawl.opened":
                self._ready_at = time.monotonic()
                self._see_to_spare()
            self._on_event(name, fields)
        returncode = child.wait()
        with self._lock:
            for pipe in filter(None, (child.stdin, child.stdout)):
                with contextlib.suppress(OSError):  # what it was told last and did not hear
                    pipe.close()
        if self._is_replaced and returncode == -signal.SIGTERM:
            return "stopped"  # before it was ready to hear it: it had taken no host yet
        if tally.outcome == "lost" and returncode != 0:
            return f"lost: the crawl child ended with {returncode}"
        return tally.outcome

    def _spawn(self, *, is_spare: bool = False) -> Child:
        """In the supervisor's thread: a child dies with the thread that started it."""
        return spawn_child(is_told=self._began is not None, is_spare=is_spare)

    def _see_to_spare(self) -> None:
        """Once the child is at work: getting ready costs seconds of the processor."""
        if not self._stopping.is_set() and (self._spare is None or self._spare.poll() is not None):
            self._spare = self._spawn(is_spare=True)

    def _give_environ(self, child: Child) -> None:
        assert child.stdin is not None
        with contextlib.suppress(OSError):  # it died while it got ready: its exit code tells
            child.stdin.write(json.dumps(dict(self._environ())) + "\n")
            child.stdin.flush()
