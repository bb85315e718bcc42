"""Pages and answers that are asked for the sake of posts and videos due to be looked at again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from crawler.adopt import adopt_records
from crawler.committer import Acknowledged
from crawler.finished import record_to_write
from crawler.reading import posts_again
from domain.errors import StorageError
from domain.fetch import PageReading
from domain.frontier import Target
from domain.outlet import Channel, ChannelKind
from domain.planning import PostChannel
from storage import Session
from storage.frontier import as_target
from storage.post_rechecks import ask_again
from storage.tables import (
    ArticleRow,
    ArticleStateRow,
    ChannelRow,
    EntryRow,
    EntryViewsRow,
    FetchRow,
    GapRow,
    RevisionRow,
    TargetRow,
    TodoRow,
)
from tests.kinds.platforms.telegram_pages import Shown, closed_page, page
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, SmallCrawl, outlet

AT = "2026-03-02T04:00:00+00:00"
HOUR = timedelta(hours=1)
JSON = (("Content-Type", "application/json; charset=UTF-8"),)


def _of_kind(crawl: SmallCrawl, kind: ChannelKind, address: str) -> SmallCrawl:
    crawl.outlet = replace(outlet(), channels=(Channel("feed", kind, address),))
    crawl.store.write(lambda session: session.execute(update(ChannelRow).values(kind=kind.value)))
    return crawl


@pytest.fixture
def telegram(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The outlet's channel is one of Telegram."""
    return _of_kind(reading_crawl, ChannelKind.TELEGRAM, "sahil")


