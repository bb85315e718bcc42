from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.wordpress_api import announced_apis, following, page_number, posts_url

API = "https://x.example/wp-json/"
REL = 'rel="https://api.w.org/"'


def named(
    body: str = "", *links: str, content_type: str | None = "text/html", url: str = "https://x.example/az/"
) -> tuple[str, ...]:
    headers = [("link", link) for link in links]
    hosts = ["x.example", "ru.x.example"]
    return announced_apis(body.encode(), headers, url=url, content_type=content_type, hosts=hosts)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (f"<{API}>; {REL}", (API,)),
        ("<https://x.example/wp-json/>; rel=https://api.w.org/", (API,)),
        (f'<https://x.example/feed>; rel="alternate"; title="a, b", <{API}>; title="<x>; y"; {REL}', (API,)),
        ('</wp-json/>; type="x"; rel="alternate https://api.w.org/"', (API,)),
        (f"<https://x.example/?rest_route=/>; {REL}", ("https://x.example/?rest_route=/",)),
        (f"<https://www.x.example/wp-json/>; {REL}", ("https://www.x.example/wp-json/",)),
        (f'<{API}>; rel="shortlink"', ()),
        (f"<{API}>", ()),
        (f"<https://other.example/wp-json/>; {REL}", ()),
        (f"<ftp://x.example/wp-json/>; {REL}", ()),
        (f"{API}; {REL}", ()),
        (f"<{API}; {REL}", ()),
        (f'<{API}>; rel="https://api.w.org/evil"', ()),
        ("<" * 100_000, ()),
        (f"<a>{'; x=y' * 20_000}; {REL}", ()),
    ],
)
def test_a_header_names_the_api(header: str, found: tuple[str, ...]) -> None:
    assert named("", header) == found


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (f'<link {REL} href="{API}" />', (API,)),
        ("<LINK HREF='/wp-json/' REL='https://api.w.org/'>", (API,)),
        (f"<base href='https://ru.x.example/'><link {REL} href='wp-json/'>", ("https://ru.x.example/wp-json/",)),
        (
            f'<link {REL} href="https://x.example/index.php?rest_route=/">',
            ("https://x.example/index.php?rest_route=/",),
        ),
        (f'<link {REL} href="">', ()),
        (f"<link {REL}>", ()),
        (f'<link {REL} href="https://other.example/wp-json/">', ()),
        (f'<link {REL} href="javascript:1">', ()),
        (f'<link rel="alternate" type="application/json" href="{API}wp/v2/pages/7">', ()),
        (f'<!-- <link {REL} href="{API}"> -->', ()),
        ("", ()),
    ],
)
def test_a_page_names_the_api(head: str, found: tuple[str, ...]) -> None:
    assert named(f"<!doctype html><html><head>{head}</head><body><p>x</p></body></html>") == found


def test_what_is_no_page_is_not_read_for_it() -> None:
    assert named(f'<link {REL} href="{API}">', content_type="application/rss+xml; charset=utf-8") == ()


def test_each_api_is_named_once_and_few_are() -> None:
    page = "".join(f'<link {REL} href="/e{number}/wp-json/">' for number in range(9))
    found = named(f"<html><head>{page}</head><body>x</body></html>", f"<http://www.x.example/e0/wp-json/>; {REL}")
    expected = ("http://www.x.example/e0/wp-json/", *(f"https://x.example/e{n}/wp-json/" for n in (1, 2, 3)))
    assert found == expected


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_comes_is_read_without_an_error(header: str, body: str) -> None:
    assert isinstance(named(body, header), tuple)


@pytest.mark.parametrize(
    ("api", "start"),
    [
        (API, "https://x.example/wp-json/wp/v2/posts?"),
        ("https://x.example/az/wp-json", "https://x.example/az/wp-json/wp/v2/posts?"),
        ("https://x.example/?rest_route=/", "https://x.example/?rest_route=/wp/v2/posts&"),
        ("https://x.example/index.php?rest_route=%2F", "https://x.example/index.php?rest_route=/wp/v2/posts&"),
        ("https://x.example?rest_route=/", "https://x.example/?rest_route=/wp/v2/posts&"),
        ("https://x.example/wp-json/?lang=az", "https://x.example/wp-json/wp/v2/posts?lang=az&"),
    ],
)
def test_a_call_is_joined_to_what_was_announced(api: str, start: str) -> None:
    url = posts_url(api, date(2026, 2, 9), date(2026, 2, 12))
    assert url.startswith(f"{start}after=2026-02-08T00:00:00&before=2026-02-14T00:00:00&per_page=100&page=1&")
    assert parse_qs(urlsplit(url).query)["_fields"] == ["id,date_gmt,modified_gmt,link,title"]


@pytest.mark.parametrize(
    ("url", "number"),
    [("page=7&x=1", 7), ("x=1", 1), ("page=", 1), ("page=-3", 1), ("page=" + "9" * 400, 1), ("page=1&page=4", 4)],
)
def test_the_next_call_asks_for_the_page_behind(url: str, number: int) -> None:
    call = f"https://x.example/?rest_route=/wp/v2/posts&{url}"
    assert page_number(call) == number
    assert page_number(following(call)) == number + 1
    assert following(call).startswith("https://x.example/?rest_route=/wp/v2/posts&")
