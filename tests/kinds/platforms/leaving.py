"""A loopback world whose posts and videos go, and what Parallax must make of that, written by hand.

Served like ``tests.kinds.platforms.world``, twenty posts a page. In "gedis" post 25 goes while the newest page reaches
over it, 10 goes and 12 is edited once no page that is polled shows them, 41 goes and is back. "bagli" closes its
previews with all its posts. Of the videos of "lent" one goes private; the API tells of none of "sonuk" any more.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.kinds.platforms.answer import Answer
from tests.kinds.platforms.api import KEY, api_json, refusal, video
from tests.kinds.platforms.telegram_pages import Shown, closed_page, page
from tests.kinds.platforms.world import API, TELEGRAM, serve

STAGES = tuple(
    datetime.fromisoformat(at)
    for at in (
        "2026-03-01T09:05:00+04:00",
        "2026-03-01T18:05:00+04:00",
        "2026-03-02T09:05:00+04:00",
        "2026-03-03T18:05:00+04:00",
        "2026-03-05T09:05:00+04:00",
    )
)
POSTS_A_PAGE = 20
_CHANNEL = """
    slug = "{slug}"
    name = "{slug}"
    languages = ["az"]
    groups = [{{ group = "exile", reason = "Invented." }}]
    channels = [{{ slug = "{kind}", kind = "{kind}", {address} }}]
    politeness = {{ delay_s = 0.0 }}
"""
CATALOGUE: Mapping[str, str] = {
    "gedis": _CHANNEL.format(slug="gedis", kind="telegram", address='handle = "GedisXeber"'),
    "bagli": _CHANNEL.format(slug="bagli", kind="telegram", address='handle = "bagli_az"'),
    "lent": _CHANNEL.format(slug="lent", kind="youtube", address='channel_id = "UCinvented0000000000000c"'),
    "sonuk": _CHANNEL.format(slug="sonuk", kind="youtube", address='channel_id = "UCinvented0000000000000d"'),
}
NEWEST = (26, 40, 45, 50, 60)  # the number of the newest post of "gedis" at each stage
_FIRST_AT = datetime.fromisoformat("2026-02-28T20:00:00+00:00")
_GONE: Mapping[int, frozenset[int]] = {  # by stage
    0: frozenset(),
    1: frozenset({25}),
    2: frozenset({25, 10}),
    3: frozenset({25, 10, 41}),
    4: frozenset({10}),
}
UPLOADS: Mapping[str, tuple[tuple[int, ...], ...]] = {  # newest first, as far as the list goes
    "UUinvented0000000000000c": ((3, 2, 1), (5, 4), (5, 4), (5, 4), (5, 4)),
    "UUinvented0000000000000d": ((8, 7), (9,), (9,), (9,), (9,)),
}


def posts(stage: int) -> list[Shown]:
    """All posts of "gedis" at a stage, the oldest first."""
    numbers = (number for number in range(1, NEWEST[stage] + 1) if number not in _GONE[stage])
    return [Shown(number, _at(number), _text(number, stage), views=str(100 * stage + number)) for number in numbers]


def _at(number: int) -> str:
    return (_FIRST_AT + timedelta(minutes=10 * number)).isoformat()


def _text(number: int, stage: int) -> str:
    return "Düzəliş: iclas sabahdır." if (number, stage >= 2) == (12, True) else f"Xəbər {number}."


def answer(host: str, path: str, stage: int, headers: Mapping[str, str]) -> Answer:
    """What the world says to a request at a stage."""
    parts = urlsplit(path)
    if parts.path == "/robots.txt":
        return Answer(404, "text/plain", b"")
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    if host == TELEGRAM and parts.path == "/s/GedisXeber":
        before = int(asked.get("before", 10**6))
        shown = [one for one in posts(stage) if one.number < before][-POSTS_A_PAGE:]
        return _html(page("GedisXeber", shown, before=shown[0].number))
    if host == TELEGRAM and parts.path == "/s/bagli_az":
        return _html(closed_page("bagli_az") if stage > 0 else page("bagli_az", posts(0)[-3:]))
    if host == API:
        return _api(parts.path, asked, stage, {name.lower(): value for name, value in headers.items()})
    return Answer(404, "text/plain", b"")


def _api(path: str, asked: Mapping[str, str], stage: int, headers: Mapping[str, str]) -> Answer:
    if headers.get("x-goog-api-key") != KEY:
        return refusal(400, "badRequest", details="API_KEY_INVALID")
    match path.removeprefix("/youtube/v3/"):
        case "playlistItems":
            listed = UPLOADS[asked["playlistId"]][stage]
            at = "2026-03-01T04:00:00Z"
            return api_json("playlistItemListResponse", [video(video_id(n), f"Video {n}", "", at) for n in listed])
        case "videos":
            told = [one for one in asked["id"].split(",") if _is_told(one, stage)]
            return api_json("videoListResponse", [_details(one, stage) for one in told])
    return refusal(404, "notFound")


def video_id(number: int) -> str:
    """The id of a video."""
    return f"video{number:06}"


def _is_told(video: str, stage: int) -> bool:
    """Video 2 goes private, and of 7 to 9 nothing is told any more."""
    is_gone = (video == video_id(2) and stage >= 2) or (video >= video_id(7) and stage >= 2)
    return not is_gone


def _details(video: str, stage: int) -> dict[str, Any]:
    return {"id": video, "contentDetails": {"duration": "PT1M"}, "statistics": {"viewCount": str(100 + stage)}}


def _html(text: str) -> Answer:
    return Answer(200, "text/html; charset=utf-8", text.encode())


if __name__ == "__main__":
    serve(Path(sys.argv[1]), answer)
