"""Steps of an article's state as rows: suspected, removed, back; and what must not be taken for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.presence import Absence, Away
from domain.sameness import Evidence
from storage import Session, Store
from storage.merging import merge
from storage.page_looks import articles_behind, leads_away
from storage.sameness import Join
from storage.tables import ArticleRow, ArticleStateRow, FetchRow, TargetRow
from tests.storage.filling import HOST, NOW, _target_at, fill, look, page_target, stored_fetch
from tests.storage.filling import store as put

HOUR = timedelta(hours=1)
Row = tuple[str, float, str, int, float]


def looked(session: Session, hour: float, outcome: FetchOutcome = FetchOutcome.NOT_FOUND, path: str = "/a") -> int:
    """A look so many hours after the first one."""
    at = NOW + hour * HOUR
    fetch_id = stored_fetch(session, replace(look(_target_at(session, path, at), outcome, at=at), status=404))
    session.expire_all()
    return fetch_id


def others(session: Session, *hours: float) -> None:
    """Good looks at another article's page."""
    for hour in hours:
        looked(session, hour, FetchOutcome.SAME_CONTENT, "/b")


def two_articles(session: Session) -> None:
    fill(session)
    put(session, "Körpü haqqında mətn.")
    put(session, "Bağ haqqında mətn.", path="/b")


def steps(session: Session) -> list[Row]:
    """State, hours after the first look, how, looks, hours of the last good look."""
    rows = session.scalars(select(ArticleStateRow).order_by(ArticleStateRow.at, ArticleStateRow.id))
    return [
        (r.state, (r.at - NOW) / HOUR, r.how, r.looks, (r.last_seen_at - NOW) / HOUR) for r in rows if r.last_seen_at
    ]


def state(session: Session, article_id: int = 1) -> tuple[str, float, int | None]:
    row = session.get_one(ArticleRow, article_id, populate_existing=True)
    return row.state, (row.state_at - NOW) / HOUR, row.state_status


