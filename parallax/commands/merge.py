"""``parallax merge`` and ``parallax unmerge``: a person's word that two articles are one, or are two after all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import MOST_NUMBER, UsageError, open_parallax

if TYPE_CHECKING:
    from storage import Session
    from storage.merging import Merged

Reason = Annotated[str, typer.Option(help="Why, for whoever asks later; kept with the decision.")]


def merge(
    article: Annotated[int, typer.Argument(max=MOST_NUMBER, help="An article's number.")],
    other: Annotated[int, typer.Argument(max=MOST_NUMBER, help="The number of the article that it is.")],
    reason: Reason,
) -> None:
    """Make one of two articles of an outlet. The one seen first stands; nothing is moved or lost.

    Example: parallax merge 12 40 --reason "One report under its old and its new address."
    """
    from storage.merge_decisions import decision_on
    from storage.merging import merge_by_hand

    said, parallax = _reason(reason), open_parallax()
    now = parallax.clock.now()

    def work(session: Session) -> Merged | None:
        made = merge_by_hand(session, article, other, said, at=now)
        if made is not None:
            parallax.journal_merge(decision_on(session, made.article_id), now)
        return made

    made = parallax.store.write(work)
    if made is None:
        typer.echo(f"articles {article} and {other} are one already")
        return
    typer.echo(f"article {made.article_id} is merged into article {made.into_id}")


def unmerge(
    article: Annotated[
        int, typer.Argument(max=MOST_NUMBER, help="The number of the article that was merged into another.")
    ],
    reason: Reason,
) -> None:
    """Take back that an article was merged into another. The two come apart as they were and are not joined again.

    The decision is kept, with both reasons: `parallax show` tells them.

    Example: parallax unmerge 40 --reason "The page named another report's address by mistake."
    """
    from storage.merge_decisions import decision_on
    from storage.merging import unmerge as take_back

    said, parallax = _reason(reason), open_parallax()
    now = parallax.clock.now()

    def work(session: Session) -> int:
        into = take_back(session, article, said, at=now)
        parallax.journal_merge(decision_on(session, article), now)
        return into

    into = parallax.store.write(work)
    typer.echo(f"article {article} stands by itself again; it was merged into article {into}")


def _reason(given: str) -> str:
    said = " ".join(given.split())
    if not said:
        raise UsageError("--reason", "is empty; allowed: a sentence")
    return said
