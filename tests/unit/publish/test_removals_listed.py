"""Steps of articles as rows and as lines: told with where, when, how sure, and how the article stands now."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.outlet import Group
from publish.exports import write_csv, write_jsonl
from publish.removals import ListedRemoval, listed_removals, removal_lines
from storage.removal_steps import RemovalStep

BAKU = ZoneInfo("Asia/Baku")
AT = datetime(2026, 3, 4, 6, tzinfo=UTC)
DAY = timedelta(days=1)
LED = "its address leads to the front page (3 looks in a row)"
STEP = RemovalStep(
    at=AT,
    outlet="su-nazirliyi",
    state="removed",
    how="front_page",
    looks=3,
    first_missed_at=AT - 2 * DAY,
    last_seen_at=AT - 3 * DAY,
    article_id=29,
    title="=Dam\nholds",
    url="https://su-nazirliyi.example/1",
    language="en",
    fetch_id=7,
    now="removed",
    now_since=AT,
)


def listed(*steps: RemovalStep, how: frozenset[str] = frozenset()) -> list[ListedRemoval]:
    def group_on(outlet: str, day: date) -> Group:
        return Group.OFFICIAL if (outlet, day) == ("su-nazirliyi", date(2026, 3, 4)) else Group.UNKNOWN

    return list(listed_removals(steps, group_on=group_on, zone=BAKU, how=how))


def lines(step: RemovalStep) -> str:
    return "\n".join(removal_lines(listed(step), zone=BAKU))


def test_a_row_has_the_group_of_the_outlet_on_the_day_of_the_step() -> None:
    late = replace(STEP, at=AT + DAY)

    assert [row.group for row in listed(STEP, late)] == ["official", "unknown"]


def test_rows_are_narrowed_by_what_looks_showed() -> None:
    gone = replace(STEP, how="gone")

    assert [row.how for row in listed(STEP, gone, how=frozenset({"gone", "section"}))] == ["gone"]


def test_the_table_tells_what_became_of_an_article_and_how_to_read_it() -> None:
    told = lines(STEP)

    assert told.splitlines()[:4] == [
        "4 Mar 2026 10:00  su-nazirliyi (official)  article 29",
        "  =Dam holds",
        f"  removed: {LED}, last good look 1 Mar 2026 10:00, first missed 2 Mar 2026 10:00; still removed",
        "  https://su-nazirliyi.example/1",
    ]
    assert "1 step. `parallax history 29` tells all that was seen of one article," in told
    assert "`parallax show 29`" in told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"now": "live", "now_since": AT + DAY}, "; now live since 5 Mar 2026 10:00"),
        ({"state": "back", "how": "served", "looks": 1, "now": "live"}, "; still served"),
        ({"state": "listed", "how": "listed", "now": "live", "now_since": AT - DAY}, "; its page is served"),
        ({"state": "suspected", "now": "suspected"}, "; still suspected"),
        ({"state": "suspected", "now": "suspected", "now_since": AT + DAY}, "; now suspected since 5 Mar 2026 10:00"),
        ({"state": "passed", "how": "soft_404", "looks": 1, "now": "live"}, "again after 1 look without it (soft 404)"),
        ({"title": None}, "(no headline)"),
    ],
)
def test_the_table_tells_how_it_stands_now(changed: dict[str, object], words: str) -> None:
    assert words in lines(replace(STEP, **changed))  # type: ignore[arg-type]


def test_a_list_without_a_step_says_so() -> None:
    assert [*removal_lines([], zone=BAKU)] == ["no step of this kind was seen in that time"]


def test_rows_are_written_for_tools() -> None:
    csv, jsonl = io.StringIO(), io.StringIO()

    assert write_csv(listed(STEP), ListedRemoval, csv) == write_jsonl(listed(STEP), ListedRemoval, jsonl) == 1
    assert "'=Dam" in csv.getvalue()
    assert '"at": "2026-03-04T06:00:00+00:00"' in jsonl.getvalue()
