"""``parallax takedown``: removes the words and bytes of one article, and sees to it that they stay away."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, EXIT_PARTLY, UsageError, open_parallax

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from parallax.commands.printing import Row
    from parallax.takedowns import Finished
    from storage.show_queries import ShownArticle


def takedown(
    article: Annotated[str | None, typer.Argument(help="The article's number or its address.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why, for whoever asks later; it stays and is shown.")] = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="Take nothing down; show what was.")] = False,
    finish: Annotated[
        bool, typer.Option("--finish", help="Drop what of earlier takedowns is still in the archive.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --list, a JSON array instead of a table.")] = False,
) -> None:
    """Remove an article's words from the database and its bytes from the archive, for good.

    Addresses, digests, dates and the reason stay. What arrives at its addresses later is not kept, a database made anew
    or restored from an older backup has it taken down again. Backups made before still hold it until they are deleted.
    There is no way back. docs/TAKEDOWN.md. Exit code 3: the words are gone from the database; some bytes are still to
    go, because something is writing (the next crawl or the service's daily tidying drops them, or --finish), or a file
    in digests/ may show its words that Parallax does not write anew: it is named, and for you to delete.

    Example: parallax takedown 12 --reason "Asked for by the person it names."
    """
    parallax = open_parallax(is_quiet=True)
    if listing:
        _list(parallax, as_json=as_json)
        return
    if finish:
        _finish(parallax)
        return
    if article is None:
        raise UsageError("ARTICLE", "is missing; allowed: an article's number or address, --list or --finish")
    said = " ".join((reason or "").split())
    if not said:
        raise UsageError("--reason", "is missing; allowed: a sentence that says why")
    found = _found(parallax, article)
    if not is_sure and not _is_confirmed(found):
        typer.echo("nothing was taken down")
        raise typer.Exit(EXIT_FAILED)
    from parallax.takedowns import decide
    from publish.digest.words import plural
    from storage.takedowns import words_of

    words = parallax.store.ask(lambda session: words_of(session, found.article_id))
    told = decide(parallax, found.article_id, said)
    what = f"{plural(len(told.texts), 'text')} at {plural(len(told.url_keys), 'address', 'addresses')}"
    typer.echo(f"article {found.article_id} is taken down: {what}")
    _finish(parallax, words)


def _found(parallax: Parallax, article: str) -> ShownArticle:
    from parallax.commands.show import find_shown

    found = find_shown(parallax, article)
    if found is None:
        typer.echo(f"parallax: no article is known as {article!r}", err=True)
        raise typer.Exit(EXIT_FAILED)
    return found


def _question(found: ShownArticle) -> str:
    from publish.digest.safe import one_line
    from publish.digest.words import plural

    title = found.revisions[-1].title if found.revisions else None
    what = f"article {found.article_id} of {found.outlet}, {one_line(title or found.url)}"
    revisions = plural(len(found.revisions), "revision")
    return f"{what}: {revisions} and all archived bytes with its words are removed for good. Go on?"


def _is_confirmed(found: ShownArticle) -> bool:
    """The answer; Ctrl-C and a closed standard input are a no."""
    try:
        return typer.confirm(_question(found))
    except typer.Abort:
        typer.echo()
        return False


def _finish(parallax: Parallax, words: Collection[str] = ()) -> None:
    from parallax.takedowns import finish

    done = finish(parallax, words)
    _tell(done)
    if done.problems or done.waiting or done.left:
        raise typer.Exit(EXIT_PARTLY)


def _tell(done: Finished) -> None:
    from publish.digest.words import plural

    for problem in done.problems:
        typer.echo(f"✗ {problem}", err=True)
    typer.echo(f"archive   {plural(done.records, 'record')} dropped from {plural(done.files, 'file')}")
    if done.digests:
        typer.echo(f"digests   {plural(done.digests, 'page')} written without its words")
    for page in done.left:
        typer.echo(f"✗ {page} names it and may show its words: not rewritten, delete it", err=True)
    if done.waiting:
        typer.echo(f"✗ {plural(done.waiting, 'record')} still to be dropped: parallax takedown --finish", err=True)
    else:
        typer.echo("next      delete backups made before, and copies by hand: docs/TAKEDOWN.md")


def _list(parallax: Parallax, *, as_json: bool) -> None:
    from parallax.commands.printing import local, print_rows
    from storage.takedowns import takedowns

    zone = parallax.settings.time_zone
    rows: list[Row] = [
        {
            "article": one.article_id,
            "outlet": one.outlet,
            "url": one.url,
            "decided": one.decided_at.isoformat() if as_json else local(one.decided_at, zone),
            "bytes": "gone" if one.finished_at is not None else "still to go",
            "reason": one.reason,
        }
        for one in parallax.store.ask(takedowns)
    ]
    print_rows(rows, as_json=as_json, empty="nothing was taken down")
