"""Which steps of articles a list of removals gives: those that stand at a moment, all of them, or what passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.fetch import FetchOutcome
from domain.sameness import Evidence
from storage import Session, Store
from storage.merging import merge
from storage.removal_chains import PASSED
from storage.removal_steps import ALL_STATES, AskedSteps, RemovalStep, removal_steps
from storage.sameness import Join
from storage.taking_down import apply_takedown
from storage.tombstones import takedown_to_be
from tests.storage.filling import NOW, _target_at, fill, look, stored_fetch
from tests.storage.filling import store as put

HOUR = timedelta(hours=1)
Row = tuple[str, int, float, str, int]


def _at(hour: float) -> datetime:
    return NOW + hour * HOUR


def looked(session: Session, hour: float, path: str, outcome: FetchOutcome = FetchOutcome.NOT_FOUND) -> None:
    at = _at(hour)
    stored_fetch(session, replace(look(_target_at(session, path, at), outcome, at=at), status=404))
    session.expire_all()


def a_story(session: Session) -> None:
    """/a is removed at 73 and back at 200; /b is missed at 80 alone; /c is missed from 100 on."""
    fill(session)
    for path in ("/a", "/b", "/c", "/d"):
        put(session, f"{path} haqqında mətn.", path=path, title=f"Başlıq {path}")
    for hour in (20, 40, 70):
        looked(session, hour, "/d", FetchOutcome.SAME_CONTENT)
    for hour in (24, 36, 73):
        looked(session, hour, "/a")
    looked(session, 80, "/b")
    looked(session, 90, "/b", FetchOutcome.SAME_CONTENT)
    looked(session, 100, "/c", FetchOutcome.GONE)
    looked(session, 120, "/c")
    looked(session, 200, "/a", FetchOutcome.SAME_CONTENT)


def asked(since: float | None, until: float, *states: str, as_of: float | None = None) -> AskedSteps:
    start = None if since is None else _at(since)
    end = _at(until if as_of is None else as_of)
    return AskedSteps(start, _at(until), end, states=frozenset(states) or ALL_STATES)


def told(session: Session, wanted: AskedSteps) -> list[Row]:
    """State, article, hours after the first look, how and looks."""
    return [(r.state, r.article_id, (r.at - NOW) / HOUR, r.how, r.looks) for r in removal_steps(session, wanted)]


@pytest.fixture
def session_store(store: Store) -> Store:
    """A store with the story of four articles."""
    store.write(a_story)
    return store


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (asked(0, 300), [("back", 1, 200, "served", 1), ("suspected", 3, 100, "not_found", 2)]),
        (asked(0, 110), [("suspected", 3, 100, "gone", 1), ("removed", 1, 73, "not_found", 3)]),
        (asked(0, 85), [("suspected", 2, 80, "not_found", 1), ("removed", 1, 73, "not_found", 3)]),
        (asked(0, 50), [("suspected", 1, 24, "not_found", 2)]),
        (asked(30, 50), []),
        (asked(None, 150, "suspected", as_of=300), [("suspected", 3, 100, "not_found", 2)]),
        (asked(None, 75, "removed", as_of=199), [("removed", 1, 73, "not_found", 3)]),
        (asked(None, 75, "removed", as_of=201), []),
        (asked(0, 300, PASSED), [(PASSED, 2, 90, "not_found", 1)]),
        (asked(0, 90, PASSED), []),
        (replace(asked(0, 300), outlets=frozenset({"other"})), []),
        (replace(asked(100, 300), outlets=frozenset({"xeber"}), states=frozenset({"back"})), [
            ("back", 1, 200, "served", 1),
        ]),
    ],
)  # fmt: skip
def test_a_list_gives_the_steps_that_stood_before_its_end(
    session_store: Store, wanted: AskedSteps, rows: list[Row]
) -> None:
    with session_store.read() as session:
        assert told(session, wanted) == rows


def test_every_step_is_given_with_each_absent_look(session_store: Store) -> None:
    with session_store.read() as session:
        found = told(session, replace(asked(0, 300), is_every=True))
    assert [row[:3] for row in found] == [
        ("back", 1, 200), ("suspected", 3, 120), ("suspected", 3, 100), ("suspected", 2, 80), ("removed", 1, 73),
        ("suspected", 1, 36), ("suspected", 1, 24),
    ]  # fmt: skip


def test_a_row_tells_how_the_article_stands_now(session_store: Store) -> None:
    with session_store.read() as session:
        rows = {row.article_id: row for row in removal_steps(session, asked(0, 110))}
    removed, suspected = rows[1], rows[3]
    assert (removed.now, removed.now_since) == ("live", _at(200))
    assert (removed.first_missed_at, removed.last_seen_at) == (_at(24), NOW)
    assert (suspected.now, suspected.now_since) == ("suspected", _at(100))
    assert (removed.outlet, removed.title, removed.url) == ("xeber", "Başlıq /a", "https://xeber.example/a")


def test_what_was_taken_down_has_no_title(session_store: Store) -> None:
    def work(session: Session) -> RemovalStep:
        apply_takedown(session, takedown_to_be(session, 3, "Asked.", at=_at(250)), now=_at(250))
        session.expire_all()
        (row,) = removal_steps(session, asked(0, 300, "suspected"))
        return row

    assert session_store.write(work).title is None


def test_what_was_merged_is_told_of_the_article_that_stands(session_store: Store) -> None:
    def work(session: Session) -> list[Row]:
        looked(session, 210, "/d")
        merge(session, 3, Join(4, Evidence.PERSON, "One."), at=_at(220))
        session.expire_all()
        return told(session, asked(0, 300, "suspected"))

    assert {row[1] for row in session_store.write(work)} == {3}
