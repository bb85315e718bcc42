"""The catalogue in the store: nothing is deleted, groups and topics keep their history."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select

from domain.outlet import Channel, ChannelKind, Group, GroupPeriod
from domain.topic import Topic
from storage import Session, Store, open_store
from storage.catalogue import put_catalogue
from storage.tables import ChannelRow, OutletGroupRow, OutletRow, TargetRow, TodoRow, TopicVersionRow
from tests.storage.filling import NOW, OUTLET, catalogue

LATER = NOW + timedelta(days=1)


def test_putting_it_twice_changes_nothing(store: Store) -> None:
    for _ in range(2):
        store.write(lambda session: put_catalogue(session, catalogue(), now=NOW))

    with store.read() as session:
        counts = [len(session.scalars(select(row)).all()) for row in (OutletRow, ChannelRow, OutletGroupRow, TargetRow)]
    assert counts == [1, 1, 1, 1]


def test_several_may_put_it_at_once(store: Store, database_url: str) -> None:
    """As services that are started together do: neither commits before the other has had time to look."""
    looked = Barrier(2)

    def work(session: Session) -> None:
        put_catalogue(session, catalogue(), now=NOW)
        with suppress(BrokenBarrierError):
            looked.wait(0.5)

    other = open_store(database_url)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(one.write, work) for one in (store, other)]:
            done.result()
    other.close()

    with store.read() as session:
        assert len(session.scalars(select(OutletRow)).all()) == 1


def test_an_outlet_that_is_no_longer_named_is_marked_and_not_polled(store: Store) -> None:
    other = replace(OUTLET, slug="other", hosts=("other.example",), channels=())
    store.write(lambda session: put_catalogue(session, catalogue(), now=NOW))
    store.write(lambda session: put_catalogue(session, catalogue(other, name="c2"), now=LATER))

    with store.read() as session:
        removed = session.scalars(select(OutletRow).where(OutletRow.slug == "xeber")).one()
        channel = session.scalars(select(ChannelRow)).one()
        assert removed.removed_at == LATER
        assert (channel.removed_at, channel.enabled) == (LATER, False)


def test_a_group_that_changed_is_withdrawn_and_the_new_one_added(store: Store) -> None:
    changed = replace(OUTLET, groups=(GroupPeriod(Group.EXILE, "Moved abroad."),))
    store.write(lambda session: put_catalogue(session, catalogue(), now=NOW))
    store.write(lambda session: put_catalogue(session, catalogue(changed, name="c2"), now=LATER))

    with store.read() as session:
        rows = session.scalars(select(OutletGroupRow).order_by(OutletGroupRow.id)).all()
        said = [(row.group_name, row.recorded_at, row.withdrawn_at) for row in rows]
    assert said == [("independent", NOW, LATER), ("exile", LATER, None)]


def test_a_channel_that_moved_keeps_its_target_and_forgets_its_validators(store: Store) -> None:
    moved = replace(OUTLET, channels=(Channel("feed", ChannelKind.FEED, "https://xeber.example/rss"),))
    store.write(lambda session: put_catalogue(session, catalogue(), now=NOW))

    def with_validator(session: object) -> None:
        session.scalars(select(TargetRow)).one().etag = '"1"'  # type: ignore[attr-defined]

    store.write(with_validator)
    store.write(lambda session: put_catalogue(session, catalogue(moved, name="c2"), now=LATER))

    with store.read() as session:
        target = session.scalars(select(TargetRow)).one()
        assert (target.url, target.etag) == ("https://xeber.example/rss", None)


@pytest.mark.parametrize(("is_enabled", "state"), [(True, "due"), (False, "idle")])
def test_a_channel_that_moved_is_due_at_once_unless_it_is_switched_off(
    store: Store, is_enabled: bool, state: str
) -> None:
    def work(session: Session) -> None:
        put_catalogue(session, catalogue(), now=NOW)
        session.scalars(select(TargetRow)).one().state = "idle"
        channel = Channel("feed", ChannelKind.FEED, "https://new.example/feed", evidence="A", enabled=is_enabled)
        put_catalogue(session, catalogue(replace(OUTLET, channels=(channel,)), name="c2"), now=LATER)

    store.write(work)
    with store.read() as session:
        target = session.scalars(select(TargetRow)).one()
        assert (target.state, target.next_at) == (state, LATER if is_enabled else None)


def test_a_topic_in_new_words_is_a_new_version_to_be_matched_and_old_words_are_the_old_one(store: Store) -> None:
    first = Topic("su", "Water", {"az": "su"})
    second = replace(first, queries={"az": "su OR anbar"})
    for at, topic in ((NOW, first), (LATER, second), (LATER, first)):
        store.write(lambda session, at=at, topic=topic: put_catalogue(session, catalogue(topics=(topic,)), now=at))  # type: ignore[misc]

    with store.read() as session:
        versions = session.scalars(select(TopicVersionRow.version).order_by(TopicVersionRow.id)).all()
        todos = session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == "match")).all()
    assert versions == [1, 2]
    assert len(todos) == 2
