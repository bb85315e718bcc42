"""Texts that came in a feed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.feed_text import extract_feed_text
from domain.entry import Entry
from domain.extraction import Extraction, ExtractionOutcome, TextSource
from domain.times import Precision, StatedTime, TimeSource

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
URL = "https://qezet.example/a"
HTML = (
    "<p>Göyçay rayonunda yeni su kəmərinin tikintisi başa çatıb, suyu artıq fasiləsiz alırlar.</p>"
    '<p>Sakinlər <a href="/tarif">tarifdən</a> narazıdır.</p><script>alert(1)</script><img src="x.jpg">'
)


def read(**fields: object) -> Extraction:
    return extract_feed_text(Entry(url=URL, **fields), url=URL, zone=BAKU, now=NOW)  # type: ignore[arg-type]


def test_a_full_text_is_an_article_of_the_feed() -> None:
    at = StatedTime(datetime(2026, 2, 21, 19, 22, tzinfo=BAKU), Precision.MINUTE, TimeSource.FEED, "raw")
    found = read(
        title="Su k&amp;#601;məri",
        content_html=HTML,
        published=at,
        authors=("By Nərmin Qasımlı",),
        categories=("Cəmiyyət",),
    )
    assert found.outcome is ExtractionOutcome.OK
    assert found.text_source is TextSource.FEED
    assert found.text is not None
    assert found.text.split("\n\n")[1] == "Sakinlər tarifdən narazıdır."
    assert "alert" not in found.text
    assert (found.published, found.authors, found.section) == (at, ("Nərmin Qasımlı",), "Cəmiyyət")
    assert found.links == ("https://qezet.example/tarif",)


@pytest.mark.parametrize(
    "fields", [{"summary": "Yalnız qısa məzmun verilir."}, {"content_html": HTML + "<p>Davamı [...]</p>"}]
)
def test_a_beginning_alone_is_partial(fields: dict[str, object]) -> None:
    assert read(**fields).outcome is ExtractionOutcome.PARTIAL


def test_an_entry_without_text_is_no_article() -> None:
    assert read(title="Başlıq").outcome is ExtractionOutcome.NO_ARTICLE


def test_an_impossible_date_is_none_and_its_raw_text_kept() -> None:
    at = StatedTime(datetime(2031, 1, 1, tzinfo=UTC), Precision.DAY, TimeSource.FEED, "raw")
    found = read(content_html=HTML, published=at, published_raw="1 Jan 2031")
    assert (found.published, found.published_raw) == (None, "1 Jan 2031")
