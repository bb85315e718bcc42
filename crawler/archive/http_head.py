"""A response's status line and headers as an archive record carries them, and back again without loss.

Readers of web archives act on the headers: what was undone on the way (chunks, a content coding) must not be announced
any more, and no remote server may write lines of its own into a record. So some headers are written otherwise than
they came: renamed to ``X-Orig-…`` (as other crawlers do) or with their unsafe characters replaced. Each of these is
kept as it came under its index, and goes into the record's own metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from crawler.archive.coding import is_still_encoded
from domain.fetch import Response

Header = tuple[str, str]

_NOT_A_TOKEN = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_BREAKS_LINES = re.compile(r"[\r\n\0]")
_HTTP_1 = re.compile(r"HTTP/1\.[01]")
_SPACE = " \t"


@dataclass(frozen=True, slots=True)
class HttpHead:
    """The bytes of a status line and headers, blank line included; ``as_received`` holds what was written otherwise."""

    raw: bytes
    as_received: Mapping[int, Header]


def written_head(response: Response) -> HttpHead:
    """The head under which ``response`` is archived."""
    undone = _undone_headers(response)
    lines = [_status_line(response)]
    as_received: dict[int, Header] = {}
    for index, (name, value) in enumerate(response.headers):
        is_renamed = name.lower() in undone or (name.lower() == "content-length" and _is_other_length(value, response))
        safe_name = _NOT_A_TOKEN.sub("_", name) or "_"
        safe_value = _BREAKS_LINES.sub(" ", value.encode("latin-1", "replace").decode("latin-1")).strip()
        written = (f"X-Orig-{safe_name}" if is_renamed else safe_name, safe_value)
        if written != (name, value):
            as_received[index] = (name, value)
        lines.append(f"{written[0]}: {written[1]}")
    return HttpHead("\r\n".join([*lines, "", ""]).encode("latin-1"), as_received)


def read_head(raw: bytes, as_received: Mapping[int, Header]) -> tuple[str, int, tuple[Header, ...]]:
    """HTTP version, status and headers as they were received.

    ``raw`` is a head of ours without its blank line. Raises ValueError when it is none.
    """
    status_line, *lines = raw.decode("latin-1").split("\r\n")
    version, status, *_ = status_line.split(" ", 2)
    headers = [as_received.get(index) or _header(line) for index, line in enumerate(lines)]
    return version, int(status), tuple(headers)


def http_1_version(response: Response) -> str:
    """The version in the status line; readers know no other than HTTP/1.0 and 1.1."""
    return response.http_version if _HTTP_1.fullmatch(response.http_version) else "HTTP/1.1"


def _header(line: str) -> Header:
    name, colon, value = line.partition(": ")
    if not colon:
        raise ValueError(f"not a header: {line[:80]!r}")
    return name, value


def _status_line(response: Response) -> str:
    try:
        phrase = HTTPStatus(response.status).phrase
    except ValueError:
        phrase = ""
    return f"{http_1_version(response)} {response.status} {phrase}"


def _undone_headers(response: Response) -> frozenset[str]:
    """Headers that announce what the body no longer has: chunks always, the content coding where it was undone."""
    codings = [value for name, value in response.headers if name.lower() == "content-encoding"]
    if not codings or is_still_encoded(response.body, ",".join(codings)):
        return frozenset({"transfer-encoding"})
    return frozenset({"transfer-encoding", "content-encoding"})


def _is_other_length(value: str, response: Response) -> bool:
    return value.strip(_SPACE) != str(len(response.body))
