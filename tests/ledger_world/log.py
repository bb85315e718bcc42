"""The world's log on disk: one JSON line for each look at an article's address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from tests.ledger_world.nouns import Answer


def write_log(path: Path, answers: Iterable[Answer]) -> None:
    """Write ``answers`` in their order."""
    with path.open("w", encoding="utf-8") as file:
        for answer in answers:
            file.write(json.dumps({**asdict(answer), "moment": answer.moment.isoformat()}) + "\n")


def read_log(path: Path) -> list[Answer]:
    """The answers as they were given."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        Answer(**{**row, "moment": datetime.fromisoformat(row["moment"]), "tags": tuple(row["tags"])}) for row in rows
    ]
