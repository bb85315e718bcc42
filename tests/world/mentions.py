"""Which texts answer which topic, by the patterns of ``mentions.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from tests.world.rows import RevisionRow, Target
from tests.world.script import DATA


@cache
def _patterns() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads((DATA / "mentions.toml").read_text(encoding="utf-8"))


def topics() -> tuple[str, ...]:
    """The topics, in the order of the file."""
    return tuple(_patterns())


def is_mentioned(target: Target) -> bool:
    """Whether any topic is in any text of ``target`` that was seen so far."""
    return any(proof(topic, target, revision) for topic in topics() for revision in target.revisions)


def proof(topic: str, target: Target, revision: RevisionRow) -> list[str]:
    """The words in a revision, in order, that prove the topic; empty when it is not there."""
    assert target.article is not None
    said = _patterns()[topic].get(target.article.language)
    text = f"{revision.title}\n\n{revision.text}"
    if not said or not all(re.search(pattern, text) for pattern in said["all"]):
        return []
    if any(re.search(pattern, text) for pattern in said.get("none", ())):
        return []
    return [match.group() for match in re.finditer(said["words"], text)]
