"""Delays and heartbeats of several machines go by one clock, whatever theirs say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from crawler.crawl_plan import CrawlLimits, CrawlPlan
from crawler.desk import HostDesk
from domain.frontier import ClaimedHost
from parallax.clock import ClockSetting, start_clock
from storage import Session, Store
from storage.hosts import WaitingHost, claim_hosts, claimable_hosts
from storage.real_time import real_time
from storage.tables import HostRow
from tests.storage.filling import HOST, NOW, fill, page_target

A_DELAY = timedelta(seconds=100)


class _ClockAhead(datetime):
    """The clock of a machine that is an hour ahead."""

    @classmethod
    def now(cls, tz: Any = None) -> _ClockAhead:
        return super().now(tz) + timedelta(hours=1)  # type: ignore[return-value]


def _desk(store: Store) -> HostDesk:
    plan = CrawlPlan(archive=None, user_agent="parallax/0.1", settings={}, limits=CrawlLimits())  # type: ignore[arg-type]
    return HostDesk(store, start_clock(ClockSetting(NOW, 0.0)), plan)


def _fill(session: Session) -> None:
    fill(session)
    page_target(session)


@pytest.mark.postgres
def test_on_postgresql_a_machine_whose_clock_is_an_hour_ahead_waits_like_any_other(
    postgres: str, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.databases import migrated_store, postgres_database

    with (
        postgres_database(postgres, template=postgres_template) as url,
        migrated_store(url) as here,
        migrated_store(url) as there,
    ):
        here.write(_fill)
        (slot,) = _desk(here).claim(5)
        slot.next_allowed = slot.started + A_DELAY.total_seconds()
        _desk(here).give_back((slot, "done"))

        for module in ("crawler.desk", "storage.hosts", "storage.real_time"):
            monkeypatch.setattr(f"{module}.datetime", _ClockAhead)
        (again,) = _desk(there).claim(5)

    assert 0 < again.host.wait_s <= A_DELAY.total_seconds()


def test_the_time_is_asked_anew_within_a_transaction(store: Store) -> None:
    with store.read() as session:
        first = real_time(session)
        assert first.tzinfo is UTC
        assert real_time(session) > first


def test_a_clock_that_was_set_back_locks_a_host_for_its_delay_and_no_longer(store: Store) -> None:
    def work(session: Session) -> tuple[list[WaitingHost], tuple[ClaimedHost, ...]]:
        _fill(session)
        session.execute(update(HostRow).values(next_allowed_at=NOW + timedelta(hours=2)))

        def nobody(_owner: str, _beat: datetime | None) -> bool:
            return False

        locked = claimable_hosts(session, owner="me", is_alive=nobody, real_now=NOW, now=NOW, limit=5)
        shorter = timedelta(minutes=10)
        found = claimable_hosts(
            session, owner="me", is_alive=nobody, real_now=NOW, now=NOW, limit=5, longest_delay=shorter
        )
        keys = [host.key for host in found]
        taken = claim_hosts(session, keys, owner="me", is_alive=nobody, real_now=NOW, now=NOW, longest_delay=shorter)
        return locked, taken

    locked, taken = store.write(work)

    assert locked == []  # a delay of two hours may be meant
    assert [(host.key, host.wait_s) for host in taken] == [(HOST, 3.0)]


def test_a_host_that_another_took_meanwhile_is_told_at_the_next_sign_of_life(store: Store) -> None:
    store.write(_fill)
    desk = _desk(store)
    (slot,) = desk.claim(5)
    kept = desk.beat([slot])
    store.write(lambda session: session.execute(update(HostRow).values(owner="another", token=HostRow.token + 1)))
    desk._beat_at = float("-inf")

    assert kept == []
    assert not desk.is_sure
    assert desk.beat([slot]) == [slot]
    assert desk.is_sure
