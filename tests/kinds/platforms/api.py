"""YouTube's Data API as the world of platforms plays it: invented videos in its answers' form, and its refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.kinds.platforms.answer import Answer

KEY = "AIzaInventedKeyOfTheSampleWorld00000001"
TOPLU, KANAL = "UUinvented0000000000000a", "UUinvented0000000000000b"
FIRST_TEXT = "Rayonda su üç gündür kəsilib.\n\nƏtraflı: https://sahil.example/su?a=1&b=2"
EDITED_TEXT = "Rayonda su dörd gündür kəsilib.\n\nƏtraflı: https://sahil.example/su?a=1&b=2"


def video(video_id: str, title: str, text: str, at: str) -> dict[str, Any]:
    """An item of a list of uploads."""
    return {
        "kind": "youtube#playlistItem",
        "snippet": {"publishedAt": at, "channelTitle": "Toplu TV", "title": title, "description": text},
        "contentDetails": {"videoId": video_id, "videoPublishedAt": at},
        "status": {"privacyStatus": "public"},
    }


PRIVATE = {
    "kind": "youtube#playlistItem",
    "snippet": {"title": "Private video", "description": "This video is private."},
    "contentDetails": {"videoId": "toplu000pri"},
    "status": {"privacyStatus": "private"},
}
_WATER = ("toplu000001", "Su yoxdur", "2026-03-01T04:00:00Z")
_LIVE = video("toplu000002", "Canlı: iclas", "İclas davam edir.", "2026-03-01T13:00:00Z")
UPLOADS: Mapping[str, tuple[list[dict[str, Any]], ...]] = {
    TOPLU: (
        [PRIVATE, video(_WATER[0], _WATER[1], FIRST_TEXT, _WATER[2])],
        [_LIVE, PRIVATE, video(_WATER[0], _WATER[1], EDITED_TEXT, _WATER[2])],
        [],
    ),
    KANAL: ([video("kanal000001", "Qısa xəbər", "", "2026-03-01T03:30:00Z")],) * 3,
}
DETAILS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "toplu000001": (
        {"contentDetails": {"duration": "PT12M34S"}, "statistics": {"viewCount": "97"}},
        {"contentDetails": {"duration": "PT12M34S"}, "statistics": {"viewCount": "2650"}},
    ),
    "toplu000002": ({}, {"contentDetails": {"duration": "P0D"}, "statistics": {"viewCount": "5"}}),
    "kanal000001": ({"contentDetails": {"duration": "PT59S"}, "statistics": {"likeCount": "3"}},) * 3,
}


def api_answer(path: str, stage: int, headers: Mapping[str, str]) -> Answer:
    """What the API says; without the key it refuses, and at the last stage the day's quota is used up for one list."""
    if headers.get("x-goog-api-key") != KEY:
        return refusal(400, "badRequest", details="API_KEY_INVALID")
    parts = urlsplit(path)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    match parts.path.removeprefix("/youtube/v3/"):
        case "channels":
            found = [{"kind": "youtube#channel", "id": "UCinvented0000000000000b"}]
            return api_json("channelListResponse", found if asked.get("forHandle") == "@KanalOn" else [])
        case "playlistItems" if asked["playlistId"] == TOPLU and stage == 2:
            return refusal(403, "quotaExceeded")
        case "playlistItems":
            return api_json("playlistItemListResponse", UPLOADS[asked["playlistId"]][stage])
        case "videos":
            return api_json("videoListResponse", [_details_of(one, stage) for one in asked["id"].split(",")])
    return refusal(404, "notFound")


def _details_of(video_id: str, stage: int) -> dict[str, Any]:
    """What it tells of a video: at later stages what it told last."""
    told = DETAILS[video_id]
    return {"id": video_id, **told[min(stage, len(told) - 1)]}


def refusal(status: int, reason: str, *, details: str | None = None) -> Answer:
    """An error in the API's form."""
    error: dict[str, Any] = {"code": status, "message": f"Refused: {KEY}", "errors": [{"reason": reason}]}
    if details:
        error["details"] = [{"reason": details}]
    return Answer(status, "application/json; charset=UTF-8", json.dumps({"error": error}).encode())


def api_json(kind: str, items: list[dict[str, Any]]) -> Answer:
    """An answer with these items."""
    body = json.dumps({"kind": f"youtube#{kind}", "items": items}, ensure_ascii=False).encode()
    return Answer(200, "application/json; charset=UTF-8", body)
