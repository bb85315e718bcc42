"""docs/ALERTS.md says what the watch does."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.alerts import Alert, AlertEvent, AlertKind, AlertNews, Severity
from publish.alerts import alert_message
from publish.alerts.webhook import payload
from tests.docs.thresholds_table import PAGE, with_table

TEXT = PAGE.read_text(encoding="utf-8")


def test_every_kind_of_alert_is_explained_once_in_its_order() -> None:
    kinds = re.findall(r"^\| `([a-z_]+)` \| (?:now|today|note)", TEXT, re.M)

    assert kinds == [kind.value for kind in AlertKind]


def test_the_thresholds_are_those_of_the_code() -> None:
    assert with_table(TEXT) == TEXT, "run: python -m tests.docs.thresholds_table"


def test_the_glossary_explains_every_severity() -> None:
    glossary = (PAGE.parent / "GLOSSARY.md").read_text(encoding="utf-8")

    assert [one for one in Severity if f"| `{one}` |" not in glossary] == []


def test_the_example_is_what_is_posted() -> None:
    example = json.loads(TEXT.split("```json\n")[1].split("```")[0])
    at = datetime(2026, 11, 19, 18, 5, tzinfo=UTC)
    alert = Alert(
        id=7,
        kind=AlertKind.BLOCKED,
        subject="sabah-24",
        outlet="sabah-24",
        severity=Severity.NOW,
        opened_at=at,
        since_at=at - timedelta(minutes=5),
        last_seen_at=at,
        closed_at=None,
        summary="Sabah 24: answers with a challenge page (feed)",
        detail=None,
        figures={"feed": "challenge, 2 in a row"},
    )
    message = alert_message([AlertNews(1, AlertEvent.OPENED, 0, alert)], zone=ZoneInfo("Asia/Baku"), now=at)

    assert payload(message, "generic") == example
