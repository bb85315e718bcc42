"""What the outlets of this world serve at each of four moments. Pure; all of it is invented."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

BAKU = timezone(timedelta(hours=4))
MOMENTS = (
    datetime(2026, 3, 1, 22, 30, tzinfo=BAKU),
    datetime(2026, 3, 1, 23, 40, tzinfo=BAKU),
    datetime(2026, 3, 2, 0, 40, tzinfo=BAKU),
    datetime(2026, 3, 2, 12, 0, tzinfo=BAKU),
)
PAGE = 5  # entries on a page of the list
ADDED = "/senedler/hesabat-7"  # what is added by hand
_NS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
_TEXTS = {
    "az": (
        "Şəhərin şimalındakı köhnə körpü bu yaz təmirə bağlanır və sakinlər dolayı yoldan istifadə edəcəklər.",
        "İdarə işlərin üç ay çəkəcəyini, xərcin isə hələ hesablanmadığını bildirib.",
        "Kənd sakinləri illərdir təmir gözlədiklərini və heç kimin onlara cavab vermədiyini deyirlər.",
    ),
    "ru": (
        "Старый мост на севере города этой весной закрывают на ремонт, жителям придётся ездить в объезд.",
        "В управлении сообщили, что работы займут три месяца, а стоимость их пока не подсчитана.",
        "Жители сёл говорят, что ждали ремонта много лет и никто им не отвечал.",
    ),
    "tr": (
        "Kentin kuzeyindeki eski köprü bu bahar onarım için kapatılıyor, halk başka bir yoldan gidecek.",
        "Yetkililer çalışmaların üç ay süreceğini, maliyetin ise henüz hesaplanmadığını açıkladı.",
        "Köylüler yıllardır onarım beklediklerini ve kimsenin kendilerine yanıt vermediğini söylüyor.",
    ),
    "en": (
        "The old bridge in the north of the town closes for repair this spring and people will have to go around.",
        "The office said that the work would take three months and that its cost had not been worked out yet.",
        "Villagers say that they have waited for the repair for years and that nobody ever answered them.",
    ),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Site:
    """An outlet and its channel. ``serves``: (host with port, path with query, moment) to an answer; None is a 404."""

    slug: str
    language: str
    kind: str
    address: str
    serves: Callable[[str, str, int], Reply | None]

    @property
    def host(self) -> str:
        """Its one host."""
        return f"{self.slug}.example"


def answer(host: str, path: str, moment: int) -> Reply:
    """What ``host`` (with its port) answers at that moment."""
    site = next((site for site in SITES if site.host == host.partition(":")[0]), None)
    found = site.serves(host, path, moment) if site is not None else None
    return found or Reply(404, "text/html; charset=utf-8", b"<html><body><h1>404</h1></body></html>")


def _xml(text: str) -> Reply:
    return Reply(200, "application/xml", f"<?xml version='1.0' encoding='UTF-8'?>\n{text}".encode())


def _urlset(host: str, urls: Iterable[tuple[str, str | None]]) -> Reply:
    """Paths, each with its lastmod."""
    items = (f"<url><loc>http://{host}{path}</loc>{_lastmod(at)}</url>" for path, at in urls)
    return _xml(f"<urlset {_NS}>{''.join(items)}</urlset>")


def _index(host: str, children: Iterable[tuple[str, str | None]]) -> Reply:
    items = (f"<sitemap><loc>http://{host}{path}</loc>{_lastmod(at)}</sitemap>" for path, at in children)
    return _xml(f"<sitemapindex {_NS}>{''.join(items)}</sitemapindex>")


def _lastmod(at: str | None) -> str:
    return f"<lastmod>{at}</lastmod>" if at else ""


def _page(path: str, language: str, more: str = "") -> Reply:
    """An article's page: another title for each address."""
    number = path.rpartition("-")[2]
    first, *rest = _TEXTS[language]
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in (f"{number}. {first}", *rest, more) if sentence)
    title = f"{first.partition(' ')[0]} {number}: {path.strip('/').replace('/', ' ')}"
    html = (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><main><article><h1>{title}</h1>{paragraphs}</article></main></body></html>"
    )
    return Reply(200, "text/html; charset=utf-8", html.encode())


