"""docs/EXPORTS.md, made from the rows' own fields: ``python -m publish.exports_page > docs/EXPORTS.md``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import NoneType
from typing import get_args, get_type_hints

from publish.diff.listing import ListedChange
from publish.exports import ROW_TYPES, columns_of
from publish.removals import ListedRemoval

PAGES: Mapping[str, type] = {
    **{f"export {kind}": row_type for kind, row_type in ROW_TYPES.items()},
    "changes": ListedChange,
    "removals": ListedRemoval,
}
_TYPES = {str: "text", int: "whole number", float: "number", bool: "true/false", datetime: "time", date: "date"}
_INTRODUCTION = """\
# The columns of the exports

Made by `python -m publish.exports_page` from the rows' own fields; a test compares them. What can be narrowed and how:
[CLI.md](CLI.md). The tables behind them: [DATA.md](DATA.md).

* Columns and their order are fixed. **CSV** is UTF-8 with a header; a cell that a spreadsheet would run as a formula
  gets an apostrophe before it. **JSON Lines** is exact: an object a line.
* **Times** are UTC, ISO 8601 (`2026-03-04T06:00:00+00:00`). `since` and `until` are the options of these names; what
  lies at `since` is in, what lies at `until` is not.
* **Null**, in CSV an empty cell, means that the source does not say, or that it has not happened.
* Numbers of articles, revisions and fetches are those of one database: another crawl of the same pages numbers
  otherwise. A digest (`…_sha256`) is the same everywhere.
"""


def exports_page() -> str:
    """The whole page as Markdown: a section for each list, a row a column."""
    parts = [_INTRODUCTION, *("\n".join(_section(command, row_type)) for command, row_type in PAGES.items())]
    return "\n".join(parts)


def meaning_of(row_type: type) -> dict[str, tuple[str, bool, str]]:
    """Each column's type, whether it may be null, and what it means, by its name."""
    hints = get_type_hints(row_type, include_extras=True)
    return {column: _told(hints[field]) for column, field in columns_of(row_type).items()}


def _told(hint: object) -> tuple[str, bool, str]:
    meant, *said = get_args(hint)
    kinds = get_args(meant) or (meant,)
    (kind,) = (one for one in kinds if one is not NoneType)
    return _TYPES[kind], NoneType in kinds, " ".join(said)


def _section(command: str, row_type: type) -> Iterator[str]:
    yield f"## `parallax {command}`\n"
    yield f"{(inspect.getdoc(row_type) or '').replace('``', '`')}\n"
    yield "| column | type | null | meaning |"
    yield "|---|---|---|---|"
    for column, (kind, is_nullable, meaning) in meaning_of(row_type).items():
        yield f"| `{column}` | {kind} | {'yes' if is_nullable else 'no'} | {meaning} |"
    yield ""


if __name__ == "__main__":
    print(exports_page(), end="")
