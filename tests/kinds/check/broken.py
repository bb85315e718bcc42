"""The outlets of the small web: how each is broken, and which fault the report must name (the ground truth)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.kinds.check.sites import BOILERPLATE, ENGLISH, RSS, Sites, feed, outlet_toml, page

# Outlet: its verdict and the codes of its faults.
TRUTH: Mapping[str, tuple[str, set[str]]] = {
    "saglam": ("fine", set()),
    "html-feed": ("failed", {"not_a_feed"}),
    "css-bos": ("partly", {"selector"}),
    "robots-bagli": ("failed", {"robots_disallowed"}),
    "hami-403": ("failed", {"refused"}),
    "tarixsiz": ("partly", {"date_missing"}),
    "sehifesiz": ("failed", {"no_text"}),
    "sehife-tarixsiz": ("fine", set()),
    "kocub": ("partly", {"gone"}),
    "bos-lent": ("failed", {"no_entries"}),
    "bos-cavab": ("failed", {"not_a_feed"}),
    "gelecek": ("partly", {"dates_unread", "date_unread"}),
    "bagli-seh": ("failed", {"challenge"}),
    "bagli-siyahi": ("failed", {"challenge"}),
    "css-siyahi": ("failed", {"not_a_feed"}),
    "yad-dil": ("partly", {"language"}),
    "qisa": ("partly", {"text_short"}),
    "tekrar": ("partly", {"boilerplate"}),
    "naxis": ("partly", {"outside"}),
    "linksiz": ("failed", {"no_links"}),
    "tls-yox": ("failed", {"tls_error"}),
    "sakit": ("failed", {"connect_error"}),
    "giris": ("failed", {"login"}),
    "yonelib": ("fine", set()),
    "hec-ne": ("nothing to ask", set()),
}
CHALLENGE = (
    "<!doctype html><html><head><title>Just a moment...</title></head><body><p>Checking your browser</p>"
    "<script>window._cf_chl_opt={};</script></body></html>"
)
LOGIN = (
    "<!doctype html><html><head><title>Daxil ol</title></head><body><form><p>Daxil ol və oxu: şifrə</p>"
    '<input type="text" name="ad"><input type="password" name="sifre"></form></body></html>'
)


def put_all(sites: Sites, folder: Path) -> None:
    """Put every outlet's answers and its file."""
    for slug, put in _PUT.items():
        host = f"{slug}.example"
        sites.put(host, "/robots.txt", "User-agent: *\nDisallow: /admin/\n", content_type="text/plain")
        sites.put(host, "/rss", feed(host), content_type=RSS)
        for number in range(1, 5):
            sites.put(host, f"/xeber/{number}", page(number))
        lines = put(sites, host)
        (folder / f"{slug}.toml").write_text(lines or outlet_toml(slug, sites.port), encoding="utf-8")


def _healthy(_sites: Sites, _host: str) -> str | None:
    return None


def _html_feed(sites: Sites, host: str) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/yeni-rss">'
    sites.put(
        host, "/rss", f"<!doctype html><html><head><title>Ana səhifə</title>{link}</head><body>Salam</body></html>"
    )


def _selector(sites: Sites, _host: str) -> str:
    return outlet_toml("css-bos", sites.port, "[hints]\nbody_css = ['div.article-text']")


def _robots(sites: Sites, host: str) -> None:
    text = "# qaydalar\nUser-agent: *\nDisallow: /admin/\nDisallow: /rss\nCrawl-delay: 0\n"
    sites.put(host, "/robots.txt", text, content_type="text/plain")


def _refused(sites: Sites, host: str) -> None:
    for path in ("/rss", *(f"/xeber/{n}" for n in range(1, 5))):
        sites.put(host, path, "qadağandır", status=403)


def _undated(sites: Sites, host: str) -> None:
    sites.put(host, "/rss", feed(host, dates=False), content_type=RSS)
    for number in range(1, 5):
        sites.put(host, f"/xeber/{number}", page(number, date=None))


def _no_pages(sites: Sites, _host: str) -> str:
    return outlet_toml("sehifesiz", sites.port, "page_fetch = false")


def _undated_pages(sites: Sites, host: str) -> None:
    for number in range(1, 5):
        sites.put(host, f"/xeber/{number}", page(number, date=None))


def _gone(sites: Sites, host: str) -> str:
    sites.put(host, "/kohne", "", status=410)
    dead = (
        f'[[dead_addresses]]\naddress = "http://{host}:{sites.port}/kohne"\nproblem = "410 Gone"\nseen_on = 2026-01-02'
    )
    return outlet_toml("kocub", sites.port, dead, channels={"feed": "/rss", "old": "/kohne"})


