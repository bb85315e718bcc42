"""Which parts of a page are asked for while a browser shows it. Pure but for the count it keeps.

Only what can bring text: the page itself, which is there already, its scripts, and what these ask for. Of the page's
own host alone, for no other host's turn is ours; never what robots.txt closes, and nothing that sends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.urls import host_key, http_url

MOST_PARTS = 60  # of one page, asked for or remembered
SCRIPT, OF_A_SCRIPT = "script", "empty"
FRAMES = frozenset({"document", "iframe", "frame"})  # what is shown, not what a page is made of
_BY_ACCEPT = {"text/html": "document", "image/": "image", "text/css": "style"}


@dataclass(frozen=True, slots=True)
class PartAsked:
    """What the browser asks the gate for. ``destination``: what for, in the words of Sec-Fetch-Dest."""

    method: str
    url: str
    destination: str


def destination_of(headers: Mapping[str, str], url: str) -> str:
    """What a request is for: as it says itself over https, in the clear by its Accept and its address."""
    if headers.get("upgrade"):
        return "websocket"
    if stated := headers.get("sec-fetch-dest"):
        return stated.strip().lower()
    if "range" in headers:
        return "video"
    accept = headers.get("accept", "")
    found = next((kind for begin, kind in _BY_ACCEPT.items() if accept.startswith(begin)), None)
    return found or (SCRIPT if url.partition("?")[0].endswith((".js", ".mjs")) else OF_A_SCRIPT)


@dataclass(slots=True)
class PageRules:
    """The rules for the parts of one page. ``allows`` says what robots.txt lets us ask for."""

    page_url: str
    allows: Callable[[str], bool]
    parts: int = 0
    shown_url: str | None = None  # the page's address as the browser spells it

    def is_page(self, part: PartAsked) -> bool:
        """Whether it is the page itself: the first document of its host, and that address ever after."""
        if part.method != "GET" or part.destination != "document":
            return False
        if self.shown_url is None and _is_of_host(part.url, self.page_url):
            self.shown_url = part.url
        return part.url == self.shown_url

    def refusal(self, part: PartAsked) -> str | None:
        """Why ``part`` is not asked for; None where it is, and then it counts."""
        if part.method != "GET":
            return "it sends something"
        if not _is_of_host(part.url, self.page_url):
            return "it is another host's"
        if part.destination not in {SCRIPT, OF_A_SCRIPT}:
            return f"no text comes of a {part.destination}"
        if self.parts >= MOST_PARTS:
            return f"there were {MOST_PARTS} parts"
        if not self.allows(part.url):
            return "robots.txt disallows it"
        self.parts += 1
        return None


def _is_of_host(url: str, page_url: str) -> bool:
    read = http_url(url)
    return read is not None and host_key(read) == host_key(page_url)
