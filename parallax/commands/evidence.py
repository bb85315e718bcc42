"""``parallax evidence``: all that proves one article, in a folder that stands alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.asked import asked_history
from parallax.commands.opening import EXIT_FAILED, EXIT_PARTLY, UsageError, open_parallax

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from publish.evidence.folder import Written
    from storage.history_facts import HistoryTakedown


def evidence(
    article: Annotated[str, typer.Argument(help="The article's number or its address.")],
    out: Annotated[Path, typer.Option(help="The folder to write; it must not exist, or be empty.")],
) -> None:
    """Write a folder that proves what was seen of an article: texts, raw records, headers, looks, states, changes.

    The folder can be read and checked without Parallax, by `sha256sum -c SHA256SUMS` and `warcio check`; its README.txt
    says how, and what it proves and does not. Of the same database at the same time it is the same, byte for byte. Exit
    code 3: written, and records could not be read in the archive; each is named. docs/EVIDENCE.md.

    Example: parallax evidence 12 --out evidence-12
    """
    from domain.errors import NotEmptyError
    from publish.evidence.folder import require_free

    try:
        require_free(out.absolute())
    except NotEmptyError as error:
        raise UsageError("--out", str(error)) from error
    written = _written(open_parallax(), article, out.absolute())
    typer.echo(f"{written.folder}: {written.files} files, {written.records} records")
    if written.dropped:
        typer.echo(f"{written.dropped} looks whose bytes were dropped are named with their digests")
    for fetch_id, problem in written.missing.items():
        typer.echo(f"parallax: the record of fetch {fetch_id} is not there: {problem}", err=True)
    typer.echo(f"last link   {written.last_link}")
    typer.echo(f"SHA256SUMS  {written.sums_sha256}")
    typer.echo("Write both down where others can see it: they prove that nothing was changed since.")
    if written.missing:
        raise typer.Exit(EXIT_PARTLY)


def _written(parallax: Parallax, article: str, out: Path) -> Written:
    from parallax.bootstrap import VERSION
    from publish.evidence.folder import write_evidence
    from publish.evidence.gather import evidence_facts
    from storage.archive_lock import places_stay

    settings = parallax.settings
    with places_stay(settings.archive_folder):
        with parallax.store.read() as session:
            history = asked_history(parallax, session, article)
            if history.takedowns:
                _refuse(history.article_id, history.takedowns[-1])
            made_at, made_by = parallax.clock.now(), f"Parallax {VERSION}"
            facts = evidence_facts(session, history, made_at=made_at, made_by=made_by, zone=settings.time_zone)
        try:
            return write_evidence(facts, settings.archive_folder, out)
        except OSError as error:
            raise UsageError("--out", f"{str(out)!r} can't be written: {error.strerror}; allowed: a folder") from error


def _refuse(article_id: int, takedown: HistoryTakedown) -> None:
    typer.echo(
        f"parallax: article {article_id} was taken down on {takedown.decided_at:%Y-%m-%d} ({takedown.reason}): its "
        f"texts and records are gone; `parallax history {article_id}` tells what is left",
        err=True,
    )
    raise typer.Exit(EXIT_FAILED)
