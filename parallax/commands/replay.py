"""``parallax replay``: an archive's days once more, offline."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, EXIT_PARTLY, UsageError, known_slugs, open_parallax, span_of

if TYPE_CHECKING:
    from crawler.crawl_plan import Tally
    from crawler.replay import Moment

_MOST_SHOWN = 20


def replay(
    sources: Annotated[list[Path], typer.Argument(help="Archive folders of Parallax; WARC or ARC files of any tool.")],
    home: Annotated[Path, typer.Option("--home", help="A new folder: what is replayed is stored there.")],
    into: Annotated[
        str | None, typer.Option("--into", help="An empty database, instead of parallax.db in that folder.")
    ] = None,
    outlets: Annotated[
        list[str] | None, typer.Option("--outlet", help="Only this outlet (its slug); may be repeated.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="From then on: a day, or a time (ISO 8601).")] = None,
    until: Annotated[str | None, typer.Option(help="Before that.")] = None,
    step: Annotated[int, typer.Option(min=1, max=10_080, help="Minutes of looks that one pass takes in.")] = 10,
) -> None:
    """Crawl an archive instead of the web: the same code, its own clock, no socket, into a database of its own.

    For an outlet's day that went wrong, and for an archived week before a release: replay it with both versions and
    compare the two with `parallax compare-runs`. Exit code 3: parts of the archive can't be read; 1: a pass failed.

    Example: parallax replay var/archive --home var/replay --since 2026-03-02 --until 2026-03-03 --outlet oc-media
    """
    from domain.errors import NotEmptyError
    from parallax.commands.keep import checked_url
    from parallax.replaying import ReplayPlan
    from parallax.replaying import replay as run_again
    from publish.digest.words import plural

    parallax = open_parallax()
    missing = [str(path) for path in sources if not path.exists()]
    if missing:
        raise UsageError("SOURCES", f"no such file or folder: {', '.join(missing)}")
    _require_new(home)
    start, end = span_of(since, until, parallax)
    plan = ReplayPlan(
        sources=tuple(sources),
        home=home,
        database_url=checked_url("--into", into) if into else f"sqlite:///{home.absolute() / 'parallax.db'}",
        outlets=known_slugs("--outlet", outlets or [], list(parallax.catalogue.outlets)),
        since=start,
        until=end,
        step=timedelta(minutes=step),
    )
    failed: list[str] = []

    def tell(number: int, of: int, moment: Moment, tally: Tally) -> None:
        at = moment.at.astimezone(parallax.settings.time_zone)
        kept = f"{plural(tally.articles, 'new article')}, {plural(tally.revisions - tally.articles, 'edit')}"
        said = f"{plural(tally.fetches, 'look')}, {kept}"
        typer.echo(f"{number} of {of}  {at:%d %b %Y %H:%M}  {said}")
        if tally.outcome != "done":
            failed.append(tally.outcome)

    try:
        index = run_again(parallax, plan, on_moment=tell)
    except NotEmptyError as error:
        raise UsageError("--into" if into else "--home", str(error)) from error
    for problem in [*failed, *index.losses.problems][:_MOST_SHOWN]:
        typer.echo(f"✗ {problem}")
    if not index.times:
        typer.echo("nothing of that time lies there", err=True)
    if failed or not index.times:
        raise typer.Exit(EXIT_FAILED)
    if index.losses.problems:
        raise typer.Exit(EXIT_PARTLY)


def _require_new(home: Path) -> None:
    """Raise UsageError where looks of a replay would come between those of an archive."""
    archive = home / "archive"
    if archive.is_dir() and any(archive.iterdir()):
        raise UsageError("--home", f"{archive} holds an archive already; allowed: a new folder")
