"""What YouTube says of a channel, to entries: answers of its Data API, and its Atom feed where robots allow it. Pure.

The text of a video is its title and its description. Both come from the list of uploads alone: of one text from two
documents every difference would look like an edit. What a second call tells (duration, views) only adds to it.
Source: developers.google.com/youtube/v3/docs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from crawler.extract.charset import decode_page
from crawler.parse.feed import parse_feed
from crawler.parse.post_text import as_markup
from domain.entry import ChannelReading, Entry, FurtherDocument, ParsedChannel, older
from domain.times import StatedTime, TimeSource
from domain.urls import http_url
from outlets.platforms import VIDEOS_A_CALL, details_url, video_url
from text.clean import clean_text
from text.dates import parse_stated_date

MAX_BODY_BYTES = 10 << 20
MAX_VIDEOS = 200
MAX_LINKS = 200
_MOST_VIEWS = 10**14
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{6,32}")
_CHANNEL_ID = re.compile(r"UC[A-Za-z0-9_-]{22}")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]{1,200}")
_LINK = re.compile(r"https?://[^\s<>\"']+")
_DURATION = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_KINDS = ("youtube#playlistItemListResponse", "youtube#videoListResponse", "youtube#channelListResponse")
_WITHDRAWN = frozenset({"Private video", "Deleted video"})
_FEED_VIEWS = re.compile(
    r"<yt:videoId>\s*([\w-]+)\s*</yt:videoId>|<media:statistics\b[^>]*\bviews=[\"'](\d{1,14})[\"']"
)

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a document came from, and what its times are read by."""

    base_url: str
    zone: ZoneInfo
    now: datetime
    content_type: str | None


def parse_youtube(
    body: bytes, *, base_url: str, zone: ZoneInfo, now: datetime, content_type: str | None = None
) -> ParsedChannel:
    """The videos of a document about a channel, in its order: a page of uploads, their details, or the Atom feed.

    An answer about the channel itself gives its id (``platform_id``) and no entries. Videos that are private or deleted
    are left out: what stands in their place is not the outlet's. Beside others they are ``gone``, and so is one that
    was asked for and is not told of. ``more`` is the call that tells more of its videos, and the page with older ones.

    Never raises for what is in ``body``: NO_CHANNEL where YouTube knows none of the name, else NOT_A_FEED with the
    reason in ``error``.
    """
    if len(body) > MAX_BODY_BYTES:
        return ParsedChannel(ChannelReading.TOO_LARGE, error=f"{len(body)} bytes of at most {MAX_BODY_BYTES}")
    source = _Source(base_url, zone, now, content_type)
    text = decode_page(body, content_type=content_type).lstrip("\ufeff \t\r\n")
    return _from_api(text, source) if text.startswith(("{", "[")) else _from_feed(body, text, source)


def _from_api(text: str, source: _Source) -> ParsedChannel:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _not_a_feed("JSON that can't be read")
    kind = document.get("kind") if isinstance(document, dict) else None
    if kind in _KINDS and not isinstance(document.get("items", []), list):
        return _not_a_feed("an answer of the Data API whose items are no list")
    match kind:
        case "youtube#playlistItemListResponse":
            return _uploads(document, source)
        case "youtube#videoListResponse":
            return _details(document, source)
        case "youtube#channelListResponse":
            return _channel(document)
    return _not_a_feed("JSON, but no answer of the Data API that is known")


def _channel(document: Fields) -> ParsedChannel:
    found = [_string(item, "id") for item in _items(document)]
    ids = [one for one in found if one and _CHANNEL_ID.fullmatch(one)]
    if found and not ids:
        return _not_a_feed("an answer about a channel without its id")
    if not ids:
        return ParsedChannel(ChannelReading.NO_CHANNEL, error="YouTube knows no channel of this name")
    return ParsedChannel(ChannelReading.RESOLVED, platform_id=ids[0])


def _uploads(document: Fields, source: _Source) -> ParsedChannel:
    items = list(_items(document))
    videos = [entry for item in items[:MAX_VIDEOS] if (entry := _upload(item, source)) is not None]
    if not videos and any(not _is_withdrawn(item) for item in items):
        return _not_a_feed(f"none of its {len(items)} items names a video")
    titles = (_string(_fields(item, "snippet"), "channelTitle") for item in items)
    token = _string(document, "nextPageToken")
    return ParsedChannel(
        ChannelReading.OK if videos else ChannelReading.EMPTY,
        entries=tuple(videos),
        title=next((title for title in titles if title), None),
        more=(*_details_of(videos, source.base_url), *older(_page(source.base_url, token) if token else None)),
        gone=_gone((_video_id(item) for item in items if _is_withdrawn(item)), shown=videos),
    )


def _gone(video_ids: Iterable[str | None], *, shown: list[Entry]) -> tuple[str, ...]:
    """The addresses of these videos; none where no other is shown: then the answer tells of none."""
    named = (video_url(video) for video in video_ids if video is not None)
    listed = {entry.url for entry in shown}
    return tuple(url for url in dict.fromkeys(named) if url not in listed) if shown else ()


def _details_of(videos: list[Entry], base_url: str) -> Iterator[FurtherDocument]:
    """The call that tells of durations and views; the list is whole without it."""
    ids = [(video.guid or "").rpartition(":")[2] for video in videos]
    page = parse_qs(urlsplit(base_url).query).get("pageToken", [""])[0]
    if ids:
        yield FurtherDocument(details_url(base_url, ids), name=f"details {page}".strip())


