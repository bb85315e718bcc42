"""A text over several addresses: stored once it is whole, edited where a part is, cited part by part."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from crawler.extract import identity
from domain.fetch import PageReading, Reason
from domain.frontier import TargetState
from storage.tables import ArticleUrlRow, ExtractionPartRow, FetchRow, RevisionRow, TargetRow, TextRow
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, page

PATHS = ("/uzun", "/uzun?page=2", "/uzun?page=3")


def _part(number: int, *sentences: str, of: int = 3) -> bytes:
    links = " ".join(f"<a href='/uzun{f'?page={n}' if n > 1 else ''}'>{n}</a>" for n in range(1, of + 1) if n != number)
    body = page(*sentences, title="Uzun yol").decode()
    return body.replace("</article>", f"<div class='pager'>{links}</div></article>").encode()


TEXTS = tuple(
    (f"{number}-ci hissə. {SENTENCES[0]} {SENTENCES[1]}", f"{SENTENCES[2]} {SENTENCES[3]} Hissə {number} burada bitir.")
    for number in (1, 2, 3)
)
WHOLE = "\n\n".join(sentence for part in TEXTS for sentence in part)


def _read(crawl: SmallCrawl, number: int, *sentences: str, at: datetime = NOW, **how: object) -> PageReading:
    result = crawl.read(PATHS[number - 1], _part(number, *(sentences or TEXTS[number - 1])), at=at, **how)
    assert result is not None
    return result.reading


def _bodies(crawl: SmallCrawl) -> list[str]:
    texts = {row.sha256: row.body for row in crawl.rows(TextRow, TextRow.sha256)}  # type: ignore[attr-defined]
    return [texts[row.text_sha256] for row in crawl.rows(RevisionRow)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_a_text_is_stored_once_all_parts_are_there_in_whatever_order_they_come(
    reading_crawl: SmallCrawl, order: tuple[int, ...]
) -> None:
    readings = [_read(reading_crawl, number) for number in order]

    assert readings == [PageReading.PARTIAL, PageReading.PARTIAL, PageReading.ARTICLE]
    assert _bodies(reading_crawl) == [WHOLE]
    assert len(reading_crawl.rows(ExtractionPartRow)) == 3
    addresses = reading_crawl.rows(ArticleUrlRow)
    assert [(row.kind, row.url_key.rpartition("/")[2]) for row in addresses] == [  # type: ignore[attr-defined]
        ("listed", "uzun"),
        ("part", "uzun?page=2"),
        ("part", "uzun?page=3"),
    ]


def test_the_missing_part_is_asked_for_and_the_others_wait_no_more_once_it_came(reading_crawl: SmallCrawl) -> None:
    _read(reading_crawl, 1)
    targets = {row.url: row for row in reading_crawl.rows(TargetRow)}  # type: ignore[attr-defined]
    (asked,) = (row for url, row in targets.items() if url.endswith("?page=2"))
    assert (asked.state, asked.reason) == (TargetState.DUE.value, Reason.NEW.value)

    _read(reading_crawl, 2)
    _read(reading_crawl, 3)

    pages = [row for row in reading_crawl.rows(TargetRow) if row.channel_id is None]  # type: ignore[attr-defined]
    assert [row.state for row in pages] == [TargetState.IDLE.value] * 3  # type: ignore[attr-defined]
    readings = [row.reading for row in reading_crawl.rows(FetchRow)]  # type: ignore[attr-defined]
    assert readings == [PageReading.ARTICLE.value, PageReading.PART.value, PageReading.PART.value]


def test_an_edit_of_a_further_part_is_one_revision_of_the_whole(reading_crawl: SmallCrawl) -> None:
    for number in (1, 2, 3):
        _read(reading_crawl, number)
    changed = (TEXTS[1][0], f"{TEXTS[1][1]} Düzəliş edildi.")

    _read(reading_crawl, 2, *changed, at=NOW + timedelta(days=1), reason=Reason.RECHECK)

    assert _bodies(reading_crawl) == [WHOLE, WHOLE.replace(TEXTS[1][1], changed[1])]


def test_parts_read_again_unchanged_are_no_edit(reading_crawl: SmallCrawl) -> None:
    for number in (1, 2, 3, 1, 2, 3):
        _read(reading_crawl, number, at=NOW + timedelta(hours=number))

    assert _bodies(reading_crawl) == [WHOLE]


def test_a_newer_extractor_reads_all_parts_of_the_stored_text_again_and_claims_no_edit(
    reading_crawl: SmallCrawl, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        _read(reading_crawl, number)
    monkeypatch.setattr("crawler.reading.room.extractor_hash", lambda: f"{identity.EXTRACTOR} and one more")

    _read(reading_crawl, 1, at=NOW + timedelta(days=1), reason=Reason.RECHECK)

    assert _bodies(reading_crawl) == [WHOLE]


def test_a_part_that_never_comes_does_not_hold_the_others_back_for_ever(reading_crawl: SmallCrawl) -> None:
    _read(reading_crawl, 1)
    _read(reading_crawl, 2)
    for hours in (1, 2):
        missing = reading_crawl.finished(
            reading_crawl.target(PATHS[2]), b"", at=NOW + timedelta(hours=hours), status=404
        )
        reading_crawl.committed(missing)

    reading = _read(reading_crawl, 1, at=NOW + timedelta(hours=3), reason=Reason.RETRY)

    assert reading is PageReading.ARTICLE
    assert _bodies(reading_crawl) == ["\n\n".join((*TEXTS[0], *TEXTS[1]))]


def test_an_article_whose_number_looks_like_a_parts_is_stored_though_no_first_part_ever_comes(
    reading_crawl: SmallCrawl,
) -> None:
    links = "<nav><a href='/yazilar/6'>Əvvəlki yazı</a> <a href='/yazilar/8'>Növbəti yazı</a></nav></article>"
    body = page().decode().replace("</article>", links).encode()
    reading_crawl.read("/yazilar/7", body)
    first = reading_crawl.finished(reading_crawl.target("/yazilar"), b"", at=NOW + timedelta(minutes=1), status=404)
    reading_crawl.committed(first)

    again = reading_crawl.read("/yazilar/7", body, at=NOW + timedelta(minutes=10), reason=Reason.RETRY)

    assert again is not None
    assert again.reading is PageReading.ARTICLE
    assert _bodies(reading_crawl) == ["\n\n".join(SENTENCES)]


def test_articles_that_are_numbered_from_one_are_no_parts_of_each_other(reading_crawl: SmallCrawl) -> None:
    titles = ("Körpü açılıb", "Bazar bağlanıb")
    for attempt in range(2):
        for number, title in enumerate(titles, start=1):
            links = f"<a href='/yazilar/{number - 1}'>Əvvəlki</a> <a href='/yazilar/{number + 1}'>Növbəti</a></article>"
            body = page(*TEXTS[number - 1], title=title).decode().replace("</article>", links).encode()
            reading_crawl.read(f"/yazilar/{number}", body, at=NOW + timedelta(minutes=10 * attempt + number))

    assert sorted(_bodies(reading_crawl)) == ["\n\n".join(text) for text in TEXTS[:2]]


def test_pages_of_comments_make_no_parts(reading_crawl: SmallCrawl) -> None:
    _read(reading_crawl, 1, *TEXTS[0])
    _read(reading_crawl, 2, *TEXTS[0])

    assert _bodies(reading_crawl) == ["\n\n".join(TEXTS[0])]
