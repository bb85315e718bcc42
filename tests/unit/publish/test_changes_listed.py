"""Changes of many articles as rows: narrowed by class, weight and silence, told with where and when."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analysis.changes import ChangeClass
from domain.outlet import Group
from publish.diff.listing import ListedChange, WantedChanges, listed_changes
from publish.exports import write_csv, write_jsonl
from storage.digest_facts import EditFact

AT = datetime(2026, 3, 4, 6, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
HANDED_OVER = date(2026, 3, 5)  # and private before


def edit(outlet: str = "su-nazirliyi", *, note: str = "", is_ours: bool = False) -> EditFact:
    before = "The dam holds 430 people's wells.\n\nThe press office told reporters."
    after = f"The dam holds 287 people's wells.\n\nThe press office told the reporters.{note}"
    return EditFact(
        article_id=29,
        outlet=outlet,
        url=f"https://{outlet}.example/1",
        last_old_at=AT,
        first_new_at=AT + timedelta(hours=4),
        old_revision=1,
        new_revision=2,
        old_title="=Dam",
        new_title="=Dam",
        old_text=before,
        new_text=after,
        language="en",
        is_ours=is_ours,
    )


def listed(*edits: EditFact, wanted: WantedChanges | None = None) -> list[ListedChange]:
    def group_on(outlet: str, day: date) -> Group:
        if outlet != "su-nazirliyi":
            return Group.UNKNOWN
        return Group.OFFICIAL if day >= HANDED_OVER else Group.PRO_GOVERNMENT

    return list(listed_changes(edits, wanted or WantedChanges(), group_on=group_on, zone=BAKU))


def test_a_row_tells_where_when_and_what() -> None:
    first, second = listed(edit())

    assert (first.outlet, first.group, first.article_id, first.old_revision, first.new_revision) == (
        "su-nazirliyi", "pro-government", 29, 1, 2,
    )  # fmt: skip
    assert (first.after_at, first.seen_at) == (AT, AT + timedelta(hours=4))
    assert (first.class_, first.before, first.after, first.is_significant, first.is_silent) == (
        "number", "430", "287", True, True,
    )  # fmt: skip
    assert second.significance < 0.5 < first.significance


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (WantedChanges(kinds=frozenset({ChangeClass.NUMBER})), ["number"]),
        (WantedChanges(least=0.5), ["number"]),
        (WantedChanges(outlets=frozenset({"other"})), []),
        (WantedChanges(kinds=frozenset({ChangeClass.NAME})), []),
        (WantedChanges(kinds=frozenset({ChangeClass.LEAD}), least=0.5), ["number"]),  # a fact of the first paragraph
    ],
)
def test_what_is_not_wanted_is_left_out(wanted: WantedChanges, kinds: list[str]) -> None:
    assert [change.class_ for change in listed(edit(), wanted=wanted)] == kinds


def test_a_noted_edit_and_one_of_ours_are_never_silent() -> None:
    noted = edit(note="\n\nCorrection: the number of wells was wrong.")
    silent = WantedChanges(is_silent=True)
    ours = WantedChanges(standings=frozenset({"ours"}))

    assert {change.is_silent for change in listed(noted)} == {False}
    assert listed(noted, edit(is_ours=True), wanted=silent) == []
    assert len(listed(edit(), wanted=silent)) == 2
    assert listed(edit(is_ours=True)) == []
    assert {(change.standing, change.is_silent) for change in listed(edit(is_ours=True), wanted=ours)} == {
        ("ours", False)
    }


def test_the_group_is_that_of_the_day_on_which_the_edit_was_seen() -> None:
    late = replace(edit(), first_new_at=datetime(2026, 3, 4, 21, tzinfo=UTC))  # the 5th in Baku

    assert {change.group for change in listed(late)} == {"official"}


def test_an_outlet_whose_group_nobody_stated_is_unknown() -> None:
    assert {change.group for change in listed(edit("someone"))} == {"unknown"}


def test_rows_go_into_csv_and_json_lines_and_no_cell_is_a_formula() -> None:
    table, lines = io.StringIO(newline=""), io.StringIO()

    assert write_csv(listed(edit()), ListedChange, table) == write_jsonl(listed(edit()), ListedChange, lines) == 2
    assert "'=Dam" in table.getvalue()
    assert '"headline": "=Dam"' in lines.getvalue()
    assert [json.loads(line)["class"] for line in lines.getvalue().splitlines()] == ["number", "wording"]