@pytest.fixture
def youtube(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The outlet's channel is one of YouTube."""
    return _of_kind(reading_crawl, ChannelKind.YOUTUBE, "UCinvented0000000000000a")


def shown(*numbers: int) -> list[Shown]:
    return [Shown(number, AT, f"Xəbər {number}.") for number in numbers]


def polled(crawl: SmallCrawl, *messages: Shown, at: datetime = NOW) -> None:
    crawl.read(None, page("sahil", messages).encode(), at=at, headers=HTML)


def place(crawl: SmallCrawl, url: str, at: datetime) -> Target:
    """The target of a document that is asked for again, due at that time."""

    def work(session: Session) -> Target:
        poll = session.scalars(select(TargetRow).where(TargetRow.url_key == "poll:feed")).one()
        kind = crawl.outlet.channels[0].kind
        assert poll.channel_id is not None
        ask_again(session, PostChannel(poll.channel_id, "xeber", "feed", kind, poll.id, poll.url), [url], now=at)
        row = session.scalars(select(TargetRow).where(TargetRow.url_key == "again:feed>1")).one()
        session.refresh(row)
        return as_target(row, "feed", channel_kind=kind.value)

    return crawl.store.write(work)


def asked_again(
    crawl: SmallCrawl, body: str, hour: float, *, query: str = "before=40", json_: bool = False
) -> Acknowledged:
    at = NOW + hour * HOUR
    target = place(crawl, f"https://{HOST}/s/sahil?{query}", at)
    (done,) = crawl.committed(crawl.finished(target, body.encode(), at=at, headers=JSON if json_ else HTML))
    assert done.fetch_id is not None
    return done


def read_again(crawl: SmallCrawl, body: str, hour: float, **how: object) -> PageReading:
    done = asked_again(crawl, body, hour, **how)  # type: ignore[arg-type]
    assert done.fetch_id is not None
    result = crawl.reader.read(done.fetch_id)
    assert result is not None
    return result.reading


def steps(crawl: SmallCrawl) -> list[tuple[str, float]]:
    urls = {row.id: row.url for row in crawl.rows(ArticleRow)}  # type: ignore[attr-defined]
    rows: Sequence[ArticleStateRow] = crawl.rows(ArticleStateRow)  # type: ignore[assignment]
    return [(f"{urls[row.article_id][-2:].strip('/')} {row.state}", (row.at - NOW) / HOUR) for row in rows]


def test_an_older_page_shows_what_is_missing_and_what_was_edited_and_adds_nothing(telegram: SmallCrawl) -> None:
    polled(telegram, *shown(7, 8, 9, 10))
    edited = [*shown(5, 7), Shown(9, AT, "Xəbər 9, düzəliş.", is_edited=True), *shown(10)]

    assert read_again(telegram, page("sahil", edited), 24) is PageReading.LISTED

    assert steps(telegram) == [("8 suspected", 24)]
    assert [(row.number, row.first_seen_at) for row in telegram.rows(RevisionRow) if row.number > 1] == [  # type: ignore[attr-defined]
        (2, NOW + 24 * HOUR)
    ]
    assert sorted(row.url[-2:] for row in telegram.rows(EntryRow)) == ["/7", "/8", "/9", "10"]  # type: ignore[attr-defined]
    look = telegram.rows(FetchRow)[-1]
    assert (look.reason, look.part_of, look.reading, look.listed, look.known) == ("recheck", 0, "listed", 3, 3)  # type: ignore[attr-defined]
    target = telegram.rows(TargetRow)[-1]
    assert (target.state, target.body_sha256, target.next_at) == ("idle", None, None)  # type: ignore[attr-defined]


def test_it_is_no_look_at_the_channel(telegram: SmallCrawl) -> None:
    polled(telegram, *shown(7, 8, 9, 10))
    before = telegram.rows(ChannelRow)[0]
    read_again(telegram, page("sahil", shown(7, 9, 10)), 24)
    assert read_again(telegram, closed_page("sahil"), 36) is PageReading.PREVIEWS_OFF
    after = telegram.rows(ChannelRow)[0]

    facts = ("polls", "last_polled_at", "last_ok_at", "last_outcome", "failures", "last_new_at")
    assert [getattr(after, fact) for fact in facts] == [getattr(before, fact) for fact in facts]
    assert telegram.rows(GapRow) == []
    assert steps(telegram) == [("8 suspected", 24)]


def test_the_same_page_twice_counts_twice(telegram: SmallCrawl) -> None:
    polled(telegram, *shown(7, 8, 9))
    for hour in (24, 40, 80):
        assert read_again(telegram, page("sahil", shown(7, 9)), hour) is PageReading.LISTED

    assert steps(telegram) == [("8 suspected", 24), ("8 suspected", 40), ("8 removed", 80)]


def test_a_reading_that_broke_off_is_done_once_more_and_doubles_nothing(
    telegram: SmallCrawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled(telegram, *shown(7, 8, 9))
    body = page("sahil", [*shown(7), Shown(9, AT, "Düzəliş.", views="12")])
    done = asked_again(telegram, body, 24)
    assert done.fetch_id is not None

    def broke_off(*_: object) -> None:
        raise StorageError("the database can't be written")

    with monkeypatch.context() as broken:
        broken.setattr(posts_again, "note_posts", broke_off)
        with pytest.raises(StorageError):
            telegram.reader.read(done.fetch_id)
    assert steps(telegram) == []
    assert [row.kind for row in telegram.rows(TodoRow) if row.kind == "read"] == ["read"]  # type: ignore[attr-defined]

    telegram.reader.read(done.fetch_id)
    assert telegram.reader.read(done.fetch_id) is None
    assert steps(telegram) == [("8 suspected", 24)]
    assert len(telegram.rows(RevisionRow)) == 4
    assert [row.views for row in telegram.rows(EntryViewsRow)] == [12]  # type: ignore[attr-defined]


def test_a_record_without_a_row_is_adopted_though_its_place_serves_another_page_by_now(telegram: SmallCrawl) -> None:
    polled(telegram, *shown(7, 8, 9))
    at = NOW + 24 * HOUR
    target = place(telegram, f"https://{HOST}/s/sahil?before=40", at)
    finished = telegram.finished(target, page("sahil", shown(7, 9)).encode(), at=at, headers=HTML)
    write = telegram.store.ask(lambda session: record_to_write(session, finished, telegram.writer))
    telegram.writer.append([write], [])
    place(telegram, f"https://{HOST}/s/sahil?before=70", at + HOUR)

    slot = next(telegram.archive.glob("parallax-*.warc.gz")).name.split("-")[1]
    assert adopt_records(telegram.store, telegram.archive, slot=slot) == 1
    look = telegram.rows(FetchRow)[-1]
    assert (look.url, look.part_of) == (f"https://{HOST}/s/sahil?before=40", 0)  # type: ignore[attr-defined]
    telegram.reader.read(look.id)  # type: ignore[attr-defined]
    assert steps(telegram) == [("8 suspected", 24)]


def answer(*videos: str) -> str:
    items = [{"id": one, "contentDetails": {"duration": "PT1M"}, "statistics": {"viewCount": "7"}} for one in videos]
    return json.dumps({"kind": "youtube#videoListResponse", "items": items})


def listed(*videos: str) -> str:
    items = [
        {
            "snippet": {"publishedAt": AT, "title": one, "description": "Mətn."},
            "contentDetails": {"videoId": one, "videoPublishedAt": AT},
            "status": {"privacyStatus": "public"},
        }
        for one in videos
    ]
    return json.dumps({"kind": "youtube#playlistItemListResponse", "items": items})


def test_a_video_that_is_asked_for_and_not_told_of_is_missing_unless_none_is(youtube: SmallCrawl) -> None:
    youtube.read(None, listed("video01", "video02").encode(), headers=JSON)
    youtube.read(None, listed("video03").encode(), at=NOW + HOUR, headers=JSON)
    ask = {"query": "id=video01,video02", "json_": True}

    assert read_again(youtube, answer(), 24, **ask) is PageReading.EMPTY_CHANNEL
    assert steps(youtube) == []
    assert read_again(youtube, answer("video02"), 25, **ask) is PageReading.LISTED
    assert steps(youtube) == [("01 suspected", 25)]
    assert read_again(youtube, answer("video01", "video02"), 26, **ask) is PageReading.LISTED

    assert {row.state for row in youtube.rows(ArticleRow)} == {"live"}  # type: ignore[attr-defined]
    assert len(youtube.rows(RevisionRow)) == 3
    seen = {row.url[-2:]: (row.last_seen_at - NOW) / HOUR for row in youtube.rows(ArticleRow)}  # type: ignore[attr-defined]
    assert seen == {"01": 26, "02": 26, "03": 1}
    assert {row.missed_at for row in youtube.rows(EntryRow)} == {None}  # type: ignore[attr-defined]


def test_a_video_that_the_last_poll_listed_is_there_whatever_an_answer_lacks(youtube: SmallCrawl) -> None:
    youtube.read(None, listed("video01", "video02").encode(), headers=JSON)
    read_again(youtube, answer("video02"), 1, query="id=video01,video02", json_=True)

    assert steps(youtube) == []


def test_a_video_that_the_list_names_as_private_is_missing_at_once(youtube: SmallCrawl) -> None:
    youtube.read(None, listed("video01", "video02").encode(), headers=JSON)
    private = json.loads(listed("video01", "video02"))
    private["items"][0]["status"]["privacyStatus"] = "private"
    youtube.read(None, json.dumps(private).encode(), at=NOW + HOUR, headers=JSON)

    assert steps(youtube) == [("01 suspected", 1)]
