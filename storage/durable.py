"""Files that are still there after a power cut, and their digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CHUNK_BYTES = 1024 * 1024


def sync_file(path: Path) -> None:
    """See to it that the content of ``path`` is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


sync_folder = sync_file  # what was created or renamed in a folder is its content


def file_sha256(path: Path, first_bytes: int | None = None) -> str:
    """Hex sha256 of a file, or of its ``first_bytes``. Raises OSError; EOFError where it has fewer bytes than that."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in _chunks(file, first_bytes):
            digest.update(chunk)
    return digest.hexdigest()


def copy_synced(source: Path, target: Path, first_bytes: int | None = None) -> str:
    """Copy a file, or its ``first_bytes``, to ``target`` (written over), on disk when this returns; gives its sha256.

    Raises OSError; EOFError where the source has fewer bytes than that.
    """
    digest = hashlib.sha256()
    with source.open("rb") as reading, target.open("wb") as writing:
        for chunk in _chunks(reading, first_bytes):
            digest.update(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return digest.hexdigest()


def _chunks(file: BinaryIO, first_bytes: int | None) -> Iterator[bytes]:
    left = first_bytes
    while left is None or left > 0:
        chunk = file.read(_CHUNK_BYTES if left is None else min(_CHUNK_BYTES, left))
        if not chunk:
            break
        yield chunk
        left = None if left is None else left - len(chunk)
    if left:
        raise EOFError(f"{left} bytes are missing at the end")


def write_synced(path: Path, content: bytes) -> None:
    """Write a whole file under another name and move it to ``path``, so that it is there whole or not at all."""
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    sync_folder(path.parent)
