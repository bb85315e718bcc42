"""Silence, volume, listings, failures, hosts and the machine: when something is worth a person's time, and when not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from analysis.watch import Thresholds, findings
from analysis.watch.cadence import cadence_of, crowd_factor, crowd_factors
from domain.alerts import Alert, Finding, Severity
from domain.outlet import Expectations
from domain.watching import (
    ChannelFacts,
    ClockFacts,
    DiskFacts,
    HostFacts,
    JobFacts,
    Listing,
    OutletFacts,
    TodoFacts,
    WatchFacts,
)
from tests.unit.analysis.watch.conftest import DAY, HOUR, NOW, UNREAD, channel, facts, outlet, pages

GB = 1 << 30


def only(told: WatchFacts) -> Finding:
    (found,) = findings(told)
    return found


def kinds(told: WatchFacts) -> list[str]:
    return [one.kind.value for one in findings(told)]


def newsroom(until: datetime, *, days: int = 60, seed: int = 1) -> tuple[datetime, ...]:
    """A newsroom that lists by day in Baku, hardly by night."""
    chance, found = Random(seed), []
    at = until - days * DAY
    while at < until:
        at += timedelta(minutes=chance.expovariate(1 / 40))
        if 4 <= at.hour < 18 or chance.random() < 0.05:
            found.append(at)
    return tuple(one for one in found if one < until)


def rests(arrivals: tuple[datetime, ...], *, now: datetime = NOW, **how: object) -> WatchFacts:
    """A watch ``now`` of a channel that listed nothing since the last of ``arrivals``."""
    own = channel(arrivals=arrivals, last_new_at=arrivals[-1], last_ok_at=now, **how)
    return replace(facts(outlet(channels=[own])), now=now)


def test_a_newsroom_that_lists_nothing_all_day_is_silent() -> None:
    found = only(rests(newsroom(NOW.replace(hour=5)), now=NOW.replace(hour=23)))

    assert (found.kind.value, found.subject, found.severity) == ("silent", "bolge/feed", Severity.TODAY)
    assert "has listed nothing for 18 h" in found.summary
    assert found.channel_id == 1


def test_a_newsrooms_night_is_no_silence() -> None:
    assert kinds(rests(newsroom(NOW.replace(hour=18)), now=NOW.replace(hour=18) + 10 * HOUR)) == []


def test_a_quiet_blog_alarms_nobody_while_it_rests_as_it_always_did() -> None:
    chance, at, posts = Random(5), NOW - 90 * DAY, []
    while at < NOW - 12 * DAY:
        posts.append(at)
        at += chance.uniform(1, 8) * DAY

    assert [kinds(rests(tuple(posts), now=posts[-1] + days * DAY)) for days in range(1, 14)] == [[]] * 13
    assert kinds(rests(tuple(posts), now=posts[-1] + 60 * DAY)) == ["silent"]


@pytest.mark.parametrize(
    "how",
    [
        {"gap_since": NOW - 6 * HOUR, "failures": 1},  # not seen is not silent
        {"last_new_at": None},
    ],
)
def test_a_channel_that_is_not_seen_or_never_listed_anything_is_not_called_silent(how: dict[str, object]) -> None:
    told = rests(newsroom(NOW - 30 * HOUR))
    changed = replace(told.outlets[0].channels[0], **how)  # type: ignore[arg-type]

    assert "silent" not in kinds(facts(outlet(channels=[changed])))


def test_a_channel_without_a_history_has_no_cadence() -> None:
    arrivals = newsroom(NOW - 3 * DAY, days=5)

    assert kinds(rests(arrivals)) == []


def test_a_silence_stays_one_until_the_channel_lists_something() -> None:
    arrivals = newsroom(NOW.replace(hour=5))
    found = only(rests(arrivals, now=NOW.replace(hour=23)))
    at = NOW.replace(hour=23)
    alert = Alert(
        1, found.kind, found.subject, "bolge", found.severity, at, found.since_at, at, None, found.summary, None, {}
    )
    known = {(found.kind.value, found.subject): alert}

    shorter = rests(arrivals, now=NOW.replace(hour=15))
    assert kinds(shorter) == []
    assert kinds(replace(shorter, open_alerts=known)) == ["silent"]
    listed = rests((*arrivals, NOW.replace(hour=10)), now=NOW.replace(hour=15))
    assert kinds(replace(listed, open_alerts=known)) == []


def test_the_cadence_knows_night_and_day() -> None:
    arrivals = newsroom(NOW)
    cadence = cadence_of(arrivals, since=arrivals[0], zone=ZoneInfo("Asia/Baku"))
    night, day = NOW.replace(hour=20), NOW.replace(hour=10)

    assert cadence.expected(night, night + 4 * HOUR) < 0.3 * cadence.expected(day, day + 4 * HOUR)
    assert cadence.expected(NOW - 7 * DAY, NOW) == pytest.approx(sum(at >= NOW - 7 * DAY for at in arrivals), rel=0.15)


def of_days(*counts: int, slug: str = "bolge", **how: object) -> OutletFacts:
    return outlet(slug=slug, day_counts=counts, **how)  # type: ignore[arg-type]


def test_far_fewer_texts_than_on_its_own_days_are_told() -> None:
    found = only(facts(of_days(2, *[40, 44, 38, 20, 18, 42, 41] * 4)))

    assert found.kind.value == "few_texts"
    assert "2 texts in the last 24 hours, usually 40" in found.summary


@pytest.mark.parametrize("count", [12, 25, 60])
def test_a_slow_day_is_no_news(count: int) -> None:
    assert kinds(facts(of_days(count, *[40, 44, 38, 42, 41, 20, 18] * 4))) == []


def test_an_outlet_that_never_publishes_on_this_weekday_is_not_few() -> None:
    assert kinds(facts(of_days(1, *[40, 44, 38, 42, 41, 20, 1] * 4))) == []


def test_on_a_holiday_everybody_is_slow_and_nobody_is_told_of() -> None:
    usual = [40, 44, 38, 42, 41, 20, 18] * 4
    everybody = [of_days(5, *usual, slug=f"o{n}") for n in range(8)]

    assert crowd_factor(crowd_factors(everybody, Thresholds())) < 0.2
    assert kinds(facts(*everybody)) == []
    assert kinds(facts(of_days(0, *usual, slug="few"), *(of_days(41, *usual, slug=f"o{n}") for n in range(8)))) == [
        "few_texts"
    ]


def test_two_days_above_what_the_catalogue_expects_are_a_note() -> None:
    expected = Expectations(articles_a_day_max=20)

    assert only(facts(of_days(50, 45, 12, expectations=expected))).severity is Severity.NOTE
    assert kinds(facts(of_days(50, 12, 12, expectations=expected))) == []


def test_few_texts_are_not_told_beside_what_explains_them() -> None:
    failing = channel(failures=5, last_outcome="timeout", gap_since=NOW - 10 * HOUR)
    quiet = replace(of_days(0, *[40] * 28), channels=(failing,))

    assert kinds(facts(quiet)) == ["failing"]


LISTING = Listing(20, 60, 0, 1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("listing", "lost"),
    [
        (replace(LISTING, undated_now=20), "date"),
        (replace(LISTING, textless_now=20, untitled_now=19), "text title"),
        (replace(LISTING, undated_now=12), None),
        (replace(LISTING, undated_now=20, undated_before=55), None),
        (replace(LISTING, now=2, undated_now=2), None),
        (replace(LISTING, before=4, undated_before=0, undated_now=20), None),
    ],
)
def test_a_listing_that_lost_what_its_entries_had_is_told(listing: Listing, lost: str | None) -> None:
    found = findings(facts(outlet(channels=[channel(listing=listing)])))

    assert [one.figures["lost"] for one in found] == ([lost] if lost else [])


def failing(**how: object) -> ChannelFacts:
    return channel(**({"failures": 4, "last_outcome": "timeout", "gap_since": NOW - 3 * HOUR} | how))


def test_a_channel_that_failed_often_and_long_enough_is_told() -> None:
    found = only(facts(outlet(channels=[failing(), channel(slug="az")])))

    assert (found.kind.value, found.severity) == ("failing", Severity.TODAY)
    assert "4 polls failed in a row (timeout) (feed)" in found.summary
    assert only(facts(outlet(channels=[failing()]))).severity is Severity.NOW


@pytest.mark.parametrize(
    "how",
    [
        {"failures": 2},
        {"gap_since": NOW - 30 * timedelta(minutes=1)},
        {"gaps": ((NOW - 9 * DAY, NOW - 9 * DAY + 8 * HOUR),)},  # it sleeps at night
    ],
)
def test_a_channel_that_fails_as_it_always_does_is_not(how: dict[str, object]) -> None:
    assert kinds(facts(outlet(channels=[failing(**how)]))) == []


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        ("challenge", "blocked"),
        ("login", "blocked"),
        ("consent", "blocked"),
        ("refused", "blocked"),
        ("robots_disallowed", "robots_forbids"),
        ("http_error", "failing"),
        ("tls_error", "failing"),
        ("robots_unreachable", "failing"),
    ],
)
def test_what_stands_in_a_channels_way_has_a_kind_of_its_own(outcome: str, kind: str) -> None:
    assert kinds(facts(outlet(channels=[failing(last_outcome=outcome)]))) == [kind]


def test_a_channel_that_needs_a_key_is_told_by_the_status_alone() -> None:
    assert kinds(facts(outlet(channels=[failing(last_outcome="needs_key")]))) == []
    assert kinds(facts(outlet(channels=[failing(last_outcome="key_refused")]))) == ["failing"]


def test_when_nobody_can_be_reached_the_fault_is_ours() -> None:
    everybody = [outlet(channels=[failing(last_outcome="dns_error")], slug=f"o{n}") for n in range(6)]
    found = only(facts(*everybody))

    assert (found.subject, found.severity, found.since_at) == ("network", Severity.NOW, NOW - 3 * HOUR)
    assert kinds(facts(*everybody[:4])) == ["failing"] * 4


def cut_off(slug: str, proxy: str, **how: object) -> OutletFacts:
    """An outlet whose proxy lets nothing through."""
    how = {"last_outcome": "proxy_error", "last_error": f"the proxy {proxy} refuses connections", **how}
    return outlet(channels=[replace(failing(**how), outlet=slug, proxy=proxy)], slug=slug)


def test_a_proxy_that_lets_nothing_through_is_told_once_and_no_outlet_for_it() -> None:
    told = facts(cut_off("a", "tbilisi"), cut_off("b", "tbilisi"), cut_off("c", "riga"))
    riga, tbilisi = findings(told)

    assert (tbilisi.kind, tbilisi.subject, tbilisi.outlet, tbilisi.severity) == ("proxy", "tbilisi", None, Severity.NOW)
    assert tbilisi.summary == "Nothing comes through the proxy tbilisi: 2 outlets are not seen"
    assert tbilisi.figures == {
        "a/feed": "the proxy tbilisi refuses connections",
        "b/feed": "the proxy tbilisi refuses connections",
    }
    assert (riga.subject, riga.since_at) == ("riga", NOW - 3 * HOUR)


def test_one_poll_that_came_through_no_proxy_is_not_told() -> None:
    assert kinds(facts(cut_off("a", "tbilisi", failures=1))) == []


def test_pages_that_came_through_no_proxy_are_no_failures_of_the_outlets() -> None:
    gone = {**UNREAD, "reading": None, "outcome": "proxy_error"}
    assert kinds(facts(outlet(pages(60, *[gone] * 12)))) == []
    assert kinds(facts(outlet(pages(60, *[{**gone, "outcome": "http_error"}] * 12)))) == ["failing"]


HOST = HostFacts("bolge.example", ("bolge",))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (replace(HOST, robots_changed_at=NOW - HOUR), [("robots_changed", "note")]),
        (replace(HOST, robots_changed_at=NOW - 2 * DAY), []),
        (replace(HOST, robots_changed_at=NOW, robots_outcome="unreachable"), []),
        (replace(HOST, certificate_changed_at=NOW - HOUR), [("certificate_changed", "note")]),
        (replace(HOST, certificate_expires_at=NOW + 13 * DAY), [("certificate_ends", "note")]),
        (replace(HOST, certificate_expires_at=NOW - HOUR), [("certificate_ends", "today")]),
        (replace(HOST, certificate_expires_at=NOW + 15 * DAY), []),
    ],
)
def test_what_changes_at_a_host_is_told(host: HostFacts, expected: list[tuple[str, str]]) -> None:
    found = findings(facts(hosts=(host,)))

    assert [(one.kind.value, one.severity.value) for one in found] == expected


@pytest.mark.parametrize(
    ("disk", "severity"),
    [
        (DiskFacts("archive", 100 * GB, 200 * GB, 1 * GB), None),
        (DiskFacts("archive", 10 * GB, 200 * GB, 1 * GB), "today"),
        (DiskFacts("archive", 2 * GB, 200 * GB, 1 * GB), "now"),
        (DiskFacts("archive", 1 * GB, 200 * GB), "today"),
        (DiskFacts("archive", GB // 4, 200 * GB), "now"),
        (DiskFacts("archive", 100 * GB, 200 * GB), None),
    ],
)
def test_a_disk_is_told_of_by_its_room_and_by_its_days(disk: DiskFacts, severity: str | None) -> None:
    assert [one.severity.value for one in findings(facts(disks=(disk,)))] == ([severity] if severity else [])


def job(name: str = "digest", **how: object) -> JobFacts:
    return replace(JobFacts(name, NOW + 20 * HOUR, NOW - 4 * HOUR, NOW - 4 * HOUR, "done"), **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (job(), []),
        (job(next_at=NOW - 2 * HOUR), ["digest_missing"]),
        (job(next_at=NOW - 0.5 * HOUR), []),
        (job(last_outcome="failed", last_succeeded_at=NOW - 28 * HOUR), ["digest_missing"]),
        (job(last_outcome="lost", last_succeeded_at=None), ["digest_missing"]),
        (job(last_outcome=None, last_due_at=NOW - 0.2 * HOUR, last_succeeded_at=NOW - 24 * HOUR), []),
        (job("backup", next_at=NOW - 2 * HOUR), []),
        (job("backup", next_at=NOW - 7 * HOUR), ["backup_missing"]),
        (job("tidy", next_at=NOW - 70 * HOUR), []),
    ],
)
def test_a_digest_or_a_backup_that_was_not_made_is_told(one: JobFacts, expected: list[str]) -> None:
    assert kinds(facts(jobs=(one,))) == expected


def test_work_that_failed_for_good_is_one_finding() -> None:
    todos = (TodoFacts("read", 2, NOW - DAY, "broken"), TodoFacts("index", 1, NOW, None))
    found = only(facts(todos=todos))

    assert "2 × read, 1 × index" in found.summary
    assert found.since_at == NOW - DAY


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (ClockFacts(timedelta(hours=-2), NOW - HOUR), "jumped back by 2 h"),
        (ClockFacts(timedelta(hours=3), NOW - HOUR), "jumped forward by 3 h, or the machine slept"),
        (ClockFacts(gap=timedelta(hours=5), gap_until=NOW), "Nothing ran for 5 h"),
        (ClockFacts(timedelta(seconds=40), NOW), None),
        (ClockFacts(timedelta(hours=3), NOW - 7 * HOUR), None),
    ],
)
def test_a_jump_of_the_clock_is_told_for_a_while(clock: ClockFacts, said: str | None) -> None:
    found = findings(facts(clock=clock))

    assert [said in one.summary for one in found if said] == ([True] if said else [])
    assert bool(found) == (said is not None)


def test_what_presses_most_comes_first() -> None:
    told = facts(
        outlet(channels=[failing()]),
        hosts=(replace(HOST, robots_changed_at=NOW),),
        todos=(TodoFacts("read", 1, NOW, None),),
    )

    assert kinds(told) == ["failing", "todos_given_up", "robots_changed"]
