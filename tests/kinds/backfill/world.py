"""What the outlets of this world serve, and what a right backfill of four days makes of it. Pure; all is invented.

The days wanted are the 9th to the 12th of February 2026; it is the 20th of March.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from tests.kinds.backfill import wordpress
from tests.kinds.backfill.replies import SENTENCES, Reply, Site, article, html, xml
from tests.kinds.platforms.telegram_pages import Shown, page

BAKU = timezone(timedelta(hours=4))
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=BAKU)
SINCE, UNTIL = date(2026, 2, 9), date(2026, 2, 12)
TELEGRAM = "telegram.example"
HANDLE = "kanal_korpu"
_ZEROTH = date(2026, 2, 8)  # the day of story 0 and of post 20
_PAGE = 5


def answer(host: str, path: str) -> Reply:
    """What ``host`` (with its port) answers."""
    name = host.partition(":")[0]
    if name == TELEGRAM:
        found = _posts(path)
    else:
        site = next((site for site in (*SITES, *wordpress.SITES) if site.host == name), None)
        found = site.serves(host, path) if site is not None else None
    return found or Reply(404, "text/html; charset=utf-8", b"<html><body><h1>404</h1></body></html>")


def _by_sitemap(host: str, path: str) -> Reply | None:
    """An index of months, of numbered sitemaps and of tags."""
    if path.startswith(("/xeber/", "/2026/")):
        return article(path)
    match path:
        case "/robots.txt":
            return Reply(200, "text/plain", b"User-agent: *\nDisallow: /gizli\nSitemap: /index.xml\n")
        case "/index.xml":
            months = [(f"/ay-2026-{month}.xml", "2026-03-20") for month in ("01", "02", "03")]
            others = [("/yazi-1.xml", "2026-02-20"), ("/yazi-0.xml", "2025-12-01"), ("/tag-1.xml", "2026-03-20")]
            return xml("sitemapindex", _items("sitemap", host, [*months, *others]))
        case "/ay-2026-02.xml":
            return xml("urlset", _items("url", host, _FEBRUARY))
        case "/yazi-1.xml":
            return xml("urlset", _items("url", host, [("/xeber/tarixsiz", None), ("/xeber/on-bir", "2026-02-11")]))
    return xml("urlset", _items("url", host, [(f"/xeber/{path[1:-4]}", "2026-02-10")])) if "xml" in path else None


_FEBRUARY = [
    ("/xeber/sekkiz", "2026-02-08T23:00:00+04:00"),
    ("/xeber/doqquz", "2026-02-09T00:30:00+04:00"),
    ("/xeber/on-iki", "2026-02-12T23:30:00+04:00"),
    ("/xeber/sonra-deyisen", "2026-02-20T10:00:00+04:00"),  # changed a week later: it may be of these days
    ("/xeber/cox-sonra", "2026-02-28T10:00:00+04:00"),
    ("/2026/02/10/korpu", "2026-03-10T10:00:00+04:00"),  # its address says the day
    ("/2026/02/15/korpu", "2026-02-11T10:00:00+04:00"),
]


def _items(tag: str, host: str, found: Iterable[tuple[str, str | None]]) -> Iterable[str]:
    for path, at in found:
        yield f"<{tag}><loc>http://{host}{path}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</{tag}>"


_DAYS = {
    "/arxiv/2026/02/09": ("bir", "iki"),
    "/arxiv/2026/02/10": ("uc", "dord"),
    "/arxiv/2026/02/10?page=2": ("bes",),
    "/arxiv/2026/02/12": ("alti",),
    "/arxiv/2026/02/13": ("sonraki",),
}


def _by_day(_host: str, path: str) -> Reply | None:
    """A page a day; one goes on, one is not there, and each leads to the day after it."""
    if path.startswith("/yazi/"):
        return article(path)
    names = _DAYS.get(path)
    if names is None:
        return None
    links = "".join(f"<li><a href='/yazi/korpu-{name}'>Körpü barədə {name} yazısı çıxdı</a></li>" for name in names)
    more = "<link rel='next' href='/arxiv/2026/02/10?page=2'>" if path == "/arxiv/2026/02/10" else ""
    following = "<a rel='next' href='/arxiv/2026/02/13'>Növbəti</a>" if path == "/arxiv/2026/02/12" else ""
    return html(f"{more}<main><ul>{links}</ul></main>{following}")


def _by_page(_host: str, path: str) -> Reply | None:
    """A list of a story a day, from the 20th of March back to January."""
    head, _, number = path.partition("?page=")
    if head != "/list":
        return article(path) if path.startswith("/story/") else None
    at = int(number or 1)
    stories = range(40 - (at - 1) * _PAGE, 40 - at * _PAGE, -1)
    links = "".join(
        f"<article><a href='/story/korpu-{n + 100}'>Şəhərdə körpü {n + 100} bağlanır</a>"
        f"<time datetime='{_ZEROTH + timedelta(days=n)}T10:00:00+04:00'>x</time></article>"
        for n in stories
    )
    following = f"<a rel='next' href='/list?page={at + 1}'>Older</a>" if at < 20 else ""
    return html(f"<main>{links}</main>{following}")


def _repeating(_host: str, path: str) -> Reply | None:
    """A list without dates that shows its third page for every number beyond."""
    head, _, number = path.partition("?page=")
    if head != "/list":
        return article(path) if path.startswith("/haber/") else None
    at = int(number or 1)
    first = 100 + min(at, 3) * _PAGE
    links = "".join(
        f"<article><a href='/haber/korpu-{n}'>Körpü {n} barədə qısa xəbər</a></article>"
        for n in range(first, first + _PAGE)
    )
    return html(f"<main>{links}</main><a rel='next' href='/list?page={at + 1}'>Older</a>")


def _posts(path: str) -> Reply | None:
    head, _, before = path.partition("?before=")
    if head != f"/s/{HANDLE}":
        return None
    end = int(before or 61)
    shown = [
        Shown(n, f"{_ZEROTH + timedelta(days=n - 20)}T09:00:00+00:00", f"{n}. {SENTENCES[0]} {SENTENCES[1]}")
        for n in range(max(1, end - 10), end)
    ]
    text = page(HANDLE, shown, before=shown[0].number if shown[0].number > 1 else None)
    return Reply(200, "text/html; charset=utf-8", text.encode())


def _shut(_host: str, path: str) -> Reply | None:
    """robots.txt lets nobody read its list."""
    return Reply(200, "text/plain", b"User-agent: *\nDisallow: /\n") if path == "/robots.txt" else _by_page(_host, path)


_LIST = 'kind = "listing"\nurl = "{origin}/list"\nlink_css = "main a"'
SITES = (
    Site("xerite", 'kind = "sitemap"\nurl = "{origin}/robots.txt"', _by_sitemap),
    Site("gunler", 'kind = "listing"\nurl = "{origin}/arxiv/{yyyy}/{mm}/{dd}"\nlink_css = "main a"', _by_day),
    Site("sehifeler", _LIST, _by_page),
    Site("kanal", f'kind = "telegram"\nhandle = "{HANDLE}"', lambda _host, _path: None),
    Site("tekrar", _LIST, _repeating),
    Site("bagli", _LIST, _shut),
)

# What is stored of each outlet after a backfill: paths of articles.
ARTICLES = {
    "xerite": {
        *(f"/xeber/{name}" for name in ("doqquz", "on-iki", "sonra-deyisen", "tarixsiz", "on-bir")),
        "/2026/02/10/korpu",
    },
    "gunler": {f"/yazi/korpu-{name}" for name in ("bir", "iki", "uc", "dord", "bes", "alti")},
    "sehifeler": {f"/story/korpu-{n}" for n in range(101, 105)},
    "kanal": {f"/{HANDLE}/{n}" for n in range(21, 25)},
    "tekrar": {f"/haber/korpu-{n}" for n in range(110, 120)},  # without a day, they may be of these
    "bagli": set(),
}
# Documents that a backfill asks for, and how they end.
DOCUMENTS = {
    "xerite": {(name, "listed") for name in ("/robots.txt", "/index.xml", "/ay-2026-02.xml", "/yazi-1.xml")},
    "gunler": {
        *((path, "listed") for path in _DAYS if not path.endswith("13")),
        ("/arxiv/2026/02/11", "not_found"),
    },
    "sehifeler": {("/list", "listed"), *((f"/list?page={n}", "listed") for n in range(2, 10))},
    "kanal": {
        (f"/s/{HANDLE}", "listed"),
        *((f"/s/{HANDLE}?before={n}", "listed") for n in (51, 41, 31, 21)),
    },
    "tekrar": {("/list", "listed"), *((f"/list?page={n}", "listed") for n in (2, 3, 4))},
    "bagli": {("/list", "robots_disallowed")},
}
EXIT_CODES = {"xerite": 0, "gunler": 3, "sehifeler": 0, "kanal": 0, "tekrar": 0, "bagli": 1}
