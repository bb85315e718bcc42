"""An article's history as plain values. Pure."""

from __future__ import annotations

from dataclasses import asdict

from publish.history.steps import steps_of
from storage.history_facts import ArticleHistory


def history_json(history: ArticleHistory) -> dict[str, object]:
    """All facts, and the same as ``steps`` in the order of time; times are left as they are."""
    document = asdict(history)
    document["published"] = history.published.isoformat() if history.published else None
    for told, revision in zip(document["revisions"], history.revisions, strict=True):
        told["published"] = revision.published.isoformat() if revision.published else None
    document["steps"] = [{**asdict(step), "kind": step.kind.value} for step in steps_of(history)]
    return document
