"""``parallax backfill OUTLET``: articles of days that are over, from the outlet itself or out of archives of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_PARTLY,
    UsageError,
    known_slugs,
    open_parallax,
)

if TYPE_CHECKING:
    from crawler.back_keys import Span
    from crawler.backfill import Opening
    from domain.outlet import Outlet
    from parallax.backfilling import BackfillEnd
    from parallax.bootstrap import Parallax

_MOST_DAYS = 4000
_MOST_SHOWN = 20
_GOOD = {"listed", "empty_channel"}


def backfill(
    outlet: Annotated[str, typer.Argument(help="The outlet (its slug) whose articles are wanted.")],
    since: Annotated[str | None, typer.Option(metavar="DAY", help="The first day, such as 2026-01-01.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="The last day; yesterday if not given.")] = None,
    most: Annotated[
        int | None, typer.Option("--max", metavar="N", min=1, help="Requests at most; a day's budget holds as well.")
    ] = None,
    from_warc: Annotated[
        list[Path] | None,
        typer.Option("--from-warc", help="Read this WARC or ARC file, packed or not, instead; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of lines.")] = False,
) -> None:
    """Fetch what an outlet published on days that are over, or copy it out of WARC or ARC files of any tool.

    By its sitemaps, pages of days, older pages of its lists and posts, and WordPress REST where it offers it; politely,
    after all other work, and within PARALLAX_BACKFILL_DAILY_REQUESTS. Stopped or killed it goes on when it is run
    again, and asks nothing twice. What it brings is no day's news: digests and counts of new articles leave it out.
    With --from-warc nothing is fetched, and each article counts as seen when its record says. Exit code 3: something
    could not be had or is left; 1: nothing could be had.

    Example: parallax backfill oc-media --since 2026-01-01 --until 2026-01-31 --max 500
    """
    parallax = open_parallax()
    known_slugs("OUTLET", [outlet], list(parallax.catalogue.outlets))
    if from_warc:
        from parallax.commands.from_warc import copy_files

        if since or until or most:
            raise UsageError("--from-warc", "reads whole files; allowed: without --since, --until and --max")
        raise typer.Exit(copy_files(parallax, outlet, from_warc, as_json=as_json))
    span = _span(since, until, parallax)
    raise typer.Exit(_fetch(parallax, parallax.catalogue.outlets[outlet], span, most, as_json=as_json))


def _span(since: str | None, until: str | None, parallax: Parallax) -> Span:
    from crawler.back_keys import Span

    yesterday = parallax.clock.now().astimezone(parallax.settings.time_zone).date() - timedelta(days=1)
    if since is None:
        raise UsageError("--since", "not given; allowed: the first day that is wanted, or --from-warc FILE")
    first = _day("--since", since, yesterday)
    last = _day("--until", until, yesterday) if until is not None else yesterday
    if first > last:
        raise UsageError("--since", f"{first} is later than {last}; allowed: a day up to --until")
    span = Span(first, last)
    if span.days > _MOST_DAYS:
        raise UsageError("--since", f"{span.days:,} days are too many at once; allowed: {_MOST_DAYS:,}")
    return span


def _day(name: str, written: str, yesterday: date) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(name, f"{written!r} is no day; allowed: a date such as 2026-03-04") from error
    if not date(1990, 1, 1) <= day <= yesterday:
        allowed = f"a day from 1990 to {yesterday}; today is the polls'"
        raise UsageError(name, f"{written} is no day to be caught up; allowed: {allowed}")
    return day


def _fetch(parallax: Parallax, outlet: Outlet, span: Span, most: int | None, *, as_json: bool) -> int:
    from parallax.backfilling import Backfill
    from parallax.crawling import InterruptedCrawl

    if not outlet.enabled:
        raise UsageError("OUTLET", f"{outlet.slug} is switched off in the catalogue; allowed: one that is crawled")
    parallax.require_contact([outlet.slug])
    run = Backfill(parallax, outlet, span, most=most)
    for line in _plan_lines(outlet, span, run.openings, run.budget):
        typer.echo(line, err=as_json)
    if not any(opening.documents for opening in run.openings):
        typer.echo("nothing can be asked for", err=True)
        if as_json:
            _print(span, run.nothing(), days=0)
        return EXIT_FAILED
    try:
        end = run.run(lambda _name, _fields: None)
    except KeyboardInterrupt as interrupt:
        are_back = not isinstance(interrupt, InterruptedCrawl) or interrupt.are_hosts_back
        hosts = "the hosts were given back" if are_back else "not every host was given back in time"
        typer.echo(f"stopped; {hosts}; the same command goes on from here", err=True)
        return EXIT_INTERRUPTED
    days = _days_with_articles(parallax, outlet, span)
    if as_json:
        _print(span, end, days=days)
    else:
        for line in _end_lines(span, end, days):
            typer.echo(line)
    return _exit_code(end)


def _plan_lines(outlet: Outlet, span: Span, found: tuple[Opening, ...], budget: int) -> Iterator[str]:
    yield f"{outlet.slug}, {span.since} to {span.until}: {budget:,} requests at most"
    for opening in found:
        mark = "·" if opening.documents else " "
        said = opening.says if opening.documents else f"not asked: {opening.says}"
        yield f"{mark} {opening.kind} · {opening.channel}: {said}"
    if not outlet.page_fetch:
        yield "  pages are not fetched (page_fetch = false): only texts that its channels carry"


def _days_with_articles(parallax: Parallax, outlet: Outlet, span: Span) -> int:
    """On how many of the days an article is stored that states one of them."""
    from zoneinfo import ZoneInfo

    from domain.times import day_bounds
    from storage.backfill import articles_between

    zone = ZoneInfo(outlet.zone)
    start, end = day_bounds(span.since, zone)[0], day_bounds(span.until, zone)[1]
    with parallax.store.read() as session:
        found = articles_between(session, outlet.slug, start, end)
    return len({at.astimezone(zone).date() for at in found})


def _end_lines(span: Span, end: BackfillEnd, days: int) -> Iterator[str]:
    done = end.done
    for url, outcome, detail in done.failed[:_MOST_SHOWN]:
        yield f"✗ {url}: {outcome.replace('_', ' ')}{f' ({detail})' if detail else ''}"
    if len(done.failed) > _MOST_SHOWN:
        yield f"✗ and {len(done.failed) - _MOST_SHOWN:,} more; --json has them"
    yield f"documents: {_told(done.documents)}; {done.listed:,} entries of these days listed"
    yield f"pages: {_told(done.pages)}; {end.articles:,} new articles"
    yield f"articles of {days} of {span.days} days are stored"
    if end.waiting:
        yield f"{end.waiting:,} addresses wait: the budget is spent; the same command goes on"
    if end.put_off:
        yield f"{end.put_off:,} failed and are tried again later, by any crawl"
    if end.left:
        yield f"{end.left:,} are due or not read yet: the host asked us to wait, or is in the hands of another crawl"


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(counts.items())) or "none asked"


def _exit_code(end: BackfillEnd) -> int:
    asked = sum(end.done.documents.values()) + sum(end.done.pages.values())
    if asked and len(end.done.failed) == asked:
        return EXIT_FAILED
    return EXIT_PARTLY if end.done.failed or end.waiting or end.put_off or end.left else EXIT_DONE


def _print(span: Span, end: BackfillEnd, *, days: int) -> None:
    from dataclasses import asdict

    from parallax.commands.printing import print_json

    told = asdict(end)
    print_json({"since": span.since, "until": span.until, "days_with_articles": days, **told})
