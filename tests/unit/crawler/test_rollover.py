"""When a list has turned over between two polls, and when it only looks so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crawler.rollover import turnover
from domain.listing import KnownEntry, LastListing, ListedEntry, Turnover

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
T1 = T0 + timedelta(hours=2)
MINUTE = timedelta(minutes=1)
NOTHING = Turnover()
ROLLED = Turnover(since=T0, known=0)


def at(number: int) -> datetime:
    """The ``number``-th entry is published so; the tenth at the last listing, the next ones after it."""
    return T0 + (number - 10) * 5 * MINUTE


def old(*numbers: int, dated: bool = True, first_seen: datetime | None = None) -> tuple[KnownEntry, ...]:
    """Entries as stored at the last listing, each first seen at the hour after it was published."""
    return tuple(
        KnownEntry(
            f"a/{n}",
            first_seen or min(at(n) + timedelta(minutes=30), T0),
            f"guid-{n}",
            f"Xəbər {n}",
            at(n) if dated else None,
            is_exact=dated,
        )
        for n in numbers
    )


def new(
    *numbers: int, dated: bool = True, prefix: str = "a", shift: timedelta = timedelta()
) -> tuple[ListedEntry, ...]:
    """Entries as listed now."""
    return tuple(
        ListedEntry(
            f"{prefix}/{n}",
            f"{'guid' if prefix == 'a' else prefix}-{n}",
            f"Xəbər {n}",
            at(n) + shift if dated else None,
            is_exact=dated,
        )
        for n in numbers
    )


def compare(
    before: Sequence[KnownEntry],
    now: Sequence[ListedEntry],
    *,
    earlier: Iterable[KnownEntry] = (),
    lengths: tuple[int, ...] = (),
    is_same_address: bool = True,
) -> Turnover:
    """The rule over whole listings; ``earlier`` are known entries that the last one did not hold."""
    present = {entry.key for entry in now}
    known = {entry.key: entry for entry in (*earlier, *before) if entry.key in present}
    gone = tuple(entry for entry in before if entry.key not in present)
    return turnover(LastListing(T0, gone, known, lengths or (len(before),), is_same_address=is_same_address), now)


TEN = range(1, 11)


@pytest.mark.parametrize("dated", [True, False])
def test_a_full_list_that_shares_nothing_with_the_last_one_has_turned_over(dated: bool) -> None:
    assert compare(old(*TEN, dated=dated), new(*range(12, 22), dated=dated)) == ROLLED


@pytest.mark.parametrize("dated", [True, False])
def test_one_shared_entry_joins_two_lists(dated: bool) -> None:
    assert compare(old(*TEN, dated=dated), new(*range(10, 20), dated=dated)) == NOTHING


def test_the_first_listing_of_all_says_nothing_of_before() -> None:
    assert turnover(None, new(*TEN)) == NOTHING


def test_an_empty_list_has_not_turned_over() -> None:
    assert compare(old(*TEN), ()) == NOTHING


def test_a_list_in_reverse_order_is_judged_alike() -> None:
    assert compare(old(*TEN), new(*reversed(range(10, 20)))) == NOTHING
    assert compare(old(*TEN), new(*reversed(range(12, 22)))) == ROLLED


def test_a_list_put_in_another_order_has_not_turned_over() -> None:
    assert compare(old(*TEN), new(3, 1, 10, 2, 4, 8, 9, 5, 7, 6)) == NOTHING


@pytest.mark.parametrize("numbers", [(1,), (1, 2), (1, 2, 3)])
def test_a_list_of_three_or_less_that_turned_over_says_nothing(numbers: tuple[int, ...]) -> None:
    now = new(*(n + 20 for n in numbers))

    assert compare(old(*numbers), now).since is None


def test_a_list_that_is_not_full_dropped_nothing_off_its_end() -> None:
    assert compare(old(*range(1, 5)), new(11, 12, 13, 14), lengths=(4, 20, 20)) == Turnover(known=0)


def test_a_list_whose_length_comes_and_goes_drops_nothing_by_number() -> None:
    assert compare(old(*TEN), new(*range(12, 22)), lengths=(10, 3, 1, 5, 12)) == Turnover(known=0)


def test_a_list_nearly_as_long_as_the_longest_is_full() -> None:
    assert compare(old(*TEN), new(*range(12, 20)), lengths=(10, 10)).since == T0


@pytest.mark.parametrize("dated", [True, False])
def test_an_entry_pinned_on_top_joins_nothing(dated: bool) -> None:
    before = (*old(-500, dated=dated, first_seen=T0 - timedelta(days=9)), *old(*TEN, dated=dated))

    assert compare(before, (*new(-500, dated=dated), *new(*range(12, 22), dated=dated))) == ROLLED


def test_beside_a_pinned_entry_the_newest_of_before_still_joins() -> None:
    before = (*old(-500, -400), *old(*TEN))

    assert compare(before, (*new(-500, -400), *new(*range(10, 20)))) == NOTHING


def test_a_withdrawn_newest_entry_does_not_make_the_rest_look_pinned() -> None:
    assert compare(old(*TEN), new(*range(3, 10), 11, 12)) == NOTHING
    assert compare(old(*TEN), new(9, *range(11, 20))) == NOTHING


def test_an_old_entry_that_comes_back_joins_nothing() -> None:
    earlier = old(-300, first_seen=T0 - timedelta(days=3))

    assert compare(old(*TEN), (*new(-300), *new(*range(12, 21))), earlier=earlier) == ROLLED


def test_an_entry_put_up_anew_with_another_date_joins_nothing() -> None:
    again = new(9, shift=timedelta(hours=1))

    assert compare(old(*TEN), (*again, *new(*range(12, 21)))) == ROLLED


def test_a_feed_that_dates_all_of_its_entries_now_is_joined_by_what_it_shares() -> None:
    before = tuple(KnownEntry(f"a/{n}", T0, None, None, T0, is_exact=True) for n in TEN)
    now = tuple(ListedEntry(f"a/{n}", None, None, T1, is_exact=True) for n in range(9, 19))

    assert compare(before, now) == NOTHING


def test_a_stale_copy_of_yesterday_and_the_present_list_after_it_lose_nothing() -> None:
    yesterday = old(*range(-100, -90), first_seen=T0 - timedelta(days=1))

    assert compare(old(*TEN), new(*range(-100, -90)), earlier=yesterday) == NOTHING
    assert compare(yesterday, new(*range(3, 13)), earlier=old(*TEN)) == NOTHING


@pytest.mark.parametrize("dated", [True, False])
def test_a_site_that_changes_all_its_links_at_once_is_recognised_and_noted(dated: bool) -> None:
    turned = compare(old(*TEN, dated=dated), new(*range(2, 12), prefix="b", dated=dated))

    assert (turned.since, turned.known) == (None, 9)
    assert turned.note == "9 of 10 entries stand under new addresses"


def test_links_and_titles_that_change_at_once_are_told_by_their_dates() -> None:
    renamed = tuple(ListedEntry(f"b/{n}", None, f"News {n}", at(n), is_exact=True) for n in range(3, 13))
    turned = compare(old(*TEN), renamed)

    assert turned.since is None
    assert turned.note is not None


def test_titles_alone_join_where_a_quarter_of_the_list_is_known_by_them() -> None:
    before = tuple(KnownEntry(f"a/{n}", T0, None, f"Xəbər {n}", T0, is_exact=True) for n in range(1, 21))
    now = tuple(ListedEntry(f"b/{n}", None, f"Xəbər {n}", T1, is_exact=True) for n in range(13, 33))

    assert compare(before, now).since is None


def test_a_list_that_grew_not_long_ago_is_judged_by_its_last_ten_lengths() -> None:
    lengths = (10, 10, 10, 10, 10, *range(9, 0, -1))

    assert compare(old(*TEN), new(*range(12, 22)), lengths=lengths) == ROLLED


def test_in_a_list_without_dates_a_few_newer_that_went_tell_a_pinned_entry() -> None:
    first = old(-9, *range(1, 9), dated=False, first_seen=T0 - timedelta(days=1))
    before = (*first, *old(9, 10, dated=False, first_seen=T0))

    assert compare(before, (*new(-9, dated=False), *new(*range(12, 22), dated=False))) == ROLLED


def test_a_title_that_comes_every_day_joins_nothing() -> None:
    before = (*old(*range(1, 10)), KnownEntry("a/w1", T0, None, "Hava proqnozu", at(10), is_exact=True))
    now = (*new(*range(12, 21)), ListedEntry("a/w2", None, "Hava proqnozu", at(22), is_exact=True))

    assert compare(before, now) == ROLLED


def test_one_guid_for_all_entries_joins_nothing() -> None:
    before = tuple(KnownEntry(f"a/{n}", T0, "feed", None, at(n), is_exact=True) for n in TEN)
    now = tuple(ListedEntry(f"a/{n}", "feed", None, at(n), is_exact=True) for n in range(12, 22))

    assert compare(before, now) == ROLLED


def test_a_list_at_another_address_is_not_compared() -> None:
    turned = compare(old(*TEN), new(*range(12, 22)), is_same_address=False)

    assert (turned.since, turned.known) == (None, 0)
    assert turned.note is not None


def test_a_pinned_entry_with_a_date_of_the_future_does_not_hide_a_rollover() -> None:
    before = (*old(400, first_seen=T0 - timedelta(days=2)), *old(*TEN))

    assert compare(before, (*new(400), *new(*range(12, 22)))) == ROLLED
    assert compare(before, new(*range(12, 23))) == ROLLED
