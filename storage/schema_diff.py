"""What a comparison of database and metadata leaves out: what only one of the two databases has."""

from __future__ import annotations


def include_object(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """False for the FTS5 index and its shadow tables (SQLite), and for the generated tsvector and the jobs'
    tables (PostgreSQL).

    These are procrastinate's, and made by its own scripts (``storage.job_tables``).
    """
    if kind == "table" and name is not None and name.startswith(("search_index", "procrastinate_")):
        return False
    return not (name in {"terms", "ix_search_document_terms"} and kind in {"column", "index"})
