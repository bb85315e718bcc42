"""Which articles are looked at again, asked of a real store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.fetch import FetchOutcome, Reason
from domain.topic import Topic
from schedules.rechecks import EVERY, PlannedRechecks, RecheckTurns, plan_rechecks
from storage import Session, Store
from storage.catalogue import put_catalogue
from storage.tables import ArticleRow, HostRow, MentionRow, OutletRow, RevisionRow, TargetRow, TopicRow
from tests.storage.filling import NOW, OUTLET, catalogue, fill
from tests.storage.filling import store as put

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_PASSED = (HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 7 * DAY)


def _store_articles(store: Store, count: int, *, at: datetime = NOW) -> None:
    def work(session: Session) -> None:
        fill(session)
        for number in range(count):
            put(session, f"Mətn {number}.", path=f"/n{number}", at=at)
        session.execute(update(TargetRow).values(state="idle"))

    store.write(work)


def _plan(store: Store, now: datetime, **how: object) -> PlannedRechecks:
    return plan_rechecks(store, now, until_days=90, **how)  # type: ignore[arg-type]


def _due(store: Store) -> list[tuple[str, datetime]]:
    """(path, when) of the pages that are to be looked at again."""
    with store.read() as session:
        query = select(TargetRow.url_key, TargetRow.next_at)
        rows = session.execute(query.where(TargetRow.reason == "recheck", TargetRow.state == "due").order_by("next_at"))
        return [(key.rpartition("/")[2], at) for key, at in rows if at is not None]


def _look_at_all(store: Store, now: datetime) -> None:
    done = update(TargetRow).where(TargetRow.state == "due", TargetRow.next_at <= now)
    store.write(lambda session: session.execute(done.values(state="idle", last_fetched_at=now)))


def _moments(store: Store) -> Iterator[timedelta]:
    """How long after NOW a service has something looked at that turns at each moment of a plan and shortly before."""
    turns = RecheckTurns()
    for passed in _PASSED:
        for now in (NOW + passed - EVERY, NOW + passed):
            if turns.plan(store, now, until_days=90).planned:
                yield now - NOW
            _look_at_all(store, now + EVERY)


def test_a_service_looks_at_an_article_at_each_age(store: Store) -> None:
    _store_articles(store, 1)

    assert list(_moments(store)) == [HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY]


def test_one_in_which_a_topic_is_found_is_looked_at_more_often(store: Store) -> None:
    def work(session: Session) -> None:
        put_catalogue(session, catalogue(topics=(Topic("su", "Su", {"any": "su"}),)), now=NOW)
        put(session, "Su kəsilib.", at=NOW)
        revision = session.scalars(select(RevisionRow.id)).one()
        version = session.scalars(select(TopicRow.current_version_id)).one()
        mention = {"field": "text", "start": 0, "end": 2, "surface": "Su"}
        session.add(MentionRow(topic_version_id=version, revision_id=revision, **mention))

    store.write(work)

    assert list(_moments(store)) == [HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY]


def test_one_that_changed_is_looked_at_again_soon_to_confirm_it(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        put(session, "Körpü açılıb.", at=NOW - 40 * DAY)
        put(session, "Körpü bağlanıb.", at=NOW)

    store.write(work)

    assert list(_moments(store)) == [HOUR, DAY, 7 * DAY]


@pytest.mark.parametrize(
    ("state", "ages"),
    [
        ("suspected", [12 * HOUR, DAY, 2 * DAY, 3 * DAY, 4 * DAY]),
        ("removed", [3 * DAY, 7 * DAY]),
    ],
)
def test_a_missing_one_is_looked_at_by_the_time_since_when(store: Store, state: str, ages: list[timedelta]) -> None:
    _store_articles(store, 1, at=NOW - 40 * DAY)
    missed = update(ArticleRow).values(state=state, state_at=NOW)
    store.write(lambda session: session.execute(missed))
    _look_at_all(store, NOW)
    looked = update(TargetRow).values(last_fetched_at=NOW)
    store.write(lambda session: session.execute(looked))

    assert list(_moments(store)) == ages


@pytest.mark.parametrize(("precision", "counts"), [("second", True), ("minute", True), ("day", False)])
def test_ages_count_from_a_publication_told_to_the_minute(store: Store, precision: str, counts: bool) -> None:
    _store_articles(store, 1)
    told = update(ArticleRow).values(published_at=NOW - HOUR / 2, published_precision=precision)
    store.write(lambda session: session.execute(told))

    assert bool(_plan(store, NOW + HOUR / 2).planned) is counts
    assert bool(_plan(store, NOW + HOUR).planned) is not counts


def test_what_was_not_looked_at_in_time_stays_due(store: Store) -> None:
    _store_articles(store, 1)

    assert _plan(store, NOW + 3 * HOUR, reach=HOUR).planned == 0
    assert _plan(store, NOW + 3 * HOUR).planned == 1


def test_what_is_on_its_way_is_not_planned_twice(store: Store) -> None:
    _store_articles(store, 2)

    assert _plan(store, NOW + HOUR).planned == 2
    assert _plan(store, NOW + 2 * HOUR).planned == 0


def test_a_page_that_was_given_up_is_looked_at_again_at_its_next_age(store: Store) -> None:
    _store_articles(store, 3)
    outcomes = (FetchOutcome.TIMEOUT, FetchOutcome.ROBOTS_DISALLOWED)

    def give_up(session: Session) -> None:
        for number, outcome in enumerate(outcomes):
            page = update(TargetRow).where(TargetRow.url_key.endswith(f"/n{number}"))
            session.execute(page.values(state="dead", reason=Reason.RECHECK.value, last_outcome=outcome.value))

    store.write(give_up)
    _plan(store, NOW + HOUR)

    assert {path for path, _ in _due(store)} == {"n0", "n2"}


@pytest.mark.parametrize("change", [{"page_fetch": False}, {"enabled": False}, {"removed_at": NOW}])
def test_an_outlet_whose_pages_may_not_be_asked_for_is_left_alone(store: Store, change: dict[str, object]) -> None:
    _store_articles(store, 1)
    store.write(lambda session: session.execute(update(OutletRow).values(**change)))

    assert _plan(store, NOW + HOUR).planned == 0


def test_only_what_a_host_bears_is_planned_and_the_rest_comes_later(store: Store) -> None:
    _store_articles(store, 5)
    store.write(lambda session: session.execute(update(HostRow).values(delay_s=37.5)))
    turns = RecheckTurns()
    planned = []
    for number in range(4):
        now = NOW + HOUR + number * EVERY
        planned.append(turns.plan(store, now, until_days=90))
        _look_at_all(store, now + EVERY)

    assert [one.planned for one in planned] == [2, 2, 1, 0]
    assert [one.waits_since for one in planned] == [NOW + HOUR, NOW + HOUR, None, None]


def test_a_host_that_is_behind_gets_nothing_more(store: Store) -> None:
    _store_articles(store, 5)
    store.write(lambda session: session.execute(update(HostRow).values(delay_s=37.5)))

    first = _plan(store, NOW + HOUR, turn=EVERY)

    assert first == PlannedRechecks(2, NOW + HOUR)
    assert _plan(store, NOW + HOUR, turn=EVERY) == PlannedRechecks(0, NOW + HOUR)


def test_a_pass_takes_what_a_quarter_of_four_hours_suffices_for(store: Store) -> None:
    _store_articles(store, 12)
    store.write(lambda session: session.execute(update(HostRow).values(delay_s=360.0)))

    assert _plan(store, NOW + HOUR) == PlannedRechecks(10, NOW + HOUR)


def test_looks_of_a_turn_fall_due_one_after_the_other(store: Store) -> None:
    _store_articles(store, 5)

    plan_rechecks(store, NOW + HOUR, until_days=90, spread=EVERY)

    assert [at for _, at in _due(store)] == [NOW + HOUR + EVERY * number / 5 for number in range(5)]


def test_a_service_first_looks_for_all_that_waits(store: Store) -> None:
    _store_articles(store, 1)
    turns = RecheckTurns()

    assert turns.is_due(NOW)
    assert turns.plan(store, NOW + 20 * HOUR, until_days=90).planned == 1
    assert not turns.is_due(NOW + 20 * HOUR + EVERY / 2)
    assert turns.is_due(NOW + 20 * HOUR + EVERY)


def test_a_pass_over_some_outlets_leaves_others_alone(store: Store) -> None:
    _store_articles(store, 1)
    other = replace(OUTLET, slug="yeni", hosts=("yeni.example",), home="https://yeni.example/", channels=())
    store.write(lambda session: put_catalogue(session, catalogue(OUTLET, other), now=NOW))

    assert _plan(store, NOW + HOUR, outlets=["yeni"]).planned == 0
    assert _plan(store, NOW + HOUR, outlets=["xeber"]).planned == 1
