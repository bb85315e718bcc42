"""A small web for outlets that are asked through a proxy, and what is to be known of it after a crawl.

Two servers, one of them with TLS, serve every name by path. Nothing but the proxy knows where the names lead.

``liman`` is on https, ``qaya`` on http; ``dag`` has moved: its feed and one page lead to another host. ``birbasa`` and
``uzaq`` share the platform ``meydan.example``; only ``uzaq`` has a proxy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.certificates import new_authority, server_context
from tests.hostile_server import Behaviour, HostileServer, answer, page, redirect
from tests.proxies import LoopbackProxy

PAGES = {"liman": 110, "qaya": 90, "dag": 3, "birbasa": 2, "uzaq": 2}
NAMES = {
    "liman": "liman.example",
    "qaya": "qaya.example",
    "dag": "dag.example",
    "birbasa": "meydan.example",
    "uzaq": "meydan.example",
}
MOVED = "kocub.example"
_SENTENCES = (
    "Limanın yeni körpüsü bazar ertəsi səhər açılıb, gəmilər artıq ora yan alır.",
    "Tikinti düz iki il davam edib və körpünün uzunluğu yüz iyirmi metrdir.",
    "Sakinlər deyirlər ki, əvvəllər qarşı sahilə yalnız qayıqla keçmək olurdu.",
)


def title(outlet: str, number: int) -> str:
    """An article's title."""
    return f"{outlet.capitalize()} sahilindən {number} nömrəli xəbər"


def text(outlet: str, number: int) -> str:
    """Its text, as it is to be read."""
    return "\n\n".join(
        (f"Bu, {outlet} nəşrinin {number} nömrəli məqaləsidir, onu başqa heç kim yazmayıb.", *_SENTENCES)
    )


def _page(outlet: str, number: int) -> bytes:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text(outlet, number).split("\n\n"))
    heading = title(outlet, number)
    return (
        f"<!doctype html><html lang='az'><head><meta charset='utf-8'><title>{heading}</title></head><body><main>"
        f"<article><h1>{heading}</h1><div class='body'>{paragraphs}</div></article></main></body></html>"
    ).encode()


@dataclass
class ReachWorld:
    """The servers while they run. ``folder`` holds the catalogue and the authority's certificate."""

    folder: Path
    plain: HostileServer
    secure: HostileServer
    authority: Path
    names: dict[str, tuple[str, int]] = field(default_factory=dict)

    def base(self, outlet: str) -> str:
        """Where an outlet is: scheme, host and port."""
        server = self.secure if outlet == "liman" else self.plain
        return server.url("", host=NAMES[outlet])

    def url(self, outlet: str, number: int) -> str:
        """An article's address as the feed lists it."""
        return f"{self.base(outlet)}/{outlet}/{number}"

    @property
    def connections(self) -> int:
        """To both servers."""
        return self.plain.connections + self.secure.connections

    @property
    def requests(self) -> int:
        """That both servers read."""
        return len(self.plain.asked) + len(self.secure.asked)

    @property
    def peers(self) -> set[str]:
        """Addresses that connections came from."""
        return {*self.plain.peers, *self.secure.peers}

    def catalogue(self, *outlets: str) -> Path:
        """A folder with these outlets alone."""
        folder = self.folder / "-".join(("catalogue", *outlets))
        folder.mkdir()
        for outlet in outlets:
            (folder / f"{outlet}.toml").write_text(self._facts(outlet))
        return folder

    def proxy(self, **how: Any) -> LoopbackProxy:
        """A proxy that knows the world's names."""
        return LoopbackProxy(self.names, **how)

    def _facts(self, outlet: str) -> str:
        proxy = "" if outlet == "birbasa" else 'proxy = "tbilisi"\n'
        hosts = f'"{NAMES[outlet]}:{self._port(outlet)}"'
        return f"""
slug = "{outlet}"
name = "{outlet.capitalize()}"
languages = ["az"]
{"" if outlet in {"birbasa", "uzaq"} else f"hosts = [{hosts}]"}
{proxy}
article_url = '/{outlet}/[0-9]+$'
[[groups]]
group = "exile"
reason = "Invented."
[politeness]
delay_s = 0
timeout_s = 5
[[channels]]
slug = "feed"
kind = "feed"
url = "{self.base(outlet)}/{outlet}/feed"
language = "az"
body = "summary"
"""

    def _port(self, outlet: str) -> int:
        return (self.secure if outlet == "liman" else self.plain).port

    def fill(self) -> None:
        """Serve everything."""
        for outlet, pages in PAGES.items():
            server = self.secure if outlet == "liman" else self.plain
            served: dict[str, Behaviour] = dict(server.behaviours)
            served["/robots.txt"] = answer(
                b"User-agent: *\nDisallow: /private\n", headers=[("Content-Type", "text/plain")]
            )
            served[f"/{outlet}/feed"] = self._feed(outlet)
            for number in range(pages):
                served[f"/{outlet}/{number}"] = page(_page(outlet, number))
            server.behaviours = served
            self.names[f"{NAMES[outlet]}:{server.port}"] = ("127.0.0.1", server.port)
        moved = {
            "/moved/feed": self._feed("dag"),
            "/dag/feed": redirect(self.plain.url("/moved/feed", host=MOVED)),
            "/dag/0": redirect(self.plain.url("/moved/0", host=MOVED)),
            "/moved/0": page(_page("dag", 0)),
        }
        self.plain.behaviours = {**self.plain.behaviours, **moved}
        self.names[f"{MOVED}:{self.plain.port}"] = ("127.0.0.1", self.plain.port)

    def _feed(self, outlet: str) -> Behaviour:
        items = "".join(
            f"<item><title>{title(outlet, n)}</title><link>{self.url(outlet, n)}</link></item>"
            for n in range(PAGES[outlet])
        )
        head = f"<title>{outlet}</title><link>{self.base(outlet)}/</link>"
        body = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>"
        return answer(body.encode(), headers=[("Content-Type", "application/rss+xml; charset=utf-8")])


@contextmanager
def reach_world(folder: Path) -> Iterator[ReachWorld]:
    """The world, served until the block ends."""
    authority = new_authority(folder)
    with ExitStack() as stack:
        plain = stack.enter_context(HostileServer(behaviours={}))
        secure = stack.enter_context(
            HostileServer(behaviours={}, tls=server_context(folder, NAMES["liman"], authority))
        )
        world = ReachWorld(folder, plain, secure, authority.path)
        world.fill()
        yield world
