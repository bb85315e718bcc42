"""Hosts are claimed by one owner at a time, with what their robots.txt said, and given back with their delay."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from crawler.crawl_plan import CrawlLimits, CrawlPlan
from crawler.desk import HEARTBEAT_S, PATIENT_AT_ONCE, HostDesk
from crawler.fetch.guard import AddressPolicy
from crawler.fetch.robots import RobotsRules, RobotsState
from crawler.new_slots import ROBOTS_MAX_AGE, ROBOTS_RETRY_AFTER, obey
from crawler.owner import this_owner
from crawler.slot import HostSlot
from domain.fetch import FetchOutcome, Reason
from domain.frontier import NewTarget
from domain.outlet import Politeness
from parallax.clock import ClockSetting, start_clock
from storage import Store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.frontier import add_targets
from storage.tables import HostRow, RunRow
from tests.unit.crawler.small_crawl import HOST, NOW, outlet

RULES = RobotsRules.from_response(200, b"User-agent: *\nCrawl-delay: 7\nDisallow: /axtar\n")


def plan_of(limits: CrawlLimits, outlets: frozenset[str] = frozenset()) -> CrawlPlan:
    """A plan of which nothing is fetched."""
    return CrawlPlan(
        archive=None,  # type: ignore[arg-type]
        user_agent="parallax/0.1 (+https://parallax.example/)",
        settings={},
        limits=limits,
        outlets=outlets,
    )


class Desk:
    """A desk over a store with one host that has something due."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.desk = self.at(timedelta())

    def at(
        self, after: timedelta, *, limits: CrawlLimits | None = None, outlets: frozenset[str] = frozenset()
    ) -> HostDesk:
        """A desk of this process, so much later."""
        clock = start_clock(ClockSetting(NOW + after, 0.0))
        return HostDesk(self.store, clock, plan_of(limits or CrawlLimits(), outlets))

    def due(self, url: str = f"https://{HOST}/a", host: str = HOST, reason: Reason = Reason.NEW) -> None:
        """Put a page on the frontier."""
        new = NewTarget("xeber", url, url.partition("://")[2], host, reason)
        self.store.write(lambda session: add_targets(session, [new], Politeness(delay_s=3.0), now=NOW))

    def claimed(self, after: timedelta = timedelta()) -> HostSlot:
        """The one slot, claimed so much later."""
        (slot,) = self.at(after).claim(5)
        return slot

    def host(self) -> HostRow:
        """The host as it is stored."""
        with self.store.read() as session:
            row = session.get_one(HostRow, HOST)
            session.expunge(row)
            return row

    def runs(self) -> list[tuple[str | None, bool]]:
        """(outcome, whether it ended) of each run."""
        with self.store.read() as session:
            rows = session.scalars(select(RunRow).order_by(RunRow.id))
            return [(row.outcome, row.ended_at is not None) for row in rows]


@pytest.fixture
def desk(sqlite_store: Store) -> Desk:
    return _filled(sqlite_store)


@pytest.fixture
def on_both(store: Store) -> Desk:
    return _filled(store)


def _filled(store: Store) -> Desk:
    in_force = CatalogueInForce("c1", (outlet(),), (), {}, {})
    store.write(lambda session: put_catalogue(session, in_force, now=NOW))
    desk = Desk(store)
    desk.due()
    return desk


@pytest.fixture
def dead_owner() -> str:
    """The owner that a process was which has ended."""
    told = "import crawler.owner; print(crawler.owner.this_owner())"
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, env=os.environ)
    return ended.stdout.strip()


def test_a_host_with_something_due_is_claimed_and_its_run_is_open(desk: Desk) -> None:
    slot = desk.claimed()

    assert (slot.host.key, slot.host.token) == (HOST, 1)
    assert desk.runs() == [(None, False)]


def test_a_claimed_host_is_not_claimed_again(desk: Desk) -> None:
    desk.claimed()

    assert desk.desk.claim(5) == []


