"""What a trial makes of bytes: which line of robots.txt forbids, what a document is, which selectors match."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.examine import examine_document, examine_page, forbidding_line
from crawler.fetch.robots import RobotsRules, RobotsState
from crawler.jobs import Body
from domain.extraction import Barrier
from domain.fetch import Response
from domain.outlet import PageHints

AGENT = "Parallax/0.1 (+a@b.example)"
NOW = datetime(2026, 3, 3, tzinfo=UTC)


def _body(text: str, content_type: str = "text/html") -> Body:
    return Body(Response("https://xeber.example/rss", 200, (), text.encode(), NOW, NOW), content_type)


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("User-agent: *\nDisallow: /rss", "/rss", (2, "Disallow: /rss")),
        ("User-agent: *\nDisallow: /\nAllow: /az/\nDisallow: /az/rss", "/az/rss", (4, "Disallow: /az/rss")),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: Parallax\nDisallow: /", "/rss", (5, "Disallow: /")),
        ("# all\r\nUser-agent: a\r\nUser-agent: *\r\nDisallow: *.xml$", "/f.xml", (4, "Disallow: *.xml$")),
        ("User-agent: *\nDisallow: /rss # feeds", "/rss", (2, "Disallow: /rss")),
        ("User-agent: *\nAllow: /", "/rss", None),
        ("User-agent: Parallax\nDisallow:\n\nUser-agent: *\nDisallow: /", "/rss", None),
    ],
)
def test_the_line_that_forbids_is_found(text: str, path: str, found: tuple[int, str] | None) -> None:
    url = f"https://xeber.example{path}"
    line = forbidding_line(text, url=url, user_agent=AGENT)

    assert (line and (line.number, line.line)) == found
    assert RobotsRules(RobotsState.RULES, text).allows(url, AGENT) is (found is None)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", "empty"),
        (" \n\x00", "empty"),
        ("<!doctype html><html><body>Salam</body></html>", "html"),
        ('{"a": 1}', "json"),
        ("<?xml version='1.0'?><yml><a/></yml>", "xml"),
        ("Salam dünya", "text"),
        ("<rss><channel>", "feed"),
    ],
)
def test_a_document_is_told_apart(text: str, form: str) -> None:
    assert examine_document(_body(text)).form == form


def test_a_page_tells_its_title_its_barrier_and_its_feeds() -> None:
    head = '<link rel="alternate" type="application/atom+xml" href="/a.xml"><link rel="stylesheet" href="/s.css">'
    challenge = "<script>window._cf_chl_opt={}</script><p>Checking your browser</p>"
    seen = examine_document(_body(f"<html><head><title>Just a moment...</title>{head}</head><body>{challenge}</body>"))

    assert (seen.title, seen.barrier) == ("Just a moment...", Barrier.CHALLENGE)
    assert seen.feeds == ("https://xeber.example/a.xml",)


def test_each_selector_is_counted() -> None:
    hints = PageHints(body_css=(".a", ".b"), meta_css={"tags": "i"})
    seen = examine_page(_body("<html><body><p class=a>x</p><p class=a>y</p><i>z</i></body>"), hints=hints, languages=())

    assert [(one.key, one.selector, one.matches) for one in seen] == [
        ("body_css", ".a", 2),
        ("body_css", ".b", 0),
        ("meta_css.tags", "i", 1),
    ]


def test_a_page_without_hints_is_not_parsed() -> None:
    assert examine_page(_body("<html>"), hints=PageHints(), languages=()) == ()
