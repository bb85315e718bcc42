"""What YouTube's Data API and its Atom feed say of a channel."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parse.post_text import lines_in
from crawler.parse.youtube import MAX_BODY_BYTES, MAX_VIDEOS, duration_of, parse_youtube
from domain.entry import AskedWhen, ChannelReading, ParsedChannel

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
API = "https://www.googleapis.com/youtube/v3"
LIST = f"{API}/playlistItems?part=snippet%2CcontentDetails%2Cstatus&maxResults=50&playlistId=UUinvented"
ID = "UCinvented0000000000000a"
AT = "2026-03-02T08:15:30Z"


def read(document: object, *, url: str = LIST) -> ParsedChannel:
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    return parse_youtube(body, base_url=url, zone=BAKU, now=NOW)


def item(video: str = "aaaaaaaaaaa", title: str | None = "Limanda", text: str | None = "Birinci.\n\nİkinci.") -> Any:
    return {
        "kind": "youtube#playlistItem",
        "snippet": {
            "publishedAt": AT, "channelTitle": "Sahil TV", "title": title, "description": text,
            "resourceId": {"kind": "youtube#video", "videoId": video},
        },
        "contentDetails": {"videoId": video, "videoPublishedAt": AT},
        "status": {"privacyStatus": "public"},
    }  # fmt: skip


def uploads(*items: object, **more: object) -> dict[str, object]:
    return {"kind": "youtube#playlistItemListResponse", "items": list(items), **more}


def test_a_video_is_its_title_and_description() -> None:
    found = read(uploads(item()))

    (entry,) = found.entries
    assert (found.reading, found.title) == (ChannelReading.OK, "Sahil TV")
    assert (entry.url, entry.guid) == ("https://www.youtube.com/watch?v=aaaaaaaaaaa", "yt:video:aaaaaaaaaaa")
    assert (entry.title, lines_in(entry.content_html or "")) == ("Limanda", ("Limanda", "Birinci.", "İkinci."))
    assert entry.published is not None
    assert (entry.published.isoformat(), entry.published_raw) == ("2026-03-02T08:15:30+00:00", AT)


def test_addresses_in_a_description_are_its_links() -> None:
    (entry,) = read(uploads(item(text="Bax: https://sahil.example/a?x=1&y=2, (https://liman.example/b)."))).entries

    assert entry.links == ("https://sahil.example/a?x=1&y=2", "https://liman.example/b")


def test_a_list_leads_to_the_details_of_its_videos_and_to_older_ones() -> None:
    found = read(uploads(item("aaaaaaaaaaa"), item("bbbbbbbbbbb"), nextPageToken="CAUQAA"))

    details, older = found.more
    assert details.url == f"{API}/videos?part=contentDetails,statistics&maxResults=50&id=aaaaaaaaaaa,bbbbbbbbbbb"
    assert (details.when, details.is_needed, details.name) == (AskedWhen.EACH_POLL, False, "details")
    assert (older.url, older.when) == (f"{LIST}&pageToken=CAUQAA", AskedWhen.OLDER)


def test_the_page_after_an_older_page_has_its_own_token_alone() -> None:
    found = read(uploads(item(), nextPageToken="CAoQAA"), url=f"{LIST}&pageToken=CAUQAA")

    assert [further.url for further in found.more][1:] == [f"{LIST}&pageToken=CAoQAA"]


@pytest.mark.parametrize("token", ["a b", "x&key=1", "ə", "a" * 500, 7, None, ""])
def test_a_token_that_is_none_leads_nowhere(token: object) -> None:
    assert len(read(uploads(item(), nextPageToken=token)).more) == 1


def test_what_can_no_longer_be_seen_is_left_out() -> None:
    private = item("bbbbbbbbbbb", "Private video", "This video is private.")
    private["status"] = {"privacyStatus": "private"}
    private["contentDetails"].pop("videoPublishedAt")
    deleted = item("ccccccccccc", "Deleted video", "This video is unavailable.")
    deleted["contentDetails"].pop("videoPublishedAt")
    deleted["status"] = {"privacyStatus": "privacyStatusUnspecified"}
    about = item("ddddddddddd", "Private video", "Belə adlı film haqqında.")

    found = read(uploads(private, item(), deleted, about))
    assert [entry.guid for entry in found.entries] == ["yt:video:aaaaaaaaaaa", "yt:video:ddddddddddd"]
    assert read(uploads(private, deleted)).reading is ChannelReading.EMPTY


def test_a_channel_without_uploads_is_empty() -> None:
    assert read(uploads()).reading is ChannelReading.EMPTY
    assert read({"kind": "youtube#playlistItemListResponse", "pageInfo": {"totalResults": 0}}).reading is (
        ChannelReading.EMPTY
    )


def test_details_only_add_to_what_was_listed() -> None:
    items = [
        {"id": "aaaaaaaaaaa", "contentDetails": {"duration": "PT1H2M3S"}, "statistics": {"viewCount": "2650"}},
        {"id": "bbbbbbbbbbb", "contentDetails": {"duration": "P0D"}, "statistics": {}},
        {"id": "ccccccccccc", "contentDetails": None, "statistics": {"viewCount": "çox"}},
    ]
    found = read({"kind": "youtube#videoListResponse", "items": items})

    assert [(e.guid, e.duration_s, e.views, e.content_html, e.only_adds) for e in found.entries] == [
        ("yt:video:aaaaaaaaaaa", 3723, 2650, None, True),
        ("yt:video:bbbbbbbbbbb", None, None, None, True),
        ("yt:video:ccccccccccc", None, None, None, True),
    ]


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("PT12M34S", 754), ("PT45S", 45), ("P1DT2H", 93_600), ("PT2H", 7200), ("P0D", None), ("PT0S", None),
        ("", None), (None, None), ("12:34", None), ("PT1.5S", None), ("P1Y", None), ("PT" + "9" * 30 + "S", None),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_it_is_stated(stated: str | None, seconds: int | None) -> None:
    assert duration_of(stated) == seconds


def test_an_answer_about_a_channel_gives_its_id() -> None:
    found = read({"kind": "youtube#channelListResponse", "items": [{"id": ID}]})
    assert (found.reading, found.platform_id) == (ChannelReading.RESOLVED, ID)


def test_a_name_that_nobody_has_is_no_channel() -> None:
    found = read({"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}})
    assert (found.reading, found.error) == (ChannelReading.NO_CHANNEL, "YouTube knows no channel of this name")


@pytest.mark.parametrize(
    ("document", "reading", "words"),
    [
        ([], ChannelReading.NOT_A_FEED, "no answer"),
        ({}, ChannelReading.NOT_A_FEED, "no answer"),
        ({"kind": "youtube#searchListResponse"}, ChannelReading.NOT_A_FEED, "known"),
        ({"kind": ["youtube#videoListResponse"]}, ChannelReading.NOT_A_FEED, "known"),
        (uploads() | {"items": {"a": 1}}, ChannelReading.NOT_A_FEED, "no list"),
        (uploads() | {"items": None}, ChannelReading.NOT_A_FEED, "no list"),
        (uploads({"snippet": {"title": "Adsız"}}), ChannelReading.NOT_A_FEED, "none of its 1 items"),
        (uploads({"snippet": None, "contentDetails": []}, 7, None), ChannelReading.NOT_A_FEED, "none of its"),
        (
            {"kind": "youtube#channelListResponse", "items": [{"id": "../x"}]},
            ChannelReading.NOT_A_FEED,
            "without its id",
        ),
        (b'{"kind": "youtube#playlist', ChannelReading.NOT_A_FEED, "can't be read"),
        (b"[" * 100_000, ChannelReading.NOT_A_FEED, "can't be read"),
        (b"<html><body>Sorry</body></html>", ChannelReading.NOT_A_FEED, "no element that a feed begins with"),
        (b"", ChannelReading.NOT_A_FEED, "empty"),
        (b"{" + b" " * MAX_BODY_BYTES, ChannelReading.TOO_LARGE, "bytes"),
    ],
)
def test_what_is_no_answer_is_a_failure_in_words(document: object, reading: ChannelReading, words: str) -> None:
    found = read(document)

    assert found.reading is reading
    assert words in (found.error or "")


def test_nothing_of_an_item_has_to_be_there() -> None:
    found = read(uploads({"contentDetails": {"videoId": "aaaaaaaaaaa"}}, item(title=None, text=None)))

    assert [(e.title, e.content_html) for e in found.entries] == [(None, None), (None, None)]
    assert found.entries[0].published is None


FEED = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns="http://www.w3.org/2005/Atom"><id>yt:channel:invented</id><title>Sahil TV</title>
<entry><id>yt:video:aaaaaaaaaaa</id><yt:videoId>aaaaaaaaaaa</yt:videoId><title>Limanda</title>
<link rel="alternate" href="https://www.youtube.com/watch?v=aaaaaaaaaaa"/>
<published>{AT}</published><updated>{AT}</updated>
<media:group><media:title>Limanda</media:title><media:description>Birinci.
İkinci.</media:description><media:community><media:statistics views="97"/></media:community>
</media:group></entry></feed>"""


