"""What a trial left, told outlet by outlet: articles that turned out to be one are one here as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crawler.decide import decide
from domain.extraction import TextSource
from domain.times import Precision, StatedTime, TimeSource
from storage import Session, Store
from storage.articles import store_text
from storage.merging import merge_by_hand
from storage.trial_queries import trial_outlet
from tests.storage.filling import NOW, fill, look, page_target, read_text, stored_fetch

DATED = StatedTime(NOW, Precision.MINUTE, TimeSource.META, "2026-03-02T05:05Z")


def _read(session: Session, path: str, *, minutes: int, source: TextSource) -> None:
    at = NOW + timedelta(minutes=minutes)
    fetch_id = stored_fetch(session, look(page_target(session, path, now=at), at=at))
    read = read_text(fetch_id, "Anbar yanıb.", path=path, at=at, source=source)
    dated = replace(read.extraction, published=DATED, section="Cəmiyyət")
    store_text(session, replace(read, extraction=dated), decide)


def test_an_article_that_was_merged_is_told_once_with_what_its_page_says(store: Store) -> None:
    def work(session: Session) -> None:
        fill(session)
        _read(session, "/a", minutes=0, source=TextSource.FEED)
        _read(session, "/b", minutes=1, source=TextSource.FEED)
        merge_by_hand(session, 1, 2, "One.", at=NOW)

    store.write(work)
    with store.read() as session:
        told = trial_outlet(session, "xeber")
    (article,) = told.feed_articles
    assert (article.shown.article_id, article.is_dated, article.section) == (1, True, "Cəmiyyət")
    assert [page.article.shown.article_id for page in told.pages if page.article] == [1, 1]
