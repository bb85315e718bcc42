"""From hand-made facts to ranks and words."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from publish.status.health import health_of, outlet_line
from publish.status.model import Health, Rank
from publish.status.text import leader_words, status_text
from storage.digest_facts import GapFact
from storage.status_facts import ChannelHealth, OutletHealth, PollTimes
from storage.status_queries import TodoCount
from tests.unit.publish.status.looks import NOW
from tests.unit.publish.status.statuses import (
    BAKU,
    ago,
    alert,
    blind,
    channel,
    facts,
    job,
    leader,
    outlet,
    status,
)


@pytest.mark.parametrize(
    ("of", "health"),
    [
        (outlet(), Health.SEEN_WELL),
        (outlet("sahil", blind()), Health.NOT_SEEN),
        (outlet("sahil", blind(), channel("telegram")), Health.PARTLY_SEEN),
        (outlet("sahil", blind(), channel("hidden", is_polled=False)), Health.NOT_SEEN),
        (outlet(refusing_since=ago(hours=1)), Health.PARTLY_SEEN),
        (outlet("sahil", blind(), refusing_since=ago(hours=1)), Health.NOT_SEEN),
        (outlet("sahil", channel(last_polled_at=None, last_ok_at=None)), Health.NEVER_LOOKED),
        (outlet("sahil", channel(last_ok_at=ago(hours=3, minutes=1))), Health.LATE),
        (outlet("sahil", channel(last_ok_at=ago(hours=2, minutes=59))), Health.SEEN_WELL),
        (outlet("sahil", channel(last_ok_at=ago(hours=20), interval_s=12 * 3600)), Health.SEEN_WELL),
        (outlet(articles_today=0), Health.QUIET),
        (outlet(articles_today=0, usual=(9, 9)), Health.SEEN_WELL),  # two days are no custom
        (outlet(articles_today=0, usual=(1, 2, 1)), Health.SEEN_WELL),
        (outlet("sahil", channel(is_polled=False, not_crawled="not read yet")), Health.NOT_CRAWLED),
        (outlet(is_enabled=False), Health.PAUSED),
    ],
)
def test_an_outlet_has_one_word_and_the_worst_counts(of: OutletHealth, health: Health) -> None:
    assert health_of(of, now=NOW) is health


def test_an_outlet_that_the_watch_calls_silent_is_quiet() -> None:
    silent = alert(kind="silent", severity="today", channel=None, subject="sahil", summary="Nothing for 3 d 2 h")
    line = outlet_line(outlet(), (silent,), now=NOW, zone=BAKU)

    assert (line.health, line.why) == (Health.QUIET, ("Nothing for 3 d 2 h",))


def test_the_reason_names_channel_cause_and_failures() -> None:
    of = outlet("sahil", blind(interval_s=7200, gap_detail="in place of the feed"), channel("telegram"))

    assert outlet_line(of, (), now=NOW, zone=BAKU).why == (
        "feed: challenge page (in place of the feed), since 21:57 · 6 failures in a row; every 2 h",
        "1 of 2 channels",
    )


def test_the_age_is_that_of_the_slowest_channel_without_a_gap() -> None:
    of = outlet("sahil", channel(), channel("slow", last_ok_at=ago(minutes=40)), blind("gone", last_ok_at=ago(days=2)))

    assert outlet_line(of, (), now=NOW, zone=BAKU).age_s == 2400
    assert outlet_line(outlet("sahil", blind(last_ok_at=ago(days=2))), (), now=NOW, zone=BAKU).age_s == 2 * 86_400


@pytest.mark.parametrize(
    ("outlets", "said"),
    [
        ((outlet(),), "The one outlet is seen well."),
        ((outlet("a"), outlet("b")), "All 2 outlets are seen well."),
        (
            (
                outlet("a", blind()),
                outlet("b", blind(), channel("x")),
                outlet("c", blind(), channel("x")),
                outlet("d", articles_today=0),
                outlet("e"),
                outlet("f", is_enabled=False),
            ),
            (
                "One outlet is not seen, two are partly seen, one is unusually quiet. "
                "Of 6, one is seen well and one is paused."
            ),
        ),
        ((outlet("a", blind()),), "One outlet is not seen. Of 1, none is seen well."),
    ],
)
def test_the_first_sentence_says_what_is_not_seen_first(outlets: tuple[OutletHealth, ...], said: str) -> None:
    assert status(*outlets, lags_s=()).sentence == said


def test_the_sentence_ends_with_how_soon_texts_are_stored() -> None:
    assert status().sentence.endswith("Half of today's 4 new articles were stored within 8 min 5 s of being listed.")


def test_outlets_come_worst_first_and_the_older_before_the_younger() -> None:
    lines = status(
        outlet("a"),
        outlet("b", channel(last_ok_at=ago(minutes=50))),
        outlet("c", blind()),
        outlet("d", is_enabled=False),
    ).outlets

    assert [line.slug for line in lines] == ["c", "b", "a", "d"]


def test_concerns_come_by_rank_and_the_oldest_first() -> None:
    alerts = (
        alert(alert_id=1, severity="note", since_at=ago(days=9)),
        alert(alert_id=2, severity="now", since_at=None, opened_at=ago(hours=1)),
        alert(alert_id=3, severity="now", since_at=ago(hours=2)),
    )
    told = status(outlet("sahil", blind()), alerts=alerts)

    assert [c.alert_id for c in told.concerns] == [3, 2, 1]
    assert told.has_now


def test_a_gap_that_an_alert_is_about_is_not_told_twice() -> None:
    seen_by_watch = status(outlet("sahil", blind()), alerts=(alert(),))
    other_channel = status(outlet("sahil", blind(), blind("x")), alerts=(alert(),))
    whole_outlet = status(outlet("sahil", blind(), blind("x")), alerts=(alert(channel=None, subject="sahil"),))

    assert [c.subject for c in seen_by_watch.concerns] == ["sahil/feed"]
    assert [c.subject for c in other_channel.concerns] == ["sahil/feed", "sahil/x"]
    assert len(whole_outlet.concerns) == 1


def test_gaps_and_refusals_without_an_alert_need_a_person_but_not_now() -> None:
    told = status(outlet("a", blind()), outlet("b", blind(), channel("x")), outlet("c", refusing_since=ago(days=1)))

    assert [(c.subject, c.rank) for c in told.concerns] == [
        ("c", Rank.TODAY),
        ("a/feed", Rank.TODAY),
        ("b/feed", Rank.NOTE),
    ]
    assert not told.has_now


def test_many_channels_with_one_cause_share_a_line() -> None:
    told = status(*(outlet(f"o{n}", blind(gap_reason="connect_error")) for n in range(5)), outlet("x", blind()))

    assert [(c.subject, c.words) for c in told.concerns if c.subject == "channels"] == [
        ("channels", "5 channels of 5 outlets are not seen: no connection")
    ]
    assert [c.subject for c in told.concerns] == ["channels", "x/feed"]


def test_what_many_channels_share_is_not_said_of_each_again() -> None:
    def lost(slug: str) -> ChannelHealth:
        return blind(slug, gap_reason="connect_error")

    few = status(outlet("a", lost("x"), lost("y")))
    many = status(
        outlet("a", lost("x"), lost("y")), outlet("b", lost("x"), blind("y")), outlet("c", lost("x"), lost("y"))
    )
    assert len(few.outlets[0].why) == 3
    assert {line.slug: [why.partition(",")[0] for why in line.why] for line in many.outlets} == {
        "a": [],
        "b": ["y: challenge page", "2 of 2 channels"],
        "c": [],
    }


@pytest.mark.parametrize(
    ("of", "rank"),
    [
        (leader(), None),
        (leader(last_tick_real_at=ago(seconds=31)), Rank.NOW),
        (leader(ended_at=ago(minutes=9), outcome="lost"), Rank.NOW),
        (leader(ended_at=ago(minutes=9), outcome="stopped"), Rank.NOTE),
        (None, None),
    ],
)
def test_a_service_that_vanished_needs_a_person_now(of: object, rank: Rank | None) -> None:
    told = status(leader=of)

    assert [c.rank for c in told.concerns if c.subject == "service"] == ([rank] if rank else [])
    assert (told.runs.leader is None) == (rank is not None or of is None)


@pytest.mark.parametrize(
    ("last_ok_at", "hours", "is_said"), [(None, 0, False), (None, 4, True), (2, 1, False), (5, 4, True)]
)
def test_three_hours_without_a_good_look_are_said_only_where_they_passed(
    last_ok_at: int | None, hours: int, is_said: bool
) -> None:
    seen = blind(gap_since=ago(hours=hours), last_ok_at=None if last_ok_at is None else ago(hours=last_ok_at))
    told = status(outlet("a", seen), outlet("b", seen), leader=None)

    assert ("service" in [c.subject for c in told.concerns]) is is_said


def test_where_no_service_ever_ran_and_nobody_looked_it_is_noted_once() -> None:
    late = channel(last_ok_at=ago(hours=9))
    told = status(outlet("a", late), outlet("b", late), leader=None, jobs=())

    assert [c.words for c in told.concerns] == [
        "No outlet was looked at well for more than three hours, and no service runs"
    ]


def test_a_job_that_failed_and_todos_given_up_are_told_unless_an_alert_does() -> None:
    failed = job(last_outcome="failed", last_detail="no space left")
    frontier = facts().frontier

    given_up = replace(frontier, todos=(TodoCount("read", 0, 2),))
    told = status(jobs=(failed,), frontier=given_up)
    covered = (
        alert(kind="backup_missing", subject="store", outlet=None, channel=None),
        alert(kind="todos_given_up", subject="store", outlet=None, channel=None),
    )

    assert [(c.rank, c.subject) for c in told.concerns] == [(Rank.TODAY, "backup"), (Rank.NOTE, "store")]
    assert [c.alert_id for c in status(jobs=(failed,), frontier=given_up, alerts=covered).concerns] == [1, 1]


def test_runs_count_what_began_in_time_and_what_still_waits() -> None:
    runs = status(polls=PollTimes((0.0, 60.0, 61.0), (5.0, 104.0))).runs

    assert (runs.due, runs.on_time, runs.latest_s, runs.waiting) == (5, 2, 104.0, 2)
    assert status(polls=PollTimes((), ())).runs.latest_s is None


def test_lags_are_told_as_median_ninety_of_a_hundred_and_slowest() -> None:
    lag = status(lags_s=tuple(float(n) for n in range(1, 101))).lag

    assert (lag.articles, lag.median_s, lag.ninety_of_100_s, lag.slowest_s) == (100, 50.5, 90.0, 100.0)


def test_days_of_room_go_by_the_growth_and_are_not_known_without_one() -> None:

    store = facts().store

    assert status().store.days_of_room == 211
    assert status(store=replace(store, growth_bytes_a_day=None)).store.days_of_room is None
    assert not status(store=replace(store, revision="0002")).store.is_head


def test_gaps_are_added_up_within_the_week_and_the_four_longest_told() -> None:
    gaps = (
        GapFact("a", "feed", ago(days=9), ago(days=6), "timeout"),  # one day of it lies in the week
        *(GapFact("b", f"c{n}", ago(hours=n + 1), ago(hours=1), "http_error") for n in range(1, 6)),
    )
    told = status(gaps=gaps).gaps

    assert (told.count, told.total_s) == (6, (24 + 15) * 3600)
    assert [gap.where for gap in told.longest] == ["a/feed", "b/c5", "b/c4", "b/c3"]


def test_hours_in_which_nobody_looked_are_one_line_for_all_channels() -> None:
    ours = [
        GapFact(f"o{n}", "feed", ago(hours=3, minutes=n), ago(hours=1, minutes=-n), "not_running", is_caught_up=True)
        for n in range(5)
    ]
    later = GapFact("o1", "feed", ago(minutes=20), None, "not_running")
    told = status(gaps=(*ours, later)).gaps

    assert [(g.where, g.cause, g.is_caught_up) for g in told.longest] == [
        ("5 channels", "ours: nobody looked", True),
        ("o1/feed", "ours: nobody looked", None),
    ]


@pytest.mark.parametrize("width", [80, 100, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    many = [
        outlet("a-very-long-slug-of-an-outlet-indeed", blind(gap_detail="x " * 90)),
        outlet("b", channel(last_polled_at=None, last_ok_at=None)),
        outlet("c", channel(last_ok_at=ago(days=3, hours=2), next_at=NOW + timedelta(days=2)), articles_today=12_345),
    ]
    text = status_text(status(*many, alerts=(alert(summary="word " * 60),)), width=width)

    assert max(map(len, text.splitlines())) <= width


def test_the_text_keeps_the_order_of_the_model() -> None:
    text = status_text(status(outlet("a", blind()), outlet("b")), width=80)
    heads = ["What needs a person", "Outlets", "Runs", "Frontier", "Lag, listed → stored", "Store", "Gaps in the last"]

    assert text.startswith("One outlet is not seen.")
    assert [text.index(head) for head in heads] == sorted(text.index(head) for head in heads)


def test_the_worst_leaves_out_what_is_seen_well_and_the_sections_after_it() -> None:
    text = status_text(status(outlet("aaa", blind()), outlet("bbb")), width=80, is_worst=True)

    assert "aaa" in text
    assert "bbb" not in text
    assert "Frontier" not in text
    assert "Every outlet is seen well." in status_text(status(), width=80, is_worst=True)


def test_a_stranger_to_everything_is_told_politely() -> None:
    text = status_text(
        status(outlet("a", channel(last_polled_at=None, last_ok_at=None)), leader=None, jobs=(), lags_s=(), gaps=()),
        width=80,
    )

    assert "none: no service ever ran on this store" in text
    assert "no article yet" in text


def test_the_model_is_plain_data() -> None:
    told = asdict(status(outlet("a", blind())))

    assert told["outlets"][0]["health"] == "not seen"
    assert set(told) == {
        *("at", "zone", "sentence", "concerns", "outlets"),
        *("runs", "frontier", "lag", "store", "gaps"),
    }


def test_an_owner_is_told_by_its_process() -> None:
    assert leader_words("3f2a:4026531836:4242:118") == "process 4242"
    assert leader_words("mon-1") == "mon-1"