def test_the_atom_feed_tells_the_same_of_a_video() -> None:
    (entry,) = read(FEED.encode(), url="https://www.youtube.com/feeds/videos.xml?channel_id=x").entries
    (listed,) = read(uploads(item(text="Birinci.\nİkinci."))).entries

    assert (entry.url, entry.guid, entry.title) == (listed.url, listed.guid, listed.title)
    assert (entry.content_html, entry.views) == (listed.content_html, 97)


def test_a_feed_of_something_else_is_none_of_videos() -> None:
    other = FEED.replace("yt:video:aaaaaaaaaaa", "https://sahil.example/a b")
    assert read(other.encode()).error == "a feed, but not of videos"


def test_a_hostile_answer_takes_seconds_at_most() -> None:
    began = time.process_time()

    found = read(uploads(*[item(text="https://sahil.example/a " * 200)] * 1_500))

    assert time.process_time() - began < 10
    assert len(found.entries) <= MAX_VIDEOS


NAMES = (
    "kind items id snippet title description contentDetails videoId statistics viewCount duration status privacyStatus "
    "nextPageToken resourceId publishedAt channelTitle"
).split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=25,
)
KINDS = st.sampled_from(["playlistItem", "video", "channel"]).map(lambda kind: f"youtube#{kind}ListResponse")


