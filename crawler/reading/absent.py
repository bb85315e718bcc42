"""A page in a stored article's place: the absence is stored, and nothing of the page becomes the article's text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from crawler.absence import Shown, Twins, absence_shown, may_show_absence
from crawler.decide import after_reading
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom
from domain.extraction import Extraction
from domain.fetch import PageReading
from storage import Session
from storage.presence import Missed, note_absent
from storage.readings import sha256_of
from storage.todos import mark_done
from storage.twins import StoredAt, same_elsewhere, stored_at
from storage.unread import UnreadFetch, put_reading

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AbsenceSeen:
    """What a page showed, and the articles that are not there."""

    shown: Shown
    article_ids: tuple[int, ...]


def absence_seen(room: ReadingRoom, fetch: UnreadFetch, extraction: Extraction) -> AbsenceSeen | None:
    """Whether the page shows that the article stored under its address is gone."""
    if not may_show_absence(extraction):
        return None
    with room.store.read() as session:
        stored = stored_at(session, fetch)
        if not stored:
            return None
        twins = _twins(session, fetch, stored[0], extraction)
    shown = absence_shown(extraction, stored_title=stored[0].title, twins=twins)
    return AbsenceSeen(shown, tuple(one.article_id for one in stored)) if shown is not None else None


def _twins(session: Session, fetch: UnreadFetch, stored: StoredAt, extraction: Extraction) -> Twins:
    text_sha256 = sha256_of(extraction.text) if extraction.text else None
    if text_sha256 == stored.text_sha256:
        return Twins()
    found = same_elsewhere(session, fetch, stored.article_id, text_sha256=text_sha256)
    return Twins(found.addresses, found.others_served) if found is not None else Twins()


def store_absence(room: ReadingRoom, fetch: UnreadFetch, seen: AbsenceSeen) -> ReadResult:
    """Store that the article was not there; its last text stays."""
    reading = PageReading.SOFT_404

    def work(session: Session) -> None:
        next_look = after_reading(fetch.target, reading, fetch.requested_at)
        put_reading(session, fetch, reading, next_look, error=seen.shown.reason)
        missed = Missed(fetch.target, fetch.requested_at, fetch.fetch_id, seen.shown.how, 200)
        for article_id in seen.article_ids:
            note_absent(session, article_id, missed)
        mark_done(session, "read", [fetch.fetch_id])

    room.store.write(work)
    _tell(fetch, seen.article_ids, seen.shown)
    return ReadResult(fetch.target.host, reading)


def _tell(fetch: UnreadFetch, article_ids: Iterable[int], shown: Shown) -> None:
    for article_id in article_ids:
        log.info(
            "article.not_served",
            outlet=fetch.target.outlet,
            url=fetch.target.url,
            fetch=fetch.fetch_id,
            article=article_id,
            how=shown.how.value,
            reason=shown.reason,
        )
