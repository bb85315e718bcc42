"""The list of changes as a page: by day and group, the heaviest first, each with its words and how to open it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lxml import html as lxml_html

from domain.outlet import Group
from publish.diff import list_page
from publish.diff.list_page import MOST_CHARS, changes_html, cut, listed_days
from publish.diff.listing import ListedChange
from tests.unit.publish.revisions import AT, BAKU, HOSTILE, LONG_WORD

CHANGE = ListedChange(
    after_at=AT, seen_at=AT + timedelta(hours=2), outlet="su-idaresi", group="official", article_id=29,
    url="https://su-idaresi.example/29", old_revision=1, new_revision=2, class_="number", also="lead", significance=0.9,
    is_significant=True, standing="edit", is_silent=True, is_confirmed=True,
    is_flap=False, reason="another value", before="46", after="64",
    headline="Kanalın təmiri", language="az", ahead="… təmirinə ", behind=" milyon manat …",
)  # fmt: skip
WORDING = replace(CHANGE, class_="wording", significance=0.2, is_significant=False, before="işlər", after="təmir")
MARKS = replace(CHANGE, class_="typography", significance=0.05, is_significant=False, before="-", after="–")
EXILE = replace(CHANGE, group="exile", outlet="uzaq-ses", article_id=31, significance=0.6)
LATER = replace(CHANGE, article_id=40, seen_at=AT + timedelta(days=1))


def tree_of(*changes: ListedChange) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(changes_html(changes, zone=BAKU, names={"su-idaresi": "Su İdarəsi"})[0])


def test_days_groups_and_edits_stand_in_their_order() -> None:
    light = replace(WORDING, article_id=30)
    first, second = listed_days([EXILE, LATER, light, WORDING, CHANGE], BAKU)

    assert [group.group for group in first.groups] == [Group.OFFICIAL, Group.EXILE]
    assert [edit.one.article_id for edit in first.groups[0].edits] == [29, 30]
    assert [change.class_ for change in first.groups[0].edits[0].changes] == ["number", "wording"]
    assert [edit.one.article_id for edit in second.groups[0].edits] == [40]


def test_marks_are_counted_and_never_listed() -> None:
    (day,) = listed_days([CHANGE, MARKS, replace(MARKS, article_id=50), replace(MARKS, article_id=51)], BAKU)
    tree = tree_of(CHANGE, MARKS, replace(MARKS, article_id=50), replace(MARKS, article_id=51))

    assert (day.groups[0].unshown, day.groups[0].edits[0].unshown) == (2, 1)
    assert "2 more of marks or calls to read on alone" in tree.cssselect("h3")[0].text_content()
    assert "and 1 place of marks or calls to read on" in tree.cssselect(".edits li")[0].text_content()


def test_an_edit_tells_its_words_and_the_command_of_its_page() -> None:
    (edit,) = tree_of(CHANGE).cssselect(".edits li")

    assert [one.text_content() for one in edit.cssselect("del, ins")] == ["46", "64"]
    assert {one.get("lang") for one in edit.cssselect("del, ins")} == {"az"}
    assert "Su İdarəsi" in edit.text_content()
    assert "between 10:30 and 12:30" in edit.text_content()
    assert "no note found" in edit.text_content()
    assert "Number (lead)" in edit.text_content()
    assert edit.cssselect("code")[0].text_content() == "parallax diff 29 1 2 --html FILE"


def test_what_may_be_ours_is_marked_so_and_not_as_silent() -> None:
    (edit,) = tree_of(replace(CHANGE, standing="ours", is_silent=False)).cssselect(".edits li")

    assert "maybe ours" in edit.text_content()
    assert "no note found" not in edit.text_content()


def test_hostile_and_endless_words_stay_words_of_a_length() -> None:
    page, _ = changes_html(
        [replace(CHANGE, before=HOSTILE, headline=HOSTILE, url="javascript:alert(1)")], zone=BAKU, names={}
    )

    assert "<script" not in page
    assert 'href="javascript' not in page
    assert len(cut(LONG_WORD * 9)) <= MOST_CHARS + 2
    assert cut("biri ikisi üçü", 11) == "biri ikisi …"


def test_a_page_has_an_end_and_says_that_more_was_found() -> None:
    many = (replace(CHANGE, article_id=number) for number in range(list_page.MOST_CHANGES + 7))
    page, count = changes_html(many, zone=BAKU, names={})

    assert count == list_page.MOST_CHANGES
    assert "only the first stand here" in page
    assert "only the first stand here" not in changes_html([CHANGE], zone=BAKU, names={})[0]


def test_nothing_found_is_said() -> None:
    assert "No change of this kind was seen in that time." in changes_html([], zone=BAKU, names={})[0]
