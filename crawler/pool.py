"""Workers that can be killed: whatever a remote server controls is read in one, under a time and a memory limit.

The owner starts a zygote (``pool_zygote``) before its own threads; workers are forks of that, so replacing one costs
milliseconds. A stuck, crashed or swollen worker ends alone and its job ends in a typed outcome. concurrent.futures and
multiprocessing were left: neither can kill one stuck task, and their workers outlive a killed parent.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Literal, Self, TypeVar

from crawler import pool_wire as wire
from crawler.pool_workers import PoolError, Worker, Zygote

__all__ = ["FailureKind", "JobDone", "JobFailed", "Pool", "PoolError"]

DEFAULT_MEMORY_BYTES = 400 << 20  # with the libraries' files mapped in, a worker stays under 512 MB resident
DEFAULT_DEADLINE_S = 15.0
_DYING_S = 1.0
_CLOSING_S = 5.0

T = TypeVar("T")
FailureKind = Literal["timeout", "crashed", "memory", "error"]


@dataclass(frozen=True, slots=True)
class JobDone(Generic[T]):
    """A job that came to its end, with what its function returned."""

    value: T


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A job that did not: ``message`` is one line, ``trace`` the traceback where Python had one."""

    kind: FailureKind
    message: str
    trace: str = ""


class Pool:
    """At most ``size`` workers, started when first needed; ``run`` may be called from any number of threads.

    ``preload`` names the modules that jobs need, imported once. ``memory_bytes`` bounds each worker's private memory.
    Make it in the main thread before other threads start; elsewhere it works too, at the price of a fresh interpreter.
    ``zygote`` was started ahead of time, with the same preload and bound. A process forked from the owner can't use the
    owner's pool, it makes its own.
    """

    def __init__(
        self,
        size: int = 2,
        *,
        preload: Sequence[str] = (),
        memory_bytes: int = DEFAULT_MEMORY_BYTES,
        zygote: Zygote | None = None,
    ) -> None:
        if size < 1:
            raise ValueError("a pool needs at least one worker")
        self._memory_bytes = memory_bytes
        self._preload = tuple(preload)
        self._owner_pid = os.getpid()
        self._size = size
        self._free = size
        self._changed = threading.Condition()
        self._zygote_lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._is_closed = False
        self._zygote: Zygote | None = zygote or self._start_zygote()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
        self, function: Callable[..., T], /, *args: object, deadline_s: float = DEFAULT_DEADLINE_S, **kwargs: object
    ) -> JobDone[T] | JobFailed:
        """What ``function`` returns for these arguments, called in a worker; waits for a free one first.

        ``function`` is a module's own, found there by name. ``deadline_s`` counts from the moment a worker is free.
        A ParallaxError that it raises is raised here; any other exception is a JobFailed. Raises PoolError when the
        pool itself can't work, ValueError for a function that can't be sent.
        """
        job = wire.encode_job(function, args, kwargs)
        worker = self._take()
        try:
            answer = worker.line.answer(job, time.monotonic() + deadline_s)
        except TimeoutError:
            self._dismiss(worker)
            self._check_open()
            return JobFailed("timeout", f"not done after {deadline_s:g} s")
        except OSError:
            status = self._dismiss(worker, wait_s=_DYING_S)
            self._check_open()
            return JobFailed("crashed", _last_words(status))
        except BaseException:  # the caller was interrupted: nobody waits for this job any more
            self._dismiss(worker)
            raise
        if answer.is_worn_out:
            self._dismiss(worker)
        else:
            self._keep(worker)
        return _outcome(answer)

    def close(self) -> None:
        """Ends every worker and the zygote; jobs still running raise PoolError in their callers."""
        if os.getpid() != self._owner_pid:
            return
        with self._changed:
            if self._is_closed:
                return
            self._is_closed = True
            for worker in self._busy:
                worker.kill()
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._busy, _CLOSING_S)
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()
            worker.close()
        with self._zygote_lock:
            if self._zygote is not None:
                self._zygote.stop()
                self._zygote = None

    def _start_zygote(self) -> Zygote:
        return Zygote.start(memory_bytes=self._memory_bytes, preload=self._preload)

    def _take(self) -> Worker:
        """A living worker, reserved for the caller."""
        if os.getpid() != self._owner_pid:
            raise PoolError("this pool belongs to the process that made it")
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._free)
            self._check_open()
            self._free -= 1
            worker = self._idle.pop() if self._idle else None
        try:
            if worker is not None and worker.has_ended():
                self._bury(worker)
                worker = None
            worker = worker or self._hire()
        except BaseException:
            with self._changed:
                self._free += 1
                self._changed.notify()
            raise
        with self._changed:
            self._busy.add(worker)
            if self._is_closed:
                worker.kill()
        return worker

    def _keep(self, worker: Worker) -> None:
        with self._changed:
            if not self._is_closed:
                self._release(worker)
                self._idle.append(worker)
                return
        self._dismiss(worker)

    def _dismiss(self, worker: Worker, *, wait_s: float = 0.0) -> int | None:
        """The exit code of a worker that is done with; it may take ``wait_s`` to end by itself."""
        if not worker.has_ended(wait_s):
            worker.kill()
        try:
            return self._bury(worker)
        finally:
            with self._changed:
                self._release(worker)

    def _release(self, worker: Worker) -> None:
        self._busy.discard(worker)
        self._free += 1
        self._changed.notify_all()

    def _hire(self) -> Worker:
        """A new worker, of a new zygote where the old one is broken."""
        with self._zygote_lock:
            self._check_open()
            if self._zygote is not None:
                try:
                    return self._zygote.hire()
                except PoolError:
                    if not self._zygote.is_broken:
                        raise
                    self._zygote.stop()
                    self._zygote = None
            fresh = self._start_zygote()
            try:
                worker = fresh.hire()
            except PoolError:
                fresh.stop()
                raise
            self._zygote = fresh
            return worker

    def _bury(self, worker: Worker) -> int | None:
        """The exit code of a worker that has ended or was killed; None when the zygote went with it."""
        try:
            with self._zygote_lock:
                return self._zygote.bury(worker) if self._zygote is not None else None
        except PoolError:
            return None
        finally:
            worker.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise PoolError("the pool is closed")


def _outcome(answer: wire.Answer) -> JobDone[T] | JobFailed:
    """What the caller gets for a worker's answer."""
    if answer.kind == wire.MEMORY:
        return JobFailed("memory", "the job needs more memory than it may have")
    try:
        result = pickle.loads(answer.payload)  # noqa: S301 - from our own worker, over a private socket
    except Exception as error:  # unpickling runs constructors, which may raise anything
        failure = wire.described(error)
        return JobFailed("error", f"the result can't be read: {failure.message}", failure.trace)
    if answer.kind == wire.OURS:
        raise result.error()
    if answer.kind == wire.ERROR:
        return JobFailed("error", result.message, result.trace)
    return JobDone(result)


def _last_words(status: int | None) -> str:
    """How a worker ended, for a person."""
    if status is None:
        return "the worker and the process that forks workers were killed"
    if status >= 0:
        return f"the worker exited with code {status}"
    hint = " (perhaps the system was out of memory)" if status == -signal.SIGKILL else ""
    return f"the worker was ended by {_signal_name(-status)}{hint}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal
        return f"signal {number}"
