"""A small loopback web of invented outlets, one healthy and the others broken on purpose, each in one way."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

TEXTS = (
    (
        "Limanda yeni gəmi suya salınıb və mərasimdə yüzlərlə fəhlə öz ailəsi ilə birlikdə iştirak edib.",
        "Gəminin uzunluğu doxsan metrdir, onu yerli ustalar üç il ərzində öz əlləri ilə qurub başa çatdırıblar.",
        "Kapitan ilk səfərin gələn həftə başlayacağını və gəminin şimal limanlarına yük daşıyacağını bildirib.",
    ),
    (
        "Dağ kəndində qar uçqunu yolu bağlayıb, xilasedicilər səhərdən axşama qədər yolu açmağa çalışıblar.",
        "Heç kim xəsarət almayıb, lakin məktəblərdə dərslər iki gün müddətinə dayandırılıb, deyə idarə xəbər verir.",
        "Sinoptiklər həftənin sonuna qədər qarın davam edəcəyini, sonra isə havanın istiləşəcəyini söyləyirlər.",
    ),
    (
        "Kitabxanada qədim əlyazmaların sərgisi açılıb, ziyarətçilər onları ilk dəfə bu qədər yaxından görürlər.",
        "Sərgidə əlli əlyazma nümayiş olunur, onların ən köhnəsi min il bundan əvvəl dəri üzərində yazılıb.",
        "Kuratorun sözlərinə görə, sərgi yayın əvvəlinə qədər davam edəcək və giriş hamı üçün pulsuz olacaq.",
    ),
    (
        "Şəhər rəhbərliyi bazar ertəsi səhər yeni körpünün açılışını elan etdi və sakinləri mərasimə dəvət etdi.",
        "Tikintiyə iki il vaxt sərf olunub, layihənin dəyəri isə hələ də açıqlanmayıb, deyə nümayəndə bildirdi.",
        "Mühəndislər növbəti ildə daha üç körpünün təmir ediləcəyini və yolların genişləndiriləcəyini vəd edirlər.",
    ),
)
ENGLISH = (
    "The city council announced on Monday morning that the new bridge would be opened to the public this week.",
    "Residents of the villages on the far bank had crossed the river by boat for years, and in winter not at all.",
    "Engineers say that three more bridges will be repaired next year and that the roads will be widened as well.",
)
RSS = "application/rss+xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
BOILERPLATE = "Bu xəbərlərin hamısını saytımızda oxuyun və dostlarınızla paylaşmağı unutmayın, bizi izləyin."


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for a path."""

    body: str = ""
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Sites:
    """Answers by (host, path); anything else is a 404. ``asked``: (monotonic seconds, host, path), in order."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    asked: list[tuple[float, str, str]] = field(default_factory=list)
    port: int = 0
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        sites = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                sites._send(self)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing is printed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def _send(self, handler: BaseHTTPRequestHandler) -> None:
        host = (handler.headers.get("Host") or "").partition(":")[0]
        self.asked.append((time.monotonic(), host, handler.path))
        answer = self.answers.get((host, handler.path)) or self.answers.get((host, "*")) or Answer("yox", 404)
        body = answer.body.replace("{port}", str(self.port)).encode()
        handler.send_response(answer.status)
        handler.send_header("Content-Type", answer.content_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers:
            handler.send_header(name, value.replace("{port}", str(self.port)))
        handler.end_headers()
        handler.wfile.write(body)

    def put(self, host: str, path: str, body: str = "", **how: object) -> None:
        """Have ``path`` of ``host`` answered so; ``{port}`` in it is this server's."""
        self.answers[host, path] = Answer(body, **how)  # type: ignore[arg-type]

    def environ(self, catalogue: Path, **more: str) -> dict[str, str]:
        """The settings that lead a program here."""
        hosts = sorted({host for host, _ in self.answers})
        return {
            "PARALLAX_CATALOGUE": str(catalogue),
            "PARALLAX_CATALOGUE_MODE": "only",
            "PARALLAX_HOSTS": ",".join(f"{host}=127.0.0.1" for host in hosts),
            "PARALLAX_ALLOWED_NETWORKS": "127.0.0.0/8",
            "PARALLAX_CONTACT": "operator@sample.example",
            "PARALLAX_CLOCK": "2026-03-03T12:00:00+04:00@0",
            **more,
        }


def page(number: int, *sentences: str, date: str | None = "2026-03-03T09:0{n}:00+04:00", **how: str) -> str:
    """An article's page, each number with a text of its own; ``tail``: a paragraph behind it."""
    said = sentences or TEXTS[(number - 1) % len(TEXTS)]
    stamp = date.replace("{n}", str(number)) if date else None
    meta = f'<meta property="article:published_time" content="{stamp}">' if stamp else ""
    title = how.get("title", f"Yeni körpü açıldı, hissə {number}")
    tail = f"<p>{how['tail']}</p>" if "tail" in how else ""
    text = "".join(f"<p>{sentence}</p>" for sentence in said)
    return (
        f'<!doctype html><html lang="{how.get("lang", "az")}"><head><meta charset="utf-8">'
        f"<title>{title}</title>{meta}</head>"
        f'<body><main><article><h1>{title}</h1><div class="text">{text}{tail}</div></article></main></body></html>'
    )


def feed(host: str, *, count: int = 4, dates: bool = True, path: str = "/xeber/{n}", date: str | None = None) -> str:
    """A feed of ``count`` items at ``path``, dated a few hours apart unless ``date`` is given for all."""
    items = []
    for number in range(1, count + 1):
        link = f"http://{host}:{{port}}{path.replace('{n}', str(number))}"
        stamp = date or f"Tue, 03 Mar 2026 0{9 - 2 * number if number < 5 else 0}:00:00 +0400"
        dated = f"<pubDate>{stamp}</pubDate>" if dates else ""
        items.append(f"<item><title>Körpü {number}</title><link>{link}</link><guid>{link}</guid>{dated}</item>")
    head = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{host}</title>"
    return f"{head}{''.join(items)}</channel></rss>"


def outlet_toml(slug: str, port: int, *lines: str, channels: Mapping[str, str] | None = None) -> str:
    """An outlet's file; ``channels`` are the paths of its feeds by name, ``lines`` stand before its tables."""
    host = f"{slug}.example:{port}"
    tables = [line for line in lines if line.startswith("[")]
    plain = [line for line in lines if not line.startswith("[")]
    text = [f'slug = "{slug}"', f'name = "{slug.title()}"', f'hosts = ["{host}"]', 'languages = ["az"]', *plain]
    text += ["[[groups]]", 'group = "independent"', 'reason = "Invented."']
    for name, address in (channels or {"feed": "/rss"}).items():
        url = address if "://" in address else f"http://{host}{address}"
        text += ["[[channels]]", f'slug = "{name}"', 'kind = "feed"', f'url = "{url}"', 'evidence = "A"']
    return "\n".join([*text, "[politeness]", "delay_s = 0.05", *tables]) + "\n"
