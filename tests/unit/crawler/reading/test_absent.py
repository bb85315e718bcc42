"""Pages that stand in a stored article's place, from the wire to the row: real readers over a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.fetch import PageReading, Reason
from storage.tables import ArticleRow, ArticleStateRow, RevisionRow, TargetRow
from tests.unit.crawler.small_crawl import HOST, NOW, SENTENCES, SmallCrawl, page

HOUR = timedelta(hours=1)
MOVED = (("Location", f"https://{HOST}/"),)
NOT_FOUND = (
    "<!doctype html><html lang='ru'><head><title>Страница не найдена | Xəbər</title></head><body>"
    "<h1>Страница не найдена</h1><p>Вернитесь на главную страницу.</p></body></html>"
).encode()
LEFT = (
    "<!doctype html><html lang='az'><head><title>Xəbər</title></head><body><div>Bu ünvanda daha heç nə qalmayıb, amma "
    "saytın başqa yerlərində oxumağa çox şey var.</div></body></html>"
).encode()
SHELL = b"<!doctype html><html><head><title>Xeber</title></head><body><div id='app'></div></body></html>"


def steps(crawl: SmallCrawl) -> list[tuple[int, str, str, int]]:
    rows = crawl.rows(ArticleStateRow)
    return [(r.article_id, r.state, r.how, r.looks) for r in rows]  # type: ignore[attr-defined]


def stored(crawl: SmallCrawl, *paths: str) -> None:
    """Articles at these addresses, each with a text of its own."""
    for number, path in enumerate(paths):
        crawl.read(
            path, page(*SENTENCES[1:], f"Burada {number} nömrəli hadisədən danışılır.", title=f"Hadisə {number}")
        )


def again(crawl: SmallCrawl, path: str, body: bytes, hour: int, **how: object) -> PageReading | None:
    result = crawl.read(path, body, at=NOW + hour * HOUR, reason=Reason.RECHECK, **how)
    return result.reading if result is not None else None


def test_a_page_that_says_so_removes_an_article_like_a_404(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    stored(crawl, "/a", "/b")
    for hour in (24, 40, 73):
        again(crawl, "/b", page(*SENTENCES, f"Saat {hour}.", title="Hadisə 1"), hour - 1)
        assert again(crawl, "/a", NOT_FOUND, hour) is PageReading.SOFT_404

    assert steps(crawl) == [
        (1, "suspected", "soft_404", 1),
        (1, "suspected", "soft_404", 2),
        (1, "removed", "soft_404", 3),
    ]
    assert [r.article_id for r in crawl.rows(RevisionRow)].count(1) == 1  # type: ignore[attr-defined]
    (target,) = [t for t in crawl.rows(TargetRow) if t.url_key == f"{HOST}/a"]  # type: ignore[attr-defined]
    assert (target.state, target.attempts, target.last_outcome) == ("idle", 0, "soft_404")  # type: ignore[attr-defined]
    assert crawl.waits() == []


def test_the_article_comes_back_with_its_text(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    stored(crawl, "/a")
    again(crawl, "/a", NOT_FOUND, 24)
    again(crawl, "/a", NOT_FOUND, 36)
    again(crawl, "/a", page(*SENTENCES, title="Hadisə 0"), 48)

    assert steps(crawl)[-1] == (1, "back", "served", 1)
    assert [a.state for a in crawl.rows(ArticleRow)] == ["live"]  # type: ignore[attr-defined]


def test_a_page_that_was_never_an_article_stays_a_failed_reading(reading_crawl: SmallCrawl) -> None:
    assert reading_crawl.read("/a", NOT_FOUND).reading is PageReading.NO_ARTICLE  # type: ignore[union-attr]
    assert steps(reading_crawl) == []


def test_the_same_page_at_two_other_addresses_is_an_absence_once_others_were_served(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    stored(crawl, "/a", "/b", "/c", "/d")
    assert again(crawl, "/a", LEFT, 24) is PageReading.NO_ARTICLE
    assert again(crawl, "/b", LEFT, 25) is PageReading.NO_ARTICLE
    assert again(crawl, "/c", LEFT, 26) is PageReading.NO_ARTICLE  # nothing shows yet that the site is well
    again(crawl, "/d", page(*SENTENCES, title="Hadisə 3"), 27)
    assert again(crawl, "/a", LEFT, 28) is PageReading.SOFT_404

    assert steps(crawl) == [(1, "suspected", "soft_404", 1)]


@pytest.mark.parametrize("body", [SHELL, b"<!doctype html><html><body><div><div><div><p>Yar"])
def test_pages_that_are_yet_to_be_filled_and_half_pages_are_no_absence(reading_crawl: SmallCrawl, body: bytes) -> None:
    crawl = reading_crawl
    stored(crawl, "/a", "/b", "/c", "/d")
    for hour, path in enumerate(("/a", "/b", "/c"), 24):
        again(crawl, path, body, hour)
    again(crawl, "/d", page(*SENTENCES, title="Hadisə 3"), 30)
    again(crawl, "/a", body, 31)

    assert steps(crawl) == []


def test_a_redirect_to_the_front_page_is_an_absence_and_leaves_no_target(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    stored(crawl, "/a")
    crawl.fetched("/a", b"", at=NOW + 24 * HOUR, status=302, headers=MOVED, reason=Reason.RECHECK)

    assert steps(crawl) == [(1, "suspected", "front_page", 1)]
    assert f"{HOST}/" not in [t.url_key for t in crawl.rows(TargetRow)]  # type: ignore[attr-defined]


def test_a_mirror_that_was_soft_404_is_not_asked_again_and_again(reading_crawl: SmallCrawl) -> None:
    crawl = reading_crawl
    head = f"<link rel='canonical' href='https://{HOST}/a'>"
    crawl.read("/a", page())
    crawl.read("/b", page(head=head), at=NOW + HOUR)
    again(crawl, "/a", NOT_FOUND, 24)
    assert steps(crawl) == []  # the other address is asked first
    again(crawl, "/b", NOT_FOUND, 25)

    assert steps(crawl) == [(1, "suspected", "soft_404", 1)]
    assert [t.url_key for t in crawl.rows(TargetRow) if t.state == "due" and t.channel_id is None] == []  # type: ignore[attr-defined]
