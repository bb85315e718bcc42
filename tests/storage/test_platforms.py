"""Views over time, the ids of channels known by a name, and hosts that many outlets share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from sqlalchemy import select

from domain.entry import Entry
from domain.outlet import Channel, ChannelKind, Politeness
from storage import Session, Store
from storage.catalogue import put_catalogue
from storage.channels import keep_platform_id
from storage.entries import PlacedEntry, entry_changes, put_entries
from storage.tables import ChannelRow, EntryRow, EntryViewsRow, HostRow, TargetRow
from tests.storage.filling import NOW, OUTLET, catalogue, fill, look, page_target, stored_fetch

_NUMBERS = count()
POST = Entry("https://t.me/sahil/7", guid="sahil/7", content_html="<p>a</p>", views=97, is_edited=False, links=())


def _put(store: Store, entry: Entry, *, minutes: int = 0) -> None:
    """Have the channel list the entry at that time; the look is another one each time."""
    at, number = NOW + timedelta(minutes=minutes), next(_NUMBERS)

    def work(session: Session) -> None:
        channel_id = session.scalars(select(ChannelRow.id)).one()
        fetch_id = stored_fetch(session, look(page_target(session, f"/{number}", now=at), at=at))
        placed = [PlacedEntry(entry, "t.me/sahil/7", "xeber")]
        put_entries(session, channel_id, placed, fetch_id=fetch_id, seen_at=at)

    store.write(work)


def _views(store: Store) -> list[tuple[int, int]]:
    with store.read() as session:
        rows = session.scalars(select(EntryViewsRow).order_by(EntryViewsRow.observed_at)).all()
        return [(int((row.observed_at - NOW).total_seconds() // 60), row.views) for row in rows]


def test_a_count_is_kept_where_it_changed(store: Store) -> None:
    store.write(fill)
    for minutes, views in ((0, 97), (10, 97), (20, 98), (30, 97), (40, None), (50, 97)):
        _put(store, replace(POST, views=views), minutes=minutes)

    assert _views(store) == [(0, 97), (20, 98), (30, 97)]


def test_a_look_that_is_read_twice_or_late_keeps_what_it_showed(store: Store) -> None:
    store.write(fill)
    for minutes, views in ((0, 97), (20, 99), (10, 98), (20, 99)):
        _put(store, replace(POST, views=views), minutes=minutes)

    assert _views(store) == [(0, 97), (10, 98), (20, 99)]


def test_views_alone_are_no_change_of_an_entry(store: Store) -> None:
    store.write(fill)
    _put(store, POST)
    at = NOW + timedelta(minutes=5)
    placed = [PlacedEntry(replace(POST, views=500, is_edited=True), "t.me/sahil/7", "xeber")]
    with store.read() as session:
        changes = entry_changes(session, 1, placed, fetch_id=99, seen_at=at)

    assert (changes.new, changes.changed) == ((), ())


def test_what_only_adds_leaves_the_rest_as_it_was_and_is_no_entry_of_its_own(store: Store) -> None:
    store.write(fill)
    _put(store, POST)
    more = Entry("https://t.me/sahil/7", views=120, duration_s=59, only_adds=True)
    _put(store, more, minutes=5)

    with store.read() as session:
        row = session.scalars(select(EntryRow)).one()
        assert (row.content_sha256 is not None, row.duration_s, row.links, row.guid) == (True, 59, [], "sahil/7")
        unknown = [PlacedEntry(more, "t.me/sahil/8", "xeber")]
        assert entry_changes(session, 1, unknown, fetch_id=99, seen_at=NOW).new == ()
    store.write(lambda session: put_entries(session, 1, unknown, fetch_id=1, seen_at=NOW))
    with store.read() as session:
        assert len(session.scalars(select(EntryRow)).all()) == 1


def test_a_learned_id_is_asked_by_until_the_catalogue_gives_another_name(store: Store) -> None:
    def url(channel: Channel, platform_id: str | None) -> str:
        return f"https://api.example/{platform_id or channel.address}"

    def put(handle: str) -> str:
        outlet = replace(OUTLET, channels=(Channel("video", ChannelKind.YOUTUBE, handle),))
        in_force = replace(catalogue(outlet), poll_url=url)
        store.write(lambda session: put_catalogue(session, in_force, now=NOW))
        with store.read() as session:
            return session.scalars(select(TargetRow.url)).one()

    assert put("@sahil") == "https://api.example/@sahil"
    store.write(lambda session: keep_platform_id(session, 1, "UC7"))
    assert put("@sahil") == "https://api.example/UC7"
    assert put("@liman") == "https://api.example/@liman"


def test_a_host_that_outlets_share_is_asked_as_carefully_as_any_of_them_wants(store: Store) -> None:
    def outlet(slug: str, politeness: Politeness, *, enabled: bool = True) -> object:
        channel = Channel("telegram", ChannelKind.TELEGRAM, f"https://t.me/s/{slug}")
        return replace(OUTLET, slug=slug, channels=(channel,), politeness=politeness, enabled=enabled)

    outlets = (
        outlet("a", Politeness(delay_s=2.0, concurrency=2, timeout_s=10)),
        outlet("b", Politeness(delay_s=9.0, concurrency=4, timeout_s=5)),
        outlet("c", Politeness(delay_s=1.0, concurrency=3, timeout_s=40)),
        outlet("d", Politeness(delay_s=500.0), enabled=False),
    )
    store.write(lambda session: put_catalogue(session, catalogue(*outlets), now=NOW))  # type: ignore[arg-type]

    with store.read() as session:
        host = session.get_one(HostRow, "t.me")
        assert (host.delay_s, host.concurrency, host.timeout_s) == (9.0, 2, 40.0)