def _by_robots(host: str, path: str, moment: int) -> Reply | None:
    """robots.txt names an index of months; the newest is gzip, an old one moves at the last moment."""
    old = "2024-05-01T10:00:00+04:00" if moment < 3 else "2026-03-02T11:00:00+04:00"
    match path:
        case "/robots.txt":
            return Reply(200, "text/plain", b"User-agent: *\nDisallow: /gizli\nSitemap: /sitemap-index.xml\n")
        case "/sitemap-index.xml":
            months = [("/sitemap-2024-05.xml", old), ("/sitemap-2026-02.xml", None), ("/sitemap-2026-03.xml.gz", None)]
            return _index(host, [*months, ("/tag-sitemap.xml", None), ("/sitemap-2026-01.xml", None)])
        case "/sitemap-2024-05.xml":
            edited = ("/xeber/kohne-2", "2026-03-02T11:00:00+04:00")
            return _urlset(host, [("/xeber/kohne-1", "2024-05-01T10:00:00+04:00"), edited])
        case "/sitemap-2026-02.xml":
            return _urlset(host, [(f"/xeber/fevral-{n}", f"2026-02-{n:02}T10:00:00+04:00") for n in (3, 27, 28)])
        case "/sitemap-2026-03.xml.gz":
            march = [("/xeber/mart-1", "2026-03-01T20:00:00+04:00"), ("/xeber/mart-2", "2026-03-01T23:00:00+04:00")]
            listed = _urlset(host, march[: 1 if moment == 0 else 2])
            return Reply(200, "application/gzip", gzip.compress(listed.body, mtime=0))
    return _page(path, "az") if path.startswith("/xeber/") else None


def _news(host: str, path: str, moment: int) -> Reply | None:
    """A news sitemap of two days: an article more at each moment, and one that changed at the last."""
    if path != "/news.xml":
        edited = "Добавлено: проезд откроют на неделю раньше, чем обещали сначала." if moment == 3 else ""
        return _page(path, "ru", edited if path == "/news/most-1" else "") if path.startswith("/news/") else None
    hours = ("2026-03-01T09:00:00+04:00", "2026-03-01T23:30:00+04:00", "2026-03-02T00:20:00+04:00", "2026-03-02")
    told = []
    for number, at in enumerate(hours[: moment + 1], 1):
        changed = "2026-03-02T11:30:00+04:00" if number == 1 and moment == 3 else hours[number - 1]
        told.append(
            f"<url><loc>\n http://{host}/news/most-{number} </loc><lastmod>{changed}</lastmod><news:news>"
            f"<news:publication><news:name>Два дня</news:name><news:language>ru</news:language></news:publication>"
            f"<news:publication_date>{at}</news:publication_date><news:title>Мост &amp; дорога {number}</news:title>"
            "</news:news></url>"
        )
    foreign = "<url><loc>https://elsewhere.example/ad</loc></url>"
    return _xml(f"<urlset {_NS}>{''.join(told)}{foreign}</urlset>")


def _failing(host: str, path: str, moment: int) -> Reply | None:
    """An index whose newest child fails at the second moment."""
    match path:
        case "/sitemap.xml":
            return _index(host, [("/haber.xml", "2026-03-01T20:00:00+03:00")])
        case "/haber.xml" if moment == 1:
            return Reply(500, "text/html", b"<html><body>500</body></html>")
        case "/haber.xml":
            return _urlset(host, [(f"/haber/kopru-{n}", None) for n in range(1, 3 + moment)])
    return _page(path, "tr") if path.startswith("/haber/") else None


