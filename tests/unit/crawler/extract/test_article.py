"""Golden pages: a folder is one page and what must be read from it. Structures are imitated; the texts are ours."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extract.article import extract_article
from crawler.extract.identity import EXTRACTOR, extractor_hash, extractor_settings
from domain.extraction import Barrier, Extraction, ExtractionOutcome
from domain.outlet import PageHints

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")


def read(body: bytes, *, url: str = "https://qezet.example/x", content_type: str | None = "text/html") -> Extraction:
    return extract_article(body, url=url, content_type=content_type, hints=PageHints(), zone=BAKU, now=NOW)


def read_case(name: str) -> tuple[Extraction, dict[str, object]]:
    expected = json.loads((GOLDEN / name / "expected.json").read_text(encoding="utf-8"))
    hints = {key: tuple(value) for key, value in expected.pop("hints", {}).items()}
    extraction = extract_article(
        (GOLDEN / name / "page.html").read_bytes(),
        url=expected.pop("url"),
        content_type=expected.pop("content_type", "text/html"),
        hints=PageHints(**hints),
        zone=ZoneInfo(expected.pop("zone")),
        now=datetime.fromisoformat(expected.pop("now")),
    )
    return extraction, expected


def stated(extraction: Extraction) -> Mapping[str, object]:
    """An extraction in the words of ``expected.json``."""
    published, modified = extraction.published, extraction.modified
    return {
        "outcome": extraction.outcome.value,
        "barrier": extraction.barrier.value if extraction.barrier else None,
        "text": extraction.text,
        "title": extraction.title,
        "authors": list(extraction.authors),
        "published": published.isoformat() if published else None,
        "published_raw": extraction.published_raw,
        "precision": published.precision.value if published else None,
        "source": published.source.value if published else None,
        "modified": modified.isoformat() if modified else None,
        "language": extraction.language,
        "declared_language": extraction.declared_language,
        "canonical_url": extraction.canonical_url,
        "section": extraction.section,
        "links": list(extraction.links),
    }


@pytest.mark.parametrize("name", CASES)
def test_a_golden_page_is_read_as_expected(name: str) -> None:
    extraction, expected = read_case(name)
    found = stated(extraction)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("name", CASES)
def test_what_is_not_ok_says_why_in_one_line(name: str) -> None:
    extraction, _ = read_case(name)
    assert (extraction.error is None) == (extraction.outcome is ExtractionOutcome.OK)
    assert "\n" not in (extraction.error or "")


@pytest.mark.parametrize("name", ["wordpress_az", "challenge_cloudflare"])
def test_an_extraction_travels_between_processes_unchanged(name: str) -> None:
    extraction, _ = read_case(name)
    assert pickle.loads(pickle.dumps(extraction)) == extraction


def test_reading_a_page_twice_gives_the_same() -> None:
    assert read_case("wordpress_az") == read_case("wordpress_az")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3 stream", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "text/html"),
        (b"\xff\xd8\xff\xe0" + b"\x10\x00" * 300, None),
        (b'{"articles": [{"title": "x"}]}', "application/json"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>", "text/html"),
        (b"<urlset><url><loc>https://a.example/</loc></url></urlset>", "text/xml"),
        (bytes(range(256)) * 40, "text/html"),
        (b"just a line of words", "text/plain"),
    ],
)
def test_what_is_no_page_is_unreadable(body: bytes, content_type: str | None) -> None:
    assert read(body, content_type=content_type).outcome is ExtractionOutcome.UNREADABLE


@pytest.mark.parametrize(
    "body", [b"", b"   \n", b"<html></html>", b"<html><head></head><body></body></html>", b"<!doctype html>"]
)
def test_a_page_with_nothing_on_it_is_no_article(body: bytes) -> None:
    extraction = read(body)
    assert extraction.outcome is ExtractionOutcome.NO_ARTICLE
    assert extraction.text is None


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_random_bytes_are_never_an_article_and_never_raise(body: bytes) -> None:
    assert read(body).outcome is not ExtractionOutcome.OK


@given(st.integers(min_value=200, max_value=2_400))
@settings(max_examples=40)
def test_a_page_cut_off_anywhere_in_its_text_is_never_a_whole_article(at: int) -> None:
    page = (GOLDEN / "wordpress_az" / "page.html").read_bytes()
    assert read(page[: page.index(b"</article>") - at]).outcome is not ExtractionOutcome.OK


def test_a_barrier_holds_no_text_and_no_title() -> None:
    extraction, _ = read_case("challenge_ddos_guard_ru")
    assert extraction.barrier is Barrier.CHALLENGE
    assert (extraction.text, extraction.title, extraction.published) == (None, None, None)


def test_the_extractor_is_named_with_its_settings() -> None:
    extraction, _ = read_case("wordpress_az")
    assert extraction.extractor == EXTRACTOR
    assert extraction.settings == extractor_settings()
    assert json.loads(extractor_settings())["body"]["deduplicate"] is False
    assert len(extractor_hash()) == 64


def test_deep_nesting_does_not_raise() -> None:
    body = b"<html><body>" + b"<div>" * 5_000 + b"x" + b"</div>" * 5_000 + b"</body></html>"
    assert read(body).outcome is not ExtractionOutcome.OK