def _no_entries(sites: Sites, host: str) -> None:
    sites.put(host, "/rss", feed(host, count=0), content_type=RSS)


def _empty(sites: Sites, host: str) -> None:
    sites.put(host, "/rss", "", content_type=RSS)


def _future(sites: Sites, host: str) -> None:
    sites.put(host, "/rss", feed(host, date="Tue, 03 Mar 2099 09:00:00 +0400"), content_type=RSS)
    for number in range(1, 5):
        sites.put(host, f"/xeber/{number}", page(number, date="2099-03-03T09:00:00+04:00"))


def _challenge(sites: Sites, host: str) -> None:
    sites.put(host, "/rss", CHALLENGE)


def _closed_listing(sites: Sites, host: str) -> str:
    sites.put(host, "/siyahi", CHALLENGE)
    return _listing_toml("bagli-siyahi", sites)


def _listing(sites: Sites, host: str) -> str:
    links = "".join(
        f'<p class="x"><a href="/xeber/{n}">Limanda yeni gəmi suya salındı {n}</a></p>' for n in range(1, 5)
    )
    sites.put(host, "/siyahi", f"<html><body>{links}</body></html>")
    return _listing_toml("css-siyahi", sites)


def _listing_toml(slug: str, sites: Sites) -> str:
    text = outlet_toml(slug, sites.port, channels={"list": "/siyahi"})
    return text.replace('kind = "feed"', 'kind = "listing"\nlink_css = "div.news a"')


def _language(sites: Sites, host: str) -> None:
    for number in range(1, 5):
        said = [f"{sentence} It is part {number} of the story." for sentence in ENGLISH]
        sites.put(host, f"/xeber/{number}", page(number, *said, title="A new bridge", lang="en"))


def _short(sites: Sites, _host: str) -> str:
    return outlet_toml("qisa", sites.port, "[expectations]\ntext_chars_min = 3000\narticles_a_day_min = 100")


def _boilerplate(sites: Sites, host: str) -> None:
    for number in range(1, 5):
        sites.put(host, f"/xeber/{number}", page(number, tail=BOILERPLATE))


def _outside(sites: Sites, _host: str) -> str:
    return outlet_toml("naxis", sites.port, "article_url = '/az/[a-z]+/\\d+$'")


def _linkless(sites: Sites, host: str) -> None:
    items = "".join(f"<item><title>Xəbər {n}</title><description>Mətn</description></item>" for n in range(4))
    sites.put(host, "/rss", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", content_type=RSS)


def _tls(sites: Sites, host: str) -> str:
    return outlet_toml("tls-yox", sites.port, channels={"feed": f"https://{host}:{sites.port}/rss"})


def _silent(sites: Sites, host: str) -> str:
    return outlet_toml("sakit", sites.port, channels={"feed": f"http://{host}:9/rss"})


def _login(sites: Sites, host: str) -> None:
    for number in range(1, 5):
        sites.put(host, f"/xeber/{number}", LOGIN)


def _redirected(sites: Sites, host: str) -> str:
    sites.put(host, "/evvelki", status=301, headers=(("Location", f"http://{host}:{{port}}/rss"),))
    return outlet_toml("yonelib", sites.port, channels={"feed": "/evvelki"})


def _nothing(sites: Sites, _host: str) -> str:
    return outlet_toml("hec-ne", sites.port, "enabled = false")


_PUT: Mapping[str, Callable[[Sites, str], str | None]] = {
    "saglam": _healthy,
    "html-feed": _html_feed,
    "css-bos": _selector,
    "robots-bagli": _robots,
    "hami-403": _refused,
    "tarixsiz": _undated,
    "sehifesiz": _no_pages,
    "sehife-tarixsiz": _undated_pages,
    "kocub": _gone,
    "bos-lent": _no_entries,
    "bos-cavab": _empty,
    "gelecek": _future,
    "bagli-seh": _challenge,
    "bagli-siyahi": _closed_listing,
    "css-siyahi": _listing,
    "yad-dil": _language,
    "qisa": _short,
    "tekrar": _boilerplate,
    "naxis": _outside,
    "linksiz": _linkless,
    "tls-yox": _tls,
    "sakit": _silent,
    "giris": _login,
    "yonelib": _redirected,
    "hec-ne": _nothing,
}
