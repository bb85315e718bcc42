"""How many looks again fell due in a window, and what they showed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from domain.fetch import FetchOutcome, PageReading, Reason
from storage import Session, Store
from storage.frontier import make_due
from storage.recheck_counts import RecheckCounts, recheck_counts, recheck_counts_by_outlet
from storage.tables import FetchRow
from tests.storage.filling import NOW, fill, look, page_target, stored_fetch

HOUR = timedelta(hours=1)
WINDOW = (NOW, NOW + 24 * HOUR)


def _looked(session: Session, path: str, outcome: FetchOutcome, *, reason: Reason = Reason.RECHECK) -> int:
    target = replace(page_target(session, path), reason=reason, due_at=NOW + HOUR)
    return stored_fetch(session, look(target, outcome, at=NOW + 2 * HOUR))


@pytest.mark.parametrize(
    ("outcome", "reading", "counts"),
    [
        (FetchOutcome.OK, None, RecheckCounts(done=1)),
        (FetchOutcome.OK, PageReading.ARTICLE, RecheckCounts(done=1)),
        (FetchOutcome.OK, PageReading.NO_ARTICLE, RecheckCounts(done=1)),
        (FetchOutcome.SAME_CONTENT, None, RecheckCounts(done=1)),
        (FetchOutcome.NOT_MODIFIED, None, RecheckCounts(done=1)),
        (FetchOutcome.NOT_FOUND, None, RecheckCounts(done=1)),
        (FetchOutcome.GONE, None, RecheckCounts(done=1)),
        (FetchOutcome.REDIRECTED, None, RecheckCounts(done=1)),
        (FetchOutcome.OK, PageReading.CHALLENGE, RecheckCounts(failed=1)),
        (FetchOutcome.OK, PageReading.PARTIAL, RecheckCounts(failed=1)),
        (FetchOutcome.REFUSED, None, RecheckCounts(failed=1)),
        (FetchOutcome.ROBOTS_UNREACHABLE, None, RecheckCounts(failed=1)),
        (FetchOutcome.PROXY_ERROR, None, RecheckCounts(failed=1)),
    ],
)
def test_a_look_is_done_where_it_showed_the_page_or_its_absence(
    store: Store, outcome: FetchOutcome, reading: PageReading | None, counts: RecheckCounts
) -> None:
    def work(session: Session) -> None:
        fill(session)
        fetch_id = _looked(session, "/a", outcome)
        session.execute(update(FetchRow).where(FetchRow.id == fetch_id).values(reading=reading and reading.value))

    store.write(work)

    with store.read() as session:
        found = recheck_counts(session, (NOW, NOW + 2 * HOUR))
    assert found == counts
    assert found.due == 1


def test_what_was_not_looked_at_yet_waits(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _looked(session, "/a", FetchOutcome.OK)
        target = page_target(session, "/b")
        stored_fetch(session, look(target))
        make_due(session, [target.id], Reason.RECHECK, now=NOW + HOUR)

    store.write(work)

    with store.read() as session:
        assert recheck_counts(session, WINDOW) == RecheckCounts(done=1, waiting=1)
        assert recheck_counts_by_outlet(session, WINDOW) == {"xeber": RecheckCounts(done=1, waiting=1)}


def test_only_looks_again_count_that_fell_due_in_the_window(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _looked(session, "/a", FetchOutcome.OK)
        _looked(session, "/b", FetchOutcome.OK, reason=Reason.NEW)

    store.write(work)

    with store.read() as session:
        assert recheck_counts(session, WINDOW).due == 1
        assert recheck_counts(session, (NOW + 2 * HOUR, NOW + 3 * HOUR)) == RecheckCounts()
        assert recheck_counts_by_outlet(session, (NOW - HOUR, NOW + HOUR)) == {}
