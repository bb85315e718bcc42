"""``parallax changes``: what outlets changed after publication, across articles."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from parallax.commands.export import outlets_wanted
from parallax.commands.opening import UsageError, open_parallax, span_of
from parallax.commands.writing import open_out

if TYPE_CHECKING:
    from datetime import datetime

    from analysis.changes import ChangeClass
    from parallax.bootstrap import Parallax
    from publish.diff.listing import ListedChange, WantedChanges
    from storage import Session

_AT_ONCE = timedelta(days=1)  # of edits held in memory
_DAYS = 7
_MOST_WORDS = 160  # of a side in the table


class As(StrEnum):
    """The forms of the list."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"


def changes(
    since: Annotated[str | None, typer.Option(help="Seen from this time on (ISO 8601); a week if not given.")] = None,
    until: Annotated[str | None, typer.Option(help="Seen before this time.")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="Only this outlet (slug); may be repeated.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Only outlets of this group on the day of --since; known: of any but unknown.")
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--class", help="Only changes that are of this class, or of it also (number, name …); may be repeated."
        ),
    ] = None,
    silent: Annotated[
        bool,
        typer.Option("--silent", help="Only of edits that change something significant without a note that says so."),
    ] = False,
    least: Annotated[
        float, typer.Option("--min-significance", min=0.0, max=1.0, help="Only changes of this weight or more.")
    ] = 0.0,
    standing: Annotated[
        list[str] | None,
        typer.Option(
            help="Only edits of this standing: edit, if not given, or flap, growth, template, ours, same; all for any."
        ),
    ] = None,
    form: Annotated[
        As, typer.Option("--format", help="A table or a page for people; CSV or a JSON object a line for tools.")
    ] = As.TABLE,
    out: Annotated[Path | None, typer.Option(help="Write to this file instead of standard output.")] = None,
) -> None:
    """List what outlets changed in their articles after publication: each change with class, weight and words.

    Classes and weights are those of `parallax diff`; docs/CHANGES.md tells how far they can be trusted. What is no
    outlet's edit is left out and stands under `--standing`: what went and came back (flap), a live blog that goes on
    (growth), what changed alike on many pages (template), what an upgrade of our own extractor changed (ours).

    Example: parallax changes --since 2026-03-03 --group official --silent --min-significance 0.5
    """
    from publish.diff.listing import WantedChanges, count_wanted
    from storage.digest_changes import edits_taken_down
    from storage.export_queries import StoredExports

    parallax = open_parallax()
    start, end = span_of(since, until, parallax)
    start = start or parallax.clock.now() - timedelta(days=_DAYS)
    end = end or parallax.clock.now() + timedelta(minutes=1)
    kinds = _kinds(kind or [])
    with parallax.store.read() as session:
        source = StoredExports(session)
        outlets = outlets_wanted(parallax, outlet or [], group, since=start, outlets_of=source.outlets_of)
        wanted = WantedChanges(outlets, kinds, least, is_silent=silent, standings=_standings(standing or []))
        found = _found(parallax, session, (start, end), wanted)
        gone = count_wanted(edits_taken_down(session, (start, end)), wanted)
        if out is not None and str(out) != "-":
            with open_out(out) as file:
                count = _write(found, form, file, parallax, gone)
            typer.echo(f"{count} changes in {out.resolve()}")
            return
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real stream
        _write(found, form, sys.stdout, parallax, gone)


def _kinds(given: list[str]) -> frozenset[ChangeClass]:
    from analysis.changes import ChangeClass

    for one in given:
        if one not in set(ChangeClass):
            raise UsageError("--class", f"{one!r} is no class; allowed: {', '.join(ChangeClass)}")
    return frozenset(ChangeClass(one) for one in given)


def _standings(given: list[str]) -> frozenset[str]:
    from analysis.ledger import Standing

    for one in given:
        if one != "all" and one not in set(Standing):
            raise UsageError("--standing", f"{one!r} is none; allowed: {', '.join(Standing)}, all")
    if "all" in given:
        return frozenset(Standing)
    return frozenset(map(Standing, given)) or frozenset({Standing.EDIT})


def _found(
    parallax: Parallax, session: Session, window: tuple[datetime, datetime], wanted: WantedChanges
) -> Iterator[ListedChange]:
    """Day by day, so that a year's edits are never held at once."""
    from publish.diff.listing import listed_changes
    from storage.digest_changes import edits
    from storage.groups import group_by_day

    group_on, zone = group_by_day(session), parallax.settings.time_zone
    at, end = window
    while at < end:
        until = min(at + _AT_ONCE, end)
        yield from listed_changes(edits(session, (at, until)), wanted, group_on=group_on, zone=zone)
        at = until


def _write(found: Iterator[ListedChange], form: As, out: IO[str], parallax: Parallax, gone: int) -> int:
    """Write the list; gives how many changes. ``gone``: edits that have no words to show, told of in the table."""
    from publish.diff.listing import ListedChange
    from publish.digest.words import plural
    from publish.exports import write_csv, write_jsonl

    if form is As.CSV:
        return write_csv(found, ListedChange, out)
    if form is As.JSONL:
        return write_jsonl(found, ListedChange, out)
    if form is As.HTML:
        return _write_page(found, out, parallax)
    count = 0
    for change in found:
        out.write("\n".join(_lines(change, parallax, is_first=not count)) + "\n")
        count += 1
    if not count:
        out.write("no change of this kind was seen in that time\n")
    if gone:
        of = "of an article that was taken down is" if gone == 1 else "of articles that were taken down are"
        out.write(f"\n{plural(gone, 'edit')} {of} not listed\n")
    return count


def _write_page(found: Iterator[ListedChange], out: IO[str], parallax: Parallax) -> int:
    from publish.diff.list_page import changes_html

    names = {slug: outlet.name for slug, outlet in parallax.catalogue.outlets.items()}
    page, count = changes_html(found, zone=parallax.settings.time_zone, names=names)
    out.write(page)
    return count


def _lines(change: ListedChange, parallax: Parallax, *, is_first: bool) -> Iterator[str]:
    from parallax.commands.printing import interval
    from publish.diff.weight import also_words, class_words
    from publish.digest.safe import one_line, part_of_line

    zone = parallax.settings.time_zone
    sign = "●" if change.is_significant else "○"
    marks = ", silent" if change.is_silent else f", {change.standing}" if change.standing != "edit" else ""
    marks += ", went and came back" if change.is_flap else "" if change.is_confirmed else ", seen once so far"
    seen = interval(change.after_at, change.seen_at, zone)
    if not is_first:
        yield ""
    yield f"{seen}  {change.outlet} ({change.group})  article {change.article_id}"
    yield f"  {one_line(change.headline) or '(no headline)'}"
    named = f"{class_words(change.class_)}{also_words(change.also.split())}"
    yield f"  {sign} {named}, {change.significance:.2f}: {change.reason}{marks}"
    for name, words in (("−", change.before), ("+", change.after)):
        said = one_line(words)
        if said:
            said = said if len(said) <= _MOST_WORDS else said[:_MOST_WORDS].rsplit(" ", 1)[0] + " …"
            yield f"    {name} {part_of_line(change.ahead)}{said}{part_of_line(change.behind)}"
    yield f"    parallax diff {change.article_id} {change.old_revision} {change.new_revision}"
