"""``parallax export``: rows for other tools."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import UsageError, iso_day, known_slugs, open_parallax, span_of
from parallax.commands.writing import open_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from domain.outlet import Group
    from parallax.bootstrap import Parallax
    from storage.export_facts import ExportFilter


_KNOWN = "known"


class What(StrEnum):
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
    group: Annotated[
        str | None, typer.Option(help="Only outlets of this group on the day of --since; known: of any but unknown.")
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Only what mentions this topic (slug, or any).")] = None,
    dated_before: Annotated[
        str | None, typer.Option(help="Articles: only those that their outlets date before this local day.")
    ] = None,
    edits: Annotated[bool, typer.Option("--edits", help="Revisions: only those after an article's first.")] = False,
    channels: Annotated[
        bool,
        typer.Option("--channels", help="Fetches: only polls of channels, redirects and further documents left out."),
    ] = False,
    outcome: Annotated[
        list[str] | None, typer.Option(help="Fetches: only those that ended so (not_found, gone …); may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """Write rows as CSV or JSON Lines; columns and their order are fixed, times are UTC.

    Example: parallax export revisions --since 2026-03-01 --format jsonl --out revisions.jsonl
    """
    from publish.exports import ExportForm, ExportKind
    from publish.exports import export as write
    from storage.export_queries import StoredExports

    if topic is not None and what in {What.FETCHES, What.GAPS}:
        raise UsageError("--topic", f"does not narrow {what}; allowed: with articles, revisions and mentions")
    _belongs(what, What.ARTICLES, "--dated-before", is_given=dated_before is not None)
    _belongs(what, What.REVISIONS, "--edits", is_given=edits)
    _belongs(what, What.FETCHES, "--channels", is_given=channels)
    _belongs(what, What.FETCHES, "--outcome", is_given=bool(outcome))
    parallax = open_parallax()
    with parallax.store.read() as session:
        source = StoredExports(session)
        wanted = _filter(parallax, source, since=since, until=until, outlet=outlet or [], group=group, topic=topic)
        before = iso_day("--dated-before", dated_before)
        wanted = replace(
            wanted,
            dated_before=None if before is None else (before, parallax.settings.time_zone),
            edits=edits,
            channels=channels,
            outcomes=_outcomes(outcome),
        )
        kind, shape = ExportKind(what.value), ExportForm(form.value)
        if out is None or str(out) == "-":
            sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real stream
            write(source, kind, wanted, form=shape, out=sys.stdout)
            return
        with open_out(out) as file:
            count = write(source, kind, wanted, form=shape, out=file)
    typer.echo(f"{count} rows in {out.resolve()}")


def _belongs(what: What, owner: What, option: str, *, is_given: bool) -> None:
    if is_given and what is not owner:
        raise UsageError(option, f"does not narrow {what}; allowed: with {owner}")


def _outcomes(given: list[str] | None) -> frozenset[str] | None:
    from domain.fetch import FetchOutcome

    for one in given or ():
        if one not in set(FetchOutcome):
            raise UsageError("--outcome", f"{one!r} is no outcome; allowed: {', '.join(FetchOutcome)}")
    return frozenset(given) if given else None


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
    from storage.export_facts import ANY_TOPIC, ExportFilter
    from storage.export_queries import StoredExports

    assert isinstance(source, StoredExports)
    if topic is not None and topic != ANY_TOPIC and topic not in parallax.catalogue.topics:
        raise UsageError("--topic", f"{topic!r} is not in the catalogue; allowed: any, or what `parallax topics` lists")
    start, end = span_of(since, until, parallax)
    outlets = outlets_wanted(parallax, outlet, group, since=start, outlets_of=source.outlets_of)
    return ExportFilter(start, end, outlets, topic)


def outlets_wanted(
    parallax: Parallax,
    outlet: list[str],
    group: str | None,
    *,
    since: datetime | None,
    outlets_of: Callable[[Group, date], frozenset[str]],
) -> frozenset[str] | None:
    """The outlets that ``--outlet`` and ``--group`` (of the first day) name; None: all. Raises UsageError."""
    from domain.outlet import Group

    known_slugs("--outlet", outlet, list(parallax.catalogue.outlets))
    outlets = frozenset(outlet) if outlet else None
    if group is None:
        return outlets
    if group not in {*Group, _KNOWN}:
        raise UsageError("--group", f"{group!r} is no group; allowed: {', '.join((*Group, _KNOWN))}")
    wanted = [one for one in Group if one is not Group.UNKNOWN] if group == _KNOWN else [Group(group)]
    day = (since or parallax.clock.now()).astimezone(parallax.settings.time_zone).date()
    of_group = frozenset[str]().union(*(outlets_of(one, day) for one in wanted))
    return of_group if outlets is None else outlets & of_group
