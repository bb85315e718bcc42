"""``parallax db``: bring the database to the newest revision, and check it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, open_parallax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallax.bootstrap import Parallax
    from storage.integrity import Finding

app = typer.Typer(help="The database: upgrade, check.", no_args_is_help=True)
_MOST_SHOWN = 20
_SAMPLE = 10


@app.command()
def upgrade() -> None:
    """Bring the database to the newest revision.

    Example: parallax db upgrade
    """
    from storage import migrate, open_store

    parallax = open_parallax()
    before = migrate.current_revision(open_store(parallax.settings.database_url))
    after = migrate.current_revision(parallax.upgrade_store())
    typer.echo(f"{before or 'empty'} → {after}")


@app.command()
def check(
    full: Annotated[bool, typer.Option("--full", help="Read every archive record, not each tenth.")] = False,
) -> None:
    """Check the store against itself and the archive: digests, pointers, search index, records, failed work.

    Exit code 1 when something is wrong.

    Example: parallax db check --full
    """
    parallax = open_parallax()
    counts: Counter[str] = Counter()
    for finding in _findings(parallax, every=1 if full else _SAMPLE):
        counts[finding.check] += 1
        if counts[finding.check] <= _MOST_SHOWN:
            typer.echo(f"✗ {finding.check}: {finding.problem}")
    for name, count in counts.items():
        if count > _MOST_SHOWN:
            typer.echo(f"✗ {name}: and {count - _MOST_SHOWN} more")
    if counts:
        typer.echo(f"{counts.total()} findings")
        raise typer.Exit(EXIT_FAILED)
    typer.echo("all is well" + ("" if full else f" (each {_SAMPLE}th archive record was read; --full reads all)"))


def _findings(parallax: Parallax, *, every: int) -> Iterator[Finding]:
    import hashlib

    from crawler.archive import read_record
    from storage import integrity

    def payload_digest(file: str, offset: int) -> str:
        archived = read_record(parallax.settings.archive_folder, file, offset)
        return hashlib.sha256(archived.response.body).hexdigest()

    with parallax.store.read() as session:
        for check_of in (
            integrity.database_findings,
            integrity.text_findings,
            integrity.pointer_findings,
            integrity.search_findings,
            integrity.todo_findings,
        ):
            yield from check_of(session)
        yield from integrity.record_findings(session, payload_digest, every=every)
