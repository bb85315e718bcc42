"""What a list dropped before its time, and what only aged out of it."""

from __future__ import annotations

import pytest

from domain.withdrawal import Missing, withdrawn_keys


def taken(*behind: tuple[int, ...], listed: int = 20, before: int = 20) -> int:
    missing = [Missing(f"k{number}", one) for number, one in enumerate(behind)]
    return len(withdrawn_keys(missing, listed=listed, listed_before=before))


@pytest.mark.parametrize(
    ("behind", "found"),
    [
        ((), 0),  # nothing older is listed: it aged out
        ((1,), 0),  # one older entry may be pinned
        ((1, 1), 1),
        ((40, 38, 1, 2), 1),  # two pinned ones do not hide that the list reaches back
        ((40, 38), 0),  # nor make what aged out a withdrawal
        ((4, 4), 0),  # more newer ones went than are taken out of a list
    ],
)
def test_two_older_entries_in_their_order_show_that_it_was_taken_out(behind: tuple[int, ...], found: int) -> None:
    assert taken(behind) == found


def test_many_at_once_are_another_selection() -> None:
    assert taken(*[(1, 1)] * 3) == 3
    assert taken(*[(1, 1)] * 4) == 0
    assert taken(*[(1, 1)] * 4, listed=50, before=50) == 4


def test_a_list_that_shrank_or_is_short_tells_nothing() -> None:
    assert taken((1, 1), listed=16) == 1
    assert taken((1, 1), listed=15) == 0
    assert taken((1, 1), listed=3, before=3) == 0
