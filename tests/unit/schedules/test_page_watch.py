"""Pages are judged where something can have changed, and what is found is what judging all of them finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.decide import after_look
from domain.alerts import AlertKind
from domain.fetch import FetchOutcome, PageReading
from schedules import page_watch
from schedules.page_watch import WatchMemory, judge_pages
from schedules.watching import Places, watch_facts
from storage import Session, Store
from storage.tables import FetchRow
from storage.unread import put_reading, unread_fetch
from tests.storage.filling import NOW, fill, look, page_target, stored_fetch
from tests.storage.filling import store as put
from tests.storage.test_watch_queries import _poll
from tests.unit.schedules.test_watching import CATALOGUE, Clock

HOUR = timedelta(hours=1)


def _read_pages(store: Store, hours: range, reading: PageReading) -> None:
    """A page an hour, and what was read from it."""

    def work(session: Session) -> None:
        for hour in hours:
            at = NOW + hour * HOUR
            if reading is PageReading.ARTICLE:
                put(session, f"Mətn {hour}.\n\n" + f"Söz {hour} " * 90, path=f"/p{hour}", title=f"Bir {hour}", at=at)
                continue
            target = page_target(session, f"/p{hour}", now=at)
            unread = unread_fetch(session, stored_fetch(session, look(target, at=at)))
            assert unread is not None
            put_reading(session, unread, reading, after_look(target, FetchOutcome.OK, at), error="no text")
        if reading is PageReading.ARTICLE:
            session.query(FetchRow).filter(FetchRow.channel_id.is_(None)).update({"reading": reading.value})

    store.write(work)


def _kinds(store: Store, memory: WatchMemory, at: datetime) -> list[AlertKind]:
    facts = watch_facts(store, CATALOGUE, Clock(at), places=Places(Path()))
    return [one.kind for one in judge_pages(store, facts, memory)]


@pytest.fixture
def filled(store: Store) -> Store:
    store.write(fill)
    store.write(lambda session: _poll(session, NOW))
    _read_pages(store, range(60), PageReading.ARTICLE)
    return store


def test_pages_that_turn_odd_are_found_and_stay_found_by_a_process_that_judged_them_before(filled: Store) -> None:
    memory = WatchMemory()
    assert _kinds(filled, memory, NOW + 60 * HOUR) == []

    _read_pages(filled, range(60, 70), PageReading.NO_ARTICLE)

    assert _kinds(filled, memory, NOW + 70 * HOUR) == [AlertKind.REDESIGN]
    assert _kinds(filled, memory, NOW + 71 * HOUR) == [AlertKind.REDESIGN]
    assert _kinds(filled, WatchMemory(), NOW + 71 * HOUR) == [AlertKind.REDESIGN]


def test_an_outlet_without_new_looks_at_pages_is_not_asked_for_them(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = WatchMemory()
    _kinds(filled, memory, NOW + 60 * HOUR)
    memory.judged_to = (memory.judged_to or 0) + 1_000  # as after many more fetches elsewhere
    asked: list[int] = []
    ask = page_watch.with_pages
    monkeypatch.setattr(page_watch, "with_pages", lambda *a, **k: asked.append(len(a[1])) or ask(*a, **k))

    assert _kinds(filled, memory, NOW + 61 * HOUR) == []
    assert asked == []
    assert _kinds(filled, replace(memory, judged_to=None), NOW + 61 * HOUR) == []
    assert asked == [1]


def test_a_look_that_is_read_late_is_asked_for_again(filled: Store) -> None:
    memory = WatchMemory()
    filled.write(lambda session: stored_fetch(session, look(page_target(session, "/late"), at=NOW + 61 * HOUR)))

    _kinds(filled, memory, NOW + 62 * HOUR)

    with filled.read() as session:
        late = session.query(FetchRow.id).filter(FetchRow.url.endswith("/late")).scalar()
    assert memory.judged_to is not None
    assert memory.judged_to < late
