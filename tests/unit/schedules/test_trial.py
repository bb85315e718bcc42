"""Which pages a trial looks at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from schedules.trial import choose_pages
from storage.trial import WaitingPage

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def _page(number: int, *, channel: int = 1, hours_old: int | None = None) -> WaitingPage:
    at = NOON - timedelta(hours=hours_old) if hours_old is not None else None
    return WaitingPage(number, "xeber", f"https://xeber.example/{number}", channel, number, at)


def test_the_newest_come_first() -> None:
    pages = [_page(1, hours_old=9), _page(2, hours_old=1), _page(3, hours_old=5), _page(4, hours_old=2)]

    assert choose_pages(pages, {1, 2, 3, 4}) == (2, 4, 3)


def test_undated_ones_come_in_the_order_of_the_list() -> None:
    assert choose_pages([_page(n) for n in (5, 6, 7, 8)], {5, 6, 7, 8}) == (5, 6, 7)


def test_channels_take_turns() -> None:
    pages = [*(_page(n, channel=1) for n in (1, 2, 3)), _page(4, channel=2), _page(5, channel=3)]

    assert choose_pages(pages, {1, 2, 3, 4, 5}) == (1, 4, 5)


def test_what_matches_article_url_comes_before_what_does_not() -> None:
    pages = [_page(1, hours_old=1), _page(2, hours_old=9)]

    assert choose_pages(pages, {2}) == (2, 1)


def test_a_page_in_two_channels_is_taken_once() -> None:
    pages = [_page(1, channel=1), _page(1, channel=2), _page(2, channel=2)]

    assert choose_pages(pages, {1, 2}) == (1, 2)


def test_nothing_listed_is_nothing_chosen() -> None:
    assert choose_pages([], set()) == ()
