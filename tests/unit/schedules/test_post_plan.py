"""Which pages and calls are asked for, so that posts that are due are looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outlet import ChannelKind
from domain.planning import ArticleState, AskedAgain, KnownPost, PostChannel
from schedules.post_plan import LONGEST_WAIT, PAGES_A_TURN, AskedFor, is_ripe, pages_to_ask, videos_to_ask
from schedules.recheck_plan import DueLook, Need

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TELEGRAM = PostChannel(1, "sahil", "telegram", ChannelKind.TELEGRAM, 1, "https://t.me/s/sahil")
YOUTUBE = PostChannel(
    2, "sahil", "youtube", ChannelKind.YOUTUBE, 2, "https://api.example/v3/playlistItems?playlistId=U"
)


def due(name: str | int, *, age: timedelta = DAY, waited: timedelta = DAY, need: Need = Need.AGE) -> DueLook:
    key = f"t.me/sahil/{name}" if isinstance(name, int) else f"youtube.com/watch?v={name}"
    number = name if isinstance(name, int) else 0
    state = ArticleState(number, "sahil", f"https://{key}", key, None, NOW - 9 * DAY, NOW - 9 * DAY)
    return DueLook(state, need, age, NOW - waited)


def known(numbers: Iterable[int], missing: Iterable[int] = ()) -> list[KnownPost]:
    return [KnownPost(f"t.me/sahil/{number}", number not in set(missing)) for number in numbers]


def pages(
    looks: Iterable[DueLook],
    posts: list[KnownPost],
    asked: Mapping[str, AskedAgain] | None = None,
    *,
    waits: bool = True,
) -> dict[int, list[int]]:
    """The posts that are looked at, by the number that a page is asked for."""
    found = pages_to_ask(TELEGRAM, looks, posts, asked or {}, now=NOW, waits=waits)
    assert all(one.url.startswith("https://t.me/s/sahil?before=") for one in found)
    return {int(one.url.rpartition("=")[2]): sorted(look.article.article_id for look in one.looks) for one in found}


def test_one_page_reaches_down_to_the_oldest_that_is_due_and_shows_the_others() -> None:
    assert pages(map(due, range(50, 60)), known(range(1, 101))) == {67: list(range(50, 60))}


def test_what_a_page_does_not_reach_has_a_page_of_its_own() -> None:
    assert pages(map(due, (20, 45, 59)), known(range(1, 101))) == {37: [20], 62: [45, 59]}
    assert pages(map(due, (47, 48, 62)), known(range(1, 101))) == {64: [47, 48, 62]}
    assert pages(map(due, (47, 48, 63)), known(range(1, 101))) == {64: [47, 48], 80: [63]}


def test_a_page_is_asked_for_from_the_third_post_above_where_numbers_are_far_apart() -> None:
    tens = range(10, 1000, 10)  # each an album of ten

    assert pages([due(500)], known(tens)) == {531: [500]}
    assert pages(map(due, (500, 510, 520)), known(tens)) == {531: [500, 510, 520]}


def test_what_the_newest_page_shows_is_left_to_the_polls() -> None:
    assert pages(map(due, range(85, 101)), known(range(1, 101))) == {}
    assert pages([due(84)], known(range(1, 101))) == {101: [84]}
    assert pages(map(due, range(1, 11)), known(range(1, 11))) == {}
    assert pages([due(5)], known(range(1, 101), missing=range(1, 101))) == {}


def test_what_is_missing_itself_holds_up_no_page() -> None:
    missing = [due(number, need=Need.MISSING, waited=0 * HOUR) for number in range(50, 60)]

    assert pages(missing, known(range(1, 101), missing=range(50, 60))) == {67: list(range(50, 60))}
    assert pages(missing[:1], known(range(1, 101), missing=range(50, 90))) == {93: [50]}


def test_posts_wait_for_those_around_them() -> None:
    young, old = due(50, waited=HOUR), due(49, waited=3 * HOUR)

    assert pages([young], known(range(1, 101))) == {}
    assert pages([young], known(range(1, 101)), waits=False) == {67: [50]}
    assert pages([young, old], known(range(1, 101))) == {66: [49, 50]}


@pytest.mark.parametrize(
    ("look", "ripe"),
    [
        (due(1, age=HOUR, waited=7 * HOUR / 60), False),
        (due(1, age=HOUR, waited=8 * HOUR / 60), True),
        (due(1, age=DAY, waited=2.9 * HOUR), False),
        (due(1, age=DAY, waited=3 * HOUR), True),
        (due(1, age=90 * DAY, waited=LONGEST_WAIT), True),
        (due(1, age=DAY, waited=0 * HOUR, need=Need.MISSING), True),
    ],
)
def test_an_eighth_of_an_age_is_waited_and_never_for_what_is_missing(look: DueLook, ripe: bool) -> None:
    assert is_ripe(look, NOW) is ripe


def test_a_page_that_was_read_since_has_shown_what_there_is_and_one_that_failed_is_asked_again_later() -> None:
    url, looks, posts = "https://t.me/s/sahil?before=67", [due(50)], known(range(1, 101))

    assert pages(looks, posts, {url: AskedAgain(NOW - HOUR, is_read=True)}) == {}
    assert pages(looks, posts, {url: AskedAgain(NOW - 2 * DAY, is_read=True)}) == {67: [50]}
    assert pages(looks, posts, {url: AskedAgain(NOW - HOUR, is_read=False)}) == {}
    assert pages(looks, posts, {url: AskedAgain(NOW - 7 * HOUR, is_read=False)}) == {67: [50]}


def test_the_most_urgent_look_stands_for_a_page() -> None:
    (page,) = pages_to_ask(
        TELEGRAM,
        [due(50), due(48, need=Need.MISSING), due(49, age=HOUR)],
        known(range(1, 101)),
        {},
        now=NOW,
        waits=True,
    )

    assert [look.article.article_id for look in page.looks] == [48, 49, 50]


@given(
    st.sets(st.integers(min_value=1, max_value=300), max_size=150),
    st.sets(st.integers(min_value=1, max_value=300), max_size=60),
    st.sets(st.integers(min_value=1, max_value=300), max_size=60),
)
def test_no_post_is_asked_for_twice_in_a_turn(posts: set[int], wanted: set[int], missing: set[int]) -> None:
    found = pages(map(due, wanted), known(posts | wanted, missing))
    looked = [number for numbers in found.values() for number in numbers]

    assert len(looked) == len(set(looked))
    assert len(found) <= PAGES_A_TURN


def calls(
    looks: Iterable[DueLook], asked: Mapping[str, AskedAgain] | None = None, *, waits: bool = True
) -> tuple[AskedFor, ...]:
    videos = [
        KnownPost("youtube.com/watch?v=newest0", is_shown=True),
        KnownPost("youtube.com/watch?v=older00", is_shown=True),
    ]
    return videos_to_ask(YOUTUBE, looks, videos, asked or {}, now=NOW, waits=waits)


def ids(call: AskedFor) -> list[str]:
    return call.url.rpartition("id=")[2].split(",")


def test_videos_are_asked_for_fifty_at_once_beside_one_that_is_shown() -> None:
    looks = [due(f"video{number:03}") for number in range(60)]
    first, second = calls(looks)

    assert first.url.startswith("https://api.example/v3/videos?part=")
    assert (len(ids(first)), len(ids(second))) == (50, 12)
    assert "newest0" in ids(first)
    assert "newest0" in ids(second)
    assert len({*ids(first), *ids(second)}) == 61


def test_videos_wait_for_each_other_and_after_an_answer_without_any() -> None:
    assert calls([due("video01", waited=HOUR)]) == ()
    assert calls([due("video01", waited=HOUR)], waits=False) != ()
    assert calls([due("video01")], {"https://api.example/": AskedAgain(NOW - HOUR, is_read=False)}) == ()
    assert calls([due("video01")], {"https://api.example/": AskedAgain(NOW - 6 * HOUR, is_read=False)}) != ()
    assert calls([due("video01")], {"https://api.example/": AskedAgain(NOW - HOUR, is_read=True)}) != ()
    assert calls([]) == ()
