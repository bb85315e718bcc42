"""What a list told, as JSON: kept in place of bytes that had to go with an article that was taken down."""

from __future__ import annotations

from pydantic import TypeAdapter

from domain.entry import ParsedChannel

_PARSED = TypeAdapter(ParsedChannel)


def written(parsed: ParsedChannel) -> str:
    """A list as one line of ASCII JSON."""
    return _PARSED.dump_json(parsed, ensure_ascii=True).decode("ascii")


def read_told(line: str) -> ParsedChannel:
    """The list of a line. Raises ValueError."""
    return _PARSED.validate_json(line)