def test_three_looks_over_two_days_remove_an_article_and_a_good_one_brings_it_back(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        looked(session, 10, FetchOutcome.SAME_CONTENT)
        first = looked(session, 24)
        others(session, 20, 40, 70)
        looked(session, 36, FetchOutcome.GONE)
        assert state(session) == ("suspected", 24, 404)
        last = looked(session, 73)
        assert state(session) == ("removed", 73, 404)
        looked(session, 150)
        back = looked(session, 200, FetchOutcome.NOT_MODIFIED)
        assert state(session) == ("live", 200, None)
        assert steps(session) == [
            ("suspected", 24, "not_found", 1, 10),
            ("suspected", 36, "gone", 2, 10),
            ("removed", 73, "not_found", 3, 10),
            ("back", 200, "served", 1, 10),
        ]
        cited = session.scalars(select(ArticleStateRow.fetch_id).order_by(ArticleStateRow.id)).all()
        assert [cited[0], *cited[2:]] == [first, last, back]

    store.write(work)


def test_a_host_that_answers_nothing_well_keeps_its_articles_suspected(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        for hour in (30, 54, 80, 104):
            looked(session, hour, FetchOutcome.NOT_FOUND, "/b")
            looked(session, hour + 1)
        assert state(session)[0] == "suspected"
        assert {row[0] for row in steps(session)} == {"suspected"}

    store.write(work)


def test_the_articles_own_other_address_does_not_vouch_for_its_host(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        looked(session, 1, FetchOutcome.NOT_FOUND, "/b")
        merge(session, 1, Join(2, Evidence.PERSON, "One."), at=NOW + 2 * HOUR)
        for hour in (30, 54, 100):
            looked(session, hour)
        assert state(session)[0] == "suspected"

    store.write(work)


@pytest.mark.parametrize(
    "outcome",
    sorted(
        set(FetchOutcome)
        - {FetchOutcome.NOT_FOUND, FetchOutcome.GONE, FetchOutcome.OK}
        - {o for o in FetchOutcome if o.is_success}
    ),
)
def test_what_is_no_answer_of_the_page_counts_neither_way(store: Store, outcome: FetchOutcome) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        looked(session, 5, outcome)
        assert state(session)[0] == "live"
        looked(session, 24)
        looked(session, 30, outcome)
        others(session, 20, 40, 70)
        looked(session, 36)
        looked(session, 73)
        assert [row[0] for row in steps(session)] == ["suspected", "suspected", "removed"]
        looked(session, 80, outcome)
        assert state(session)[0] == "removed"

    store.write(work)


@pytest.mark.parametrize("reading", [PageReading.CHALLENGE, PageReading.NO_ARTICLE, PageReading.PARTIAL])
def test_a_page_that_was_no_article_vouches_for_nothing(store: Store, reading: PageReading) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        for hour in (30, 54, 80):
            fetch_id = looked(session, hour - 1, FetchOutcome.OK, "/b")
            session.get_one(FetchRow, fetch_id).reading = reading.value
            looked(session, hour)
        assert state(session)[0] == "suspected"

    store.write(work)


def test_one_absent_look_that_passes_leaves_no_return(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        looked(session, 24)
        looked(session, 36, FetchOutcome.SAME_CONTENT)
        looked(session, 60)
        looked(session, 72)
        looked(session, 84, FetchOutcome.SAME_CONTENT)
        assert [row[::3] for row in steps(session)] == [
            ("suspected", 1),
            ("suspected", 1),
            ("suspected", 2),
            ("back", 1),
        ]
        assert state(session) == ("live", 84, None)

    store.write(work)


def test_a_redirect_to_the_front_page_is_an_absence_and_is_not_followed(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        made = led(session, "/a", f"{HOST}/", 24)
        stored_fetch(session, made)
        session.expire_all()
        assert leads_away(session, made)
        assert [row[2] for row in steps(session)] == ["front_page"]
        assert state(session) == ("suspected", 24, 302)

    store.write(work)


def test_a_redirect_to_a_stored_articles_address_is_none(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        made = led(session, "/a", f"{HOST}/b", 24)
        stored_fetch(session, made)
        assert not leads_away(session, made)
        assert steps(session) == []

    store.write(work)


def led(session: Session, path: str, key: str, hour: float) -> object:
    at = NOW + hour * HOUR
    made = look(_target_at(session, path, at), FetchOutcome.REDIRECTED, at=at, status=302)
    return replace(made, redirect_to=f"https://{key}", away=Away(Absence.FRONT_PAGE, key))


def test_where_an_address_leads_tells_of_the_article_behind_it(store: Store) -> None:
    """A redirect that ends in a 404 is one of the article; not for an address that led there before another look."""

    def work(session: Session) -> None:
        two_articles(session)
        for path, hour in (("/b", 20), ("/a", 40)):
            at = NOW + hour * HOUR
            made = look(_target_at(session, path, at), FetchOutcome.REDIRECTED, at=at, status=301)
            stored_fetch(session, replace(made, redirect_to=f"https://{HOST}/moved"))
            target = replace(_target_at(session, "/moved", at), redirects=1)
            session.get_one(TargetRow, target.id).redirects = 1
            assert articles_behind(session, target, at=at + HOUR) == [{"/a": 1, "/b": 2}[path]]
            looked(session, hour + 1, FetchOutcome.NOT_FOUND, "/moved")
        rows = session.execute(select(ArticleStateRow.article_id, ArticleStateRow.state).order_by(ArticleStateRow.at))
        assert [tuple(row) for row in rows] == [(2, "suspected"), (1, "suspected")]

    store.write(work)


def test_at_a_quiet_host_another_page_is_looked_at_once(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        looked(session, 0.5, FetchOutcome.SAME_CONTENT, "/b")
        looked(session, 48)
        row = session.scalars(select(TargetRow).where(TargetRow.url_key == f"{HOST}/b")).one()
        assert (row.state, row.reason) == ("due", Reason.RECHECK.value)
        looked(session, 49, FetchOutcome.NOT_FOUND, "/b")
        due = session.scalars(select(TargetRow.url_key).where(TargetRow.state == "due")).all()
        assert due == []

    store.write(work)


def test_a_page_that_is_not_stored_has_no_state(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        target = page_target(session)
        stored_fetch(session, replace(look(target, FetchOutcome.NOT_FOUND), status=404))
        assert steps(session) == []

    store.write(work)


def test_a_merge_with_an_article_that_is_served_takes_a_suspicion_back(store: Store) -> None:
    def work(session: Session) -> None:
        two_articles(session)
        looked(session, 24)
        looked(session, 36)
        merge(session, 1, Join(2, Evidence.PERSON, "One."), at=_at(40))
        session.expire_all()
        assert state(session) == ("live", 40, None)
        assert steps(session)[-1][:3] == ("back", 40, "served")

    store.write(work)


def _at(hour: float) -> datetime:
    return NOW + hour * HOUR
