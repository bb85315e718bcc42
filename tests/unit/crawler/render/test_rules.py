"""What a browser gets of what it asks for."""

from __future__ import annotations

import pytest

from crawler.render.rules import MOST_PARTS, PageRules, PartAsked, destination_of

PAGE = "https://xeber.example/a/1"


def rules() -> PageRules:
    return PageRules(PAGE, allows=lambda url: "/private" not in url)


def part(url: str, destination: str = "empty", method: str = "GET") -> PartAsked:
    return PartAsked(method, url, destination)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (part("https://xeber.example/app.js", "script"), None),
        (part("https://xeber.example/api/1"), None),
        (part("https://xeber.example:443/api/1"), None),
        (part("https://xeber.example/api/1", method="POST"), "it sends something"),
        (part("https://xeber.example/api/1", method="HEAD"), "it sends something"),
        (part("https://xeber.example:8443/api/1"), "it is another host's"),
        (part("https://cdn.xeber.example/app.js", "script"), "it is another host's"),
        (part("https://xeber.example.evil.example/app.js", "script"), "it is another host's"),
        (part("http://127.0.0.1/"), "it is another host's"),
        (part("file:///etc/passwd"), "it is another host's"),
        (part("https://xeber.example/a.png", "image"), "no text comes of a image"),
        (part("https://xeber.example/a.woff2", "font"), "no text comes of a font"),
        (part("https://xeber.example/a.css", "style"), "no text comes of a style"),
        (part("https://xeber.example/frame", "iframe"), "no text comes of a iframe"),
        (part("https://xeber.example/sw.js", "serviceworker"), "no text comes of a serviceworker"),
        (part("https://xeber.example/socket", "websocket"), "no text comes of a websocket"),
        (part("https://xeber.example/private/x"), "robots.txt disallows it"),
    ],
)
def test_only_what_can_bring_text_is_asked_for_and_of_the_pages_own_host(asked: PartAsked, refusal: str | None) -> None:
    assert rules().refusal(asked) == refusal


def test_a_page_has_only_so_many_parts() -> None:
    page = rules()
    given = [page.refusal(part(f"https://xeber.example/{n}")) for n in range(MOST_PARTS + 2)]
    assert given == [None] * MOST_PARTS + [f"there were {MOST_PARTS} parts"] * 2


def test_the_page_is_the_first_document_of_its_host_however_the_browser_spells_it() -> None:
    page = rules()
    assert not page.is_page(part("https://other.example/", "document"))
    assert not page.is_page(part(PAGE, "script"))
    assert page.is_page(part("https://xeber.example/a/%31", "document"))
    assert page.is_page(part("https://xeber.example/a/%31", "document"))
    assert not page.is_page(part("https://xeber.example/elsewhere", "document"))


@pytest.mark.parametrize(
    ("headers", "url", "destination"),
    [
        ({"sec-fetch-dest": "Script"}, "https://x.example/a", "script"),
        ({"accept": "text/html,application/xhtml+xml"}, "http://x.example/", "document"),
        ({"accept": "image/avif,image/webp"}, "http://x.example/a", "image"),
        ({"accept": "text/css,*/*;q=0.1"}, "http://x.example/a", "style"),
        ({"accept": "*/*"}, "http://x.example/app.js?v=2", "script"),
        ({"accept": "*/*"}, "http://x.example/api", "empty"),
        ({"accept": "*/*", "range": "bytes=0-"}, "http://x.example/a.mp4", "video"),
        ({"upgrade": "websocket", "accept": "*/*"}, "http://x.example/s", "websocket"),
        ({}, "http://x.example/api", "empty"),
    ],
)
def test_what_a_request_is_for_is_read_from_what_it_says(headers: dict[str, str], url: str, destination: str) -> None:
    assert destination_of(headers, url) == destination