@settings(max_examples=250)
@given(KINDS, st.lists(JSON, max_size=4))
def test_any_answer_gives_entries_that_can_be_stored(kind: str, items: list[object]) -> None:
    found = read({"kind": kind, "items": items})

    for entry in found.entries:
        stored = "".join((entry.title or "", entry.content_html or "", *(entry.links or ())))
        assert "\x00" not in stored
        stored.encode()


@settings(max_examples=100)
@given(st.text(max_size=30), st.text(max_size=60))
def test_any_title_and_description_can_be_stored(title: str, text: str) -> None:
    (entry,) = read(json.dumps(uploads(item(title=title, text=text))).encode()).entries
    ((entry.title or "") + (entry.content_html or "")).encode()


WATCH = "https://www.youtube.com/watch?v="
DETAILS = f"{API}/videos?part=contentDetails,statistics&maxResults=50&id="


def told(*videos: str) -> dict[str, object]:
    """An answer about these videos."""
    items = [{"id": video, "contentDetails": {"duration": "PT1M"}} for video in videos]
    return {"kind": "youtube#videoListResponse", "items": items}


def test_a_video_that_was_asked_for_and_is_not_told_of_is_gone() -> None:
    found = read(told("aaaaaaaaaaa"), url=f"{DETAILS}aaaaaaaaaaa,bbbbbbbbbbb,no id")

    assert [entry.url for entry in found.entries] == [f"{WATCH}aaaaaaaaaaa"]
    assert found.gone == (f"{WATCH}bbbbbbbbbbb",)


def test_an_answer_that_tells_of_no_video_says_of_none_that_it_is_gone() -> None:
    assert read(told(), url=f"{DETAILS}aaaaaaaaaaa").gone == ()


def test_an_answer_with_something_that_is_no_video_says_of_none_that_it_is_gone() -> None:
    assert read(told("aaaaaaaaaaa", "?"), url=f"{DETAILS}aaaaaaaaaaa,bbbbbbbbbbb").gone == ()


def test_a_list_that_names_a_video_as_private_or_deleted_says_that_it_is_gone() -> None:
    private = item("bbbbbbbbbbb", "Private video") | {"status": {"privacyStatus": "private"}}
    deleted = item("ccccccccccc", "Deleted video")
    del deleted["contentDetails"]["videoPublishedAt"]

    assert read(uploads(item(), private, deleted)).gone == (f"{WATCH}bbbbbbbbbbb", f"{WATCH}ccccccccccc")
    assert read(uploads(private, deleted)).gone == ()
