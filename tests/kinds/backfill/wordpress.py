"""Outlets on WordPress: who announces REST in which way, who closes it, and what the API lists. Pure; all is invented.

Their clock is GMT, the outlets' days are Baku's, four hours ahead. A site gives three posts at a
time, whatever is asked.
"""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from tests.kinds.backfill.replies import Reply, Site, article, html

_A_CALL = 3
_POSTS = "/wp/v2/posts"
# (when it was published in GMT, its path), the oldest first
_PUBLISHED = (
    ("2026-02-06T09:00:00", "/yazi/cox-evvel"),
    ("2026-02-08T19:30:00", "/yazi/sekkizinde"),  # half past eleven in Baku
    ("2026-02-08T20:30:00", "/yazi/doqquzunda"),
    ("2026-02-10T09:00:00", "/yazi/onunda"),
    ("2026-02-11T09:00:00", "/yazi/lentde"),  # the feed still has it
    ("2026-02-11T10:00:00", "//basqa-sayt.example/yazi/ozgenin"),
    ("2026-02-12T19:30:00", "/yazi/on-ikisinde"),
    ("2026-02-12T20:30:00", "/yazi/on-ucunde"),
    ("2026-03-20T07:00:00", "/yazi/bugun"),
)
_ARTICLES = {f"/yazi/{name}" for name in ("doqquzunda", "onunda", "on-ikisinde")}
FEED_TITLE = "Lentdəki başlıq"
_DAYS = "after=2026-02-08T00:00:00&before=2026-02-14T00:00:00&per_page=100"
_REST = "orderby=date&order=asc&_fields=id,date_gmt,modified_gmt,link,title"


def call(number: int, *, start: str = "/wp-json/wp/v2/posts?") -> str:
    """The path of the call for a page of the posts of the wanted days."""
    return f"{start}{_DAYS}&page={number}&{_REST}"


def by_header(host: str, path: str) -> Reply | None:
    """Every answer of its names the API in a header."""
    found = _site(host, path)
    link = f'<http://{host}/wp-json/>; rel="https://api.w.org/"'
    if found is None and path.startswith("/wp-json/wp/v2/posts?"):
        found = _posts(host, path, tells_total=True)
    return replace(found, headers=(*found.headers, ("Link", link))) if found is not None else None


def by_front_page(host: str, path: str) -> Reply | None:
    """Its front page names it, its addresses are plain, and it does not say how many pages of posts there are."""
    if path == "/":
        rel = '<link rel="https://api.w.org/" href="/index.php?rest_route=/" />'
        return html("<main><p>Körpü qəzeti</p></main>", head=rel)
    if dict(parse_qsl(urlsplit(path).query)).get("rest_route") == _POSTS:
        return _posts(host, path, tells_total=False)
    return _site(host, path)


def closed_by_robots(host: str, path: str) -> Reply | None:
    """It announces the API, and its robots.txt closes it."""
    if path == "/robots.txt":
        return Reply(200, "text/plain", b"User-agent: *\nDisallow: /wp-json/\n")
    return by_header(host, path)


def of_three_editions(host: str, path: str) -> Reply | None:
    """The API of one edition is for those who log in, a page stands in that of the next, the third repeats itself."""
    if path.startswith("/az/wp-json/"):
        return _json({"code": "rest_not_logged_in", "message": "Daxil olun.", "data": {"status": 401}}, status=401)
    if path.startswith("/ru/wp-json/"):
        return html("<main><p>Sayt yenilənir</p></main>")
    return _posts(host, call(1), tells_total=False) if path.startswith("/en/wp-json/") else _site(host, path)


def _site(host: str, path: str) -> Reply | None:
    if path == "/feed":
        return _feed(host)
    return article(path) if path in {place for _, place in _PUBLISHED} else None


def _feed(host: str) -> Reply:
    items = (
        ("/yazi/bugun", "Bugünkü yazı", "Fri, 20 Mar 2026 07:00:00 +0000"),
        ("/yazi/lentde", FEED_TITLE, "Wed, 11 Feb 2026 09:00:00 +0000"),
    )
    told = "".join(
        f"<item><title>{title}</title><link>http://{host}{path}</link><pubDate>{at}</pubDate></item>"
        for path, title, at in items
    )
    text = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Körpü</title>{told}</channel></rss>"
    return Reply(200, "application/rss+xml", text.encode())


def _posts(host: str, path: str, *, tells_total: bool) -> Reply:
    asked = dict(parse_qsl(urlsplit(path).query))
    if (asked["orderby"], asked["order"], asked["per_page"]) != ("date", "asc", "100"):
        return _json({"code": "rest_invalid_param"}, status=400)
    found = [(at, place) for at, place in _PUBLISHED if asked["after"] < at < asked["before"]]
    first = (int(asked["page"]) - 1) * _A_CALL
    if first >= len(found):
        return _json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, status=400)
    posts = [_post(host, number, at, place) for number, (at, place) in enumerate(found[first : first + _A_CALL])]
    total = (("X-WP-Total", str(len(found))), ("X-WP-TotalPages", str(-(-len(found) // _A_CALL))))
    return replace(_json(posts), headers=total if tells_total else ())


def _post(host: str, number: int, at: str, place: str) -> dict[str, object]:
    link = f"http:{place}" if place.startswith("//") else f"http://{host}{place}"
    title = {"rendered": f"Körpü &#8220;{number}&#8221;", "protected": False}
    return {"id": number, "date_gmt": at, "modified_gmt": at, "link": link, "title": title}


def _json(told: object, *, status: int = 200) -> Reply:
    return Reply(status, "application/json; charset=UTF-8", json.dumps(told).encode())


_FEED = 'kind = "feed"\nurl = "{origin}/feed"'
_EDITIONS = ", ".join(f'"{{origin}}/{language}/wp-json/"' for language in ("az", "ru", "en"))
SITES = (
    Site("basliq", _FEED, by_header),
    Site("sade", _FEED, by_front_page, 'home = "{origin}/"'),
    Site("yasaq", _FEED, closed_by_robots),
    Site("nesrler", _FEED, of_three_editions, f"wordpress_api = [{_EDITIONS}]"),
)
ARTICLES = {
    "basliq": _ARTICLES,
    "sade": _ARTICLES,
    "yasaq": set(),
    "nesrler": {"/yazi/doqquzunda", "/yazi/onunda"},
}
# What a backfill asks of each, and how it ends.
_PLAIN = "/index.php?rest_route=/wp/v2/posts&"
DOCUMENTS = {
    "basliq": {("/feed", "listed"), *((call(n), "listed") for n in (1, 2, 3))},
    "sade": {
        ("/feed", "listed"),
        ("/", "empty_channel"),
        *((call(n, start=_PLAIN), "listed") for n in (1, 2, 3)),
        (call(4, start=_PLAIN), "not_found"),
    },
    "yasaq": {("/feed", "listed"), (call(1), "robots_disallowed")},
    "nesrler": {
        ("/feed", "listed"),
        (f"/az{call(1)}", "refused"),
        (f"/ru{call(1)}", "not_a_feed"),
        (f"/en{call(1)}", "listed"),
        (f"/en{call(2)}", "listed"),  # it lists what the first did: there is no third
    },
}
EXIT_CODES = {"basliq": 0, "sade": 0, "yasaq": 3, "nesrler": 3}