def test_a_host_without_anything_due_is_left_alone(desk: Desk) -> None:
    assert desk.at(timedelta(days=-1)).claim(5) == []


def test_a_crawl_of_some_outlets_leaves_the_hosts_of_others_alone(desk: Desk) -> None:
    assert desk.at(timedelta(), outlets=frozenset({"basqa"})).claim(5) == []


def test_no_more_hosts_are_claimed_than_asked_for(desk: Desk) -> None:
    desk.due("https://basqa.example/a", "basqa.example")

    assert len(desk.desk.claim(1)) == 1


def test_what_is_due_at_a_claimed_host_is_told(desk: Desk) -> None:
    assert [target.url for target in desk.desk.due(HOST)] == [f"https://{HOST}/a"]


def test_of_looks_that_can_wait_a_few_are_taken_at_a_time(desk: Desk) -> None:
    for number in range(9):
        desk.due(f"https://{HOST}/{number}", reason=Reason.RECHECK)
    desk.due(f"https://{HOST}/b")

    reasons = [target.reason for target in desk.desk.due(HOST)]
    assert reasons == [Reason.NEW, Reason.NEW, *[Reason.RECHECK] * PATIENT_AT_ONCE]


@pytest.mark.parametrize(("patient", "taken"), [(None, "feed basqa sahil"), (1, "feed basqa"), (0, "feed")])
def test_of_hosts_where_all_that_is_due_can_wait_no_more_are_taken_than_may_be(
    desk: Desk, patient: int | None, taken: str
) -> None:
    desk.claimed()
    for name, reason in (("basqa", Reason.RECHECK), ("sahil", Reason.BACKFILL), ("feed", Reason.POLL)):
        desk.due(f"https://{name}.example/a", f"{name}.example", reason)

    slots = desk.desk.claim(5, patient=patient)
    assert [slot.host.key for slot in slots] == [f"{name}.example" for name in taken.split()]


def test_a_host_given_back_may_be_asked_again_after_its_delay_and_not_before(desk: Desk) -> None:
    slot = desk.claimed()
    slot.answered(time.monotonic())
    desk.desk.give_back((slot, "done"))
    allowed = desk.host().next_allowed_at

    assert allowed is not None
    assert timedelta(seconds=2) < allowed - datetime.now(UTC) <= timedelta(seconds=3)
    assert (desk.host().owner, desk.runs()) == (None, [("done", True)])


def test_who_claims_it_next_keeps_to_what_is_left_of_the_delay(desk: Desk) -> None:
    slot = desk.claimed()
    slot.answered(time.monotonic())
    desk.desk.give_back((slot, "done"))
    again = desk.claimed()

    assert 1.5 < again.wait_left_s(time.monotonic()) <= 3.0


def test_giving_back_under_a_stale_token_frees_nobody_elses_claim(desk: Desk) -> None:
    slot = desk.claimed()
    desk.store.write(lambda session: session.execute(update(HostRow).values(token=9)) and None)
    desk.desk.give_back((slot, "done"))

    assert desk.host().owner == this_owner()


def test_the_host_of_a_process_that_ended_is_free_at_once_and_its_run_is_lost(desk: Desk, dead_owner: str) -> None:
    desk.claimed()
    beat = datetime.now(UTC)
    desk.store.write(
        lambda session: session.execute(update(HostRow).values(owner=dead_owner, heartbeat_at=beat)) and None
    )
    desk.desk.take_leave_of_the_dead()

    assert (desk.host().owner, desk.host().token, desk.runs()) == (None, 2, [("lost", True)])


def test_a_host_taken_over_from_the_dead_is_left_alone_for_its_whole_delay(desk: Desk, dead_owner: str) -> None:
    desk.claimed()
    desk.store.write(lambda session: session.execute(update(HostRow).values(owner=dead_owner)) and None)

    assert 2.0 < desk.claimed().host.wait_s <= 3.0


