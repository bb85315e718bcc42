"""How many ages were met, told from looks that were made."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from domain.fetch import FetchOutcome, Reason
from schedules.recheck_report import Fate, ages_met, fate_of, grace
from storage import Session, Store
from storage.frontier import target_at
from storage.tables import ArticleRow, OutletRow
from tests.storage.filling import HOST, NOW, fill, look, stored_fetch
from tests.storage.filling import store as put

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATER = NOW + 100 * DAY


@pytest.mark.parametrize(
    ("looks", "fate"),
    [
        ([], Fate.NOT_MADE),
        ([(3 * DAY, True)], Fate.IN_TIME),
        ([(3.75 * DAY, True)], Fate.IN_TIME),
        ([(4 * DAY, True)], Fate.LATE),
        ([(3 * DAY, False), (3.5 * DAY, True)], Fate.IN_TIME),
        ([(3 * DAY, False), (6 * DAY, True)], Fate.LATE),
        ([(3 * DAY, False), (4 * DAY, False)], Fate.FAILED),
        ([(2.9 * DAY, True), (7 * DAY, True)], Fate.NOT_MADE),
    ],
)
def test_an_age_is_met_by_a_good_look_at_most_a_quarter_of_it_later(
    looks: list[tuple[timedelta, bool]], fate: Fate
) -> None:
    made = [(NOW + passed, is_shown) for passed, is_shown in looks]

    assert fate_of(NOW, 3 * DAY, made, until=NOW + 7 * DAY, now=LATER) is fate


def test_a_young_age_leaves_half_an_hour() -> None:
    assert [grace(HOUR), grace(4 * HOUR)] == [30 * MINUTE, HOUR]


def test_nothing_is_said_while_there_is_time_left() -> None:
    assert fate_of(NOW, HOUR, [], until=NOW + 4 * HOUR, now=NOW + 89 * MINUTE) is None
    assert fate_of(NOW, HOUR, [], until=NOW + 4 * HOUR, now=NOW + 90 * MINUTE) is Fate.NOT_MADE


def _look(session: Session, path: str, passed: timedelta, outcome: FetchOutcome = FetchOutcome.NOT_MODIFIED) -> None:
    target = target_at(session, "xeber", f"{HOST}{path}")
    assert target is not None
    stored_fetch(session, look(replace(target, reason=Reason.RECHECK), outcome, at=NOW + passed))


def _met(store: Store, *, until: datetime = LATER, **wanted: object) -> dict[timedelta, dict[Fate, int]]:
    """What became of each age that any article reached."""
    with store.read() as session:
        found = ages_met(session, (NOW, until), now=LATER, **wanted)  # type: ignore[arg-type]
    return {
        age: {fate: count for fate, count in counts["xeber"].by_fate.items() if count}
        for age, counts in found.items()
        if counts
    }


def test_articles_are_counted_at_each_age_that_they_reached(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        for path in ("/a", "/b", "/c"):
            put(session, f"Xəbər {path}.", path=path)
        _look(session, "/a", HOUR)
        _look(session, "/b", 2 * HOUR)
        _look(session, "/c", HOUR, FetchOutcome.TIMEOUT)
        _look(session, "/a", 4 * HOUR)

    store.write(work)

    assert _met(store, until=NOW + 5 * HOUR) == {
        HOUR: {Fate.IN_TIME: 1, Fate.LATE: 1, Fate.FAILED: 1},
        4 * HOUR: {Fate.IN_TIME: 1, Fate.NOT_MADE: 2},
    }


def test_further_ages_count_for_what_changed(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.", path="/a")
        put(session, "Bir.", path="/b")
        put(session, "İki.", path="/b", at=NOW + 12 * HOUR)

    store.write(work)

    assert _met(store, until=NOW + 13 * HOUR)[12 * HOUR] == {Fate.IN_TIME: 1}


def test_ages_that_passed_before_it_was_seen_are_none(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.")
        told = {"published_at": NOW - 5 * HOUR, "published_precision": "minute"}
        session.execute(update(ArticleRow).values(**told))

    store.write(work)

    assert set(_met(store, until=NOW + 20 * HOUR)) == {DAY}


def test_what_may_not_be_asked_for_reaches_no_age(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.")
        session.execute(update(OutletRow).values(page_fetch=False))

    store.write(work)

    assert _met(store) == {}


def test_only_ages_reached_in_the_window_and_of_the_outlets_count(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Bir.")

    store.write(work)

    assert set(_met(store, until=NOW + 4 * HOUR)) == {HOUR, 4 * HOUR}
    assert _met(store, until=NOW + 59 * MINUTE) == {}
    assert _met(store, outlets=["yeni"]) == {}
