"""An edit by itself: whose change it is, and which of its changes are no part of the text."""

from __future__ import annotations

import pytest

from analysis.changes import ChangeClass
from analysis.changes.versions import Version
from analysis.ledger import Elsewhere, Pair, SettledChange, Standing, judged, settled
from analysis.ledger.redesign import redesigned

LEAD = "The water ministry closed the northern canal for repairs on Monday."
BODY = "Farmers along the canal said that they had not been told in advance."
MORE = "Work on the locks is expected to take three weeks."


def version(*paragraphs: str, title: str = "Canal closed", authors: tuple[str, ...] = ()) -> Version:
    return Version(title, "\n\n".join(paragraphs), authors)


def standing(old: Version, new: Version, **more: object) -> Standing:
    return judged(Pair(old, new, "en", **more)).standing  # type: ignore[arg-type]


def test_what_two_extractors_read_is_ours_and_what_is_the_same_is_the_same() -> None:
    old, new = version(LEAD, BODY), version(LEAD, BODY, MORE)

    assert standing(old, new) is Standing.EDIT
    assert standing(old, new, is_ours=True) is Standing.OURS
    assert standing(old, old, is_ours=True) is Standing.SAME


def test_a_live_blog_grows_and_one_that_takes_back_what_it_said_is_edited() -> None:
    old = version(LEAD, BODY)

    assert standing(old, version(MORE, LEAD, BODY), kind="live_blog") is Standing.GROWTH
    assert standing(old, version(LEAD, MORE), kind="live_blog") is Standing.EDIT
    assert standing(old, version(LEAD.replace("Monday", "Friday"), BODY), kind="live_blog") is Standing.EDIT


def test_the_headline_of_another_article_is_no_part_of_the_text() -> None:
    other, third = "Three ferries out of service", "School year begins a week late"
    known = {other, third}
    old, new = version(LEAD, other, BODY), version(LEAD, third, BODY)

    assert standing(old, new) is Standing.EDIT
    found = judged(Pair(old, new, "en"), Elsewhere(lambda texts: known & texts))
    assert found.standing is Standing.TEMPLATE
    assert {one.change.kind for one in found.changes} == {ChangeClass.BOILERPLATE}


def test_the_same_words_in_another_paragraph_are_another_change() -> None:
    first = judged(Pair(version(LEAD, "It took 5 days."), version(LEAD, "It took 7 days."), "en"))
    again = judged(Pair(version(BODY, "It took 5 days."), version(BODY, "It took 7 days."), "en"))
    other = judged(Pair(version(LEAD, "It lasted 5 days."), version(LEAD, "It lasted 7 days."), "en"))

    assert first.changes[0].digest == again.changes[0].digest != other.changes[0].digest


def test_the_change_back_has_the_halves_swapped() -> None:
    there = judged(Pair(version(LEAD, BODY), version(LEAD, MORE), "en"))
    back = judged(Pair(version(LEAD, MORE), version(LEAD, BODY), "en"))

    assert {one.digest for one in back.changes} == {":".join(one.digest.split(":")[::-1]) for one in there.changes}


COUNTS = SettledChange(ChangeClass.NUMBER, 0.7, is_flap=False)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([COUNTS], (Standing.EDIT, 0.7, True)),
        ([COUNTS, SettledChange(ChangeClass.CORRECTION_NOTICE, 0.7, is_flap=False)], (Standing.EDIT, 0.7, False)),
        ([SettledChange(ChangeClass.HEADLINE, 0.6, is_flap=True)], (Standing.FLAP, 0.0, False)),
        ([SettledChange(ChangeClass.HEADLINE, 0.9, is_flap=True), COUNTS], (Standing.EDIT, 0.7, True)),
        ([SettledChange(ChangeClass.BOILERPLATE, 0.0, is_flap=False)], (Standing.TEMPLATE, 0.0, False)),
        ([SettledChange(ChangeClass.TYPOGRAPHY, 0.1, is_flap=False)], (Standing.EDIT, 0.1, False)),
    ],
)
def test_what_is_left_of_an_edit_is_what_stayed(
    changes: list[SettledChange], expected: tuple[Standing, float, bool]
) -> None:
    found = settled(Standing.EDIT, changes)

    assert (found.standing, found.significance, found.is_silent) == expected


def test_what_two_extractors_read_stays_ours_and_is_never_silent() -> None:
    assert settled(Standing.OURS, [COUNTS]).standing is Standing.OURS
    assert not settled(Standing.OURS, [COUNTS]).is_silent


def test_most_pages_changed_alike_in_a_day_are_a_new_template() -> None:
    alike = {number: frozenset({"paragraph_added"}) for number in range(7)}

    assert redesigned(alike | {9: frozenset({"number"})}, looked_at=12) == frozenset(range(7))
    assert redesigned(alike, looked_at=30) == frozenset()
    assert redesigned({number: alike[number] for number in range(4)}, looked_at=4) == frozenset()
