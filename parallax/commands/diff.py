"""``parallax diff``: what changed between two revisions of an article."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, UsageError, open_parallax
from parallax.commands.show import find_shown, takedown_line
from parallax.commands.writing import write_page

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from publish.diff.lines import Piece
    from storage.show_queries import ShownArticle
    from storage.shown_revisions import ShownRevision


def diff(
    article: Annotated[str, typer.Argument(help="The article's number or its address.")],
    old: Annotated[
        int | None, typer.Argument(metavar="[OLD]", help="A revision; the one before NEW if not given.")
    ] = None,
    new: Annotated[int | None, typer.Argument(metavar="[NEW]", help="A later one; the latest if not given.")] = None,
    words: Annotated[
        bool, typer.Option("--words", help="The later text whole, with the changes marked in it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document instead of text.")] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page with both texts side by side and their proof."),
    ] = None,
) -> None:
    """Show what changed between two revisions: each change with its class, its weight and the words before and after.

    A change is significant (●) where a reader would believe something else about what happened, who did it, who says
    so, how sure it is, or when. Other wording, marks and moved paragraphs are told, and count for little (○). Classes
    are made by rule, in Azerbaijani, Russian, Turkish and English; the words stand beside them. docs/CHANGES.md.

    The page of --html is one file that loads nothing: it can be sent, printed and kept.

    Example: parallax diff 12 1 3 --html diff-12.html
    """
    parallax = open_parallax()
    found = find_shown(parallax, article)
    if found is None:
        typer.echo(
            f"parallax: no article is known as {article!r}; `parallax search` finds them by their words", err=True
        )
        raise typer.Exit(EXIT_FAILED)
    if found.takedown is not None:
        typer.echo(f"article {found.article_id} was {takedown_line(found.takedown, parallax.settings.time_zone)}")
        return
    if len(found.revisions) < 2:
        _tell_of_one(found, is_chosen=not (old is None and new is None), as_json=as_json, html=html)
        return
    earlier, later = _chosen(found, old, new)
    if html is not None:
        write_page(html, _page(parallax, found, earlier, later))
        return
    _tell(found, earlier, later, words=words, as_json=as_json)


def _tell_of_one(article: ShownArticle, *, is_chosen: bool, as_json: bool, html: Path | None) -> None:
    """What there is to say of an article with one revision. Raises UsageError where two were asked for."""
    said = f"article {article.article_id} has one revision: nothing was seen to change"
    if is_chosen:
        raise UsageError("OLD", said)
    if html is not None:
        typer.echo(f"parallax: {said}; {html} is not written", err=True)
        raise typer.Exit(EXIT_FAILED)
    if as_json:
        from parallax.commands.printing import print_json

        none: dict[str, object] = {
            "old_revision": None,
            "new_revision": 1,
            "is_silent": False,
            "changes": [],
            "revisions_between": [],
        }
        print_json({"article": article.article_id, "url": article.url, "language": article.language, **none})
        return
    typer.echo(said)


def _page(parallax: Parallax, article: ShownArticle, old: ShownRevision, new: ShownRevision) -> str:
    from domain.outlet import Group
    from publish.diff.html import diff_html
    from publish.diff.page import diff_page
    from storage.groups import groups_on
    from storage.revision_looks import later_looks

    zone = parallax.settings.time_zone
    with parallax.store.read() as session:
        groups = groups_on(session, new.first_seen_at.astimezone(zone).date())
        looks = later_looks(session, article.article_id)
    known = parallax.catalogue.outlets.get(article.outlet)
    page = diff_page(
        article,
        old,
        new,
        outlet_name=known.name if known else article.outlet,
        group=groups.get(article.outlet, Group.UNKNOWN),
        looks=looks,
    )
    return diff_html(page, zone)


def _chosen(article: ShownArticle, old: int | None, new: int | None) -> tuple[ShownRevision, ShownRevision]:
    by_number = {revision.number: revision for revision in article.revisions}
    last = article.revisions[-1].number
    later = new if new is not None else last
    earlier = old if old is not None else max((n for n in by_number if n < later), default=later)
    for name, number in (("OLD", earlier), ("NEW", later)):
        if number not in by_number:
            raise UsageError(name, f"there is no revision {number}; allowed: {', '.join(map(str, by_number))}")
    if earlier >= later:
        raise UsageError("OLD", f"revision {earlier} is not earlier than {later}; allowed: an earlier one first")
    return by_number[earlier], by_number[later]


def _tell(article: ShownArticle, old: ShownRevision, new: ShownRevision, *, words: bool, as_json: bool) -> None:
    from parallax.commands.printing import console, print_json
    from publish.diff.lines import between_words, change_lines, marked_text, summary_line
    from publish.diff.model import difference, to_json
    from publish.digest.safe import one_line

    found = difference(old, new, language=article.language)
    between = [one.number for one in article.revisions if old.number < one.number < new.number]
    if as_json:
        of = {"article": article.article_id, "url": article.url, "language": article.language}
        print_json({**of, **to_json(found), "revisions_between": between})
        return
    out = console()
    out.print(one_line(new.title) or "(no headline)", style="bold")
    out.print(f"article {article.article_id} · {article.outlet} · {summary_line(found)}")
    if between:
        step = f"parallax diff {article.article_id} {old.number} {between[0]}"
        out.print(f"{between_words(between)} between the two: `{step}` shows the first step", style="dim")
    if words:
        out.print()
        _print_pieces(marked_text(found))
        return
    for line in change_lines(found):
        _print_pieces(line)


def _print_pieces(pieces: Iterable[Piece]) -> None:
    from rich.text import Text

    from parallax.commands.printing import console
    from publish.diff.lines import Mark

    styles = {Mark.OLD: "red", Mark.NEW: "green", Mark.QUIET: "dim", Mark.WEIGHTY: "bold yellow", Mark.PLAIN: ""}
    console().print(Text.assemble(*((piece.text, styles[piece.mark]) for piece in pieces)), soft_wrap=True)
