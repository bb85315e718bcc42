"""``parallax db``: bring the database to the newest revision, and check it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from parallax.commands.opening import EXIT_FAILED, UsageError, open_parallax, open_settings
from parallax.commands.progress import tell_findings

if TYPE_CHECKING:
    from parallax.commands.printing import Row
    from storage.checking import Checked

app = typer.Typer(help="The database: upgrade, check, copy.", no_args_is_help=True)
_SAMPLE = 500


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


class Archive(StrEnum):
    """How many archive records are read."""

    ALL = "all"
    SAMPLE = "sample"
    NONE = "none"


@app.command()
def check(
    archive: Annotated[
        Archive, typer.Option(help="Which archive records are read back: a sample is about 500, other ones each day.")
    ] = Archive.SAMPLE,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON document with every finding.")] = False,
) -> None:
    """Check the store against itself and the archive, a line for each thing that is wrong.

    Pages and foreign keys, digests of texts, orphans, repeated columns, search index, failed work, the proof of each
    revision (extraction, fetch, record), and archive files and records. May run while crawling; on SQLite writers wait
    while the full-text index is compared. Exit code 1 when something is wrong.

    Example: parallax db check --archive all
    """
    import hashlib
    from dataclasses import asdict

    from crawler.archive import read_record
    from parallax.commands.printing import print_json
    from storage.archive_lock import places_stay
    from storage.checking import ArchiveCheck, check_store

    parallax = open_parallax()
    folder = parallax.settings.archive_folder

    def payload_digest(file: str, offset: int) -> str:
        return hashlib.sha256(read_record(folder, file, offset).response.body).hexdigest()

    most = None if archive is Archive.ALL else _SAMPLE
    looked = ArchiveCheck(folder, payload_digest, most, shift=parallax.clock.now().toordinal())
    with places_stay(folder):
        checked = check_store(parallax.store, None if archive is Archive.NONE else looked)
    if as_json:
        print_json(asdict(checked))
    else:
        _tell(checked)
    if checked.findings:
        raise typer.Exit(EXIT_FAILED)


def _tell(checked: Checked) -> None:
    read = f"{checked.records_read} of {checked.records} archive records were read back"
    gone = f", {checked.records_taken_down} were taken down" if checked.records_taken_down else ""
    gone += f", {checked.records_dropped} were dropped by retention" if checked.records_dropped else ""
    typer.echo(f"{tell_findings(checked.findings)}; {read}{gone}")


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
    from storage.copying import copy_store
    from storage.engine import require_there

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
