"""Where a word is found: in any column of a database, in its files, and in an archive's records."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import inspect, text

from storage import Store

_ESCAPED = re.compile(rb"\\+u([0-9a-fA-F]{4})")


def in_rows(store: Store, *words: str) -> set[str]:
    """The columns, as ``table.column``, of which some row holds one of the words in whatever case."""
    found = set()
    with store.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for column in inspect(connection).get_columns(table):
                as_text = f'LOWER(CAST("{column["name"]}" AS TEXT))'
                like = " OR ".join(f"{as_text} LIKE :w{n}" for n in range(len(words)))
                asked = {f"w{n}": f"%{word.lower()}%" for n, word in enumerate(words)}
                query = text(f'SELECT COUNT(*) FROM "{table}" WHERE {like}')
                if connection.scalar(query, asked):
                    found.add(f"{table}.{column['name']}")
    return found


def in_files(folder: Path, *words: str) -> set[str]:
    """The files below a folder that hold one of the words: as they lie there, unpacked, or a coding within undone."""
    wanted = [word.lower().encode() for word in words]
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word in stretch.lower() for stretch in _stretches(path) for word in wanted)
    }


def _stretches(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if path.suffix != ".gz":
        return
    unpacked = gzip.decompress(content)
    yield unpacked
    yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)).encode(errors="replace"), unpacked)  # as JSON writes it
    start = unpacked.find(b"\x1f\x8b\x08")  # bodies as received may be packed themselves
    while start >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj(31).decompress(unpacked[start:])
        start = unpacked.find(b"\x1f\x8b\x08", start + 3)
