"""``parallax show``: one article, its revisions and their proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, MOST_NUMBER, open_parallax

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from parallax.bootstrap import Parallax
    from storage.show_queries import ShownArticle, ShownMerge
    from storage.shown_revisions import ShownRevision
    from storage.takedowns import ListedTakedown


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
    found = find_shown(parallax, article)
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


def find_shown(parallax: Parallax, article: str) -> ShownArticle | None:
    """The article of this number or address, with all its revisions; None where none is known."""
    from storage.show_queries import find_article

    number, key = number_or_key(parallax, article)
    with parallax.store.read() as session:
        return find_article(session, article_id=number, url_key=key)


def number_or_key(parallax: Parallax, article: str) -> tuple[int | None, str | None]:
    """The number, or the url key, by which an article was asked for; neither where it is no number and no address."""
    from domain.urls import host_key, http_url, url_key

    if article.isdecimal():
        number = int(article)
        return (number if number <= MOST_NUMBER else None), None
    url = http_url(article)
    if url is None:
        return None, None
    outlet = parallax.catalogue.outlet_of_host(host_key(url))
    return None, url_key(url, host_aliases=outlet.host_aliases if outlet else None)


def takedown_line(takedown: ListedTakedown, zone: ZoneInfo) -> str:
    """What is said of an article that was taken down, in place of its words."""
    from parallax.commands.printing import local

    return f"taken down on {local(takedown.decided_at, zone)}: {takedown.reason}"


def _merge_line(merge: ShownMerge, zone: ZoneInfo) -> str:
    from parallax.commands.printing import local

    line = f"article {merge.article_id} into {merge.into_id}, {local(merge.decided_at, zone)}"
    line += f", by {merge.evidence}: {merge.reason}"
    if merge.undone_at is not None:
        line += f"; taken back {local(merge.undone_at, zone)}: {merge.undone_reason}"
    return line


def _print(article: ShownArticle, shown: ShownRevision, zone: ZoneInfo) -> None:
    from publish.digest.safe import lines_of

    typer.echo(lines_of(f"{shown.title or '(no headline)'}\n"))
    for line in (*_head(article, zone), *_related(article, zone)):
        typer.echo(lines_of(line))
    if article.takedown is not None:
        typer.echo(lines_of(takedown_line(article.takedown, zone)))
    for revision in article.revisions:
        typer.echo(lines_of("\n" + "\n".join(_revision(revision, zone))))
    if article.takedown is None:
        _print_text(shown)


def _print_text(shown: ShownRevision) -> None:
    from publish.digest.safe import lines_of

    typer.echo(f"\n── text of revision {shown.number} " + "─" * 40 + f"\n\n{lines_of(shown.text)}")


def _head(article: ShownArticle, zone: ZoneInfo) -> Iterator[str]:
    from parallax.commands.printing import interval, local

    published = article.published
    stated = f"{published.isoformat()} ({published.precision}, from {published.source})" if published else "not stated"
    yield f"article    {article.article_id} · {article.outlet} · {article.language or 'language undecided'}"
    if article.kind != "article" or article.external_id:
        yield f"kind       {' · '.join(filter(None, (article.kind.replace('_', ' '), article.external_id)))}"
    yield f"published  {stated}"
    yield f"appeared   {interval(article.absent_at, article.first_seen_at, zone)}"
    yield f"last seen  {local(article.last_seen_at, zone)}"
    if article.state != "live":
        yield f"state      no longer served: {article.state} since {local(article.state_at, zone)}"


def _related(article: ShownArticle, zone: ZoneInfo) -> Iterator[str]:
    """Its addresses, and the articles that it has to do with."""
    for address in article.addresses:
        yield f"{address.kind:10} {address.url}"
    yield from (f"announces  article {number}" for number in article.reports)
    yield from (f"announced  in article {number}" for number in article.releases)
    for one in article.translations:
        yield f"in {one.language or '?':7} article {one.article_id} · {one.url} ({one.evidence})"
    for merge in article.merges:
        yield f"merged     {_merge_line(merge, zone)}"


def _revision(revision: ShownRevision, zone: ZoneInfo) -> Iterator[str]:
    from parallax.commands.printing import interval

    yield f"revision {revision.number}  {revision.title or '(no headline)'}"
    yield f"  text seen  {interval(revision.absent_at, revision.first_seen_at, zone)}"
    yield f"  text       sha256 {revision.text_sha256}"
    yield f"             {len(revision.text)} characters, from the {revision.text_source}"
    if apart := _apart(revision):
        yield f"             {apart}"
    yield f"  read by    {revision.extractor}"
    yield f"  proof      fetch {revision.fetch_id}, HTTP {revision.status}, {revision.fetch_url}"
    yield f"             {revision.file} at byte {revision.offset}; body sha256 {revision.body_sha256}"
    if revision.topics:
        yield f"  topics     {', '.join(revision.topics)}"


def _apart(revision: ShownRevision) -> str:
    """What a text has besides its words: pages, parts, sections, footnotes."""
    from publish.digest.words import plural

    scanned = f" ({revision.scanned_pages} of them pictures without text)" if revision.scanned_pages else ""
    counts = (
        (revision.pages, f"{plural(revision.pages or 0, 'page')}{scanned}"),
        (len(revision.parts), plural(len(revision.parts), "part")),
        (len(revision.sections), plural(len(revision.sections), "section")),
        (len(revision.footnotes), plural(len(revision.footnotes), "footnote")),
    )
    return ", ".join(said for count, said in counts if count)