def _page(base_url: str, token: str) -> str | None:
    if not _TOKEN.fullmatch(token):
        return None
    address, _, query = base_url.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith("pageToken=")]
    return f"{address}?{'&'.join([*kept, f'pageToken={token}'])}"


def _upload(item: Fields, source: _Source) -> Entry | None:
    snippet, details = _fields(item, "snippet"), _fields(item, "contentDetails")
    video = _video_id(item)
    if _is_withdrawn(item) or video is None:
        return None
    raw = _string(details, "videoPublishedAt") or _string(snippet, "publishedAt")
    return _video(
        video,
        title=_string(snippet, "title"),
        description=_string(snippet, "description"),
        published=_stated(raw, source),
        published_raw=raw,
    )


def _video_id(item: Fields) -> str | None:
    named = _string(_fields(item, "contentDetails"), "videoId")
    video = named or _string(_fields(_fields(item, "snippet"), "resourceId"), "videoId")
    return video if video is not None and _VIDEO_ID.fullmatch(video) else None


def _is_withdrawn(item: Fields) -> bool:
    """Whether a video can no longer be seen; the list goes on to name it, under a title of its own making."""
    if _string(_fields(item, "status"), "privacyStatus") == "private":
        return True
    is_dated = _string(_fields(item, "contentDetails"), "videoPublishedAt") is not None
    return _string(_fields(item, "snippet"), "title") in _WITHDRAWN and not is_dated


def _video(
    video: str, *, title: str | None, description: str | None, published: StatedTime | None, published_raw: str | None
) -> Entry:
    text = "\n".join(filter(None, (title, description)))
    return Entry(
        url=video_url(video),
        guid=f"yt:video:{video}",
        title=" ".join(title.split()) if title else None,
        content_html=as_markup(line for raw in text.split("\n") if (line := " ".join(raw.split()))),
        published=published,
        published_raw=published_raw,
        links=_links(description or ""),
    )


def _links(description: str) -> tuple[str, ...]:
    found = (http_url(raw.rstrip(".,;:!?)]}»”")) for raw in _LINK.findall(description))
    return tuple(dict.fromkeys(link for link in found if link))[:MAX_LINKS]


def _details(document: Fields, source: _Source) -> ParsedChannel:
    """What a call about videos tells of them; one that can't be seen any more is not told of, so it is gone."""
    entries, items = [], list(_items(document))
    for item in items[:MAX_VIDEOS]:
        video = _string(item, "id")
        if video and _VIDEO_ID.fullmatch(video):
            views = _count(_fields(item, "statistics").get("viewCount"))
            duration_s = duration_of(_string(_fields(item, "contentDetails"), "duration"))
            entry = _video(video, title=None, description=None, published=None, published_raw=None)
            entries.append(replace(entry, links=None, views=views, duration_s=duration_s, only_adds=True))
    asked = ",".join(parse_qs(urlsplit(source.base_url).query).get("id", [])).split(",")
    is_whole = len(asked) <= VIDEOS_A_CALL and len(entries) == len(items)
    gone = _gone((video for video in asked if _VIDEO_ID.fullmatch(video)), shown=entries) if is_whole else ()
    return ParsedChannel(ChannelReading.OK if entries else ChannelReading.EMPTY, entries=tuple(entries), gone=gone)


def duration_of(stated: str | None) -> int | None:
    """Seconds in an ISO 8601 duration (``PT1H2M3S``); None for a live stream (``P0D``) and for what is none."""
    found = _DURATION.fullmatch(stated or "")
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * 86_400 + hours * 3_600 + minutes * 60 + seconds or None


def _from_feed(body: bytes, text: str, source: _Source) -> ParsedChannel:
    """The Atom feed: its entries with their descriptions as their texts."""
    parsed = parse_feed(
        body, base_url=source.base_url, zone=source.zone, now=source.now, content_type=source.content_type
    )
    views = _feed_views(text)
    videos = []
    for entry in parsed.entries:
        video = (entry.guid or "").rpartition(":")[2]
        if _VIDEO_ID.fullmatch(video):
            told = _video(
                video,
                title=entry.title,
                description=entry.summary,
                published=entry.published,
                published_raw=entry.published_raw,
            )
            videos.append(replace(told, views=views.get(video), updated_raw=entry.updated_raw))
    if parsed.entries and not videos:
        return _not_a_feed("a feed, but not of videos")
    return replace(parsed, entries=tuple(videos))


def _feed_views(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    video = None
    for match in _FEED_VIEWS.finditer(text):
        if match[1]:
            video = match[1]
        elif video is not None:
            found[video] = int(match[2])
    return found


def _stated(raw: str | None, source: _Source) -> StatedTime | None:
    return parse_stated_date(raw, zone=source.zone, now=source.now, source=TimeSource.FEED) if raw else None


def _items(document: Fields) -> Iterator[Fields]:
    items = document.get("items")
    yield from (item for item in items if isinstance(item, dict)) if isinstance(items, list) else ()


def _fields(fields: Fields, key: str) -> Fields:
    value = fields.get(key)
    return value if isinstance(value, dict) else {}


def _string(fields: Fields, key: str) -> str | None:
    value = fields.get(key)
    return clean_text(value).strip() or None if isinstance(value, str) else None


def _count(value: object) -> int | None:
    """A count as the API writes it, digits in a string."""
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    is_count = digits.isascii() and digits.isdecimal() and len(digits) < 16
    return int(digits) if is_count and int(digits) <= _MOST_VIEWS else None


def _not_a_feed(reason: str) -> ParsedChannel:
    return ParsedChannel(ChannelReading.NOT_A_FEED, error=reason)
