"""The log: one event a line, as JSON or for a terminal, from this process and the libraries in it.

A line goes out in one write, without a lock: a child that was forked or is killed leaves whole lines, and a reader who
went away stops nobody. Libraries speak from warnings on. A traceback is for JSON; a terminal gets its last line.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

from parallax.log_fields import (
    leading_keys_first,
    with_error_in_one_line,
    with_traceback,
    without_controls,
    without_secrets,
)

LogFormat = Literal["auto", "json", "console"]
LogLevel = Literal["debug", "info", "warning", "error"]

_LEVELS: dict[LogLevel, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logging(log_format: LogFormat = "auto", level: LogLevel = "info", stream: TextIO | None = None) -> None:
    """Send every event from ``level`` on to ``stream`` (standard error), and what libraries log from warnings on.

    ``auto`` is console on a terminal and JSON elsewhere. May be called again, as a child process does.
    """
    out = stream if stream is not None else sys.stderr
    is_terminal = out is not None and out.isatty()
    is_console = log_format == "console" or (log_format == "auto" and is_terminal)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            *(_for_terminal(is_terminal) if is_console else _for_machines()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_: _Lines(out),
        cache_logger_on_first_use=False,  # a child configures again, and its loggers are the parent's
    )
    _hear_libraries()


def log_crashes() -> None:
    """Log what ends this process or one of its threads unexpectedly, as an event and not as a bare traceback."""
    sys.excepthook = _log_crash
    threading.excepthook = _log_thread_crash


class _Lines:
    """Writes whole lines; a stream that is closed or gone is nothing to stop for."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        if self._stream is None:
            return
        raw = memoryview(f"{line}\n".encode("utf-8", "backslashreplace"))
        try:
            descriptor = self._descriptor(self._stream)
            if descriptor is None:
                self._stream.write(str(raw, "utf-8"))
                return
            while raw:
                raw = raw[os.write(descriptor, raw) :]
        except (OSError, ValueError):  # gone; closed
            return

    debug = info = warning = error = critical = msg

    @staticmethod
    def _descriptor(stream: TextIO) -> int | None:
        """Asked each time: the number of a closed stream may be another file's by now."""
        if stream.closed:
            raise ValueError("closed")
        try:
            return stream.fileno()
        except OSError:  # in memory
            return None


class _LibraryHandler(logging.Handler):
    """Turns a library's record into an event of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # the library's format and arguments do not fit each other
            message = str(record.msg)
        log = structlog.get_logger()
        tell = log.error if record.levelno >= logging.ERROR else log.warning
        tell("library.reported", library=record.name, message=message, exc_info=record.exc_info or None)


def _hear_libraries() -> None:
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler, _LibraryHandler) or type(handler) is logging.StreamHandler:
            root.removeHandler(handler)
    root.addHandler(_LibraryHandler(logging.WARNING))  # on the handler too: Scrapy opens its own loggers wide
    root.setLevel(logging.WARNING)
    logging.raiseExceptions = False
    logging.captureWarnings(True)


def _for_machines() -> list[Processor]:
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    return [with_traceback, without_secrets, leading_keys_first, renderer]


def _for_terminal(has_colours: bool) -> list[Processor]:
    renderer = structlog.dev.ConsoleRenderer(colors=has_colours, timestamp_key="at", pad_event_to=28)
    return [with_error_in_one_line, without_secrets, without_controls, renderer]


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        structlog.get_logger().warning("process.interrupted")
        return
    structlog.get_logger().critical("process.crashed", exc_info=(kind, error, trace))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is not None and not issubclass(crash.exc_type, SystemExit):
        trace = (crash.exc_type, crash.exc_value, crash.exc_traceback)
        structlog.get_logger().critical("thread.crashed", exc_info=trace)
