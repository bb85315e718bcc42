"""A page as fetched becomes a revision, or a typed refusal; read again it changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.extract.identity import EXTRACTOR
from domain.fetch import PageReading, Reason
from domain.frontier import TargetState
from domain.outlet import PageHints
from storage.tables import ArticleRow, ArticleUrlRow, ExtractionRow, FetchRow, RevisionRow, TargetRow
from tests.pdf_maker import PdfPage, pdf
from tests.unit.crawler.small_crawl import HOST, NOW, SENTENCES, SmallCrawl, outlet, page

LATER = NOW + timedelta(hours=4)
SHELL = b"<!doctype html><html><head><title>Axtar</title></head><body><div id='app'></div></body></html>"
WALL = (
    b"<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser before accessing"
    b"</h1><p>Enable JavaScript and cookies to continue</p><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/"
    b"chl_page/v1'></script></body></html>"
)
AD = "<em class='ad'>Reklam: körpünün yanında yeni restoran açılıb, gəlin və baxın.</em>"
CUT = page()[: len(page()) * 2 // 3]


def _revisions(crawl: SmallCrawl) -> list[tuple[int, str | None]]:
    return [(row.number, row.title) for row in crawl.rows(RevisionRow)]


def test_a_page_becomes_an_article_with_its_first_revision(reading_crawl: SmallCrawl) -> None:
    result = reading_crawl.read("/a", page())

    assert result is not None
    assert (result.reading, result.new_articles, result.new_revisions) == (PageReading.ARTICLE, 1, 1)
    assert _revisions(reading_crawl) == [(1, "Şuşada yeni körpü açılıb")]


def test_what_follows_a_revision_waits_and_what_was_read_does_not(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page())

    assert [len(reading_crawl.waits(kind)) for kind in ("read", "index", "mentions")] == [0, 1, 1]


def test_a_page_that_was_read_keeps_its_validators_for_the_next_look(reading_crawl: SmallCrawl) -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"v1"'))
    reading_crawl.read("/a", page(), headers=headers)

    assert reading_crawl.target("/a").etag == '"v1"'


@pytest.mark.parametrize(
    ("body", "reading"),
    [(SHELL, PageReading.NO_ARTICLE), (WALL, PageReading.CHALLENGE), (CUT, PageReading.PARTIAL)],
)
def test_what_is_no_article_never_becomes_a_revision(
    reading_crawl: SmallCrawl, body: bytes, reading: PageReading
) -> None:
    result = reading_crawl.read("/a", body)

    assert result is not None
    assert result.reading is reading
    assert reading_crawl.rows(RevisionRow) == []
    assert reading_crawl.waits() == []


@pytest.mark.parametrize("body", [SHELL, WALL, CUT])
def test_the_last_good_text_outlives_whatever_comes_in_its_place(reading_crawl: SmallCrawl, body: bytes) -> None:
    reading_crawl.read("/a", page())
    reading_crawl.read("/a", body, at=LATER, reason=Reason.RECHECK)

    assert _revisions(reading_crawl) == [(1, "Şuşada yeni körpü açılıb")]
    (article,) = reading_crawl.rows(ArticleRow)
    assert (article.revisions, article.state) == (1, "live")


@pytest.mark.parametrize("body", [SHELL, WALL, CUT])
def test_what_is_no_article_is_looked_at_again_without_its_validators(reading_crawl: SmallCrawl, body: bytes) -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"wall"'))
    fetch_id = reading_crawl.fetched("/a", body, headers=headers)
    reading_crawl.reader.read(fetch_id)
    target = next(row for row in reading_crawl.rows(TargetRow) if row.url.endswith("/a"))

    assert (target.state, target.etag, target.body_sha256) == (TargetState.DUE, None, None)
    assert target.attempts == 1


def test_a_changed_text_is_a_second_revision_between_the_two_looks(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page())
    reading_crawl.read("/a", page(*SENTENCES[:3], "Son cümlə dəyişdirilib və daha uzun olub."), at=LATER)
    second = reading_crawl.rows(RevisionRow)[1]

    assert (second.number, second.absent_at, second.first_seen_at) == (2, NOW, LATER)


def test_a_changed_page_around_the_same_text_is_no_edit(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page())
    reading_crawl.read("/a", page(head="<meta name='counter' content='2'>"), at=LATER)

    assert len(_revisions(reading_crawl)) == 1


def test_reading_a_fetch_twice_changes_nothing(reading_crawl: SmallCrawl) -> None:
    fetch_id = reading_crawl.fetched("/a", page())
    reading_crawl.reader.read(fetch_id)

    assert reading_crawl.reader.read(fetch_id) is None
    assert len(_revisions(reading_crawl)) == 1
    assert len(reading_crawl.rows(ExtractionRow)) == 1


def test_a_todo_of_what_was_read_already_is_only_taken_away(reading_crawl: SmallCrawl) -> None:
    from storage.todos import add_todo

    fetch_id = reading_crawl.fetched("/a", page())
    reading_crawl.reader.read(fetch_id)
    reading_crawl.store.write(lambda session: add_todo(session, "read", fetch_id, now=LATER))
    reading_crawl.reader.read(fetch_id)

    assert reading_crawl.waits() == []


def test_where_a_redirect_led_the_listed_address_is_the_articles_too(reading_crawl: SmallCrawl) -> None:
    reading_crawl.fetched("/short", b"", status=302, headers=(("Location", f"https://{HOST}/a"),))
    reading_crawl.read("/a", page())
    keys = {row.url_key for row in reading_crawl.rows(ArticleUrlRow)}

    assert keys == {f"{HOST}/short", f"{HOST}/a"}
    assert len(reading_crawl.rows(ArticleRow)) == 1


def test_a_canonical_address_makes_one_article_of_two_pages(reading_crawl: SmallCrawl) -> None:
    head = f"<link rel='canonical' href='https://{HOST}/a'>"
    reading_crawl.read("/a", page())
    reading_crawl.read("/a-print", page(head=head), at=LATER)

    assert len(reading_crawl.rows(ArticleRow)) == 1


def test_a_selector_of_ours_that_reads_less_is_no_edit_of_the_outlets(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page(*SENTENCES, AD))
    reading_crawl.outlet = replace(outlet(), hints=PageHints(drop_css=(".ad",)))
    reading_crawl.read("/a", page(*SENTENCES, AD, head="<meta name='counter' content='2'>"), at=LATER)

    assert len(_revisions(reading_crawl)) == 1
    hashes = {row.extractor_hash for row in reading_crawl.rows(ExtractionRow)}
    assert len(hashes) == 2
    assert {row.extractor for row in reading_crawl.rows(ExtractionRow)} == {EXTRACTOR}


def test_under_a_new_selector_a_change_of_the_outlets_is_an_edit_still(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page(*SENTENCES, AD))
    reading_crawl.outlet = replace(outlet(), hints=PageHints(drop_css=(".ad",)))
    reading_crawl.read("/a", page(*SENTENCES[:3], "Dördüncü cümlə indi tamam başqa şey deyir.", AD), at=LATER)

    assert [number for number, _ in _revisions(reading_crawl)] == [1, 2]


def test_where_the_base_can_not_be_read_again_no_edit_is_claimed(reading_crawl: SmallCrawl) -> None:
    reading_crawl.read("/a", page())
    for file in reading_crawl.archive.glob("*.warc.gz"):
        file.rename(file.with_suffix(".away"))
    reading_crawl.outlet = replace(outlet(), hints=PageHints(drop_css=(".ad",)))
    reading_crawl.writer.close()
    reading_crawl.writer.__init__(reading_crawl.archive, "crawl")  # type: ignore[misc]
    reading_crawl.read("/a", page(*SENTENCES[:3], "Dördüncü cümlə indi tamam başqa şey deyir."), at=LATER)

    assert len(_revisions(reading_crawl)) == 1
    assert [row.reading for row in reading_crawl.rows(FetchRow)] == ["article", "article"]


def test_a_base_that_the_present_extractor_would_refuse_is_no_base(reading_crawl: SmallCrawl) -> None:
    """Read by a new selector the stored page is a mere teaser: what it lacks was not added by the outlet."""
    long = "</p><p>".join(f"{number}-ci hissə. {sentence}" for number in range(5) for sentence in SENTENCES)
    offer = "<div class='paywall'><p>Abunə olun.</p></div>"
    old = page(f"</p><div class='teaser'><p>{SENTENCES[0]} {SENTENCES[1]}</p></div>{offer}<p>{long}")
    new = page(f"</p><div class='teaser'><p>{long}</p></div>{offer}<p>")
    reading_crawl.read("/a", old)
    reading_crawl.outlet = replace(outlet(), hints=PageHints(body_css=(".teaser",)))
    reading_crawl.read("/a", new, at=LATER)

    assert len(_revisions(reading_crawl)) == 1


def test_a_page_in_the_place_of_a_document_is_no_edit(reading_crawl: SmallCrawl) -> None:
    document = PdfPage().put("A new bridge was opened", 60, 780, 20)
    document.paragraph("The bridge is a hundred and twenty metres long and was two years in the making. " * 4, 60, 700)
    reading_crawl.read("/a", pdf(document))
    reading_crawl.read("/a", page(), at=LATER, reason=Reason.RECHECK)

    assert len(_revisions(reading_crawl)) == 1
