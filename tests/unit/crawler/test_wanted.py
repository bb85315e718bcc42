"""The hosts a crawl was told to work on, and what its machine is called."""

from __future__ import annotations

import pytest

from crawler.adopt import _is_slot_of
from crawler.machine import machine_name
from crawler.wanted import WantedHosts


def test_hosts_are_taken_in_the_order_they_were_told_as_far_as_there_is_room() -> None:
    wanted = WantedHosts()
    for host in ("b", "a", "c", "b"):
        wanted.add(host)

    assert wanted.next(2) == ("b", "a")
    assert wanted.next(0) == ()
    assert len(wanted) == 3


def test_what_was_asked_for_and_not_claimed_is_given_back_and_forgotten() -> None:
    wanted = WantedHosts()
    for host in ("a", "b", "c"):
        wanted.add(host)

    assert wanted.settle(("a", "b"), ["a"]) == ("b",)
    assert wanted.next(9) == ("c",)


@pytest.mark.parametrize(
    ("slot", "is_ours"),
    [("crawl-one", True), ("crawl-one-2", True), ("crawl-one-31", True), ("crawl", False), ("crawl-oneself", False)],
)
def test_a_machines_slots_are_its_name_with_numbers(slot: str, is_ours: bool) -> None:
    assert _is_slot_of(slot, "crawl-one") is is_ours


def test_a_machines_name_is_short_plain_and_always_the_same() -> None:
    assert machine_name() == machine_name()
    assert machine_name()[0] == "m"
    assert len(machine_name()) == 9
