"""Which posts and videos are looked at again in their channels, asked of a real store."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from domain.outlet import Channel, ChannelKind, Group, GroupPeriod, Outlet, Politeness
from domain.presence import Absence
from outlets.platforms import Platforms, poll_url
from schedules.post_rechecks import PlannedPosts, PostTurns, plan_posts
from schedules.rechecks import plan_rechecks
from storage import Session, Store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.frontier import target_by_id
from storage.presence import Missed, note_absent
from storage.tables import ArticleRow, ArticleUrlRow, ChannelRow, EntryRow, FetchRow, HostRow, TargetRow
from tests.storage.filling import NOW, look, stored_fetch

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PLATFORMS = Platforms(has_youtube_key=True)
OUTLET = Outlet(
    slug="sahil",
    name="Sahil",
    groups=(GroupPeriod(Group.EXILE, "Invented."),),
    channels=(
        Channel("telegram", ChannelKind.TELEGRAM, "sahil"),
        Channel("youtube", ChannelKind.YOUTUBE, "UCinvented0000000000000a"),
    ),
    politeness=Politeness(delay_s=3.0),
)


def key_of(kind: str, number: int) -> str:
    return f"t.me/sahil/{number}" if kind == "telegram" else f"youtube.com/watch?v=video{number:06}"


@pytest.fixture
def filled(store: Store) -> Store:
    """Forty posts and three videos, all seen first and last at NOW; both channels answer."""

    def work(session: Session) -> None:
        put_catalogue(session, CatalogueInForce("c1", (OUTLET,), (), {}, {}, poll_url=_poll_url), now=NOW)
        session.execute(update(ChannelRow).values(last_ok_at=NOW + HOUR, failures=0, last_polled_at=NOW + HOUR))
        channels = dict(session.execute(select(ChannelRow.slug, ChannelRow.id)).all())
        for kind, count in (("telegram", 40), ("youtube", 3)):
            for number in range(1, count + 1):
                put_post(session, channels[kind], key_of(kind, number))

    store.write(work)
    return store


def _poll_url(channel: Channel, platform_id: str | None) -> str | None:
    return poll_url(channel, platform_id, platforms=PLATFORMS)


def put_post(session: Session, channel_id: int, key: str, *, at: datetime = NOW) -> None:
    article = ArticleRow(
        outlet="sahil", url=f"https://{key}", text_source="feed", kind="article", revisions=0, first_seen_at=at,
        last_seen_at=at, state="live", state_at=at,
    )  # fmt: skip
    session.add(article)
    session.flush()
    session.add(
        ArticleUrlRow(
            outlet="sahil", url_key=key, key_version=1, url=f"https://{key}", kind="listed", article_id=article.id,
            first_seen_at=at,
        )
    )  # fmt: skip
    session.add(
        EntryRow(
            channel_id=channel_id, url_key=key, url=f"https://{key}", target_outlet="sahil", authors=[], categories=[],
            first_seen_at=at, last_seen_at=at,
        )
    )  # fmt: skip
    session.flush()


def planned(store: Store, after: timedelta, **how: object) -> list[str]:
    """What is asked for then, shortened."""
    plan_posts(store, NOW + after, how.pop("platforms", PLATFORMS), until_days=90, **how)  # type: ignore[arg-type]
    with store.read() as session:
        urls = session.scalars(
            select(TargetRow.url).where(TargetRow.reason == "recheck", TargetRow.state == "due").order_by(TargetRow.url)
        )
        return [url.rpartition("/")[2].replace("part=contentDetails,statistics&maxResults=50&", "") for url in urls]


def done(store: Store) -> None:
    """What was asked for was asked, and showed nothing."""
    store.write(lambda session: session.execute(update(TargetRow).values(state="idle", next_at=None)))


VIDEOS = "videos?id=video000001,video000002,video000003"
PAGES = ["sahil?before=18", "sahil?before=34"]


def test_what_is_due_is_asked_for_page_by_page_and_call_by_call(filled: Store) -> None:
    assert planned(filled, 59 * MINUTE) == []
    assert planned(filled, 61 * MINUTE) == [*PAGES, VIDEOS]
    with filled.read() as session:
        places = session.scalars(select(TargetRow).where(TargetRow.url_key.startswith("again:")).order_by("url_key"))
        assert [(row.url_key, row.part_of, row.via_target_id is None, row.is_needed) for row in places] == [
            ("again:telegram>1", 0, False, False),
            ("again:telegram>2", 0, False, False),
            ("again:youtube>1", 0, False, False),
        ]


def test_the_newest_posts_are_left_to_the_polls_and_pages_are_no_posts(filled: Store) -> None:
    plan_rechecks(filled, NOW + DAY, until_days=90)
    with filled.read() as session:
        assert session.scalars(select(TargetRow.url).where(TargetRow.state == "due")).all() == []


def test_a_channel_that_waits_for_such_a_look_or_does_not_answer_is_not_asked_for_more(filled: Store) -> None:
    assert planned(filled, 2 * HOUR) == [*PAGES, VIDEOS]
    filled.write(lambda session: session.execute(update(EntryRow).values(last_seen_at=NOW - HOUR)))
    with filled.read() as session:
        before = session.scalars(select(TargetRow.next_at).order_by(TargetRow.id)).all()
    planned(filled, 5 * HOUR)
    with filled.read() as session:
        assert session.scalars(select(TargetRow.next_at).order_by(TargetRow.id)).all() == before

    done(filled)
    filled.write(lambda session: session.execute(update(ChannelRow).values(failures=1)))
    assert planned(filled, 6 * HOUR) == []


def test_without_a_key_or_by_the_feed_no_video_is_asked_for(filled: Store) -> None:
    assert planned(filled, 2 * HOUR, platforms=Platforms()) == PAGES
    done(filled)
    assert planned(filled, 3 * HOUR, platforms=Platforms(has_youtube_key=True, youtube_by_feed=True)) == PAGES


def test_looks_at_videos_keep_to_their_share_of_the_quota(filled: Store) -> None:
    poor = Platforms(has_youtube_key=True, youtube_daily_quota=10)  # one call a day for looks again

    turns = [
        planned(filled, DAY + turn * HOUR, platforms=poor, turn=HOUR)[-1:] for turn in range(24) if done(filled) is None
    ]

    assert turns.count([VIDEOS]) == 1


def test_looks_at_posts_take_a_quarter_of_their_host(filled: Store) -> None:
    filled.write(lambda session: session.execute(update(HostRow).values(delay_s=900.0)))  # one an hour

    assert len(planned(filled, 2 * HOUR, turn=HOUR, platforms=Platforms())) == 1
    done(filled)
    assert planned(filled, 2 * HOUR, turn=HOUR, outlets=["another"]) == []


def test_a_missing_post_is_looked_at_again_at_once_when_its_time_has_come(filled: Store) -> None:
    _see_all(filled, NOW + 30 * HOUR)
    _miss(filled, key_of("telegram", 12), NOW + 30 * HOUR)

    assert planned(filled, 41 * HOUR, waits=True) == []
    assert planned(filled, 42 * HOUR, waits=True) == ["sahil?before=29"]
    done(filled)
    _miss(filled, key_of("telegram", 12), NOW + 42 * HOUR)
    assert planned(filled, 53 * HOUR, waits=True) == []
    assert planned(filled, 54 * HOUR, waits=True) == ["sahil?before=29"]


def test_a_removed_post_is_looked_at_ever_more_rarely(filled: Store) -> None:
    _see_all(filled, NOW + 2 * DAY)
    for after in (2 * DAY, 2.5 * DAY, 4 * DAY):
        _miss(filled, key_of("telegram", 12), NOW + after)
    with filled.read() as session:
        assert session.scalars(select(ArticleRow.state).where(ArticleRow.url.endswith("/12"))).one() == "removed"

    asked = []
    for hours in range(0, 24 * 40, 6):
        at = NOW + 4 * DAY + hours * HOUR
        _see_all(filled, at, but=key_of("telegram", 12))
        if planned(filled, at - NOW, waits=True):
            asked.append(hours / 24)
            _miss(filled, key_of("telegram", 12), at)
            done(filled)
    assert asked == [3, 7, 14, 26.25, 30]  # after its removal; and thirty days and six hours after it was published


def _see_all(store: Store, at: datetime, *, but: str = "") -> None:
    def work(session: Session) -> None:
        session.execute(update(EntryRow).where(EntryRow.url_key != but).values(last_seen_at=at, missed_at=None))
        session.execute(update(ArticleRow).where(~ArticleRow.url.endswith(but or "?")).values(last_seen_at=at))

    store.write(work)


def _miss(store: Store, key: str, at: datetime) -> None:
    """A look at the channel that passes the post over."""

    def work(session: Session) -> None:
        row = session.scalars(select(TargetRow).where(TargetRow.url_key == "poll:telegram")).one()
        target = target_by_id(session, row.id)
        assert target is not None
        fetch_id = stored_fetch(session, look(target, at=at))
        (article_id,) = session.scalars(select(ArticleUrlRow.article_id).where(ArticleUrlRow.url_key == key))
        session.execute(update(EntryRow).where(EntryRow.url_key == key).values(missed_at=at))
        note_absent(session, article_id, Missed(target, at, fetch_id, Absence.NOT_SHOWN, 200))
        session.execute(update(ChannelRow).values(last_ok_at=at, failures=0))

    store.write(work)


def test_a_page_that_was_read_since_is_not_asked_for_again(filled: Store) -> None:
    assert planned(filled, 2 * HOUR, platforms=Platforms()) == PAGES

    _read_all(filled, NOW + 2 * HOUR)
    assert planned(filled, 3 * HOUR, platforms=Platforms()) == []
    assert planned(filled, 5 * HOUR, platforms=Platforms()) == PAGES


def test_a_service_asks_when_the_posts_of_some_hours_are_due_together(filled: Store) -> None:
    turns, asked = PostTurns(), []
    for quarter in range(4 * 30):
        at = NOW + quarter * 15 * MINUTE
        assert turns.is_due(at)
        if turns.plan(filled, at, Platforms(), until_days=90).documents:
            asked.append(quarter / 4)
            done(filled)
            filled.write(lambda session, at=at: session.execute(update(EntryRow).values(last_seen_at=at)))  # type: ignore[misc]
        assert not turns.is_due(at + 14 * MINUTE)

    assert asked == [1.25, 4.5, 27]  # an eighth of an hour, of four and of a day after each


def test_looks_again_can_be_switched_off(filled: Store) -> None:
    assert plan_posts(filled, NOW + DAY, PLATFORMS, until_days=0) == PlannedPosts(0, has_more=False)


def test_what_a_turn_put_off_is_asked_for_in_the_next_ones(filled: Store) -> None:
    filled.write(lambda session: session.execute(update(HostRow).values(delay_s=225.0)))  # one in a quarter of an hour
    late, turns, asked = NOW + 80 * DAY, PostTurns(), []
    for quarter in range(4):
        asked.append(turns.plan(filled, late + quarter * 15 * MINUTE, Platforms(), until_days=90))
        done(filled)
        if quarter == 0:
            _read_all(filled, late)

    assert asked[:3] == [
        PlannedPosts(1, has_more=True),
        PlannedPosts(1, has_more=False),
        PlannedPosts(0, has_more=False),
    ]


def _read_all(store: Store, at: datetime) -> None:
    """The documents that were asked for were read, whatever they showed."""

    def work(session: Session) -> None:
        for row in session.scalars(select(TargetRow).where(TargetRow.url_key.startswith("again:"))).all():
            target = target_by_id(session, row.id)
            assert target is not None
            stored_fetch(session, look(target, at=at))
        session.execute(update(FetchRow).values(reading="listed"))
        session.execute(update(TargetRow).values(state="idle", next_at=None))

    store.write(work)
