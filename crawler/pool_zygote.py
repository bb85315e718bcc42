"""The zygote: a small single-threaded process that forks workers, and what a worker does.

It imports what jobs need once, so that a worker costs one fork. Nothing here may outlive its parent: the kernel kills
a worker when the zygote dies, and the zygote ends when its owner does, by signal, closed socket or pidfd, whichever
comes first. Neither shares a descriptor with the owner, so no lock of the owner's is kept alive here.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import importlib
import json
import logging
import os
import pickle
import resource
import select
import signal
import socket
import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from crawler import pool_wire as wire
from domain.errors import ParallaxError

WORN_OUT_SHARE = 0.7  # of the memory limit: a worker that holds more after a job is replaced
ROOM_BYTES = 64 << 20  # the least a worker must be able to allocate on top of what was imported
OOM_SCORE = "800"  # out of memory, the kernel takes a worker rather than its owner
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class ZygoteStart:
    """What a zygote is told at its start.

    ``dies_by_signal`` asks for the parent-death signal. It follows the thread that forked, not its process, so only a
    main thread's child may ask for it; the others go by socket and pidfd. ``preload`` names modules, or functions to
    call as ``module:function``.
    """

    owner_pid: int
    dies_by_signal: bool
    memory_bytes: int
    preload: tuple[str, ...]


def run_zygote(control: socket.socket, start: ZygoteStart) -> NoReturn:
    """Serves ``control`` until its owner is gone, in a process made for it; never returns."""
    try:
        _leave_owner(control.fileno())
        if start.dies_by_signal:
            _die_with(start.owner_pid)
        _preload(start)
        control.send(wire.READY)
        _serve(control, start)
    except BaseException as error:  # a process's border: it must not go on with its owner's code
        with contextlib.suppress(OSError):
            control.send(wire.REFUSED + wire.described(error).message.encode(errors="replace"))
    finally:
        os._exit(0)


def run_spawned(message: str) -> NoReturn:
    """The same in a fresh interpreter: the control socket's descriptor and the start, as JSON."""
    start = json.loads(message)
    control = socket.socket(fileno=start.pop("descriptor"))
    run_zygote(control, ZygoteStart(**{**start, "preload": tuple(start["preload"])}))


def _leave_owner(kept: int) -> None:
    """Lets go of everything that is the owner's: signals, hooks, descriptors, output."""
    gc.freeze()  # what the owner had open is never finalised here
    faulthandler.disable()  # it would write its report into a descriptor that is another's by then
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    # What is sent to the whole process group is the owner's to answer; these live exactly as long as it does.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    sys.settrace(None)
    sys.setprofile(None)
    _close_all_but(kept)
    _be_silent()


def _close_all_but(*kept: int) -> None:
    for descriptor in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if descriptor > 2 and descriptor not in kept:
            with contextlib.suppress(OSError):  # the listing's own descriptor is closed already
                os.close(descriptor)


def _be_silent() -> None:
    """Standard streams lead nowhere, logs and warnings with them: a worker speaks through its result."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    if null > 2:
        os.close(null)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def _die_with(parent_pid: int) -> None:
    """The kernel kills this process when its parent dies; at once if that happened before it was asked."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent_pid:
        os._exit(0)


def load_ahead(entries: Iterable[str]) -> None:
    """Import modules, and call a function where an entry reads ``module:function``: forks then have what they load."""
    for entry in entries:
        name, _, function = entry.partition(":")
        module = importlib.import_module(name)
        if function:
            getattr(module, function)()


def _preload(start: ZygoteStart) -> None:
    load_ahead(start.preload)
    held = data_bytes()
    if held + ROOM_BYTES > start.memory_bytes:
        raise MemoryError(
            f"{held >> 20} MiB are in use before any job; the limit of {start.memory_bytes >> 20} is too low"
        )
    gc.collect()
    gc.freeze()


def data_bytes() -> int:
    """What RLIMIT_DATA counts of this process, and its stack."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()


def _serve(control: socket.socket, start: ZygoteStart) -> None:
    """Forks and buries on demand, until the control socket closes or the owner's process ends."""
    poller = select.poll()
    poller.register(control, select.POLLIN)
    with contextlib.suppress(OSError):  # no such process: then the socket is closed too
        poller.register(os.pidfd_open(start.owner_pid), select.POLLIN)
    while True:
        if control.fileno() not in dict(poller.poll()):
            return
        command, descriptors, _flags, _address = socket.recv_fds(control, wire.BURY.size, 1)
        if not command:
            return
        if command == wire.HIRE:
            _hire(control, descriptors[0], start.memory_bytes)
        else:
            _bury(control, wire.BURY.unpack(command)[1])


def _hire(control: socket.socket, descriptor: int, memory_bytes: int) -> None:
    zygote_pid = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        control.send(wire.REFUSED + str(error).encode())
        os.close(descriptor)
        return
    if pid == 0:
        _run_worker(descriptor, zygote_pid, memory_bytes)
    os.close(descriptor)
    pidfd = os.pidfd_open(pid)  # nobody has waited for it yet: this is the very process
    socket.send_fds(control, [wire.HIRED.pack(wire.READY, pid)], [pidfd])
    os.close(pidfd)


def _bury(control: socket.socket, pid: int) -> None:
    try:
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        status = 0
    control.send(wire.BURIED.pack(wire.READY, status))


def _run_worker(descriptor: int, zygote_pid: int, memory_bytes: int) -> NoReturn:
    """Does one job after another until its socket closes; never returns."""
    try:
        _die_with(zygote_pid)
        _close_all_but(descriptor)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")
        owner = socket.socket(fileno=descriptor)
        while (header := wire.receive_exactly(owner, wire.JOB.size)) is not None:
            _answer(owner, wire.JOB.unpack(header)[0], int(memory_bytes * WORN_OUT_SHARE))
    except OSError:
        pass  # the owner hung up: a killed job, or the end
    finally:
        os._exit(0)


def _answer(owner: socket.socket, size: int, worn_out_bytes: int) -> None:
    kind, payload = wire.MEMORY, b""
    with contextlib.suppress(MemoryError):
        received = wire.receive_exactly(owner, size)
        if received is None:
            return
        kind, payload = _result(received)
    is_worn_out = kind == wire.MEMORY or data_bytes() > worn_out_bytes
    owner.sendall(wire.REPLY.pack(kind, is_worn_out, len(payload)))
    owner.sendall(payload)


def _result(received: bytes) -> tuple[bytes, bytes]:
    """Kind and pickled result of one job; MemoryError is the caller's to report, with this frame gone."""
    try:
        job: wire.Job = pickle.loads(received)  # noqa: S301 - from the owner, over a private socket
        kind, result = wire.VALUE, job.function()(*job.args, **job.kwargs)
        payload = _packed(result)
    except MemoryError:
        raise
    except ParallaxError as error:
        kind, payload = wire.OURS, _packed(wire.taken_apart(error))
    except BaseException as error:  # the border of one job: it ends as the job's outcome
        kind, payload = wire.ERROR, _packed(wire.described(error))
    if len(payload) > wire.MAX_RESULT_BYTES:
        message = f"the result is too large: {len(payload)} bytes of at most {wire.MAX_RESULT_BYTES}"
        return wire.ERROR, _packed(wire.Failure(message, ""))
    return kind, payload


def _packed(result: object) -> bytes:
    return pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
