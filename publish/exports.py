"""Exports rows as CSV and as JSON Lines, one at a time, so that any number of them passes through little memory.

A row is a frozen dataclass, a column one of its fields, in their order; a field whose name is a word of Python ends
with an underscore, which its column has not. CSV is for spreadsheets: RFC 4180, UTF-8, a header row, times in ISO 8601
UTC, nothing for an absent value; a cell that a spreadsheet would run as a formula gets an apostrophe before it. JSON
Lines is exact: nothing is added or changed.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import IO, Protocol

from domain.outlet import Group
from storage.export_facts import (
    ArticleExport,
    ExportFilter,
    FetchExport,
    FootnoteExport,
    GapExport,
    MentionExport,
    RevisionExport,
    SectionExport,
    TranslationExport,
    ViewsExport,
)

ExportRow = (
    ArticleExport
    | RevisionExport
    | SectionExport
    | FootnoteExport
    | MentionExport
    | FetchExport
    | GapExport
    | ViewsExport
    | TranslationExport
)
# What Excel, LibreOffice and Google Sheets take for a formula, also behind spaces; a plain number is none.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?\Z")


class ExportKind(StrEnum):
    """What can be exported."""

    ARTICLES = "articles"
    REVISIONS = "revisions"
    SECTIONS = "sections"
    FOOTNOTES = "footnotes"
    MENTIONS = "mentions"
    FETCHES = "fetches"
    GAPS = "gaps"
    VIEWS = "views"
    TRANSLATIONS = "translations"


class ExportForm(StrEnum):
    """In which form."""

    CSV = "csv"
    JSONL = "jsonl"


ROW_TYPES: dict[ExportKind, type[ExportRow]] = {
    ExportKind.ARTICLES: ArticleExport,
    ExportKind.REVISIONS: RevisionExport,
    ExportKind.SECTIONS: SectionExport,
    ExportKind.FOOTNOTES: FootnoteExport,
    ExportKind.MENTIONS: MentionExport,
    ExportKind.FETCHES: FetchExport,
    ExportKind.GAPS: GapExport,
    ExportKind.VIEWS: ViewsExport,
    ExportKind.TRANSLATIONS: TranslationExport,
}


class ExportSource(Protocol):
    """Rows of each kind, in the order of their first look."""

    def outlets_of(self, group: Group, day: date) -> frozenset[str]:
        """Outlets that belonged to ``group`` on ``day``."""
        ...

    def articles(self, wanted: ExportFilter) -> Iterator[ArticleExport]:
        """Articles."""
        ...

    def revisions(self, wanted: ExportFilter) -> Iterator[RevisionExport]:
        """Revisions."""
        ...

    def sections(self, wanted: ExportFilter) -> Iterator[SectionExport]:
        """Headings inside the texts of revisions."""
        ...

    def footnotes(self, wanted: ExportFilter) -> Iterator[FootnoteExport]:
        """Footnotes of the texts of revisions."""
        ...

    def mentions(self, wanted: ExportFilter) -> Iterator[MentionExport]:
        """Mentions."""
        ...

    def fetches(self, wanted: ExportFilter) -> Iterator[FetchExport]:
        """Requests."""
        ...

    def gaps(self, wanted: ExportFilter) -> Iterator[GapExport]:
        """Gaps."""
        ...

    def views(self, wanted: ExportFilter) -> Iterator[ViewsExport]:
        """Views of posts and videos."""
        ...

    def translations(self, wanted: ExportFilter) -> Iterator[TranslationExport]:
        """Translations."""
        ...


def export(source: ExportSource, kind: ExportKind, wanted: ExportFilter, *, form: ExportForm, out: IO[str]) -> int:
    """Write the rows to ``out`` (text, opened with ``newline=""``) and give their number.

    CSV has its header also where there is no row.
    """
    rows = rows_of(source, kind, wanted)
    if form is ExportForm.CSV:
        return write_csv(rows, ROW_TYPES[kind], out)
    return write_jsonl(rows, ROW_TYPES[kind], out)


def rows_of(source: ExportSource, kind: ExportKind, wanted: ExportFilter) -> Iterator[ExportRow]:
    """The rows of one kind."""
    rows: dict[ExportKind, Callable[[ExportFilter], Iterator[ExportRow]]] = {
        ExportKind.ARTICLES: source.articles,
        ExportKind.REVISIONS: source.revisions,
        ExportKind.SECTIONS: source.sections,
        ExportKind.FOOTNOTES: source.footnotes,
        ExportKind.MENTIONS: source.mentions,
        ExportKind.FETCHES: source.fetches,
        ExportKind.GAPS: source.gaps,
        ExportKind.VIEWS: source.views,
        ExportKind.TRANSLATIONS: source.translations,
    }
    return rows[kind](wanted)


def columns_of(row_type: type) -> dict[str, str]:
    """Names of the columns in their fixed order, each with the field that it comes from."""
    return {field.name.rstrip("_"): field.name for field in fields(row_type)}


def write_csv(rows: Iterable[object], row_type: type, out: IO[str]) -> int:
    """CSV with a header; gives the number of rows."""
    columns = columns_of(row_type)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([csv_cell(getattr(row, field)) for field in columns.values()])
        number += 1
    return number


def write_jsonl(rows: Iterable[object], row_type: type, out: IO[str]) -> int:
    """One JSON object a line; gives the number of rows."""
    columns = columns_of(row_type)
    number = 0
    for row in rows:
        values = {column: _plain(getattr(row, field)) for column, field in columns.items()}
        # A reader that splits at every Unicode line end would break a row in two: those two are written as escapes.
        line = json.dumps(values, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        out.write(line.replace("\x85", "\\u0085") + "\n")
        number += 1
    return number


def csv_cell(value: object) -> str:
    """A value as a cell. Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, str) and _FORMULA.match(plain) and not _NUMBER.match(plain):
        return "'" + plain
    return str(plain)


def _plain(value: object) -> str | int | float | bool | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds" if value.microsecond else "seconds")
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"no export for a {type(value).__name__}")
