"""The manifest of a backup: what is in it, what of the archive it needs, and by which digests that is known.

It is written last: what has no manifest is no backup. Its own digest tells a damaged manifest from a whole one; it is
no signature, whoever can write the folder can write another.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.errors import BackupError
from storage.durable import write_synced

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One archive file that goes with the backup: records of it name the file, or it is of the journal.

    ``sha256`` is of its first ``needed_bytes``, what was whole when the backup was made: the file that is written just
    now grows behind them. ``hashed_in`` names the backup that read the bytes; a later one takes the digest over while
    size and time of change are the same. ``problem``: why there is no digest; null: there is one.
    """

    file: str
    records: int
    needed_bytes: int
    size_bytes: int
    changed_ns: int
    sha256: str | None
    hashed_in: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """The copy of the database. ``made_with`` names program and version; ``server_major`` is null for SQLite."""

    file: str
    size_bytes: int
    sha256: str
    made_with: str
    server_major: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a backup says of itself. ``rows`` counts rows by table; ``made_at`` is by the one clock, UTC."""

    name: str
    made_at: datetime
    parallax: str
    schema_revision: str
    dialect: str
    catalogue_hash: str | None
    rows: dict[str, int]
    database: DatabaseFile
    archive_is_included: bool
    archive: tuple[ArchiveFile, ...]


_ADAPTER = TypeAdapter(Manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of the backup in ``folder``, whole and on disk. Raises OSError."""
    fields = {"format": FORMAT, **_ADAPTER.dump_python(manifest, mode="json")}
    document = {"sha256": _digest(fields), **fields}
    write_synced(folder / MANIFEST, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the backup in ``folder``. Raises BackupError where there is none or it is damaged."""
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
        stated = document.pop("sha256")
        format_ = document["format"]
    except FileNotFoundError as error:
        if not folder.is_dir():
            raise BackupError(folder, "no such folder") from error
        raise BackupError(folder, f"no backup: it has no {MANIFEST}") from error
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise BackupError(folder, f"{MANIFEST} can't be read: {error!r}") from error
    if format_ != FORMAT:
        raise BackupError(folder, f"{MANIFEST} is of format {format_!r}, this version reads {FORMAT}")
    if stated != _digest(document):
        raise BackupError(folder, f"{MANIFEST} was changed after it was written")
    try:
        manifest = _ADAPTER.validate_python({name: document[name] for name in document if name != "format"})
    except ValidationError as error:
        raise BackupError(folder, f"{MANIFEST}: {error.errors()[0]['msg']}") from error
    for name in (manifest.database.file, *(file.file for file in manifest.archive)):
        if Path(name).name != name or name in {"", ".", ".."}:
            raise BackupError(folder, f"{MANIFEST} names a file outside: {name!r}")
    return manifest


def _digest(fields: object) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
