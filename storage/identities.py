"""What a row is called whatever number it has: the same thing in two databases has the same name.

A name is made of the columns that identify a row (its table's first unique constraint, or those written here), each
pointer replaced by the name of what it points to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, UniqueConstraint, func, select
from sqlalchemy.orm import Session

from storage.tables import ArticleUrlRow, metadata

_COLUMNS: Mapping[str, Sequence[str]] = {
    "article_merge": ("article_id", "into_id", "decided_at"),
    "article_url": ("outlet", "url_key"),
    "digest_note": ("digest_id", "noted_at"),
    "alert": ("kind", "subject", "opened_at"),
    "fetch": ("target_id", "requested_at"),
    "mention": ("topic_version_id", "revision_id", "field", "start"),
    "outlet_group": ("scheme", "outlet", "group_name", "valid_from", "recorded_at"),
    "record": ("record_id",),
    "revision": ("article_id", "number"),
    "run": ("host", "started_at", "token"),
    "shift": ("started_at", "owner"),
}
_POINTERS: Mapping[tuple[str, str], str] = {  # those that no foreign key to a number guards
    ("article", "latest_revision_id"): "revision",
    ("change", "revision_id"): "revision",
    ("fetch", "part_of"): "fetch",
    ("target", "part_of"): "fetch",
    ("topic", "current_version_id"): "topic_version",
}
_SUBJECTS = {  # of todos
    "read": "fetch",
    "drop": "fetch",
    "index": "revision",
    "mentions": "revision",
    "changes": "revision",
    "match": "topic_version",
}
_LONGEST = 160

Names = Mapping[str, Mapping[int, str]]  # by table, by number


def identity_columns(table: Table) -> Sequence[str]:
    """The columns that a row of ``table`` is known by."""
    if table.name in _COLUMNS:
        return _COLUMNS[table.name]
    unique = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    if unique:
        first = min(unique, key=lambda constraint: str(constraint.name))
        return [column.name for column in first.columns]
    return [column.name for column in table.primary_key.columns]


def pointed_to(table: Table, column: str) -> str | None:
    """The table whose numbers a column holds; None where it holds none."""
    if (table.name, column) in _POINTERS:
        return _POINTERS[table.name, column]
    keys = [key for key in table.columns[column].foreign_keys if key.column.name == "id"]
    return keys[0].column.table.name if keys else None


def is_number(table: Table, column: str) -> bool:
    """Whether a column is the row's own number, which says nothing."""
    return column == "id" and table.columns[column].primary_key


def all_names(session: Session) -> Names:
    """The names of all rows that have a number."""
    names: dict[str, dict[int, str]] = {"article": _articles(session)}
    for table in metadata.sorted_tables:
        if "id" in table.columns and table.name != "article":
            counts: Counter[str] = Counter()
            known = names.setdefault(table.name, {})
            for row in rows_of(session, table):
                name = name_of(table, row, names)
                counts[name] += 1
                known[row["id"]] = name if counts[name] == 1 else f"{name} #{counts[name]}"
    return names


def rows_of(session: Session, table: Table) -> Iterator[Mapping[str, Any]]:
    """All rows of a table, by its key."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=500)
    for row in session.execute(query):
        yield dict(row._mapping)


def name_of(table: Table, row: Mapping[str, Any], names: Names) -> str:
    """What a row is called."""
    return " ".join(plain(value_of(table, column, row, names)) for column in identity_columns(table))


def value_of(table: Table, column: str, row: Mapping[str, Any], names: Names) -> Any:
    """A column's value; a pointer as the name of what it points to."""
    value = row[column]
    to = _SUBJECTS.get(row["kind"]) if table.name == "todo" and column == "subject_id" else pointed_to(table, column)
    if to is None or value is None:
        return value
    return names.get(to, {}).get(value, f"{to} {value}, which is not there")


def plain(value: Any) -> str:
    """A value in a line for people; long ones are cut in the middle."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds" if value.microsecond else "seconds")
    text = "null" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"


def _articles(session: Session) -> dict[int, str]:
    """An article goes by the first of its addresses in the order of the alphabet."""
    query = select(ArticleUrlRow.article_id, func.min(ArticleUrlRow.outlet + " " + ArticleUrlRow.url_key)).group_by(
        ArticleUrlRow.article_id
    )
    return {row[0]: row[1] for row in session.execute(query)}
