"""The owner's side of the zygote and of one worker: starting, hiring, killing, burying."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import warnings
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

from crawler import pool_wire as wire
from crawler.pool_zygote import ZygoteStart, data_bytes, run_zygote
from domain.errors import ParallaxError

CONTROL_TIMEOUT_S = 60.0  # the first answer waits for the imports
_GRACE_S = 2.0
_BOOT = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from crawler.pool_zygote import run_spawned
run_spawned(sys.argv[2])
"""


class PoolError(ParallaxError):
    """The pool itself can't work: it is closed, belongs to another process, or can't start a worker."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker process. Its pidfd names it for good, so nothing else can be killed in its place."""

    pid: int
    pidfd: int
    peer: socket.socket
    line: wire.Line

    def has_ended(self, wait_s: float = 0.0) -> bool:
        """Whether its process is over, after at most ``wait_s``."""
        return _is_readable(self.pidfd, wait_s)

    def kill(self) -> None:
        """Ends it, whatever it is doing."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def close(self) -> None:
        """Gives its descriptors back; the owner must be done with it."""
        self.peer.close()
        os.close(self.pidfd)


class Zygote:
    """A running zygote. Every method may be called from any thread; each is one exchange under one lock.

    Raises PoolError when it can't do what it is asked. With ``is_broken`` it is of no use any more and must be stopped.
    """

    def __init__(self, control: socket.socket, pid: int, spawned: subprocess.Popen[bytes] | None) -> None:
        control.settimeout(CONTROL_TIMEOUT_S)
        self._control = control
        self._pid = pid
        self._spawned = spawned  # the handle, where it is no plain fork
        self._lock = threading.Lock()
        self._is_ready = False
        self.is_broken = False

    @classmethod
    def start(cls, *, memory_bytes: int, preload: tuple[str, ...]) -> Self:
        """A zygote forked from this process, or a fresh interpreter where a fork would be unsafe or too heavy.

        Unsafe is a fork among threads, too heavy one of a process that holds two thirds of what a worker may. Returns
        before its imports are done.
        """
        start = ZygoteStart(
            owner_pid=os.getpid(),
            dies_by_signal=threading.current_thread() is threading.main_thread(),
            memory_bytes=memory_bytes,
            preload=preload,
        )
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            if threading.active_count() > 1 or data_bytes() > memory_bytes * 2 // 3:
                spawned = _spawn(its, start)
                return cls(ours, spawned.pid, spawned)
            return cls(ours, _fork(ours, its, start), None)

    def hire(self) -> Worker:
        """A new worker."""
        try:
            ours, its = socket.socketpair()
        except OSError as error:
            raise PoolError(f"no worker can be started: {error}") from error
        with its:
            try:
                answer, pidfd = self._ask(wire.HIRE, its)
            except BaseException:
                ours.close()
                raise
        if pidfd < 0:  # it did not fit into our table of descriptors; the worker ends with its socket
            ours.close()
            raise PoolError("no worker can be started: too many open files")
        return Worker(wire.HIRED.unpack(answer)[1], pidfd, ours, wire.Line(ours, pidfd))

    def bury(self, worker: Worker) -> int:
        """How a worker that has ended did: its exit code, or the negative number of the signal that ended it."""
        answer, _ = self._ask(wire.BURY.pack(b"B", worker.pid))
        return int(wire.BURIED.unpack(answer)[1])

    def stop(self) -> None:
        """Ends it and all its workers."""
        self._control.close()
        if self._spawned is not None:
            try:
                self._spawned.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                self._spawned.kill()
                self._spawned.wait()
            return
        with suppress(ChildProcessError, ProcessLookupError):  # somebody else may have waited for it
            _end_child(self._pid)

    def _ask(self, command: bytes, passed: socket.socket | None = None) -> tuple[bytes, int]:
        """The answer to ``command``, and the descriptor that came with it (-1: none)."""
        with self._lock:
            try:
                if not self._is_ready:
                    self._receive()
                    self._is_ready = True
                socket.send_fds(self._control, [command], [passed.fileno()] if passed else [])
                return self._receive()
            except OSError as error:  # an answer that comes late would be taken for the next one's
                self.is_broken = True
                raise PoolError(f"the process that forks workers is gone ({error})") from error

    def _receive(self) -> tuple[bytes, int]:
        answer, descriptors, _flags, _address = socket.recv_fds(self._control, 4096, 1)
        if answer.startswith(wire.READY):
            return answer, descriptors[0] if descriptors else -1
        if not answer or not self._is_ready:
            self.is_broken = True
        reason = answer[1:].decode(errors="replace") or "it ended"
        raise PoolError(f"the process that forks workers can't work: {reason}")


def _fork(ours: socket.socket, its: socket.socket, start: ZygoteStart) -> int:
    """The pid of a zygote forked here; no signal handler of ours runs in it."""
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        with warnings.catch_warnings():  # a library's idle native thread is no reason to warn of a fork
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            ours.detach()  # closed with all the rest
            run_zygote(its, start)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)


def _spawn(its: socket.socket, start: ZygoteStart) -> subprocess.Popen[bytes]:
    message = json.dumps({"descriptor": its.fileno(), **asdict(start)})
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-W", "ignore", "-c", _BOOT, json.dumps(sys.path), message],
        pass_fds=[its.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _end_child(pid: int) -> None:
    """Waits for our child ``pid``, which was told to end; kills it when it does not."""
    pidfd = os.pidfd_open(pid)
    try:
        if not _is_readable(pidfd, _GRACE_S):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    finally:
        os.close(pidfd)
    os.waitpid(pid, 0)


def _is_readable(descriptor: int, wait_s: float) -> bool:
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(wait_s * 1000))
