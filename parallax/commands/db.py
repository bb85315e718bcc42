"""``parallax db``: bring the database to the newest revision, and check it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, UsageError, open_parallax, open_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallax.bootstrap import Parallax
    from parallax.commands.printing import Row
    from storage.integrity import Finding

app = typer.Typer(help="The database: upgrade, check, copy.", no_args_is_help=True)
_MOST_SHOWN = 20
_SAMPLE = 10


@app.command()
def upgrade() -> None:
    """Bring the database to the newest revision.

    Example: parallax db upgrade
    """
    from storage import migrate, open_store

    parallax = open_parallax()
    store = open_store(parallax.settings.database_url)
    before = migrate.current_revision(store)
    migrate.upgrade(store)
    typer.echo(f"{before or 'empty'} → {migrate.current_revision(store)}")


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


@app.command()
def copy(
    from_url: Annotated[str, typer.Argument(help="The database to copy, at the newest revision.")],
    to_url: Annotated[str, typer.Argument(help="An empty database; tables are made in it.")],
    as_json: Annotated[bool, typer.Option("--json", help="A JSON array instead of a table.")] = False,
) -> None:
    """Copy a whole store into another database, SQLite to PostgreSQL or back, and compare every row.

    Nothing may crawl meanwhile. The archive is not moved: set PARALLAX_DATABASE_URL and leave it where it is. Leave a
    password out and give it in PGPASSWORD or ~/.pgpass, where no other user of the machine can read it.
    Exit code 2: the target is not empty, or a crawl is running; nothing was copied.

    Example: parallax db copy sqlite:///var/parallax.db postgresql://parallax@db.example/parallax
    """
    from contextlib import closing

    from crawler.owner import is_alive
    from domain.errors import InUseError, NotEmptyError
    from parallax.commands.keep import checked_url
    from parallax.commands.printing import print_rows
    from storage import open_store
    from storage.copying import copy_store, require_there

    open_settings()
    source_url, target_url = checked_url("FROM_URL", from_url), checked_url("TO_URL", to_url)
    require_there(source_url)
    with closing(open_store(source_url)) as source, closing(open_store(target_url)) as target:
        try:
            done = copy_store(
                source, target, is_alive=lambda owner, beat: is_alive(owner, beat, real_now=datetime.now(UTC))
            )
        except NotEmptyError as error:
            raise UsageError("TO_URL", str(error)) from error
        except InUseError as error:
            raise UsageError("FROM_URL", str(error)) from error
    rows: list[Row] = [{"table": t.table, "rows": t.rows, "sha256 of the rows": t.sha256[:16]} for t in done.tables]
    print_rows(rows, as_json=as_json, empty="")
    if not as_json:
        typer.echo(f"\n{done.rows} rows, the same in both, in {done.seconds:.1f} s; next: parallax db check")
