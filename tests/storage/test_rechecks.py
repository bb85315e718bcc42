"""Which articles are looked at again, asked of a real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from schedules.passes import plan_rechecks
from schedules.plan import RECHECK_TURNS, recheck_turns
from storage import Session, Store
from storage.planning import article_states
from storage.tables import ArticleRow, TargetRow
from tests.storage.filling import NOW, fill
from tests.storage.filling import store as put

BAKU = ZoneInfo("Asia/Baku")
MIDNIGHT = datetime(2026, 3, 2, 20, tzinfo=UTC)  # in Baku, where NOW's day ends


def _store_articles(store: Store, count: int) -> None:
    def work(session: Session) -> None:
        fill(session)
        for number in range(count):
            put(session, f"Mətn {number}.", path=f"/n{number}", at=NOW)
        session.execute(update(TargetRow).values(state="idle", last_fetched_at=NOW))

    store.write(work)


def _due(store: Store) -> int:
    with store.read() as session:
        query = select(func.count()).where(TargetRow.reason == "recheck", TargetRow.state == "due")
        return session.scalar(query) or 0


def test_a_pass_looks_at_all_articles_of_the_days_before_again(store: Store) -> None:
    _store_articles(store, 5)

    assert plan_rechecks(store, MIDNIGHT - timedelta(minutes=1), zone=BAKU, recheck_days=3) == 0
    assert plan_rechecks(store, MIDNIGHT, zone=BAKU, recheck_days=3) == 5
    assert _due(store) == 5


def test_a_service_comes_to_each_article_once_in_the_course_of_a_day(store: Store) -> None:
    _store_articles(store, 5)
    with store.read() as session:
        ids = session.scalars(select(ArticleRow.id)).all()

    planned = []
    for half_hour in range(48):
        now = MIDNIGHT + timedelta(minutes=30 * half_hour)
        planned.append(plan_rechecks(store, now, zone=BAKU, recheck_days=3, turns=recheck_turns(now, BAKU)))
        done = update(TargetRow).where(TargetRow.state == "due").values(state="idle", last_fetched_at=now)
        store.write(lambda session, done=done: session.execute(done))

    assert planned == [sum(article % RECHECK_TURNS == half_hour for article in ids) for half_hour in range(48)]
    assert sum(planned) == 5


def test_articles_of_one_moment_are_told_in_batches_without_loss_or_doubling(store: Store) -> None:
    _store_articles(store, 5)
    found: list[int] = []
    since, after = NOW - timedelta(days=1), 0
    while True:
        with store.read() as session:
            batch = article_states(session, since=since, looked_before=MIDNIGHT, turns=(1, 1), after_id=after, limit=2)
        if not batch:
            break
        found += [one.article_id for one in batch]
        since, after = batch[-1].first_seen_at, batch[-1].article_id

    assert len(found) == len(set(found)) == 5


def test_rechecks_of_a_service_fall_due_one_after_the_other(store: Store) -> None:
    _store_articles(store, 5)
    with store.read() as session:
        ids = session.scalars(select(ArticleRow.id)).all()

    plan_rechecks(store, MIDNIGHT, zone=BAKU, recheck_days=3, within=timedelta(minutes=30))

    with store.read() as session:
        due = session.scalars(select(TargetRow.next_at).where(TargetRow.reason == "recheck")).all()
    steps = sorted(MIDNIGHT + timedelta(minutes=article // RECHECK_TURNS % 30) for article in ids)
    assert sorted(at for at in due if at is not None) == steps