def _listing(_host: str, path: str, moment: int) -> Reply | None:
    """A list in pages: nothing new at the second moment, two pages and a half at the third."""
    head, _, query = path.partition("?page=")
    if head != "/list":
        return _page(path, "en") if path.startswith("/story/") else None
    newest = (8, 8, 20, 21)[moment]
    page = int(query or 1)
    numbers = range(newest - (page - 1) * PAGE, max(0, newest - page * PAGE), -1)
    links = "".join(
        f"<article><a href='/story/bridge-{n}'>The bridge of town {n} closes</a></article>" for n in numbers
    )
    following = f"<a rel='next' href='/list?page={page + 1}'>Older</a>" if newest > page * PAGE else ""
    return Reply(200, "text/html; charset=utf-8", f"<html><body><main>{links}</main>{following}</body></html>".encode())


def _by_day(_host: str, path: str, moment: int) -> Reply | None:
    """A page a day; the last entry of the first of March comes when we have looked at it for the last time that day."""
    days = {"/arxiv/2026/2/28": ("sakin-1",), "/arxiv/2026/3/1": ("seher-2", "axsam-3", "gece-4")[: 2 + (moment > 1)]}
    days["/arxiv/2026/3/2"] = ("gun-5", "gun-6")[: 2 * (moment > 2)]
    if path not in days:
        return _page(path, "az") if path.startswith("/yazi/") else None
    links = "".join(
        f"<li class='item'><a href='/yazi/korpu-{name}'>Körpü barədə {name} yazısı</a></li>" for name in days[path]
    )
    empty = "" if links else "<p>Hələ heç nə yoxdur.</p>"
    return Reply(
        200, "text/html; charset=utf-8", f"<html><body><main><ul>{links}</ul>{empty}</main></body></html>".encode()
    )


def _by_language(host: str, path: str, moment: int) -> Reply | None:
    """Two editions that a sitemap knows of, and no page: one that names the other late, one that is named alone."""
    if path != "/sitemap.xml":
        return _page(path, path[1:3]) if path[1:4] in ("az/", "ru/", "en/") else None
    first = {"az": "/az/xeber-1", "ru-RU": "/ru/novost-1", "en": "/en/story-1", "x-default": "/", "tr": "/tr/"}
    second = {"az": "/az/xeber-2", "ru": "/ru/novost-2"}
    told = [("/az/xeber-1", first)]
    told += [("/ru/novost-1", {"az": "/az/xeber-1", "ru": "/ru/novost-1"}), ("/en/story-1", {})] if moment else []
    told += [("/az/xeber-2", second if moment == 3 else {})] if moment > 1 else []
    told += [("/ru/novost-2", second)] if moment == 3 else []
    urls = "".join(
        f"<url><loc>http://{host}{place}</loc><lastmod>2026-03-01T20:00:00+04:00</lastmod>"
        + "".join(_version(language, f"http://{host}{other}") for language, other in versions.items())
        + _version("tr", "http://elsewhere.example/tr/haber-1")
        + "</url>"
        for place, versions in told
    )
    return _xml(f"<urlset {_NS} xmlns:xhtml='http://www.w3.org/1999/xhtml'>{urls}</urlset>")


def _version(language: str, url: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{language}" href="{url}"/>'


def _by_hand(_host: str, path: str, _moment: int) -> Reply | None:
    """An outlet whose documents no channel lists."""
    return _page(path, "en") if path == ADDED else None


SITES = (
    Site("ay-be-ay", "az", "sitemap", "/robots.txt", _by_robots),
    Site("iki-gun", "ru", "sitemap", "/news.xml", _news),
    Site("kopru-haber", "tr", "sitemap", "/sitemap.xml", _failing),
    Site("page-by-page", "en", "listing", "/list", _listing),
    Site("gun-be-gun", "az", "listing", "/arxiv/{yyyy}/{m}/{d}", _by_day),
    Site("iki-dil", "az", "sitemap", "/sitemap.xml", _by_language),
    Site("by-hand", "en", "manual", "/senedler/", _by_hand),
)
