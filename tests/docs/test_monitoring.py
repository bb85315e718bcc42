"""docs/MONITORING.md tells of every metric and every field of the status, and of none that is not there."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from parallax.metrics import Recorder
from parallax.web.exposition import Moment, metrics_of, store_up
from publish.status.model import (
    Concern,
    Frontier,
    GapLine,
    Gaps,
    Health,
    Lag,
    OutletLine,
    Rank,
    Runs,
    Status,
    StoreLine,
)
from storage.metric_queries import MetricFacts
from storage.status_facts import FrontierFacts, PollTimes
from tests.world_run import ROOT

PAGE = (ROOT / "docs/MONITORING.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs/GLOSSARY.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 19, tzinfo=UTC)


def _served() -> dict[str, tuple[str, set[str]]]:
    """Name → (kind, labels) of what /metrics serves."""
    facts = MetricFacts(
        fetches={},
        polls=PollTimes((1.0,), ()),
        frontier=FrontierFacts((("new", 1),), None, 0, 0, (), (), 0),
        leader=None,
        last_digest_at=None,
        last_backup_at=None,
        gaps_open=0,
        alerts_open={},
        database_bytes=0,
    )
    families = [store_up(is_up=True), *metrics_of(facts, Moment(NOW, "me", 0, 0)), *Recorder().registry.collect()]
    return {
        family.name + ("_total" if family.type == "counter" else ""): (
            family.type,
            {label for sample in family.samples for label in sample.labels} - {"le"},
        )
        for family in families
    }


def test_the_table_of_metrics_is_what_is_served() -> None:
    told = {
        name: (kind, set(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels in re.findall(r"^\| `(parallax_\w+)` \| (\w+) \| ([^|]*)\|", PAGE, re.M)
    }
    served = _served()
    served["parallax_todos_given_up"] = ("gauge", {"kind"})  # no sample here: nothing was given up

    assert told == served


def test_every_metric_of_a_rule_is_one_that_is_served() -> None:
    named = set(re.findall(r"\bparallax_[a-z_]+", PAGE))

    assert named <= set(_served())


@pytest.mark.parametrize("part", [Status, Concern, OutletLine, Runs, Frontier, Lag, StoreLine, Gaps, GapLine])
def test_every_field_of_the_status_is_told(part: type) -> None:
    assert [field.name for field in fields(part) if f"`{field.name}`" not in PAGE] == []


def test_the_glossary_has_every_health_and_rank_with_its_sign() -> None:
    missing = [h for h in Health if f"| {h.value} | {h.glyph} |" not in GLOSSARY]
    missing += [rank for rank in Rank if f"| {rank.value} | {rank.glyph} |" not in GLOSSARY]

    assert missing == []
