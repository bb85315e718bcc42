"""What a backup is made of by these settings; for the command and for the service's calendar."""

from __future__ import annotations

from crawler.archive.extent import whole_bytes
from parallax.bootstrap import VERSION
from parallax.settings import Settings
from storage.backup import BackupPlan


def backup_plan(settings: Settings, *, with_archive: bool = False) -> BackupPlan:
    """Where backups go and how many are kept."""
    return BackupPlan(
        folder=settings.backup_folder,
        archive=settings.archive_folder,
        parallax=VERSION,
        written=whole_bytes,
        keep=settings.backup_keep,
        tools_folder=settings.pg_tools_folder,
        with_archive=with_archive,
    )
