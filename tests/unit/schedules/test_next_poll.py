"""When the next poll of a channel is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fetch import FetchOutcome, PageReading
from domain.planning import ChannelState
from schedules.plan import LookBy, Pace, catch_up, next_poll, spread_first_polls, weight_of

NOW = datetime(2026, 3, 4, 5, 5, tzinfo=UTC)
PACE = Pace(jitter=0.0)
LISTED = ChannelState(
    channel_id=1,
    target_id=11,
    last_polled_at=NOW,
    last_ok_at=NOW,
    outcome=PageReading.LISTED,
    polls=99,
    interval_s=3600,
    listed=30,
    known=15,
    since_listing_s=3600,
    depth_s=9 * 86_400,
)


def _interval(state: ChannelState, pace: Pace = PACE) -> int:
    return next_poll(state, now=NOW, pace=pace).interval_s


def _pause_s(state: ChannelState, pace: Pace = PACE) -> float:
    return (next_poll(state, now=NOW, pace=pace).next_poll_at - NOW).total_seconds()


def test_a_channel_that_was_never_polled_is_due_at_once() -> None:
    assert next_poll(ChannelState(1, 11, None), now=NOW, pace=PACE).next_poll_at == NOW


@pytest.mark.parametrize(
    ("known", "interval_s"),
    [(15, 3600), (10, 3600), (20, 3600), (0, 1800), (5, 2160), (24, 7200), (29, 7200), (30, 5400)],
)
def test_a_poll_should_bring_a_third_to_two_thirds_known_entries(known: int, interval_s: int) -> None:
    assert _interval(replace(LISTED, known=known)) == interval_s


def test_the_interval_settles_where_half_the_list_is_new() -> None:
    rate = 20 / 86_400  # a list of 30, twenty new entries a day
    state = replace(LISTED, interval_s=600)
    for _ in range(20):
        new = min(30, round((state.interval_s or 0) * rate))
        plan = next_poll(replace(state, known=30 - new, since_listing_s=state.interval_s), now=NOW, pace=PACE)
        state = replace(state, interval_s=plan.interval_s)

    assert 1 / 3 <= 1 - (state.interval_s or 0) * rate / 30 <= 2 / 3


@pytest.mark.parametrize("outcome", [FetchOutcome.NOT_MODIFIED, FetchOutcome.SAME_CONTENT, PageReading.EMPTY_CHANNEL])
def test_nothing_new_makes_the_interval_longer(outcome: str) -> None:
    assert _interval(replace(LISTED, outcome=outcome, listed=None, known=None)) == 5400


def test_the_first_listing_says_nothing_of_the_rate() -> None:
    assert _interval(replace(LISTED, known=0, since_listing_s=None)) == 3600


def test_a_list_that_holds_six_hours_is_looked_at_every_three_whatever_its_headers_say() -> None:
    state = replace(LISTED, interval_s=80_000, depth_s=6 * 3600, wants_s=86_400)

    assert _interval(state) == 3 * 3600


@pytest.mark.parametrize(
    ("change", "interval_s"),
    [
        ({}, 80_000),
        ({"lengths": (30, 30, 28, 30)}, 80_000),
        ({"lengths": (18, 3, 30, 22)}, 2 * 3600),  # of a page of today's news
        ({"lengths": (3, 0)}, 2 * 3600),
        ({"polls": 23}, 2 * 3600),
        ({"polls": 23, "depth_s": 3600}, 1800),
        ({"depth_s": None}, 12 * 3600),
    ],
)
def test_a_list_that_may_forget_sooner_than_its_dates_say_is_looked_at_closely(
    change: dict[str, object], interval_s: int
) -> None:
    state = replace(LISTED, interval_s=80_000, **change)  # type: ignore[arg-type]

    assert _interval(state) == interval_s


def test_an_answer_that_calls_itself_fresh_is_not_asked_for_sooner() -> None:
    assert _interval(replace(LISTED, interval_s=900, wants_s=7200)) == 7200


@pytest.mark.parametrize(
    ("outcome", "weight"),
    [
        ("not_found", 1),
        ("gone", 1),
        ("dns_error", 1),
        ("http_error", 0.5),
        ("challenge", 0.5),
        ("timeout", 0.25),
        ("proxy_error", 0),
    ],
)
def test_failures_weigh_by_their_kind(outcome: str, weight: float) -> None:
    assert weight_of(outcome) == weight
    assert next_poll(replace(LISTED, outcome=outcome), now=NOW, pace=PACE).setback == weight


def test_failures_in_a_row_back_off_and_one_good_look_takes_it_back() -> None:
    state = replace(LISTED, outcome=FetchOutcome.HTTP_ERROR)
    pauses = []
    for _ in range(4):
        plan = next_poll(state, now=NOW, pace=PACE)
        pauses.append(round((plan.next_poll_at - NOW).total_seconds() / 3600, 2))
        state = replace(state, setback=plan.setback)

    assert pauses == [1.41, 2.0, 2.83, 4.0]
    assert next_poll(replace(state, outcome=PageReading.LISTED), now=NOW, pace=PACE).setback == 0
    assert _pause_s(replace(state, outcome=PageReading.LISTED)) == 3600


def test_a_dead_channel_is_asked_every_seven_days() -> None:
    assert _pause_s(replace(LISTED, outcome=FetchOutcome.GONE, setback=99.0)) == 7 * 86_400


def test_a_clock_that_was_set_back_does_not_put_a_poll_off() -> None:
    assert _pause_s(replace(LISTED, last_polled_at=NOW + timedelta(days=1))) == 3600


@given(
    st.builds(
        ChannelState,
        channel_id=st.integers(1, 10_000),
        target_id=st.just(1),
        last_polled_at=st.just(NOW),
        outcome=st.sampled_from([o.value for o in FetchOutcome] + [r.value for r in PageReading]),
        polls=st.integers(0, 1000),
        interval_s=st.none() | st.integers(0, 10**7),
        setback=st.floats(0, 1e6),
        listed=st.none() | st.integers(0, 5000),
        known=st.none() | st.integers(0, 5000),
        since_listing_s=st.none() | st.floats(0, 1e7),
        depth_s=st.none() | st.integers(0, 10**8),
        wants_s=st.none() | st.integers(0, 10**8),
    )
)
def test_every_plan_lies_between_ten_minutes_and_seven_days(state: ChannelState) -> None:
    plan = next_poll(state, now=NOW, pace=Pace())

    assert 600 <= plan.interval_s <= 86_400
    assert timedelta(seconds=599) < plan.next_poll_at - NOW <= timedelta(days=7)


def test_polls_of_many_channels_do_not_burst() -> None:
    pauses = [_pause_s(replace(LISTED, channel_id=number), Pace()) for number in range(200)]

    assert 3240 <= min(pauses) < 3300
    assert 3540 < max(pauses) <= 3600
    assert len({round(pause) for pause in pauses}) > 100


def test_a_slow_channel_is_looked_at_before_the_digest_of_the_day_that_ended() -> None:
    midnight = NOW + timedelta(hours=3)
    look_by = LookBy(midnight, midnight + timedelta(hours=5))
    plan = next_poll(replace(LISTED, interval_s=86_400, known=30), now=NOW, pace=replace(PACE, look_by=look_by))

    assert midnight + timedelta(hours=2.5) <= plan.next_poll_at <= look_by.by


def test_a_channel_that_was_looked_at_after_the_day_ended_keeps_its_time() -> None:
    look_by = LookBy(NOW - timedelta(hours=1), NOW + timedelta(hours=4))
    pace = replace(PACE, look_by=look_by)

    assert _pause_s(replace(LISTED, interval_s=86_400, known=30), pace) == 86_400


def test_after_an_outage_each_channel_has_one_turn_and_the_most_perishable_come_first() -> None:
    slow = replace(LISTED, channel_id=1, depth_s=40 * 3600)
    quick = replace(LISTED, channel_id=2, depth_s=6 * 3600)
    unknown = replace(LISTED, channel_id=3, depth_s=None, interval_s=7200)

    assert catch_up([slow, quick, unknown], now=NOW, step_s=1.0) == (
        (3, NOW),
        (2, NOW + timedelta(seconds=1)),
        (1, NOW + timedelta(seconds=2)),
    )


def test_many_channels_are_caught_up_with_within_ten_minutes() -> None:
    moved = catch_up([replace(LISTED, channel_id=number) for number in range(2000)], now=NOW)

    assert len({channel for channel, _ in moved}) == 2000
    assert max(at for _, at in moved) < NOW + timedelta(minutes=10)


def test_first_polls_of_one_host_are_set_apart() -> None:
    plans = [next_poll(ChannelState(number, number, None), now=NOW, pace=PACE) for number in range(3)]
    spread = spread_first_polls(plans, ["a.example", "b.example", "a.example"], step_s=5)

    assert [(p.next_poll_at - NOW).total_seconds() for p in spread] == [0, 0, 5]


def test_channels_that_share_a_quota_are_polled_no_sooner_than_their_share_allows() -> None:
    pace = replace(PACE, shares_s={"api.example": 5400.0})
    busy = replace(LISTED, known=0, interval_s=1800)

    assert _interval(replace(busy, host="api.example"), pace) == 5400
    assert _interval(replace(busy, host="other.example"), pace) == 1800


@pytest.mark.parametrize("outcome", [FetchOutcome.NEEDS_KEY, FetchOutcome.QUOTA_SPENT])
def test_what_was_not_asked_is_not_put_off(outcome: FetchOutcome) -> None:
    """The key may be set at any time, and the quota is whole again tomorrow."""
    assert next_poll(replace(LISTED, outcome=outcome), now=NOW, pace=PACE).setback == 0
    assert _pause_s(replace(LISTED, outcome=outcome)) == 3600
