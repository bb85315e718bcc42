"""Dates of pages: trust, precision, offsets, and what is impossible."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.dates import PageDates, page_dates
from crawler.extract.json_ld import article_node
from crawler.extract.markup import parse_page
from crawler.extract.stamps import machine_time, url_day
from domain.outlet import PageHints
from domain.times import Precision, TimeSource

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")


def dates(
    head: str = "", body: str = "", *, css: tuple[str, ...] = (), url: str = "https://qezet.example/a"
) -> PageDates:
    page = parse_page(f"<html><head>{head}</head><body>{body}<p>mətn</p></body></html>", url=url)
    assert page is not None
    return page_dates(page, article_node(page.nodes), hints=PageHints(date_css=css), zone=BAKU, now=NOW)


@pytest.mark.parametrize(
    ("raw", "stated"),
    [
        ("2026-02-21T19:22:11+04:00", "2026-02-21T19:22:11+04:00"),
        ("2026-02-21T19:22:11.482+0400", "2026-02-21T19:22:11+04:00"),
        ("2026-02-21T15:22:11Z", "2026-02-21T15:22:11+00:00"),
        ("2026-02-21 19:22", "2026-02-21T19:22+04:00"),
        ("20260221T192211", "2026-02-21T19:22:11+04:00"),
        ("2026-02-21", "2026-02-21"),
        ("2026-02-21T19:22-03", "2026-02-21T19:22-03:00"),
        ("Sat, 21 Feb 2026 15:22:11 GMT", "2026-02-21T15:22:11+00:00"),
        ("1771687331", "2026-02-21T15:22:11+00:00"),
        ("1771687331000", "2026-02-21T15:22:11+00:00"),
        ("2026-02-30", None),
        ("2026-13-01T10:00:00Z", None),
        ("soon", None),
    ],
)
def test_a_machines_stamp_keeps_its_offset_and_precision(raw: str, stated: str | None) -> None:
    read = machine_time(raw, zone=BAKU, source=TimeSource.META)
    assert (read.isoformat() if read else None) == stated


def test_the_selector_stands_before_structured_data() -> None:
    found = dates(
        '<script type="application/ld+json">{"@type": "Article", "datePublished": "2026-02-20T10:00:00Z"}</script>',
        '<b class="d">21.02.2026 [19:22]</b>',
        css=(".d",),
    ).published
    assert found is not None
    assert (found.isoformat(), found.source) == ("2026-02-21T19:22+04:00", TimeSource.TEXT)


def test_a_day_is_refined_by_a_time_of_the_same_day() -> None:
    found = dates(
        '<meta property="article:published_time" content="2026-02-21T19:22:11+04:00">',
        '<b class="d">21.02.2026</b>',
        css=(".d",),
    )
    assert found.published is not None
    assert found.published.isoformat() == "2026-02-21T19:22:11+04:00"


def test_a_day_is_not_refined_by_a_time_of_another_day() -> None:
    found = dates(
        '<meta property="article:published_time" content="2026-02-20T19:22:11+04:00">',
        '<b class="d">21.02.2026</b>',
        css=(".d",),
    )
    assert found.published is not None
    assert found.published.isoformat() == "2026-02-21"


@pytest.mark.parametrize(
    "raw", ["2026-03-05T00:00:00Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "2026-02-30T10:00:00Z"]
)
def test_an_impossible_date_is_none_and_its_raw_text_kept(raw: str) -> None:
    found = dates(f'<meta property="article:published_time" content="{raw}">')
    assert (found.published, found.published_raw) == (None, raw)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/02/14/x", "2026-02-14"),
        ("https://a.example/news/20260214103011222-Slug", "2026-02-14"),
        ("https://a.example/2026-2-4-x.html", "2026-02-04"),
        ("https://a.example/az/2025/6/x-1", None),
        ("https://a.example/2031/02/14/x", None),
        ("https://a.example/2026/02/31/x", None),
        ("https://a.example/x?d=2026/02/14", None),
        ("https://a.example/news/787902", None),
    ],
)
def test_an_address_gives_a_day_or_nothing(url: str, day: str | None) -> None:
    found = url_day(url, zone=BAKU, now=NOW)
    assert (found.isoformat() if found else None) == day
    assert found is None or (found.precision, found.source) == (Precision.DAY, TimeSource.URL)


def test_the_time_beside_the_heading_is_taken_and_not_that_of_another_article() -> None:
    body = (
        "<ul><li><a href='/b'>Başqa</a><time datetime='2026-02-27T10:00:00+04:00'>27</time></li></ul>"
        "<main><div><h1>Körpü</h1><span>Yenilənib <time datetime='2026-02-25T10:00:00+04:00'>25</time></span>"
        "<span><time datetime='2026-02-21T10:00:00+04:00'>21</time></span></div></main>"
    )
    found = dates(body=body).published
    assert found is not None
    assert found.isoformat() == "2026-02-21T10:00:00+04:00"


def test_the_day_of_reading_is_never_made_up() -> None:
    assert dates(body="<p>Heç bir tarix yoxdur, yalnız sözlər var.</p>").published is None


@pytest.mark.parametrize(
    ("url", "css", "day"),
    [
        ("https://qezet.example/a", (), "2025-11-03"),
        ("https://qezet.example/2026/02/21/a", (), "2026-02-21"),
        ("https://qezet.example/a", ("meta[name=date]",), "2026-02-21"),
    ],
)
def test_an_earlier_printed_date_wins_unless_address_or_selector_bear_out_the_stamp(
    url: str, css: tuple[str, ...], day: str
) -> None:
    body = "<h1>Şəhərdə yeni körpü açıldı</h1><div>3 noyabr 2025</div>"
    found = dates('<meta name="date" content="2026-02-21T10:00:00+04:00">', body, css=css, url=url).published
    assert found is not None
    assert found.at.date().isoformat() == day


def test_several_printed_days_beside_the_heading_decide_nothing() -> None:
    body = "<h1>Şəhərdə yeni körpü açıldı</h1><div>3 noyabr 2025</div><div>5 dekabr 2025</div>"
    found = dates('<meta name="date" content="2026-02-21T10:00:00+04:00">', body).published
    assert found is not None
    assert found.at.date().isoformat() == "2026-02-21"
