"""``parallax export``: rows for other tools."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import UsageError, known_slugs, moment_of, open_parallax
from parallax.commands.writing import open_out

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from storage.export_facts import ExportFilter


class What(StrEnum):
    """What can be exported."""

    ARTICLES = "articles"
    REVISIONS = "revisions"
    MENTIONS = "mentions"
    FETCHES = "fetches"
    GAPS = "gaps"
    TRANSLATIONS = "translations"


class As(StrEnum):
    """The forms of an export."""

    CSV = "csv"
    JSONL = "jsonl"


def export(
    what: Annotated[What, typer.Argument(help="Which rows.")],
    form: Annotated[As, typer.Option("--format", help="RFC 4180 CSV, or a JSON object a line.")] = As.CSV,
    since: Annotated[str | None, typer.Option(help="From this time on (ISO 8601; a day is its start).")] = None,
    until: Annotated[str | None, typer.Option(help="Before this time.")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet (slug); may be repeated.")] = None,
    group: Annotated[str | None, typer.Option(help="Only outlets of this group on the day of --since.")] = None,
    topic: Annotated[str | None, typer.Option(help="Only what mentions this topic (slug, or any).")] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """Write rows as CSV or JSON Lines; columns and their order are fixed, times are UTC.

    Example: parallax export revisions --since 2026-03-01 --format jsonl --out revisions.jsonl
    """
    from publish.exports import ExportForm, ExportKind
    from publish.exports import export as write
    from storage.export_queries import StoredExports

    parallax = open_parallax()
    with parallax.store.read() as session:
        source = StoredExports(session)
        wanted = _filter(parallax, source, since=since, until=until, outlet=outlet or [], group=group, topic=topic)
        kind, shape = ExportKind(what.value), ExportForm(form.value)
        if out is None or str(out) == "-":
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real stream
            write(source, kind, wanted, form=shape, out=sys.stdout)
            return
        with open_out(out) as file:
            count = write(source, kind, wanted, form=shape, out=file)
    typer.echo(f"{count} rows in {out.resolve()}")


def _filter(
    parallax: Parallax,
    source: object,
    *,
    since: str | None,
    until: str | None,
    outlet: list[str],
    group: str | None,
    topic: str | None,
) -> ExportFilter:
    from domain.outlet import Group
    from storage.export_facts import ANY_TOPIC, ExportFilter
    from storage.export_queries import StoredExports

    assert isinstance(source, StoredExports)
    known_slugs("--outlet", outlet, list(parallax.catalogue.outlets))
    if topic is not None and topic != ANY_TOPIC and topic not in parallax.catalogue.topics:
        raise UsageError("--topic", f"{topic!r} is not in the catalogue; allowed: any, or what `parallax topics` lists")
    start = moment_of("--since", since, parallax)
    outlets = frozenset(outlet) if outlet else None
    if group is not None:
        if group not in set(Group):
            raise UsageError("--group", f"{group!r} is no group; allowed: {', '.join(Group)}")
        day = (start or parallax.clock.now()).astimezone(parallax.settings.time_zone).date()
        of_group = frozenset(source.outlets_of(Group(group), day))
        outlets = of_group if outlets is None else outlets & of_group
    return ExportFilter(start, moment_of("--until", until, parallax), outlets, topic)
