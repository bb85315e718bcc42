"""The work on one host: never too soon, never too much at once, and always to an end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.robots import RobotsRules
from crawler.slot import AskRobots, AskTarget, GiveBack, HostSlot, LookForMore, Wait
from domain.fetch import FetchOutcome, Reason
from domain.frontier import ClaimedHost, Target


def _host(delay_s: float = 2.0, concurrency: int = 1) -> ClaimedHost:
    return ClaimedHost("xeber.example", 1, delay_s, concurrency, 30.0, 0.0, None, None, None, None, None)


def _slot(host: ClaimedHost | None = None, **limits: float) -> HostSlot:
    host = host or _host()
    slot = HostSlot(host=host, run_id=1, started=0.0, next_allowed=0.0, delay_s=host.delay_s)
    for name, value in limits.items():
        setattr(slot, name, value)
    return slot


def _target(number: int) -> Target:
    return Target(
        number, "xeber", f"https://xeber.example/{number}", f"xeber.example/{number}", "xeber.example", Reason.NEW
    )


def _ready(slot: HostSlot, count: int) -> HostSlot:
    slot.robots = RobotsRules.from_response(404, b"")
    slot.add(_target(n) for n in range(count))
    return slot


def test_it_looks_for_targets_then_asks_for_robots_then_for_a_target() -> None:
    slot = _slot()
    assert slot.next_step(0.0) == LookForMore()
    slot.add([_target(1)])
    assert slot.next_step(0.0) == AskRobots()
    slot.robots = RobotsRules.from_response(404, b"")
    assert slot.next_step(0.0) == AskTarget(_target(1))


def test_it_waits_its_delay_after_the_last_request_began() -> None:
    slot = _ready(_slot(), 2)
    slot.take(_target(0), 10.0)
    slot.stored(_target(0), "ok", is_read_later=False)

    assert slot.next_step(11.0) == Wait(12.0)
    assert slot.next_step(12.0) == AskTarget(_target(1))


def test_what_can_wait_makes_room_for_a_poll_of_another_host() -> None:
    later = [replace(_target(1), reason=Reason.RECHECK), replace(_target(2), reason=Reason.BACKFILL)]
    slot = _slot()
    slot.add(later)
    assert slot.next_step(0.0) == AskRobots()
    slot.make_room()
    assert slot.next_step(0.0) == GiveBack("budget")  # more is due: another turn has it

    slot.running.add(7)
    assert slot.next_step(0.0) == Wait(None)


def test_a_host_keeps_its_place_while_something_is_due_that_can_not_wait_or_nobody_needs_the_room() -> None:
    later = replace(_target(1), reason=Reason.RECHECK)
    for targets, is_crowded, kept in (([_target(2), later], True, [_target(2)]), ([later], False, [later])):
        slot = _slot()
        slot.add(targets)
        if is_crowded:
            slot.make_room()
        assert slot.next_step(0.0) == AskRobots()
        assert [*slot.waiting] == kept


def test_the_delay_counts_from_the_answer() -> None:
    slot = _ready(_slot(), 2)
    slot.take(_target(0), 10.0)
    slot.answered(11.5)
    slot.stored(_target(0), "ok", is_read_later=False)

    assert slot.next_step(12.0) == Wait(13.5)


def test_it_never_has_more_requests_running_than_the_host_allows() -> None:
    slot = _ready(_slot(_host(delay_s=0.0, concurrency=2)), 3)
    slot.take(_target(0), 0.0)
    slot.take(_target(1), 0.0)

    assert slot.next_step(1.0) == Wait(None)


def test_it_is_given_back_when_nothing_is_left() -> None:
    slot = _ready(_slot(), 1)
    slot.take(_target(0), 0.0)
    slot.stored(_target(0), "ok", is_read_later=True)
    slot.add([])
    assert slot.next_step(5.0) == Wait(None)  # what it brought is still being read, and may list more
    slot.was_read()
    slot.add([])
    assert slot.next_step(5.0) == GiveBack("done")


def test_its_share_of_targets_is_bounded() -> None:
    slot = _ready(_slot(most_targets=1), 2)
    slot.take(_target(0), 0.0)
    assert slot.next_step(9.0) == Wait(None)
    slot.stored(_target(0), "ok", is_read_later=False)
    assert slot.next_step(9.0) == GiveBack("budget")


def test_its_share_of_time_is_bounded() -> None:
    assert _ready(_slot(most_s=60.0), 2).next_step(60.0) == GiveBack("budget")


def test_stopping_waits_for_what_runs_and_starts_nothing() -> None:
    slot = _ready(_slot(), 2)
    slot.take(_target(0), 0.0)
    assert slot.next_step(1.0, is_stopping=True) == Wait(None)
    slot.stored(_target(0), "ok", is_read_later=True)
    assert slot.next_step(1.0, is_stopping=True) == GiveBack("stopped")


def test_a_target_that_is_listed_twice_is_asked_once() -> None:
    slot = _ready(_slot(), 1)
    slot.add([_target(0)])

    assert len(slot.waiting) == 1


@given(st.lists(st.floats(0.0, 5.0), min_size=5, max_size=60), st.integers(1, 3), st.floats(0.1, 3.0))
def test_whatever_the_pace_two_requests_are_never_closer_than_the_delay(
    pauses: list[float], concurrency: int, delay_s: float
) -> None:
    slot = _ready(_slot(_host(delay_s, concurrency)), 20)
    now, asked = 0.0, []
    running: list[Target] = []
    for pause in pauses:
        now += pause
        match slot.next_step(now):
            case AskTarget(target):
                asked.append(now)
                slot.take(target, now)
                running.append(target)
            case _ if running:
                slot.stored(running.pop(0), "ok", is_read_later=False)
        assert len(slot.running) <= concurrency
    assert all(b - a >= delay_s - 1e-9 for a, b in pairwise(asked))


def _shared() -> tuple[HostSlot, Target, Target, Target]:
    """A platform's host with targets of outlets that go three ways."""
    slot = _slot()
    slot.proxies = {"far": "tbilisi", "farther": "riga"}
    direct, far, farther = (replace(_target(n), outlet=o) for n, o in enumerate(("xeber", "far", "farther")))
    return slot, direct, far, farther


