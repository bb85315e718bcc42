"""``parallax crawl``: one pass over what is due, and what came of it, outlet by outlet."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import (
    EXIT_DONE,
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    EXIT_PARTLY,
    known_slugs,
    open_parallax,
)

if TYPE_CHECKING:
    from crawler.crawl_plan import Tally
    from parallax.bootstrap import Parallax
    from storage.status_queries import ChannelStatus, OutletStatus

_SEVERAL = 3  # outlets
_UNREACHED = {"dns_error", "connect_error", "timeout", "robots_unreachable"}
_GOOD = {"listed", "empty_channel", "not_modified", "same_content"}


def crawl(
    outlets: Annotated[
        list[str] | None, typer.Argument(help="Only these outlets (slugs); all where none is named.")
    ] = None,
) -> None:
    """Look at every channel that is due, fetch what is new and what is to be looked at again, and keep every text.

    Exit code 0: every channel answered; 3: some did not; 1: none did.

    Example: parallax crawl oc-media hrw
    """
    from parallax.crawling import InterruptedCrawl, crawl_pass

    parallax = open_parallax()
    wanted = known_slugs("OUTLET", outlets or [], list(parallax.catalogue.outlets))
    began = parallax.clock.now().astimezone(parallax.settings.time_zone)
    progress = _Progress(sys.stderr.isatty())
    try:
        with progress:
            tally = crawl_pass(parallax, wanted, on_event=progress.on_event)
    except KeyboardInterrupt as interrupt:
        are_back = not isinstance(interrupt, InterruptedCrawl) or interrupt.are_hosts_back
        hosts = "the hosts were given back" if are_back else "not every host was given back in time"
        typer.echo(f"stopped; {hosts}, the next crawl goes on from here", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
    raise typer.Exit(_report(parallax, wanted, tally, began))


class _Progress:
    """A bar on a terminal, a line for every fiftieth request elsewhere."""

    def __init__(self, is_terminal: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskID, TextColumn

        self._outcomes: Counter[str] = Counter()
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        if is_terminal:
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed} requests  {task.fields[last]}"),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)

    def __enter__(self) -> _Progress:
        if self._bar is not None:
            self._bar.start()
            self._task = self._bar.add_task("crawling", total=None, last="")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def on_event(self, name: str, fields: Mapping[str, object]) -> None:
        """Show one more look."""
        if name != "fetch.stored":
            return
        self._outcomes[str(fields["outcome"])] += 1
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, advance=1, last=f"{fields['outlet']}: {fields['outcome']}")
        elif self._outcomes.total() % 50 == 0:
            typer.echo(f"{self._outcomes.total()} requests …", err=True)


def _report(parallax: Parallax, wanted: list[str], tally: Tally, began: datetime) -> int:
    """Say what came of it, outlet by outlet; gives the exit code."""
    from publish.digest.words import plural
    from storage.status_queries import new_entries_since, outlet_statuses

    with parallax.store.read() as session:
        statuses = outlet_statuses(session, since=began, outlets=wanted)
        entries = new_entries_since(session, began)
        ids = _channel_counts(session, entries)
    answered = failed = 0
    for outlet in statuses:
        lines, good, bad = _outlet_lines(outlet, ids, began)
        answered, failed = answered + good, failed + bad
        for line in lines:
            typer.echo(line)
    typer.echo(
        f"{plural(tally.fetches, 'request')}, {plural(tally.entries, 'new entry', 'new entries')}, "
        f"{plural(tally.articles, 'new article')}, {plural(tally.revisions - tally.articles, 'edit')}; "
        f"{plural(answered, 'channel')} answered, {failed} did not"
    )
    if tally.outcome not in {"done", "recycle"}:
        typer.echo(f"the crawl did not end well: {tally.outcome}", err=True)
        return EXIT_FAILED if tally.outcome != "stopped" else EXIT_INTERRUPTED
    if failed and not answered:
        if _is_likely_ours(statuses, began):
            typer.echo("nobody answered: most likely your own connection or resolver; nothing is lost", err=True)
        return EXIT_FAILED
    return EXIT_PARTLY if failed else EXIT_DONE


def _is_likely_ours(statuses: Sequence[OutletStatus], began: datetime) -> bool:
    """Whether several outlets were asked and none was so much as reached."""
    asked = [
        (outlet.slug, channel.last_outcome)
        for outlet in statuses
        for channel in outlet.channels
        if channel.last_polled_at is not None and channel.last_polled_at >= began
    ]
    return len({slug for slug, _ in asked}) >= _SEVERAL and {outcome for _, outcome in asked} <= _UNREACHED


def _channel_counts(session: object, entries: Mapping[int, int]) -> dict[tuple[str, str], int]:
    from storage.status_queries import channel_names

    names = channel_names(session)  # type: ignore[arg-type]  # a Session, known only to storage
    return {names[channel_id]: count for channel_id, count in entries.items()}


def _outlet_lines(
    outlet: OutletStatus, entries: Mapping[tuple[str, str], int], began: datetime
) -> tuple[list[str], int, int]:
    """A line a channel, and how many channels answered and how many did not."""
    lines, good, bad = [], 0, 0
    if not outlet.enabled:
        return [f"  {outlet.slug}: switched off in the catalogue"], 0, 0
    for channel in outlet.channels:
        mark, said = _said(channel, entries.get((outlet.slug, channel.slug), 0), began)
        good, bad = good + (mark == "✓"), bad + (mark == "✗")
        lines.append(f"{mark} {outlet.slug} · {channel.slug}: {said}")
    if outlet.refusing_since is not None:
        lines.append(f"  {outlet.slug} refuses our user agent since {outlet.refusing_since:%d %b %Y}")
    return lines or [f"  {outlet.slug}: no channel is known"], good, bad


def _said(channel: ChannelStatus, new: int, began: datetime) -> tuple[str, str]:
    if channel.not_crawled is not None:
        return " ", f"not crawled yet: {channel.not_crawled}"
    if not channel.enabled:
        return " ", "switched off in the catalogue"
    if channel.kind == "manual":
        return " ", "filled by `parallax add`"
    if channel.last_polled_at is None or channel.last_polled_at < began:
        return " ", _not_looked_at(channel.last_polled_at, began)
    if channel.last_outcome in _GOOD:
        return "✓", f"{new} new" if new else "nothing new"
    reason = f" ({channel.last_error})" if channel.last_error else ""
    return "✗", f"{(channel.last_outcome or '').replace('_', ' ')}{reason}"


def _not_looked_at(last_polled_at: datetime | None, began: datetime) -> str:
    from schedules.plan import due_again_at

    if last_polled_at is not None and (at := due_again_at(last_polled_at)) > began:
        return f"not due until {at.astimezone(began.tzinfo):%H:%M}"
    return "due, but its host asked us to wait or is in the hands of another crawl"
