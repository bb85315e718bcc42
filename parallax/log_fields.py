"""What the fields of an event become before they are written: plain, short, without secrets. Pure.

Much of what is logged was chosen by a remote server: addresses, titles, messages. It must not steer a terminal, break
a line or carry a password into a file.
"""

from __future__ import annotations

import math
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from datetime import date

from structlog.typing import EventDict, WrappedLogger

from parallax.setting_values import HIDDEN, without_password

MAX_FIELD_CHARS = 4000  # of a field; a traceback may be longer
MAX_TRACEBACK_CHARS = 20_000
_MAX_DEPTH = 4
_LEADING_KEYS = ("at", "level", "event")
_SECRET_NAME = re.compile(r"(.*_)?(password|passwd|pwd|secret|authorization|cookies?|api_?key|access_token)")
_ADDRESS_WITH_PASSWORD = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/@'\"]*:[^\s'\"]*@[^\s'\"]*")
_SECRET_PARAMETER = re.compile(
    r"([?&;](?:key|api_?key|token|access_token|password|secret)=)[^&;#\s'\"]+", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def with_traceback(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by ``error``, one line, and ``traceback``."""
    error = _exception(event.pop("exc_info", None))
    if error is not None:
        event["error"] = _one_line(error)
        event["traceback"] = "".join(traceback.format_exception(error))[-MAX_TRACEBACK_CHARS:]
    return event


def with_error_in_one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by ``error``, one line."""
    error = _exception(event.pop("exc_info", None))
    if error is not None:
        event["error"] = _one_line(error)
    return event


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Every field as plain JSON, passwords and keys replaced by ``***``, long texts cut."""
    return {str(name): _plain(str(name), value, _MAX_DEPTH) for name, value in event.items()}


def without_controls(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Texts on one line, of many lines the first and the last, and nothing in them that steers a terminal."""
    return {name: _harmless(value) if isinstance(value, str) else value for name, value in event.items()}


def leading_keys_first(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Time, level and event name before the fields."""
    return {**{key: event[key] for key in _LEADING_KEYS if key in event}, **event}


def _plain(name: str, value: object, depth: int) -> object:
    if _SECRET_NAME.fullmatch(name.lower().replace("-", "_")) and value is not None:
        return HIDDEN
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping) and depth:
        return {str(key): _plain(str(key), each, depth - 1) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth:
        return [_plain("", each, depth - 1) for each in _in_order(value)]
    return _without_secrets(_text(value), MAX_TRACEBACK_CHARS if name == "traceback" else MAX_FIELD_CHARS)


def _in_order(values: Iterable[object]) -> list[object]:
    return sorted(values, key=str) if isinstance(values, set | frozenset) else list(values)


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    try:
        return value.isoformat() if isinstance(value, date) else str(value)
    except Exception:  # whatever another's __str__ raises must not stop what is being logged
        return f"<{type(value).__name__}>"


def _without_secrets(text: str, most_chars: int) -> str:
    cut = text if len(text) <= most_chars else text[: most_chars - 1] + "…"
    hidden = _ADDRESS_WITH_PASSWORD.sub(lambda found: without_password(found[0]), cut)
    return _SECRET_PARAMETER.sub(rf"\1{HIDDEN}", hidden)


def _harmless(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    one_line = text if len(lines) < 2 else f"{lines[0]} … {lines[-1]}"
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", one_line.strip())


def _exception(given: object) -> BaseException | None:
    """The exception that ``exc_info`` means, in each of the forms that logging knows."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if len(given) == 3 and isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {_text(error)}".split()).removesuffix(":")
