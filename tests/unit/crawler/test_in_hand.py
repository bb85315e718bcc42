"""The hosts in hand: what can wait gets half of the places, so that polls and new pages find one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.crawl_plan import CrawlLimits, Tally
from crawler.desk import HostDesk
from crawler.in_hand import HostsInHand
from domain.fetch import Reason
from domain.frontier import NewTarget
from domain.outlet import Politeness
from parallax.clock import ClockSetting, start_clock
from storage import Store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.frontier import add_targets
from tests.unit.crawler.small_crawl import NOW, outlet
from tests.unit.crawler.test_desk import plan_of


def _hands(store: Store, places: int) -> HostsInHand:
    in_force = CatalogueInForce("c1", (outlet(),), (), {}, {})
    store.write(lambda session: put_catalogue(session, in_force, now=NOW))
    plan = plan_of(CrawlLimits(hosts_at_once=places))
    desk = HostDesk(store, start_clock(ClockSetting(NOW + timedelta(seconds=1), 0.0)), plan)
    return HostsInHand(desk, Tally(), plan, on_event=lambda _name, _fields: None)


@pytest.fixture
def hands(sqlite_store: Store) -> HostsInHand:
    return _hands(sqlite_store, 4)


def _due(store: Store, reason: Reason, *hosts: str) -> None:
    pages = [NewTarget("xeber", f"https://{host}/a", f"{host}/a", host, reason) for host in hosts]
    store.write(lambda session: add_targets(session, pages, Politeness(), now=NOW))


def _taken(hands: HostsInHand) -> list[str]:
    return sorted(slot.host.key for slot in hands.slots)


def test_what_can_wait_gets_half_of_the_places(sqlite_store: Store, hands: HostsInHand) -> None:
    _due(sqlite_store, Reason.RECHECK, "a.example", "b.example", "c.example")
    hands.claim()
    assert _taken(hands) == ["a.example", "b.example"]
    assert not hands.is_crowded

    _due(sqlite_store, Reason.NEW, "d.example", "e.example", "f.example")
    hands.claim()
    assert _taken(hands) == ["a.example", "b.example", "d.example", "e.example"]
    assert hands.is_crowded


def test_where_room_is_made_what_can_not_wait_comes_first(sqlite_store: Store, hands: HostsInHand) -> None:
    _due(sqlite_store, Reason.RECHECK, "a.example", "b.example", "c.example")
    hands.claim()
    _due(sqlite_store, Reason.POLL, "d.example", "e.example", "f.example")
    hands.claim()
    for slot in hands.slots:
        slot.add(hands._desk.due(slot.host.key))
        slot.make_room()
        if slot.makes_room:
            hands.let_go(slot, "budget")
    hands.give_back()
    hands.claim()

    assert _taken(hands) == ["d.example", "e.example", "f.example"]  # a fourth place is none for what can wait


def test_with_one_place_what_can_wait_has_it_too(sqlite_store: Store) -> None:
    hands = _hands(sqlite_store, 1)
    _due(sqlite_store, Reason.BACKFILL, "a.example")

    assert hands.claim()
    assert (_taken(hands), hands.is_crowded) == (["a.example"], False)