def test_the_host_of_a_living_process_is_not_freed(desk: Desk) -> None:
    desk.claimed()
    desk.desk.take_leave_of_the_dead()

    assert desk.host().owner == this_owner()


def test_a_sign_of_life_is_given_at_most_every_ten_seconds(desk: Desk) -> None:
    desk.claimed()
    desk.desk.beat()
    first = desk.host().heartbeat_at
    desk.desk.beat()

    assert first is not None
    assert desk.host().heartbeat_at == first
    assert HEARTBEAT_S == 10


def test_rules_read_less_than_three_hours_ago_are_kept_to(desk: Desk) -> None:
    desk.desk.keep_robots(HOST, RULES, status=200, error=None)
    slot = desk.claimed(ROBOTS_MAX_AGE - timedelta(minutes=1))

    assert slot.robots is not None
    assert not slot.robots.allows(f"https://{HOST}/axtar", "parallax")


def test_older_rules_are_read_anew(desk: Desk) -> None:
    desk.desk.keep_robots(HOST, RULES, status=200, error=None)

    assert desk.claimed(ROBOTS_MAX_AGE).robots is None


def test_rules_from_the_future_are_read_anew(desk: Desk) -> None:
    desk.at(timedelta(hours=1)).keep_robots(HOST, RULES, status=200, error=None)

    assert desk.claimed().robots is None


@pytest.mark.parametrize(("after", "is_asked"), [(timedelta(minutes=9), False), (ROBOTS_RETRY_AFTER, True)])
def test_a_robots_txt_that_could_not_be_read_is_tried_again_after_ten_minutes(
    desk: Desk, after: timedelta, is_asked: bool
) -> None:
    desk.desk.keep_robots(HOST, RobotsRules.unreachable(), status=503, error="503 Service Unavailable")

    assert (desk.claimed(after).robots is None) == is_asked


def test_a_failure_to_read_robots_txt_takes_the_rules_before_it_away(desk: Desk) -> None:
    desk.desk.keep_robots(HOST, RULES, status=200, error=None)
    desk.desk.keep_robots(HOST, RobotsRules.unreachable(), status=503, error="503")

    assert (desk.host().robots_body, desk.host().robots_outcome) == (None, RobotsState.UNREACHABLE.value)


def test_of_the_catalogues_delay_and_that_of_robots_txt_the_longer_counts(desk: Desk) -> None:
    slot = desk.claimed()
    plan = plan_of(CrawlLimits())
    obey(slot, RULES, plan)
    assert slot.delay_s == 7.0
    obey(slot, RobotsRules.from_response(200, b"User-agent: *\nCrawl-delay: 1\n"), plan)
    assert slot.delay_s == 3.0


def test_the_delay_of_robots_txt_is_capped(desk: Desk) -> None:
    slot = desk.claimed()
    obey(slot, RULES, plan_of(CrawlLimits(crawl_delay_cap_s=5.0)))

    assert slot.delay_s == 5.0


def test_a_host_that_must_not_be_dialled_is_not_even_asked_for_its_robots_txt(desk: Desk) -> None:
    desk.due("https://10.0.0.1/a", "10.0.0.1")
    (slot,) = [slot for slot in desk.desk.claim(5) if slot.host.key == "10.0.0.1"]

    assert slot.robots is not None
    assert slot.unreachable is not None
    assert slot.unreachable[0] is FetchOutcome.ADDRESS_REFUSED
    assert AddressPolicy().literal_refusal("http://10.0.0.1/") is not None


@pytest.mark.parametrize(
    "body", [b"User-agent: *\x00\nDisallow: /x", "User-agent: *\nDisallow: /x".encode("utf-16-le")]
)
def test_a_robots_txt_with_nul_characters_can_be_kept(on_both: Desk, body: bytes) -> None:
    on_both.desk.keep_robots(HOST, RobotsRules.from_response(200, body), status=200, error=None)

    assert on_both.host().robots_status == 200
