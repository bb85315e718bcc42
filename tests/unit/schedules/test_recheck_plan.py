"""Which articles are looked at again, at which ages, and how many of them a host bears."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.planning import ArticleState, Since
from schedules.recheck_plan import (
    AGES,
    CLOSER_AGES,
    DueLook,
    Need,
    allowance,
    counted_from,
    due_look,
    fitting,
    recheck_spans,
)

SEEN = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
NOW = SEEN + timedelta(days=40)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TURN = timedelta(minutes=5)


def _article(looked: timedelta = timedelta(0), **more: Any) -> ArticleState:
    """An article, last looked at so long after it was first seen."""
    url = more.pop("url", "https://xeber.example/a")
    number = more.pop("article_id", 1)
    return ArticleState(number, "xeber", url, "xeber.example/a", number, SEEN, SEEN + looked, **more)


def _ages_looked_at(article: ArticleState, *, until_days: int = 90, days: int = 100) -> list[timedelta]:
    """The ages at which one is looked at that is asked about every hour."""
    found = []
    for hours in range(24 * days):
        now = SEEN + hours * HOUR
        if due_look(article, now=now, until_days=until_days):
            article = replace(article, last_looked_at=now)
            found.append(now - SEEN)
    return found


def test_an_article_is_looked_at_at_seven_ages_and_then_never() -> None:
    assert _ages_looked_at(_article(), days=400) == list(AGES)


@pytest.mark.parametrize("more", [{"is_watched": True}, {"changed_at": SEEN - DAY}])
def test_one_of_a_topic_and_one_that_changed_are_looked_at_more_often(more: dict[str, Any]) -> None:
    assert set(_ages_looked_at(_article(**more))) >= {*AGES, *CLOSER_AGES}


def test_with_no_days_nothing_is_looked_at_again() -> None:
    assert _ages_looked_at(_article(missing=Since.SUSPECTED, state_at=SEEN), until_days=0) == []


def test_no_age_lies_above_the_setting() -> None:
    assert _ages_looked_at(_article(), until_days=3) == [HOUR, 4 * HOUR, DAY, 3 * DAY]


def test_ages_that_passed_while_nobody_looked_make_one_look() -> None:
    look = due_look(_article(), now=SEEN + 8 * DAY)

    assert look is not None
    assert (look.age, look.due_at) == (7 * DAY, SEEN + 7 * DAY)
    assert due_look(_article(8 * DAY), now=SEEN + 8 * DAY) is None


def test_an_age_is_due_from_its_moment_on() -> None:
    assert due_look(_article(), now=SEEN + HOUR - MINUTE) is None
    assert due_look(_article(), now=SEEN + HOUR) is not None
    assert due_look(_article(HOUR), now=SEEN + 2 * HOUR) is None


@pytest.mark.parametrize(
    ("published", "counts"),
    [(None, False), (-2 * HOUR, True), (-DAY, True), (-DAY - MINUTE, False), (HOUR, False)],
)
def test_ages_count_from_a_publication_that_is_credible(published: timedelta | None, counts: bool) -> None:
    at = SEEN + published if published is not None else None

    assert counted_from(SEEN, at) == (at if counts else SEEN)


def test_what_passed_before_it_was_first_seen_is_not_caught_up() -> None:
    article = _article(published_at=SEEN - 5 * HOUR)

    assert due_look(article, now=SEEN + HOUR) is None
    assert due_look(article, now=SEEN + 19 * HOUR) is not None


@pytest.mark.parametrize("url", ["https://t.me/sahil/7", "https://www.youtube.com/watch?v=a"])
def test_a_post_or_video_is_not_looked_at_outside_its_channel(url: str) -> None:
    assert due_look(_article(url=url), now=NOW) is None


def test_a_missing_article_is_looked_at_three_times_over_two_days_within_four() -> None:
    article = _article(10 * DAY + HOUR, missing=Since.SUSPECTED, state_at=SEEN + 10 * DAY + HOUR)

    ages = [age - 10 * DAY - HOUR for age in _ages_looked_at(article, days=15)]

    assert ages == [12 * HOUR, DAY, 2 * DAY, 3 * DAY, 4 * DAY]


def test_a_removed_article_is_looked_at_to_see_whether_it_is_back() -> None:
    article = _article(100 * DAY, missing=Since.REMOVED, state_at=SEEN + 100 * DAY)

    ages = [age - 100 * DAY for age in _ages_looked_at(article, days=250)]

    assert ages == [3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY]


def test_a_change_is_confirmed_within_hours_and_days() -> None:
    article = _article(20 * DAY, changed_at=SEEN + 20 * DAY)

    ages = [age - 20 * DAY for age in _ages_looked_at(article, days=29)]

    assert ages == [HOUR, DAY, 7 * DAY]


# What a host bears


def test_a_host_bears_a_quarter_of_what_its_delay_allows() -> None:
    assert allowance(3.0, now=SEEN, turn=TURN) == 25
    assert allowance(None, now=SEEN, turn=TURN) == allowance(5.0, now=SEEN, turn=TURN) == 15
    assert allowance(0.0, now=SEEN, turn=TURN) is None


@given(delay=st.floats(0.1, 3600), turns=st.integers(1, 300))
def test_over_many_turns_a_host_is_asked_for_a_quarter_and_never_more(delay: float, turns: int) -> None:
    taken = sum(allowance(delay, now=SEEN + number * TURN, turn=TURN) or 0 for number in range(turns))

    assert abs(taken - turns * TURN.total_seconds() / delay / 4) <= 1


def _looks(*needs: tuple[Need, timedelta], host: str = "xeber.example", delay_s: float = 60.0) -> list[DueLook]:
    return [
        DueLook(_article(article_id=number, host=host, delay_s=delay_s), need, age, NOW - HOUR)
        for number, (need, age) in enumerate(needs, 1)
    ]


def test_what_loses_most_by_waiting_comes_first() -> None:
    wanted = _looks(
        (Need.AGE, 30 * DAY), (Need.AGE, HOUR), (Need.CONFIRMATION, DAY), (Need.MISSING, 2 * DAY), (Need.AGE, DAY)
    )

    taken, put_off = fitting(wanted, waiting={}, now=NOW, turn=timedelta(minutes=16))

    assert [look.article.article_id for look in taken] == [4, 3, 2, 5]
    assert [look.article.article_id for look in put_off] == [1]


def test_of_one_age_the_one_that_waits_longest_comes_first() -> None:
    first, second = _looks((Need.AGE, HOUR), (Need.AGE, HOUR))
    second = replace(second, due_at=first.due_at - HOUR)

    assert fitting([first, second], waiting={}, now=NOW, turn=timedelta(minutes=4)) == ((second,), (first,))


def test_looks_that_are_planned_and_not_made_count() -> None:
    wanted = _looks((Need.AGE, HOUR), (Need.AGE, HOUR))

    assert len(fitting(wanted, waiting={"xeber.example": 3}, now=NOW, turn=timedelta(minutes=16))[0]) == 1
    assert fitting(wanted, waiting={"xeber.example": 9}, now=NOW, turn=timedelta(minutes=16))[0] == ()


def test_one_host_takes_nothing_from_another() -> None:
    wanted = [*_looks(*[(Need.AGE, HOUR)] * 9), *_looks((Need.AGE, 90 * DAY), host="yeni.example")]

    taken, _ = fitting(wanted, waiting={}, now=NOW, turn=timedelta(minutes=8))
    hosts = [look.article.host for look in taken]

    assert (hosts.count("xeber.example"), hosts.count("yeni.example")) == (2, 1)


def test_a_host_without_a_delay_is_asked_for_all() -> None:
    wanted = _looks(*[(Need.AGE, HOUR)] * 99, delay_s=0.0)

    assert len(fitting(wanted, waiting={}, now=NOW, turn=TURN)[0]) == 99


# Where the store looks for them


def _ago() -> st.SearchStrategy[datetime]:
    return st.integers(0, 125 * 24 * 60).map(lambda minutes: NOW - minutes * MINUTE)


_ARTICLES = st.builds(
    _article,
    missing=st.sampled_from([None, Since.SUSPECTED, Since.REMOVED]),
    state_at=_ago(),
    changed_at=st.none() | _ago(),
    is_watched=st.booleans(),
)


@given(article=_ARTICLES, seen=_ago(), looked=_ago())
def test_what_is_due_lies_in_a_span_until_it_is_late_by_a_month(
    article: ArticleState, seen: datetime, looked: datetime
) -> None:
    article = replace(article, first_seen_at=seen, last_looked_at=max(seen, looked))
    starts = {
        Since.PUBLICATION: article.first_seen_at,
        Since.CHANGE: article.changed_at,
        article.missing: article.state_at,
    }
    is_closer = article.is_watched or article.changed_at is not None

    found = [
        span
        for span in recheck_spans(NOW)
        if (start := starts.get(span.since)) is not None
        and span.after < start <= span.until
        and article.last_looked_at < start + max(span.age, span.closer if span.closer and is_closer else span.age)
    ]

    look = due_look(article, now=NOW)
    if look is not None and NOW - look.due_at < 30 * DAY:
        assert found
    if found:
        assert look is not None


def test_a_narrow_turn_looks_only_where_something_fell_due_lately() -> None:
    spans = recheck_spans(NOW, reach=HOUR)

    assert all(span.until - span.after == HOUR for span in spans)
    assert {NOW - span.until for span in spans if span.since is Since.PUBLICATION} == {*AGES, *CLOSER_AGES}


def test_no_days_leave_nothing_to_look_for() -> None:
    assert recheck_spans(NOW, until_days=0) == ()
