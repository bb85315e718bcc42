"""``parallax outlets`` and ``parallax topics``: what the catalogue names, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import UsageError, known_slugs, open_parallax

if TYPE_CHECKING:
    from domain.outlet import Channel, Outlet
    from parallax.bootstrap import Parallax
    from storage.status_queries import OutletStatus, TopicStatus

AsJson = Annotated[bool, typer.Option("--json", help="A JSON array instead of a table.")]


def outlets(
    slug: Annotated[str | None, typer.Argument(help="Only this outlet, with its channels.")] = None,
    as_json: AsJson = False,
    as_opml: Annotated[bool, typer.Option("--opml", help="All feeds as OPML 2.0, for a feed reader.")] = False,
) -> None:
    """List the outlets of the catalogue with their group, or the channels of one.

    Example: parallax outlets abzas-media
    """
    from parallax.commands.printing import print_rows

    parallax = open_parallax()
    catalogue = parallax.catalogue
    if as_opml:
        if slug is not None or as_json:
            raise UsageError("--opml", "lists the feeds of all outlets as OPML; allowed: without an outlet and --json")
        _print_opml(parallax)
        return
    statuses = _statuses(parallax)
    today = parallax.clock.now().astimezone(parallax.settings.time_zone).date()
    if slug is not None:
        known_slugs("OUTLET", [slug], list(catalogue.outlets))
        print_rows(
            _channel_rows(parallax, catalogue.outlets[slug], statuses.get(slug)), as_json=as_json, empty="no channel"
        )
        return
    rows = [
        {
            "outlet": outlet.slug,
            "name": outlet.name,
            "group": outlet.group_on(today).value,
            "languages": " ".join(outlet.languages),
            "channels": len(outlet.channels),
            "last good look": _last_ok(parallax, statuses.get(outlet.slug)),
        }
        for outlet in catalogue.outlets.values()
    ]
    print_rows(rows, as_json=as_json, empty="the catalogue is empty")


def _print_opml(parallax: Parallax) -> None:
    import sys

    from outlets.opml import opml_text

    now = parallax.clock.now().astimezone(parallax.settings.time_zone)
    sys.stdout.write(opml_text(parallax.catalogue, now=now, today=now.date()))


def _statuses(parallax: Parallax) -> dict[str, OutletStatus]:
    """What the store knows of each outlet; nothing where there is no store yet."""
    from domain.errors import StorageError
    from storage.status_queries import outlet_statuses

    try:
        with parallax.store.read() as session:
            return {s.slug: s for s in outlet_statuses(session, since=parallax.clock.now())}
    except StorageError:
        return {}


def _last_ok(parallax: Parallax, status: OutletStatus | None) -> str:
    from parallax.commands.printing import local

    if status is None or status.last_ok_at is None:
        return "never"
    refusing = "; refuses us now" if status.refusing_since else ""
    return local(status.last_ok_at, parallax.settings.time_zone) + refusing


def _crawled(parallax: Parallax, outlet: Outlet, channel: Channel) -> str:
    from domain.outlet import ChannelKind
    from outlets.channels import lacking, not_crawled_yet

    if not (outlet.enabled and channel.enabled):
        return not_crawled_yet(channel) or "switched off"
    wanted = "by hand" if channel.kind is ChannelKind.MANUAL else "yes"
    return not_crawled_yet(channel) or lacking(channel, parallax.platforms) or wanted


def _channel_rows(parallax: Parallax, outlet: Outlet, status: OutletStatus | None) -> list[dict[str, str | None]]:
    from parallax.commands.printing import local

    last_ok = {c.slug: c.last_ok_at for c in status.channels} if status else {}
    return [
        {
            "channel": channel.slug,
            "kind": channel.kind.value,
            "address": channel.address,
            "grade": channel.evidence,
            "probed": channel.probed_on.isoformat() if channel.probed_on else None,
            "crawled": _crawled(parallax, outlet, channel),
            "last good look": local(last_ok.get(channel.slug), parallax.settings.time_zone) or "never",
        }
        for channel in outlet.channels
    ]


def topics(as_json: AsJson = False) -> None:
    """List the topics with their queries, versions and how many stored articles mention them.

    Example: parallax topics
    """
    from analysis.topics import breadth_warning, static_warnings
    from domain.errors import StorageError
    from parallax.commands.printing import print_rows
    from storage.status_queries import topic_statuses

    parallax = open_parallax()
    found: dict[str, TopicStatus] = {}
    try:
        with parallax.store.read() as session:
            found = {status.slug: status for status in topic_statuses(session)}
    except StorageError:
        found = {}
    rows: list[dict[str, str | int | None]] = []
    for topic in parallax.catalogue.topics.values():
        status = found.get(topic.slug)
        broad = breadth_warning(topic, status.articles, status.stored) if status else None
        rows.append(
            {
                "topic": topic.slug,
                "title": topic.title,
                "languages": " ".join(topic.queries),
                "version": status.version if status else None,
                "articles": status.articles if status else None,
                "warnings": "; ".join([*([broad] if broad else []), *static_warnings(topic)]) or None,
            }
        )
        if as_json:
            rows[-1] |= {f"query {language}": query for language, query in topic.queries.items()}
    print_rows(rows, as_json=as_json, empty="the catalogue names no topic")
