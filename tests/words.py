"""Where a word is found: in any column of a database, in its files, and in an archive's records."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
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
    """The files below a folder that hold one of the words: as they lie there, unpacked, or a coding within undone.

    Looked for in another process: closing a database's file would let go of the locks that SQLite has in this one.
    """
    command = [sys.executable, "-m", "tests.words", str(folder), *words]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def _found(folder: Path, words: list[str]) -> list[str]:
    wanted = [word.lower().encode() for word in words]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(word in stretch.lower() for stretch in _stretches(path) for word in wanted)
    ]


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


if __name__ == "__main__":
    print(json.dumps(_found(Path(sys.argv[1]), sys.argv[2:])))
