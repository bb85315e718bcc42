"""Where channels on platforms are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.outlet import Channel, ChannelKind
from outlets.channels import lacking
from outlets.platforms import (
    Platforms,
    details_url,
    is_post_address,
    least_interval_s,
    poll_url,
    quota_day_start,
)

ID = "UCinvented0000000000000a"
API = "https://www.googleapis.com/youtube/v3"
LIST = "playlistItems?part=snippet,contentDetails,status&maxResults=50"
BY_API = Platforms(has_youtube_key=True)
BY_FEED = Platforms(youtube_by_feed=True)


def youtube(address: str) -> Channel:
    return Channel("youtube", ChannelKind.YOUTUBE, address)


def test_a_telegram_channel_is_asked_at_its_preview_page() -> None:
    channel = Channel("telegram", ChannelKind.TELEGRAM, "SahilXeber")

    assert poll_url(channel, None, platforms=BY_API) == "https://t.me/s/SahilXeber"
    elsewhere = replace(BY_API, telegram_url="http://telegram.example:8000")
    assert poll_url(channel, None, platforms=elsewhere) == "http://telegram.example:8000/s/SahilXeber"


@pytest.mark.parametrize(
    ("address", "known", "call"),
    [
        (ID, None, f"{LIST}&playlistId=UUinvented0000000000000a"),
        ("PLinvented", None, f"{LIST}&playlistId=PLinvented"),
        ("@sahil.tv", None, "channels?part=id&maxResults=1&forHandle=@sahil.tv"),
        ("user/sahil", None, "channels?part=id&maxResults=1&forUsername=sahil"),
        ("@sahil.tv", ID, f"{LIST}&playlistId=UUinvented0000000000000a"),
    ],
)
def test_a_youtube_channel_is_asked_by_its_uploads_and_a_name_for_its_id(
    address: str, known: str | None, call: str
) -> None:
    assert poll_url(youtube(address), known, platforms=BY_API) == f"{API}/{call}"


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (ID, f"channel_id={ID}"),
        ("PLinvented", "playlist_id=PLinvented"),
        ("user/sahil", "user=sahil"),
        ("@sahil", None),
    ],
)
def test_the_atom_feed_has_no_form_for_a_handle(address: str, query: str | None) -> None:
    feed = f"https://www.youtube.com/feeds/videos.xml?{query}" if query else None
    assert poll_url(youtube(address), None, platforms=BY_FEED) == feed


def test_a_youtube_channel_needs_a_key_or_robots_that_allow_its_feed() -> None:
    assert (lacking(youtube(ID), Platforms()) or "").startswith("needs a key")
    assert lacking(youtube(ID), BY_API) is None
    assert lacking(youtube(ID), BY_FEED) is None
    assert "handle" in (lacking(youtube("@sahil"), BY_FEED) or "")
    assert lacking(Channel("telegram", ChannelKind.TELEGRAM, "sahil"), Platforms()) is None


def test_any_other_channel_is_asked_at_its_address() -> None:
    channel = Channel("feed", ChannelKind.FEED, "https://sahil.example/rss")
    assert poll_url(channel, None, platforms=BY_API) == "https://sahil.example/rss"
    assert poll_url(replace(channel, address="sahil"), None, platforms=BY_API) is None


def test_details_are_asked_of_fifty_videos_at_most() -> None:
    url = details_url(f"{API}/playlistItems?part=x", [f"video{number:06}" for number in range(70)])
    assert url.startswith(f"{API}/videos?part=contentDetails,statistics&maxResults=50&id=video000000,video000001,")
    assert url.count(",") == 1 + 49


def test_only_what_is_below_the_apis_address_is_a_call_of_it() -> None:
    assert BY_API.is_api(f"{API}/videos?id=a")
    for url in ("https://www.googleapis.com/robots.txt", f"{API}.example/x", "http://www.googleapis.com/youtube/v3/x"):
        assert not BY_API.is_api(url)


@pytest.mark.parametrize(
    ("url", "is_post"),
    [
        ("https://t.me/sahil/7", True),
        ("https://www.youtube.com/watch?v=a", True),
        ("https://m.youtube.com/watch?v=a", True),
        ("https://youtu.be/a", True),
        ("https://sahil.example/t.me/7", False),
        ("https://not-t.me/sahil/7", False),
        ("https://medium.com/a", False),
    ],
)
def test_posts_and_videos_are_known_by_their_host(url: str, is_post: bool) -> None:
    assert is_post_address(url) is is_post


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-03-02T07:59:59+00:00", "2026-03-01T08:00:00+00:00"),
        ("2026-03-02T08:00:00+00:00", "2026-03-02T08:00:00+00:00"),
        ("2026-03-08T20:00:00+00:00", "2026-03-08T08:00:00+00:00"),  # the day on which clocks go forward there
        ("2026-07-02T06:59:59+00:00", "2026-07-01T07:00:00+00:00"),
    ],
)
def test_the_quotas_day_is_californias(now: str, begins: str) -> None:
    assert quota_day_start(datetime.fromisoformat(now)) == datetime.fromisoformat(begins).astimezone(UTC)


@pytest.mark.parametrize("channels", [1, 3, 40, 700])
def test_the_quota_suffices_for_all_channels_at_their_share(channels: int) -> None:
    every_s = least_interval_s(channels, BY_API) * 0.9  # a poll comes up to a tenth sooner
    assert channels * 2 * (86_400 / every_s) <= 0.9 * BY_API.youtube_daily_quota
