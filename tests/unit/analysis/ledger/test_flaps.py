"""What went and came back is told from what was changed for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from analysis.ledger import Moment, ToldChange, flapping

START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def history(*states: tuple[str, str], hours: float = 6) -> list[Moment]:
    """Revisions with these headlines and texts; what differs from the one before is a change each."""
    moments = []
    for number, (title, text) in enumerate(states):
        before = states[number - 1] if number else (title, text)
        told = (ToldChange(1, is_headline=True, digest=f"{before[0]}:{title}"),) if before[0] != title else ()
        if before[1] != text:
            told += (ToldChange(2, is_headline=False, digest=f"{before[1]}:{text}"),)
        moments.append(Moment(number, START + timedelta(hours=hours) * number, title, text, told))
    return moments


def test_a_headline_that_comes_back_is_a_flap_both_ways() -> None:
    assert flapping(history(("A", "t"), ("B", "t"), ("A", "t"))) == {1: {1}, 2: {1}}


def test_what_comes_back_after_more_than_a_week_was_changed_twice() -> None:
    assert flapping(history(("A", "t"), ("B", "t"), ("A", "t"), hours=24 * 8)) == {}


def test_an_edit_that_stays_is_none() -> None:
    assert flapping(history(("A", "t"), ("B", "t"), ("C", "t"))) == {}


def test_a_text_edit_beside_a_flapping_headline_stays_an_edit() -> None:
    found = flapping(history(("A", "t"), ("B", "u"), ("A", "u")))

    assert found == {1: {1}, 2: {1}}


def test_three_headlines_in_turn_are_one_flap() -> None:
    found = flapping(history(("A", "t"), ("B", "t"), ("C", "t"), ("A", "t"), ("B", "t")))

    assert found == {1: {1}, 2: {1}, 3: {1}, 4: {1}}


def test_once_two_are_known_to_take_turns_a_later_turn_is_no_edit_however_late() -> None:
    moments = history(("A", "t"), ("B", "t"), ("A", "t"), ("B", "t"))
    late = [*moments[:3], Moment(3, START + timedelta(days=40), "B", "t", moments[3].changes)]

    assert flapping(late) == {1: {1}, 2: {1}, 3: {1}}


def test_a_page_that_came_half_is_a_flap_even_where_something_else_changed_meanwhile() -> None:
    whole, half, other = "one two", "one", "one two three"
    gone = ToldChange(1, is_headline=False, digest="two:")
    back = ToldChange(1, is_headline=False, digest=":two")
    new = ToldChange(2, is_headline=False, digest=":three")
    moments = [
        Moment(0, START, "A", whole),
        Moment(1, START + timedelta(hours=6), "A", half, (gone,)),
        Moment(2, START + timedelta(hours=12), "A", other, (back, new)),
    ]

    assert flapping(moments) == {1: {1}, 2: {1}}


def test_two_figures_that_change_places_in_one_paragraph_do_not_undo_themselves() -> None:
    moment = Moment(1, START, "A", "x", (ToldChange(1, is_headline=False, digest="p:p"),))
    later = Moment(2, START + timedelta(hours=1), "A", "y", (ToldChange(1, is_headline=False, digest="p:p"),))

    assert flapping([Moment(0, START, "A", "w"), moment, later]) == {}
