"""Makes the status: the door's one way from the store to ``publish.status``."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from parallax.bootstrap import Parallax
from publish.status.build import build_status
from publish.status.model import Status
from storage import migrate
from storage.backup_folder import last_made_at
from storage.status_store import Place, status_facts


def present_status(parallax: Parallax, outlets: Sequence[str] = ()) -> Status:
    """The status now, of ``outlets`` or of all."""
    settings = parallax.settings
    now, zone = parallax.clock.now(), settings.time_zone
    place = place_of(parallax)
    with parallax.store.read() as session:
        facts = status_facts(session, now=now, zone=zone, place=place, outlets=outlets)
    return build_status(facts, real_now=datetime.now(UTC), zone=zone)


def place_of(parallax: Parallax) -> Place:
    """What the disk and the migrations say."""
    folder = parallax.settings.archive_folder
    return Place(
        archive_bytes=folder_bytes(folder),
        free_bytes=free_bytes(folder),
        revision=migrate.current_revision(parallax.store),
        newest_revision=migrate.newest_revision(),
        last_backup_at=last_made_at(parallax.settings.backup_folder),
    )


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none. A file that goes away meanwhile is left out."""
    total = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:
            continue
    return total


def free_bytes(folder: Path) -> int:
    """Bytes free where the folder is, or will be."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
