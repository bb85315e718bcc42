"""What travels between the pool's owner, its zygote and its workers, and how it is framed.

Both ends are ours; the limit on a frame keeps a worker that went mad from filling the owner's memory.
"""

from __future__ import annotations

import importlib
import pickle
import select
import socket
import struct
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import ParallaxError

MAX_RESULT_BYTES = 64 << 20
MAX_MESSAGE_CHARS = 500
MAX_TRACE_CHARS = 8_000

# Owner to zygote: one datagram a command.
HIRE = b"H"  # comes with the worker's end of a socket pair; answered by pid and a pidfd
BURY = struct.Struct("!cI")  # b"B" and the pid of a dead worker; answered by its wait status
HIRED = struct.Struct("!cI")  # b"+", pid
BURIED = struct.Struct("!ci")  # b"+", status
READY = b"+"
REFUSED = b"!"  # followed by what went wrong

# Worker to owner: kind, whether this worker is worn out, size of what follows.
REPLY = struct.Struct("!c?Q")
JOB = struct.Struct("!Q")
VALUE, OURS, ERROR, MEMORY = b"V", b"P", b"E", b"M"


@dataclass(frozen=True, slots=True)
class Job:
    """One call: a function of a module, by name, with its arguments."""

    module: str
    name: str
    args: tuple[object, ...]
    kwargs: dict[str, object]

    def function(self) -> Callable[..., object]:
        """The function itself, its module imported where it was not yet."""
        found: Callable[..., object] = getattr(importlib.import_module(self.module), self.name)
        return found


@dataclass(frozen=True, slots=True)
class Raised:
    """One of our own errors, taken apart: its constructor need not accept its own ``args`` when it is put together."""

    kind: type[ParallaxError]
    args: tuple[object, ...]
    state: dict[str, object]

    def error(self) -> ParallaxError:
        """The error as it was raised, without its traceback."""
        error = self.kind.__new__(self.kind, *self.args)
        error.args = self.args
        error.__dict__.update(self.state)
        return error


@dataclass(frozen=True, slots=True)
class Failure:
    """Any other error: one line and the traceback."""

    message: str
    trace: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker sent back: the kind of result, the result pickled, and whether to replace the worker."""

    kind: bytes
    payload: bytes
    is_worn_out: bool


def taken_apart(error: ParallaxError) -> Raised:
    """``error`` in a form that crosses a process border."""
    return Raised(type(error), error.args, dict(error.__dict__))


def described(error: BaseException) -> Failure:
    """``error`` in words, for one that stays on its side."""
    line = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_MESSAGE_CHARS]
    return Failure(line, "".join(traceback.format_exception(error, limit=-20))[-MAX_TRACE_CHARS:])


def encode_job(function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
    """The bytes a worker needs to make this call.

    Raises ValueError for a function that can't be found again by name, and what pickle raises for arguments that
    can't be sent.
    """
    module, name = getattr(function, "__module__", None), getattr(function, "__qualname__", "")
    if not isinstance(module, str) or not name.isidentifier():
        raise ValueError(f"only a function of a module can be sent to a worker, not {function!r}")
    return pickle.dumps(Job(module, name, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)


def receive_exactly(peer: socket.socket, size: int) -> bytes | None:
    """``size`` bytes from a blocking socket; None when the other end closed before."""
    buffer = bytearray(size)
    view, filled = memoryview(buffer), 0
    while filled < size:
        count = peer.recv_into(view[filled:])
        if count == 0:
            return None
        filled += count
    return bytes(buffer)


class Line:
    """The owner's end of a worker's socket: every wait ends at ``deadline`` or when the worker is gone.

    Raises TimeoutError at the deadline and ConnectionError when the other end is closed or its process has ended.
    """

    def __init__(self, peer: socket.socket, pidfd: int) -> None:
        peer.setblocking(False)
        self._peer = peer
        self._pidfd = pidfd

    def answer(self, job: bytes, deadline: float) -> Answer:
        """What the worker answers to ``job``."""
        self._send(JOB.pack(len(job)), deadline)
        self._send(job, deadline)
        kind, is_worn_out, size = REPLY.unpack(self._receive(REPLY.size, deadline))
        if size > MAX_RESULT_BYTES:
            raise ConnectionAbortedError(f"the worker announced {size} bytes")
        return Answer(kind, self._receive(size, deadline), is_worn_out)

    def _send(self, chunk: bytes, deadline: float) -> None:
        view = memoryview(chunk)
        while view:
            try:
                view = view[self._peer.send(view) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)

    def _receive(self, size: int, deadline: float) -> bytes:
        buffer = bytearray(size)
        view, filled = memoryview(buffer), 0
        while filled < size:
            try:
                count = self._peer.recv_into(view[filled:])
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            if count == 0:
                raise ConnectionResetError("the worker hung up")
            filled += count
        return bytes(buffer)

    def _wait(self, event: int, deadline: float) -> None:
        poller = select.poll()
        poller.register(self._peer, event)
        poller.register(self._pidfd, select.POLLIN)
        left_s = deadline - time.monotonic()
        ready = dict(poller.poll(max(0.0, left_s) * 1000)) if left_s > 0 else {}
        if not ready:
            raise TimeoutError
        if self._peer.fileno() not in ready:  # what it sent before it died was read first
            raise ConnectionResetError("the worker's process ended")