def _left_out(slot: HostSlot, target: Target) -> None:
    slot.skip(target)
    slot.stored(target, "proxy_error", is_read_later=False)


def test_robots_txt_is_asked_the_way_of_the_target_that_needs_it() -> None:
    slot, _, far, _ = _shared()
    slot.add([far])
    assert slot.next_step(0.0) == AskRobots("tbilisi")


def test_what_the_host_answered_holds_for_all_ways() -> None:
    slot, *targets = _shared()
    slot.robots = RobotsRules.from_response(200, b"User-agent: *\nDisallow: /1")
    assert all(slot.is_settled(target) for target in targets)
    assert [slot.lets_ask(target, "parallax/0.1") for target in targets] == [True, False, True]


def test_that_nothing_came_through_a_proxy_says_nothing_of_the_other_ways() -> None:
    slot, direct, far, farther = _shared()
    slot.cut_off["tbilisi"] = (FetchOutcome.PROXY_ERROR, "the proxy tbilisi refuses connections")
    slot.add([far, farther, direct])
    assert slot.next_step(0.0) == AskTarget(far)
    assert not slot.lets_ask(far, "parallax/0.1")
    _left_out(slot, far)
    assert slot.next_step(0.0) == AskRobots("riga")
    _left_out(slot, farther)
    assert slot.next_step(0.0) == AskRobots(None)


def test_that_nothing_came_directly_says_nothing_of_a_proxy() -> None:
    slot, direct, far, _ = _shared()
    slot.robots, slot.is_silent = RobotsRules.unreachable(), True
    slot.add([direct, far])
    assert slot.next_step(0.0) == AskTarget(direct)
    assert not slot.lets_ask(direct, "parallax/0.1")
    _left_out(slot, direct)
    assert slot.next_step(0.0) == AskRobots("tbilisi")


def test_a_host_that_answered_that_robots_txt_is_broken_is_closed_on_all_ways() -> None:
    slot, *targets = _shared()
    slot.robots = RobotsRules.from_response(503, b"")
    assert all(slot.is_settled(target) for target in targets)
    assert not any(slot.lets_ask(target, "parallax/0.1") for target in targets)
