"""Files as input: which there are under a path, what is in one, and what is noted beside it."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.urls import http_url

MAX_BODY_BYTES = 10 << 20
MAX_DOCUMENT_BYTES = 50 << 20
_MAX_NOTE_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 16
_GZIP_MARK = b"\x1f\x8b"
_GZIP = 31  # zlib's window bits for a gzip member


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why a file gave no body."""

    message: str
    is_size: bool = False


def files_in(paths: Iterable[Path], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Each path that is a file, or missing, as it is; for a folder its files in it at any depth, sorted by name.

    Of a folder only regular files with one of ``suffixes`` count (all, where there are none), hidden ones and links to
    folders left out. A folder that can't be listed is given as it is, for the reader to report.
    """
    for path in paths:
        try:
            is_folder = path.is_dir()
        except OSError:  # one of the folders above it can't be entered
            is_folder = False
        if is_folder:
            yield from _files_below(path, suffixes)
        else:
            yield path


def _files_below(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:  # a file, or a folder that can't be listed
            yield path
            continue
        below = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            is_wanted = not suffixes or entry.name.lower().endswith(suffixes)
            if entry.is_dir(follow_symlinks=False) or (is_wanted and (entry.is_file() or entry.is_symlink())):
                below.append(path / entry.name)
        waiting.extend(reversed(below))


def read_body(path: Path) -> bytes | FileProblem:
    """The bytes of a file, unpacked where it is a gzip file by its first bytes; or why there are none.

    At most 10 MiB are taken, packed or not; of a file that begins as a PDF does 50 MiB.
    """
    try:
        with path.open("rb") as file:
            first = file.read(_CHUNK_BYTES)
            if first.startswith(_GZIP_MARK):
                return _unpacked(first, file)
            limit = MAX_DOCUMENT_BYTES if first.startswith(b"%PDF-") else MAX_BODY_BYTES
            body = first + file.read(limit + 1 - len(first))
    except OSError as error:
        return FileProblem(error.strerror or type(error).__name__)
    except ValueError as error:  # a name with a null character
        return FileProblem(str(error))
    return _too_large(limit) if len(body) > limit else body


def _unpacked(first: bytes, file: BinaryIO) -> bytes | FileProblem:
    """The members of a gzip file one after another; what follows the last whole member is left out."""
    body = bytearray()
    pending = first
    try:
        while pending.startswith(_GZIP_MARK):
            member = zlib.decompressobj(_GZIP)
            while not member.eof:
                if not pending and not (pending := file.read(_CHUNK_BYTES)):
                    return FileProblem("the gzip file ends before its end")
                body += member.decompress(pending, MAX_BODY_BYTES + 1 - len(body))
                pending = member.unconsumed_tail
                if len(body) > MAX_BODY_BYTES:
                    return _too_large()
            pending = member.unused_data or file.read(_CHUNK_BYTES)
    except zlib.error as error:
        return FileProblem(f"a broken gzip file: {error}")
    return bytes(body)


def stated_url(path: Path) -> str | None:
    """The address that a .json file of the same stem gives (``{"url": …}``); None without one that can be read."""
    stem = path.name.removesuffix(".gz")
    note = path.with_name(f"{stem.rsplit('.', 1)[0]}.json")
    if note == path:
        return None
    try:
        if not note.is_file() or note.stat().st_size > _MAX_NOTE_BYTES:
            return None
        stated = json.loads(note.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    url = stated.get("url") if isinstance(stated, dict) else None
    return http_url(url) if isinstance(url, str) else None


def _too_large(limit: int = MAX_BODY_BYTES) -> FileProblem:
    return FileProblem(f"more than {limit} bytes", is_size=True)
