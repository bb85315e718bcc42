"""Which posts a page passes over, and which of them only moved within their album."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.posts import MOST_NUMBERS, moved_within_album, passed_over


@pytest.mark.parametrize(
    ("shown", "passed"),
    [
        ((), ()),
        ((7,), ()),
        ((7, 8, 9), ()),
        ((7, 10), (9, 8)),
        ((12, 4, 9), (11, 10, 8, 7, 6, 5)),
    ],
)
def test_a_page_passes_over_what_lies_between_its_posts(shown: tuple[int, ...], passed: tuple[int, ...]) -> None:
    assert tuple(passed_over(shown)) == passed


@given(st.frozensets(st.integers(min_value=1, max_value=500)))
def test_neither_the_edges_nor_what_lies_beyond_is_passed_over(shown: frozenset[int]) -> None:
    passed = set(passed_over(shown))

    assert not passed & shown
    assert all(min(shown) < number < max(shown) for number in passed)
    assert not shown or passed | shown == set(range(min(shown), max(shown) + 1))


def test_of_a_page_whose_numbers_lie_far_apart_those_next_to_the_newest_are_asked_about() -> None:
    passed = passed_over((3, 10**15))

    assert (len(passed), passed[0], passed[-1]) == (MOST_NUMBERS - 1, 10**15 - 1, 10**15 - MOST_NUMBERS + 1)


def test_an_album_that_lost_its_first_picture_goes_by_the_next_number() -> None:
    assert moved_within_album(45, "a", {46: "a"})
    assert moved_within_album(45, "a", {36: "a"})
    assert not moved_within_album(45, "a", {46: "b"})
    assert not moved_within_album(45, "a", {55: "a"})
    assert not moved_within_album(45, None, {46: "a"})
