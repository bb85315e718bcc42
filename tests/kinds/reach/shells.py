"""Outlets whose pages are shells: a script asks for the text and builds it, and for what it must not get."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.hostile_server import Behaviour, HostileServer, answer, page

TITLE = "Qum adasında mayak yenidən yandırılıb"
PARAGRAPHS = (
    "Qum adasındakı köhnə mayak otuz ildən sonra ilk dəfə yandırılıb, balıqçılar onu uzaqdan görüblər.",
    "Təmir işləri iki yay davam edib və kənd sakinləri daşları özləri daşıyıblar.",
    "Mayakçı deyir ki, işıq indi hər gecə saat doqquzdan sübhə qədər yanacaq.",
    "Növbəti ildə adaya kiçik bir muzey də köçürüləcək, onun binası artıq hazırdır.",
)
TEXT = "\n\n".join(PARAGRAPHS)

_SHELL = """<!doctype html><html lang="az"><head><meta charset="utf-8"><title>Yüklənir</title>
<link rel="stylesheet" href="/style.css"><script src="http://third.example/t.js"></script></head>
<body><div id="root">Yüklənir…</div><img src="/picture.png"><iframe src="/frame"></iframe>
<script src="/app.js"></script></body></html>"""

_APP = """
const wanted = [%(wants)s];
for (const url of wanted) fetch(url).catch(() => 0);
fetch("/send", {method: "POST", body: "x"}).catch(() => 0);
try { new WebSocket("ws://" + location.host + "/socket"); } catch (e) {}
fetch("/api" + location.pathname).then(r => r.json()).then(article => {
  setTimeout(() => {
    document.title = article.title;
    const text = article.paragraphs.map(p => `<p>${p}</p>`).join("");
    document.getElementById("root").innerHTML =
      `<main><article><h1>${article.title}</h1><div class="body">${text}</div></article></main>`;
    setTimeout(() => { location.href = "/elsewhere"; }, 100);
  }, 700);
});
"""


def shells(wants: tuple[str, ...] = (), pages: int = 2) -> Mapping[str, Behaviour]:
    """What a server of such an outlet serves; its script asks for all of ``wants`` besides."""
    app = _APP % {"wants": ", ".join(json.dumps(url) for url in wants)}
    article = json.dumps({"title": TITLE, "paragraphs": PARAGRAPHS}, ensure_ascii=False).encode()
    served: dict[str, Behaviour] = {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /private\n"),
        "/feed": _feed(pages),
        "/app.js": answer(app.encode(), headers=[("Content-Type", "text/javascript"), ("Set-Cookie", "a=1")]),
    }
    for number in range(pages):
        served[f"/{number}"] = page(_SHELL.encode())
        served[f"/api/{number}"] = answer(article, headers=[("Content-Type", "application/json; charset=utf-8")])
    return served


def _feed(pages: int) -> Behaviour:
    links = "".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in range(pages))
    body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Qum</title>{links}</channel></rss>"
    return answer(body.encode(), headers=[("Content-Type", "application/rss+xml; charset=utf-8")])


def catalogue(folder: Path, server: HostileServer, *, host: str, more: str = "", delay_s: float = 0) -> Path:
    """A folder with one outlet that wants a browser."""
    place = folder / "catalogue"
    place.mkdir()
    (place / "qum.toml").write_text(
        f"""
slug = "qum"
name = "Qum"
languages = ["az"]
hosts = ["{host}:{server.port}"]
article_url = '/[0-9]+$'
render = true
{more}
[[groups]]
group = "exile"
reason = "Invented."
[politeness]
delay_s = {delay_s}
timeout_s = 5
[[channels]]
slug = "feed"
kind = "feed"
url = "{server.url("/feed", host=host)}"
language = "az"
body = "none"
"""
    )
    return place
