"""What the outlets of this world are made of. Pure; all is invented."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

SENTENCES = (
    "Şəhərin şimalındakı köhnə körpü bu yaz təmirə bağlanır və sakinlər dolayı yoldan istifadə edəcəklər.",
    "İdarə işlərin üç ay çəkəcəyini, xərcin isə hələ hesablanmadığını bildirib.",
    "Kənd sakinləri illərdir təmir gözlədiklərini və heç kimin onlara cavab vermədiyini deyirlər.",
)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """An outlet with one channel. ``serves``: (host with port, path with query) to an answer; None is a 404.

    ``more``: lines of TOML above its tables.
    """

    slug: str
    channel: str  # lines of TOML; {origin} is the site's address
    serves: Callable[[str, str], Reply | None]
    more: str = ""

    @property
    def host(self) -> str:
        """Its one host."""
        return f"{self.slug}.example"


def html(inside: str, *, head: str = "") -> Reply:
    document = f"<!doctype html><html lang='az'><head><meta charset='utf-8'>{head}</head><body>{inside}</body></html>"
    return Reply(200, "text/html; charset=utf-8", document.encode())


def article(path: str) -> Reply:
    name = path.strip("/").replace("/", " ")
    told = "".join(f"<p>{name}. {sentence}</p>" for sentence in SENTENCES)
    return html(f"<main><article><h1>Körpü barədə yazı {name}</h1>{told}</article></main>")


def xml(element: str, items: Iterable[str]) -> Reply:
    inside = "".join(items)
    text = f"<?xml version='1.0'?>\n<{element} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{inside}</{element}>"
    return Reply(200, "application/xml", text.encode())
