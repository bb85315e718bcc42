"""What a page's head says of its addresses: several canonicals, and versions in other languages."""

from __future__ import annotations

from crawler.extract.links import canonical_url, language_versions, other_canonicals
from crawler.extract.markup import Page, parse_page
from domain.sameness import Alternate

URL = "https://xeber.example/az/korpu"


def _page(head: str) -> Page:
    page = parse_page(f"<!doctype html><html><head><title>T</title>{head}</head><body><p>M</p></body></html>", url=URL)
    assert page is not None
    return page


def test_further_canonicals_are_kept_apart() -> None:
    page = _page("<link rel=canonical href='/a'><link rel=canonical href='/a'><link rel=canonical href='/b'>")

    assert (canonical_url(page), other_canonicals(page)) == (
        "https://xeber.example/a",
        ("https://xeber.example/b",),
    )


def test_og_url_beside_a_canonical_contradicts_nothing() -> None:
    page = _page("<meta property=og:url content='https://xeber.example/og'><link rel=canonical href='/a'>")

    assert other_canonicals(page) == ()


def test_versions_are_read_with_their_language_and_without_the_default() -> None:
    page = _page(
        "<link rel=alternate hreflang=ru-RU href='/ru/most'><link rel='alternate' hreflang='x-default' href='/'>"
        "<link rel=alternate hreflang=EN href='https://xeber.example/en/bridge'>"
        "<link rel=alternate type='application/rss+xml' href='/rss'><link rel=alternate hreflang=tr href=''>"
    )

    assert language_versions(page) == (
        Alternate("ru", "https://xeber.example/ru/most"),
        Alternate("en", "https://xeber.example/en/bridge"),
    )


def test_a_page_with_thousands_of_versions_gives_forty() -> None:
    page = _page("".join(f"<link rel=alternate hreflang=ru href='/ru/{n}'>" for n in range(5_000)))

    assert len(language_versions(page)) == 40
