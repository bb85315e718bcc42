"""A small loopback world of platforms: what it answers follows from the request and the stage that it stands at.

``python -m tests.kinds.platforms.world FOLDER`` serves it and prints its port. The stage, a number, is read from
``FOLDER/stage`` at each request; what was asked is written to ``FOLDER/requests``, a line each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.kinds.platforms.answer import Answer
from tests.kinds.platforms.api import KEY, api_answer
from tests.kinds.platforms.telegram_pages import Shown, closed_page, contact_page, page

TELEGRAM = "telegram.example"
API = "api.example"
VIDEOS = "videos.example"  # where the Atom feeds are, closed by robots.txt
STAGES = tuple(
    datetime.fromisoformat(at)
    for at in ("2026-03-01T09:05:00+04:00", "2026-03-01T18:05:00+04:00", "2026-03-02T09:05:00+04:00")
)
CATALOGUE: Mapping[str, str] = {
    "sahil": """
        slug = "sahil"
        name = "Sahil"
        languages = ["az", "ru"]
        groups = [{ group = "exile", reason = "Invented." }]
        channels = [{ slug = "telegram", kind = "telegram", handle = "SahilXeber" }]
        politeness = { delay_s = 0.0 }
    """,
    "dalga": """
        slug = "dalga"
        name = "Dalğa"
        languages = ["az"]
        groups = [{ group = "independent", reason = "Invented." }]
        channels = [{ slug = "telegram", kind = "telegram", handle = "dalga_az" }]
        politeness = { delay_s = 0.0 }
    """,
    "yoxdur": """
        slug = "yoxdur"
        name = "Yoxdur"
        languages = ["az"]
        groups = [{ group = "unknown", reason = "Invented." }]
        channels = [{ slug = "telegram", kind = "telegram", handle = "yoxkanal" }]
        politeness = { delay_s = 0.0 }
    """,
    "toplu": """
        slug = "toplu"
        name = "Toplu TV"
        languages = ["az"]
        groups = [{ group = "exile", reason = "Invented." }]
        channels = [{ slug = "youtube", kind = "youtube", channel_id = "UCinvented0000000000000a" }]
        politeness = { delay_s = 0.0 }
    """,
    "kanal": """
        slug = "kanal"
        name = "Kanal"
        languages = ["az"]
        groups = [{ group = "exile", reason = "Invented." }]
        channels = [
            { slug = "youtube", kind = "youtube", handle = "KanalOn" },
            { slug = "old-name", kind = "youtube", user = "kanalon" },
        ]
        politeness = { delay_s = 0.0 }
    """,
}

PLAN = "Bakı limanının yeni planı <b>açıqlanıb</b>.<br/><br/>Sakinlər iclasa çağırılmayıb."
PLAN_EDITED = "Bakı limanının yeni planı <b>açıqlanıb</b>.<br/><br/>Sakinlər iclasa sabah çağırılacaq."
RUSSIAN = (
    'Жители посёлка вышли к воротам порта и требуют встречи с его начальником. <a href="https://liman.example/a?x=1&amp;amp;y=2"'
    ' onclick="return confirm()">Подробнее</a>'
)
VIDEO = '<a class="tgme_widget_message_video_player"><time class="message_video_duration">12:34</time></a>'
_OLD = (
    Shown(
        41, "2026-02-28T18:00:00+00:00", "Gəmi səhər tezdən limana daxil olub.", views="853", quoted="Gəmi haradadır?"
    ),
    Shown(42, "2026-02-28T19:30:00+00:00", "Kanal şəkli dəyişdi", is_service=True),
    Shown(43, "2026-03-01T03:00:00+00:00", None, media=VIDEO, views="1.2K"),
)
_RUSSIAN = Shown(44, "2026-03-01T04:10:00+00:00", RUSSIAN, views="2.65K", forwarded_from="Порт сегодня")
_LATER = Shown(46, "2026-03-01T12:00:00+00:00", "Təcili!", views="12")
SAHIL = (
    (*_OLD, _RUSSIAN, Shown(45, "2026-03-01T04:40:00+00:00", PLAN, views="97")),
    (*_OLD, _RUSSIAN, Shown(45, "2026-03-01T04:40:00+00:00", PLAN_EDITED, views="1.3K", is_edited=True), _LATER),
    (_RUSSIAN, Shown(45, "2026-03-01T04:40:00+00:00", PLAN_EDITED, views="1.3K", is_edited=True), _LATER),
)
DALGA = (Shown(7, "2026-03-02T03:00:00+00:00", "Dəniz qırağında yeni istirahət zonası açılacaq.", views="40"),)


def answer(host: str, path: str, stage: int, headers: Mapping[str, str]) -> Answer:
    """What the world says to a request at a stage."""
    if path == "/robots.txt":
        is_closed = host == VIDEOS
        robots = b"User-agent: *\nDisallow: /feeds/videos.xml\n"
        return Answer(200, "text/plain", robots) if is_closed else Answer(404, "text/plain", b"")
    if host == TELEGRAM:
        return _telegram(path, stage)
    if host == API:
        return api_answer(path, stage, {name.lower(): value for name, value in headers.items()})
    return Answer(404, "text/plain", b"")


def _telegram(path: str, stage: int) -> Answer:
    match path:
        case "/s/SahilXeber":
            return _html(page("SahilXeber", SAHIL[stage], title="Sahil", before=41))
        case "/s/dalga_az":
            return _html(closed_page("dalga_az") if stage < 2 else page("dalga_az", DALGA, title="Dalğa"))
        case "/s/yoxkanal":
            return Answer(302, "text/html", b"", location="/yoxkanal")
        case "/yoxkanal":
            return _html(contact_page("yoxkanal"))
    return Answer(404, "text/html", b"")


def _html(text: str) -> Answer:
    return Answer(200, "text/html; charset=utf-8", text.encode())


def environ_of(folder: Path, port: int, outlets: Mapping[str, str] = CATALOGUE) -> dict[str, str]:
    """The settings that lead Parallax to the world, with the catalogue of ``outlets`` written to ``folder``."""
    catalogue = folder / "catalogue"
    (catalogue / "topics").mkdir(parents=True)
    for slug, facts in outlets.items():
        (catalogue / f"{slug}.toml").write_text(
            "\n".join(line.strip() for line in facts.splitlines()), encoding="utf-8"
        )
    return {
        "PARALLAX_CATALOGUE": str(catalogue),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PARALLAX_HOSTS": ",".join(f"{host}=127.0.0.1" for host in (TELEGRAM, API, VIDEOS)),
        "PARALLAX_TELEGRAM_URL": f"http://{TELEGRAM}:{port}",
        "PARALLAX_YOUTUBE_API_URL": f"http://{API}:{port}/youtube/v3",
        "PARALLAX_YOUTUBE_FEED_URL": f"http://{VIDEOS}:{port}/feeds/videos.xml",
        "PARALLAX_YOUTUBE_API_KEY": KEY,
    }


def main() -> None:
    """Serve until killed."""
    serve(Path(sys.argv[1]), answer)


def serve(folder: Path, answer: Callable[[str, str, int, Mapping[str, str]], Answer]) -> None:
    """Serve what ``answer`` says to host, path, stage and headers, on a free port that is printed."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").partition(":")[0]
            with (folder / "requests").open("a", encoding="utf-8") as log:
                log.write(json.dumps([host, self.path, dict(self.headers.items())]) + "\n")
            found = answer(host, self.path, int((folder / "stage").read_text()), dict(self.headers.items()))
            self.send_response(found.status)
            self.send_header("Content-Type", found.content_type)
            if found.location:
                self.send_header("Location", found.location)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
