"""docs/DATA.md, made from the comments of tables and columns: ``python -m storage.data_page > docs/DATA.md``."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.tables import metadata
from storage.worked_queries import WORKED_QUERIES

_INTRODUCTION = """\
# The data

Made from the comments in the code; a test compares them. One schema on SQLite and PostgreSQL.

* **Times** are UTC. A time that an outlet states keeps its own offset beside it (`…_offset_min`, minutes) and its
  precision; with precision `day` only the date in the outlet's zone is known. On SQLite they are text
  (`2026-03-02 05:05:00.000000`), on PostgreSQL `timestamptz`.
* **Null** means that the source does not say, or that it has not happened; each column says which. No text
  "unknown", no zero and no made-up date stands for it.
* **Lists and maps** are JSON text on SQLite and `jsonb` on PostgreSQL.
* **Not guaranteed**: surrogate ids differ between two databases of the same crawl; rows of `todo`, `host` and `target`
  are working state and change all the time; `search_document` can be made anew; times of looks are ours and say when
  we saw something, not when it happened.
* **Guaranteed**: a `revision`, a `text`, a `mention` and a `record` are never changed; a `fetch` only ever gains its
  `reading`. A `digest` stands as it was published.
"""

_TYPES: tuple[tuple[type[TypeEngine[object]] | type, str], ...] = (
    (DateTime, "time (UTC)"),
    (Date, "date"),
    (Boolean, "true/false"),
    (Float, "number"),
    (BigInteger, "whole number"),
    (Text, "text"),
)


def data_page() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION, "## Tables\n"]
    parts += [f"* [`{t.name}`](#{t.name}): {t.comment}" for t in _tables()]
    for table in _tables():
        parts.append("\n".join(_section(table)))
    parts.append("\n".join(_queries()))
    return "\n".join(parts).rstrip() + "\n"


def _tables() -> list[Table]:
    return sorted(metadata.tables.values(), key=lambda t: t.name)


def _section(table: Table) -> Iterator[str]:
    yield f"\n### {table.name}\n"
    yield f"{table.comment}\n"
    yield "| column | type | null | meaning |"
    yield "|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {_type(column)} | {'yes' if column.nullable else 'no'} | {_meaning(column)} |"


def _type(column: Column[object]) -> str:
    kind = column.type
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    name = next((name for known, name in _TYPES if isinstance(plain, known)), "JSON")
    references = "".join(f" → `{key.column.table.name}`" for key in column.foreign_keys)
    return name + references


def _meaning(column: Column[object]) -> str:
    return (column.comment or "").replace("|", "\\|")


def _queries() -> Iterator[str]:
    yield "\n## Worked queries\n"
    yield "Each runs unchanged on both databases (a test does it on the sample world).\n"
    for number, query in enumerate(WORKED_QUERIES, start=1):
        yield f"### {number}. {query.question}\n"
        yield f"```sql\n{query.sql}\n```\n"
        yield f"{query.mind}\n"


if __name__ == "__main__":
    print(data_page(), end="")
