"""What a text that arrives is compared with: the last look at the same place, in the same kind of source.

A place is an address as it was asked for, mirrors apart, or a feed's host: a mirror that is behind the main host, or
an AMP page with another template, must not look like an edit there and back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from domain.extraction import TextSource
from domain.fetch import PageReading
from domain.sameness import Elsewhere
from domain.urls import bare_host, host_key, url_key
from storage.families import family_of
from storage.readings import ReadText, sha256_of
from storage.tables import ArticleRow, ArticleUrlRow, EntryRow, ExtractionRow, FetchRow, RevisionRow


def place_of(url: str, text_source: str) -> str:
    """The place of a look at ``url``: two spellings of an address are one, two hosts are not."""
    return f"feed:{bare_host(host_key(url))}" if text_source == TextSource.FEED.value else url_key(url)


def comparison_base(
    session: Session, article: ArticleRow, latest: RevisionRow, read: ReadText
) -> tuple[ExtractionRow | None, str]:
    """The reading that ``read`` is compared with, None at the first look at its place; and that place.

    An article whose text is its feed's is watched there for as long as the feed lists it; once it is listed no more, a
    text from its page is compared with the last one from there. Until then, and the other way round, the base is of the
    other kind and nothing can be claimed.
    """
    place = _looked_at(session, read.fetch_id, read.extraction.text_source.value)
    base = session.get(ExtractionRow, latest.extraction_id)
    assert base is not None
    is_page = read.extraction.text_source is TextSource.PAGE
    if base.text_source == read.extraction.text_source.value:
        if article.merged_into is None and _looked_at(session, base.fetch_id, base.text_source) == place:
            return base, place
        return _last_at(session, article, {place, *read.same_places}, read), place
    if not is_page or _is_listed_with_text(session, latest.article_id):
        return base, place
    return _last_at(session, article, {place, *read.same_places}, read) or base, place


def elsewhere(
    session: Session, article: ArticleRow, base: ExtractionRow | None, place: str, read: ReadText
) -> Elsewhere | None:
    """What other places of the article showed; None where it is known at this one only."""
    if base is None:
        return Elsewhere(read.is_main, read.is_form)
    places = {place, *read.same_places}
    history = _revisions(session, article, read)
    others = [row for row in history if place_of(row.url, row.text_source) not in places]
    if not others:
        return None
    since = max(
        (r.first_seen_at for r in history if r.text_sha256 == base.text_sha256 and r.first_seen_at <= base.made_at),
        default=base.made_at,
    )
    sha256, title = sha256_of(read.text), read.extraction.title
    same = [row for row in others if row.text_sha256 == sha256 and (title is None or row.title == title)]
    return Elsewhere(
        read.is_main,
        read.is_form,
        same_since=any(row.first_seen_at > since for row in same),
        same_ever=bool(same),
        moved_since=any(row.first_seen_at > base.made_at for row in others),
    )


def _looked_at(session: Session, fetch_id: int, text_source: str) -> str:
    url = session.scalar(select(FetchRow.url).where(FetchRow.id == fetch_id))
    assert url is not None
    return place_of(url, text_source)


def _last_at(session: Session, article: ArticleRow, places: Collection[str], read: ReadText) -> ExtractionRow | None:
    """The last reading of the article, or of one that is one with it, at these places."""
    rows = session.execute(
        select(ExtractionRow, FetchRow.url)
        .join(FetchRow, FetchRow.id == ExtractionRow.fetch_id)
        .where(
            ExtractionRow.article_id.in_(family_of(session, article)),
            ExtractionRow.text_source == read.extraction.text_source.value,
            ExtractionRow.fetch_id != read.fetch_id,
        )
        .order_by(FetchRow.requested_at.desc(), ExtractionRow.fetch_id.desc(), ExtractionRow.id.desc())
    )  # by time: what another tool fetched years ago may be stored today
    return next((row for row, url in rows if place_of(url, row.text_source) in places), None)


def _revisions(session: Session, article: ArticleRow, read: ReadText) -> Sequence[Row[*tuple[Any, ...]]]:
    """Revisions of one kind of source, with where each was seen first."""
    query = (
        select(
            RevisionRow.text_sha256,
            RevisionRow.title,
            RevisionRow.first_seen_at,
            ExtractionRow.text_source,
            FetchRow.url,
        )
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .where(
            RevisionRow.article_id.in_(family_of(session, article)),
            ExtractionRow.text_source == read.extraction.text_source.value,
        )
    )
    return session.execute(query).all()


def _is_listed_with_text(session: Session, article_id: int) -> bool:
    """Whether a channel that carries the article's full text listed it when it was last read to its end."""
    last_read = select(func.max(FetchRow.requested_at)).where(
        FetchRow.channel_id == EntryRow.channel_id,
        FetchRow.part_of.is_(None),
        FetchRow.reading == PageReading.LISTED.value,
    )
    listed = (
        select(EntryRow.id)
        .join(
            ArticleUrlRow,
            (ArticleUrlRow.outlet == EntryRow.target_outlet) & (ArticleUrlRow.url_key == EntryRow.url_key),
        )
        .where(
            ArticleUrlRow.article_id == article_id,
            EntryRow.content_sha256.is_not(None),
            EntryRow.last_seen_at >= func.coalesce(last_read.scalar_subquery(), EntryRow.last_seen_at),
        )
        .limit(1)
    )
    return session.scalar(listed) is not None
