"""``parallax compare-runs``: what differs between two databases, in every table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, UsageError, open_settings

if TYPE_CHECKING:
    from storage.comparing import TableCompared

_MOST_SHOWN = 10


def compare_runs(
    first: Annotated[str, typer.Argument(metavar="A", help="A database's address.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another's, of either kind.")],
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="A table, or table.column, to pass over; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document with every difference.")] = False,
) -> None:
    """Compare two databases table by table: rows that only one has, and columns that say something else.

    Rows are known by what they are (an article by its address), never by their numbers. For an archived week replayed
    before a release, or a database made anew beside its backup. Exit code 1 when they differ.

    Example: parallax compare-runs sqlite:///var/parallax.db sqlite:///new/parallax.db --ignore run
    """
    from contextlib import closing
    from dataclasses import asdict

    from parallax.commands.keep import checked_url
    from parallax.commands.printing import print_json
    from publish.digest.words import plural
    from storage import open_store
    from storage.comparing import compare_stores
    from storage.engine import require_there

    open_settings()
    urls = checked_url("A", first), checked_url("B", second)
    for url in urls:
        require_there(url)
    ignored = _known(ignore or [])
    with closing(open_store(urls[0])) as one, closing(open_store(urls[1])) as other:
        tables = []
        for table in compare_stores(one, other, ignored=ignored):
            tables.append(table)
            if not as_json:
                _tell(table)
    differing = sum(len(table.differences) for table in tables)
    if as_json:
        print_json([asdict(table) for table in tables])
    else:
        typer.echo(plural(differing, "difference") if differing else "the two say the same")
    if differing:
        raise typer.Exit(EXIT_FAILED)


def _known(names: list[str]) -> list[str]:
    """The names of tables and columns as they are. Raises UsageError for one that is none."""
    from storage.tables import metadata

    for name in names:
        table, _, column = name.partition(".")
        if table not in metadata.tables or (column and column not in metadata.tables[table].columns):
            raise UsageError("--ignore", f"{name!r} is no table and no table.column; docs/DATA.md lists them")
    return names


def _tell(table: TableCompared) -> None:
    if not table.differences:
        return
    from publish.digest.safe import one_line

    columns = Counter(d.column or "row" for d in table.differences)
    said = ", ".join(f"{name} {count}" for name, count in columns.most_common())
    typer.echo(f"{table.table}: {table.first_rows} rows and {table.second_rows}; {said}")
    shown: Counter[str] = Counter()
    for d in table.differences:
        name = d.column or "row"
        shown[name] += 1
        if shown[name] <= _MOST_SHOWN:
            told = f"{d.column} {d.first} ≠ {d.second}" if d.column else _only(d.first)
            typer.echo(f"  {one_line(f'{d.row}: {told}')}")
    for name, count in columns.items():
        if count > _MOST_SHOWN:
            typer.echo(f"  {name}: and {count - _MOST_SHOWN} more; --json has all")


def _only(first: str | None) -> str:
    return "only in A" if first else "only in B"
