"""A new article as its first text and its entry tell of it, and the addresses and the number that articles take.

An address or a number belongs to whoever took it first; what another transaction took meanwhile is left to it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from domain.sameness import Evidence
from domain.times import Precision, StatedTime, TimeSource, best_stated
from domain.urls import URL_KEY_VERSION
from storage.readings import ReadText
from storage.sameness import Found, Join, find
from storage.tables import ArticleNumberRow, ArticleRow, ArticleUrlRow, EntryRow
from storage.todos import insert_ignoring


def insert_article(session: Session, read: ReadText, found: Found) -> ArticleRow | None:
    """A new article with its address; None where another transaction made one there meanwhile."""
    article = _new_article(session, read)
    if found.is_withdrawn:
        _take_address(session, article, read)
        return article
    # The main form first: an article is looked at again at its first address.
    forms = tuple(address for address in read.addresses if address.kind == "form")
    add_addresses(session, article, replace(read, addresses=forms))
    if add_addresses(session, article, replace(read, addresses=(read.own,))):
        return article
    session.execute(delete(ArticleUrlRow).where(ArticleUrlRow.article_id == article.id))
    session.delete(article)
    session.flush()
    return None


def _take_address(session: Session, article: ArticleRow, read: ReadText) -> None:
    """The address that another article claimed, and was never read at, is this one's."""
    session.execute(
        update(ArticleUrlRow)
        .where(
            ArticleUrlRow.outlet == read.outlet,
            ArticleUrlRow.url_key == read.own.url_key,
            ArticleUrlRow.key_version == URL_KEY_VERSION,
        )
        .values(article_id=article.id, url=read.own.url, kind=read.own.kind)
    )


def _new_article(session: Session, read: ReadText) -> ArticleRow:
    entry = _first_entry(session, read)
    stated = best_stated((read.extraction.published, _entry_time(entry)))
    first_seen_at = min(entry.first_seen_at, read.seen_at) if entry else read.seen_at
    row = ArticleRow(
        outlet=read.outlet,
        url=read.addresses[0].url,
        external_id=read.external_id,
        absent_at=_absent_at(entry, first_seen_at),
        first_seen_at=first_seen_at,
        last_seen_at=read.seen_at,
        published_at=stated.utc if stated else None,
        published_offset_min=stated.offset_min if stated else None,
        published_precision=stated.precision.value if stated else None,
        published_source=stated.source.value if stated else None,
        state="live",
        state_at=first_seen_at,
        text_source=read.extraction.text_source.value,
        revisions=0,
        kind=read.extraction.kind.value,
    )
    session.add(row)
    session.flush()
    return row


def _first_entry(session: Session, read: ReadText) -> EntryRow | None:
    """The entry that listed the article first."""
    return session.scalar(
        select(EntryRow)
        .where(EntryRow.target_outlet == read.outlet, EntryRow.url_key.in_([a.url_key for a in read.addresses]))
        .order_by(EntryRow.first_seen_at, EntryRow.id)
        .limit(1)
    )


def _absent_at(entry: EntryRow | None, first_seen_at: datetime) -> datetime | None:
    """The last look without it; of what somebody had copied before its channel listed it nothing is known."""
    if entry is None or entry.absent_at is None or entry.absent_at > first_seen_at:
        return None
    return entry.absent_at


def _entry_time(entry: EntryRow | None) -> StatedTime | None:
    if entry is None or entry.published_at is None or not entry.published_precision or not entry.published_source:
        return None
    offset = timezone(timedelta(minutes=entry.published_offset_min or 0))
    return StatedTime(
        entry.published_at.astimezone(offset),
        Precision(entry.published_precision),
        TimeSource(entry.published_source),
        entry.published_raw or "",
    )


def add_addresses(session: Session, article: ArticleRow, read: ReadText) -> int:
    """Note the addresses that nobody has yet; gives their number."""
    return insert_ignoring(
        session,
        ArticleUrlRow,
        [
            {
                "outlet": read.outlet,
                "url_key": address.url_key,
                "key_version": URL_KEY_VERSION,
                "article_id": article.id,
                "url": address.url,
                "kind": address.kind,
                "first_seen_at": read.seen_at.astimezone(UTC),
            }
            for address in read.addresses
        ],
        ["outlet", "url_key", "key_version"],
    )


def add_number(session: Session, article: ArticleRow, read: ReadText, found: Found) -> list[Join]:
    """Note the outlet's number of the article; the article that took it meanwhile is this one."""
    number = read.number
    if number is None or found.is_number_known:
        return []
    row: dict[str, object] = {
        "outlet": read.outlet,
        "number": number.number,
        "numbering": number.numbering,
        "is_shared": number.is_shared,
        "article_id": article.id,
        "first_seen_at": read.seen_at.astimezone(UTC),
    }
    if insert_ignoring(session, ArticleNumberRow, [row], ["outlet", "number", "numbering"]):
        return []
    again = find(session, read)
    return [join for join in again.joins if join.evidence is Evidence.NUMBER]
