"""``parallax show``: one article, its revisions and their proof."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, open_parallax

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from parallax.bootstrap import Parallax
    from storage.show_queries import ShownArticle, ShownMerge, ShownRevision


def show(
    article: Annotated[str, typer.Argument(help="The article's number or its address.")],
    revision: Annotated[int | None, typer.Option(help="Show the text of this revision instead of the latest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
) -> None:
    """Show an article: addresses, times, each revision with the request and archive record that prove it, and its text.

    Example: parallax show 12 --revision 1
    """
    from parallax.commands.printing import print_json

    parallax = open_parallax()
    found = _find(parallax, article)
    if found is None:
        typer.echo(
            f"parallax: no article is known as {article!r}; `parallax search` finds them by their words", err=True
        )
        raise typer.Exit(EXIT_FAILED)
    if as_json:
        content = asdict(found)
        content["published"] = found.published.isoformat() if found.published else None
        print_json(content)
        return
    shown = (
        found.revisions[-1] if revision is None else next((r for r in found.revisions if r.number == revision), None)
    )
    if shown is None:
        typer.echo(f"parallax: article {found.article_id} has revisions 1 to {len(found.revisions)}", err=True)
        raise typer.Exit(EXIT_FAILED)
    _print(found, shown, parallax.settings.time_zone)


def _find(parallax: Parallax, article: str) -> ShownArticle | None:
    from domain.urls import host_key, http_url, url_key
    from storage.show_queries import find_article

    with parallax.store.read() as session:
        if article.isdigit():
            return find_article(session, article_id=int(article))
        url = http_url(article)
        if url is None:
            return None
        outlet = parallax.catalogue.outlet_of_host(host_key(url))
        return find_article(session, url_key=url_key(url, host_aliases=outlet.host_aliases if outlet else None))


def _merge_line(merge: ShownMerge, zone: ZoneInfo) -> str:
    from parallax.commands.printing import local

    line = f"article {merge.article_id} into {merge.into_id}, {local(merge.decided_at, zone)}"
    line += f", by {merge.evidence}: {merge.reason}"
    if merge.undone_at is not None:
        line += f"; taken back {local(merge.undone_at, zone)}: {merge.undone_reason}"
    return line


def _print(article: ShownArticle, shown: ShownRevision, zone: ZoneInfo) -> None:
    from parallax.commands.printing import interval, local

    typer.echo(f"{shown.title or '(no headline)'}\n")
    published = article.published
    stated = f"{published.isoformat()} ({published.precision}, from {published.source})" if published else "not stated"
    typer.echo(f"article    {article.article_id} · {article.outlet} · {article.language or 'language undecided'}")
    typer.echo(f"published  {stated}")
    typer.echo(f"appeared   {interval(article.absent_at, article.first_seen_at, zone)}")
    typer.echo(f"last seen  {local(article.last_seen_at, zone)}")
    if article.state != "live":
        since = f"{article.state} since {local(article.state_at, zone)}, HTTP {article.state_status}"
        typer.echo(f"state      no longer served: {since}")
    for address in article.addresses:
        typer.echo(f"{address.kind:10} {address.url}")
    for one in article.translations:
        typer.echo(f"in {one.language or '?':7} article {one.article_id} · {one.url} ({one.evidence})")
    for merge in article.merges:
        typer.echo(f"merged     {_merge_line(merge, zone)}")
    for revision in article.revisions:
        typer.echo(f"\nrevision {revision.number}  {revision.title or '(no headline)'}")
        typer.echo(f"  published  {interval(revision.absent_at, revision.first_seen_at, zone)}")
        typer.echo(f"  text       sha256 {revision.text_sha256}")
        typer.echo(f"             {len(revision.text)} characters, from the {revision.text_source}")
        typer.echo(f"  read by    {revision.extractor}")
        typer.echo(f"  proof      fetch {revision.fetch_id}, HTTP {revision.status}, {revision.fetch_url}")
        typer.echo(f"             {revision.file} at byte {revision.offset}; body sha256 {revision.body_sha256}")
        if revision.topics:
            typer.echo(f"  topics     {', '.join(revision.topics)}")
    typer.echo(f"\n── text of revision {shown.number} " + "─" * 40 + f"\n\n{shown.text}")
