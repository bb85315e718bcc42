"""Signals, heard in a thread of their own, which may take locks.

Python runs a signal's handler in the main thread and nowhere else. One that waits for a lock is not woken where the
kernel gave the signal to another thread, as it may while that one starts a process; and a handler that takes a lock
which the thread under it holds never ends. So no handler does anything here: the number comes through a socket.
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Mapping
from types import FrameType

import structlog

log = structlog.get_logger()


def hear_signals(heard: Mapping[signal.Signals, Callable[[], None]]) -> None:
    """From now on call the function of each of these signals when it comes. To be called in the main thread, once."""
    ours, its = socket.socketpair()
    its.setblocking(False)
    for number in heard:
        signal.signal(number, _nothing)
    signal.set_wakeup_fd(its.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_hear, args=(ours, its, heard), name="signals", daemon=True).start()


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Has the number written into the socket, which is done before."""


def _hear(ours: socket.socket, _its: socket.socket, heard: Mapping[signal.Signals, Callable[[], None]]) -> None:
    """Holds both ends, so that neither is closed."""
    while True:
        for number in ours.recv(64):
            try:
                heard[signal.Signals(number)]()
            except Exception:  # the border of one signal
                log.exception("signal.failed", signal=number)
