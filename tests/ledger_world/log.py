"""The world's log on disk: one JSON line for each look at an article's address."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from tests.ledger_world.nouns import Answer


class AnswerLog:
    """A file that each answer is appended to: a run that is stopped can be scored as far as it came."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", buffering=1)

    def append(self, answer: Answer) -> None:
        """Write one line."""
        self._file.write(json.dumps({**asdict(answer), "moment": answer.moment.isoformat()}) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_log(path: Path) -> list[Answer]:
    """The answers as they were given."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        Answer(**{**row, "moment": datetime.fromisoformat(row["moment"]), "tags": tuple(row["tags"])}) for row in rows
    ]
