"""The page of a difference: rows in order, numbers that lead somewhere, moved paragraphs, harmless words."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import html as lxml_html

from publish.diff.html import diff_html
from publish.diff.page import STOPS_SHOWN
from publish.diff.rows import Fold, Row, RowKind, Stroke, rows_of
from tests.unit.publish.revisions import (
    BAKU,
    CROSSING,
    FIRST,
    HOSTILE,
    NEW,
    OLD,
    QUIET,
    SECOND,
    THIRD,
    article,
    page,
    revision,
)


@pytest.fixture(scope="module")
def tree() -> lxml_html.HtmlElement:
    return lxml_html.fromstring(diff_html(page(), BAKU))


def rows() -> list[Row]:
    return list(rows_of(page().found))


def text_of(row: Row, *, is_new: bool) -> str:
    side = row.new if is_new else row.old
    return "".join(stretch.text for stretch in side.stretches) if side else ""


def test_every_paragraph_of_both_versions_stands_there_once_and_in_order() -> None:
    for is_new, title, text in ((False, FIRST.title, OLD), (True, THIRD.title, NEW)):
        assert [said for row in rows() if (said := text_of(row, is_new=is_new))] == [title, *text.split("\n\n")]


def test_a_change_is_marked_where_it_stands_and_nothing_else_is() -> None:
    (row,) = [one for one in rows() if one.numbered and one.numbered[0].change.kind == "number"]

    assert row.old is not None
    assert row.new is not None
    assert [s.text for s in row.old.stretches if s.stroke is Stroke.CHANGED] == ["46"]
    assert [s.text for s in row.new.stretches if s.stroke is Stroke.CHANGED] == ["64"]


def test_a_moved_paragraph_stands_in_both_places_and_each_leads_to_the_other(tree: lxml_html.HtmlElement) -> None:
    (gone,) = [row for row in rows() if row.kind is RowKind.MOVED_FROM]
    (come,) = [row for row in rows() if row.kind is RowKind.MOVED_TO]

    assert (text_of(gone, is_new=False), text_of(come, is_new=True)) == (CROSSING, CROSSING)
    assert (gone.twin, come.twin) == (NEW.split("\n\n").index(CROSSING) + 1, OLD.split("\n\n").index(CROSSING) + 1)
    assert [link.get("href") for link in tree.cssselect(".row.moved a")] == ["#to-1", "#from-1"]
    assert [row.get("id") for row in tree.cssselect(".row.moved")] == ["from-1", "to-1"]
    assert not tree.cssselect(".row.moved ins, .row.moved del")


def test_a_moved_paragraph_that_was_rewritten_too_says_so() -> None:
    moved = NEW.replace(CROSSING, CROSSING.replace("səhər", "günorta"))
    told = diff_html(page(new=revision(3, moved, str(THIRD.title), hours=9)), BAKU)

    assert "Its words differ too" in told
    assert "Its words differ too" not in diff_html(page(), BAKU)


def test_changes_are_numbered_through_and_marks_alone_have_no_number(tree: lxml_html.HtmlElement) -> None:
    heads = [one.text_content() for one in tree.cssselect(".told b")]

    assert heads == [
        "1 Headline (number)", "2 Number (lead)", "3 Paragraph removed", "4 Moved", "5 Paragraph added",
    ]  # fmt: skip
    assert [one.get("aria-label") for one in tree.cssselect(".told .weight")] == [
        "weight 3 of 3", "weight 3 of 3", "weight 3 of 3", "weight 1 of 3", "weight 3 of 3",
    ]  # fmt: skip
    (unshown,) = tree.cssselect("details.unshown")
    assert "1 place" in unshown.text_content()
    assert [one.text_content() for one in unshown.cssselect("del, ins")] == [".", "!"]


def test_paragraphs_far_from_any_change_are_folded_and_none_is_lost(tree: lxml_html.HtmlElement) -> None:
    (fold,) = [part for part in page().rows if isinstance(part, Fold)]

    assert [text_of(row, is_new=True) for row in fold.rows] == list(QUIET[:-1])
    assert len(tree.cssselect("details.fold .row")) == len(fold.rows)
    assert "5 paragraphs without a change" in tree.cssselect("details.fold summary")[0].text_content()


def test_the_rail_tells_each_revision_and_what_made_it(tree: lxml_html.HtmlElement) -> None:
    stops = [" ".join(one.text_content().split()) for one in tree.cssselect(".rail li")]

    assert [bool(one.get("class")) for one in tree.cssselect(".rail li")] == [True, False, True]
    assert stops[0].startswith("Revision 1first seen 4 Mar 2026 10:30, absent at 10:00")
    assert "typography" in stops[1]
    assert "unchanged at 14 later looks, last 6 Mar 2026 10:30" in stops[2]
    assert "75 words · compared" in stops[2]


def test_of_very_many_revisions_the_rail_shows_a_few_and_the_others_stand_below_it() -> None:
    many = article(*(revision(n, f"Nasos {n} dəfə işə düşdü.", "Nasos", hours=n) for n in range(1, 41)))
    shown = page(many.revisions[19], many.revisions[24], of=many)
    numbers = [stop.revision.number for stop in shown.stops]

    assert len(numbers) == STOPS_SHOWN
    assert {1, 20, 25, 40} <= set(numbers)
    assert sorted([*numbers, *(stop.revision.number for stop in shown.further)]) == list(range(1, 41))


def test_the_proof_names_the_interval_in_both_zones_and_the_digests(tree: lxml_html.HtmlElement) -> None:
    proof = " ".join(tree.cssselect(".proof")[0].text_content().split())

    assert "between 4 Mar 2026 12:00:07 and 19:30:07 Baku (UTC+4)2026-03-04T08:00:07Z – 2026-03-04T15:30:07Z" in proof
    assert "in steps: revision 2 came between" in proof
    assert "No. One extractor read both." in proof
    assert "None found in the text." in proof
    for one in (FIRST, THIRD):
        assert one.text_sha256 in proof
        assert str(one.body_sha256) in proof
    assert "parallax evidence 4471 --out DIR" in proof


def test_a_text_that_came_back_is_no_edit_and_the_revision_between_is_named() -> None:
    back = revision(3, OLD, str(FIRST.title), hours=12)

    told = lxml_html.fromstring(diff_html(page(FIRST, back, of=article(FIRST, SECOND, back)), BAKU))
    said, proof = (" ".join(told.cssselect(one)[0].text_content().split()) for one in (".sum", ".proof"))
    assert said == (
        "No change to a reader: revision 3 says what revision 1 said. Revision 2 came between; compare with it to see "
        "what went and came back."
    )
    assert "The edits happened" in proof


def test_a_note_is_quoted_and_our_own_change_is_named_as_ours() -> None:
    noted = revision(4, f"{NEW}\n\nDüzəliş: məbləğ əvvəl səhv göstərilmişdi.", str(THIRD.title), hours=12)
    ours = revision(4, NEW, str(THIRD.title), hours=12, extractor="parallax-article/4")

    told = diff_html(page(THIRD, noted, of=article(FIRST, SECOND, THIRD, noted)), BAKU)
    of_ours = diff_html(page(FIRST, ours, of=article(FIRST, SECOND, ours)), BAKU)
    assert "a note says that something was corrected" in told
    assert "Düzəliş: məbləğ əvvəl səhv göstərilmişdi.</q>" in told
    assert "It may be." in of_ours
    assert "parallax-article/3 · parallax-article/4" in of_ours
    assert "no note of a correction" not in of_ours


def test_texts_carry_their_language_and_hostile_words_stay_words(tree: lxml_html.HtmlElement) -> None:
    said = diff_html(page(), BAKU)

    assert {one.get("lang") for one in tree.cssselect(".row > .role-body")} == {"az"}
    assert "<script" not in said
    assert "\u202e" not in said
    assert HOSTILE.removesuffix("\u202e") in tree.cssselect(".texts")[0].text_content()
    assert not tree.cssselect("script, link, img, iframe, form, [src], [onclick]")
    assert re.search(r"url\(|@import", said) is None


def test_every_id_is_there_once_and_every_link_into_the_page_has_its_target(tree: lxml_html.HtmlElement) -> None:
    ids = Counter(one.get("id") for one in tree.cssselect("[id]"))
    targets = {link.get("href")[1:] for link in tree.cssselect('a[href^="#"]')}

    assert max(ids.values()) == 1
    assert targets <= set(ids)


def test_two_revisions_that_differ_in_nothing_make_a_page_too() -> None:
    again = revision(4, NEW, str(THIRD.title), hours=12)
    told = diff_html(page(THIRD, again, of=article(FIRST, SECOND, THIRD, again)), BAKU)

    assert "No change to a reader." in told
    assert 'class="told"' not in told
