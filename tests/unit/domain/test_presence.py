"""From suspicion to removal and back: which step follows on a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.presence import (
    Absence,
    Presence,
    Standing,
    Step,
    after_absence,
    comes_back,
    is_return,
    is_too_soon,
    may_remove,
)

SEEN = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
H = timedelta(hours=1)


def suspected(*hours: int) -> Standing:
    """Suspected by absent looks so many hours after it was last seen."""
    return Standing(Presence.SUSPECTED, SEEN + hours[0] * H, SEEN, tuple(SEEN + hour * H for hour in hours))


LIVE = Standing(Presence.LIVE, SEEN, SEEN)
REMOVED = Standing(Presence.REMOVED, SEEN + 60 * H, SEEN)


def test_one_absent_look_makes_an_article_suspected() -> None:
    assert after_absence(LIVE, SEEN + H) is Step.SUSPECTED


@pytest.mark.parametrize(
    ("before", "hour", "vouched", "step"),
    [
        ((1, 13), 49, (1, 13, 49), Step.REMOVED),  # three looks over two days to the hour
        ((1, 13), 48, (1, 13, 48), Step.SUSPECTED),  # an hour less
        ((1,), 60, (1, 60), Step.SUSPECTED),  # two looks
        ((1, 13, 25), 60, (13, 25, 60), Step.SUSPECTED),  # two days, but the first look counts for nothing
        ((1, 13, 25), 70, (1, 25, 70), Step.REMOVED),
        ((1, 13, 25), 70, (1, 13, 25), Step.SUSPECTED),  # nothing says that the host is well at the last look
    ],
)
def test_three_looks_over_two_days_near_good_ones_remove_it(
    before: tuple[int, ...], hour: int, vouched: tuple[int, ...], step: Step
) -> None:
    counted = [SEEN + one * H for one in vouched]

    assert after_absence(suspected(*before), SEEN + hour * H, vouched=counted) is step


def test_a_look_that_is_read_late_says_nothing() -> None:
    assert after_absence(Standing(Presence.LIVE, SEEN, SEEN + 5 * H), SEEN + 4 * H) is None
    assert after_absence(suspected(1, 13), SEEN + 13 * H) is None


def test_what_is_removed_is_not_removed_again() -> None:
    assert after_absence(REMOVED, SEEN + 90 * H, vouched=[SEEN + one * H for one in (1, 30, 90)]) is None


def test_the_host_is_asked_about_only_where_it_could_decide() -> None:
    assert not may_remove(LIVE, SEEN + H)
    assert not may_remove(suspected(1, 13), SEEN + 48 * H)
    assert may_remove(suspected(1, 13), SEEN + 49 * H)


def test_it_comes_back_from_a_later_look_only() -> None:
    assert comes_back(suspected(1), SEEN + 2 * H)
    assert not comes_back(suspected(3), SEEN + 2 * H)
    assert not comes_back(LIVE, SEEN + 2 * H)


def test_a_lone_absent_look_is_not_worth_a_return() -> None:
    assert [is_return(one) for one in (suspected(1), suspected(1, 13), REMOVED)] == [False, True, True]


def test_looks_at_a_list_count_twelve_hours_apart() -> None:
    assert not is_too_soon(None, SEEN)
    assert is_too_soon(SEEN, SEEN + 12 * H - timedelta(seconds=1))
    assert not is_too_soon(SEEN, SEEN + 12 * H)


def test_only_a_look_that_shows_others_vouches_for_itself() -> None:
    assert [how for how in Absence if how.is_vouched_for] == [Absence.NOT_SHOWN]
