"""Articles and revisions: finds what is stored under an address and applies what was decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.extraction import TextSource
from domain.intents import AddRevision, ArrivedText, InsertArticle, Intent, KeepReading, StoredText
from domain.times import Precision, StatedTime, TimeSource, best_stated
from domain.urls import URL_KEY_VERSION
from storage.comparison import comparison_base
from storage.fetches import mark_live
from storage.readings import ReadText, sha256_of
from storage.tables import ArticleRow, ArticleUrlRow, EntryRow, ExtractionRow, RevisionRow, TextRow
from storage.todos import add_todo, insert_ignoring


@dataclass(frozen=True, slots=True)
class Applied:
    """What was decided and the article it concerns. ``base_fetch_id``: the fetch of its latest revision."""

    intent: Intent
    article_id: int | None
    base_fetch_id: int | None = None


Decide = Callable[[StoredText | None, ArrivedText], Intent]


def judge_text(session: Session, read: ReadText, decide: Decide) -> Applied:
    """What ``decide`` says of a text beside what is stored under its addresses. Changes nothing.

    ``ReadBaseAgain``: read the base fetch with this extractor and call ``put_extraction`` before ``store_text``.
    """
    article_id = _find(session, read.outlet, [a.url_key for a in read.addresses])
    article = session.get(ArticleRow, article_id, populate_existing=True) if article_id is not None else None
    latest = session.get(RevisionRow, article.latest_revision_id) if article and article.latest_revision_id else None
    base = comparison_base(session, latest, read) if latest else None
    stored = _stored_text(session, base, read.extractor_hash) if base else None
    return Applied(decide(stored, read.arrived), article_id, base.fetch_id if base else None)


def store_text(session: Session, read: ReadText, decide: Decide) -> Applied:
    """Compare a text with what is stored under its addresses and apply what ``decide`` says.

    A text whose base could not be read again is only noted as seen: between two extractors no edit is claimed.
    """
    judged = judge_text(session, read, decide)
    article = session.get(ArticleRow, judged.article_id) if judged.article_id is not None else None
    if article is not None and isinstance(judged.intent, AddRevision) and _is_late(session, article, read):
        judged = replace(judged, intent=KeepReading())
    if article is None:
        article = _new_article(session, read)
        _add_revision(session, article, read, absent_at=article.absent_at)
    elif isinstance(judged.intent, InsertArticle):  # killed between article and revision, or all texts taken down
        _add_revision(session, article, read, absent_at=article.absent_at)
    elif isinstance(judged.intent, AddRevision):
        _add_revision(session, article, read, absent_at=article.last_seen_at)
    elif isinstance(judged.intent, KeepReading):
        put_extraction(session, article.id, read)
    article.last_seen_at = max(article.last_seen_at, read.seen_at)
    _add_addresses(session, article, read)
    mark_live(session, article.id, at=read.seen_at)
    session.flush()
    return replace(judged, article_id=article.id)


def _is_late(session: Session, article: ArticleRow, read: ReadText) -> bool:
    """Whether a later text is a revision already: between the two nothing can be claimed any more."""
    latest = session.get(RevisionRow, article.latest_revision_id) if article.latest_revision_id is not None else None
    return latest is not None and latest.first_seen_at > read.seen_at


def _find(session: Session, outlet: str, keys: Sequence[str]) -> int | None:
    """The article at any of these addresses; the first address that is known decides."""
    rows = session.execute(
        select(ArticleUrlRow.url_key, ArticleUrlRow.article_id).where(
            ArticleUrlRow.outlet == outlet,
            ArticleUrlRow.url_key.in_(keys),
            ArticleUrlRow.key_version == URL_KEY_VERSION,
        )
    )
    known: dict[str, int] = {row.url_key: row.article_id for row in rows}
    found = next((known[key] for key in keys if key in known), None)
    while found is not None:
        article = session.get(ArticleRow, found)
        if article is None or article.merged_into is None:
            return found
        found = article.merged_into
    return None


def _stored_text(session: Session, base: ExtractionRow, extractor_hash: str) -> StoredText:
    """The base as this extractor reads it; as it was read before where this one never did."""
    same = session.scalar(
        select(ExtractionRow).where(
            ExtractionRow.fetch_id == base.fetch_id,
            ExtractionRow.article_id == base.article_id,
            ExtractionRow.extractor_hash == extractor_hash,
        )
    )
    row = same or base
    return StoredText(row.text_sha256, row.title, TextSource(row.text_source), row.extractor_hash)


def _new_article(session: Session, read: ReadText) -> ArticleRow:
    entry = _first_entry(session, read)
    stated = best_stated((read.extraction.published, _entry_time(entry)))
    first_seen_at = min(entry.first_seen_at, read.seen_at) if entry else read.seen_at
    row = ArticleRow(
        outlet=read.outlet,
        url=read.addresses[0].url,
        external_id=read.external_id,
        absent_at=entry.absent_at if entry else None,
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


def _add_revision(session: Session, article: ArticleRow, read: ReadText, *, absent_at: datetime | None) -> None:
    extraction_id = put_extraction(session, article.id, read)
    language = read.extraction.language or read.extraction.declared_language
    row = RevisionRow(
        article_id=article.id,
        number=article.revisions + 1,
        extraction_id=extraction_id,
        fetch_id=read.fetch_id,
        text_sha256=sha256_of(read.text),
        title=read.extraction.title,
        language=language,
        absent_at=absent_at,
        first_seen_at=read.seen_at,
    )
    session.add(row)
    session.flush()
    article.revisions, article.latest_revision_id = row.number, row.id
    article.title, article.language = row.title, language
    article.last_seen_at = max(article.last_seen_at, read.seen_at)
    for kind in ("index", "mentions"):
        add_todo(session, kind, row.id, now=read.seen_at)


def put_extraction(session: Session, article_id: int, read: ReadText) -> int:
    """Store what was read from a fetch; reading the same fetch again with the same extractor changes nothing."""
    known = _known_extraction(session, article_id, read)
    if known is not None:
        return known
    text_sha256 = sha256_of(read.text)
    insert_ignoring(session, TextRow, [{"sha256": text_sha256, "body": read.text, "chars": len(read.text)}], ["sha256"])
    identity = ["fetch_id", "article_id", "extractor_hash"]
    insert_ignoring(session, ExtractionRow, [_extraction_values(article_id, read, text_sha256)], identity)
    stored = _known_extraction(session, article_id, read)
    assert stored is not None
    return stored


def _known_extraction(session: Session, article_id: int, read: ReadText) -> int | None:
    return session.scalar(
        select(ExtractionRow.id).where(
            ExtractionRow.fetch_id == read.fetch_id,
            ExtractionRow.article_id == article_id,
            ExtractionRow.extractor_hash == read.extractor_hash,
        )
    )


def _extraction_values(article_id: int, read: ReadText, text_sha256: str) -> dict[str, object]:
    got = read.extraction
    published = got.published
    return {
        "fetch_id": read.fetch_id,
        "article_id": article_id,
        "extractor_hash": read.extractor_hash,
        "extractor": got.extractor,
        "settings": got.settings,
        "made_at": read.seen_at,
        "text_sha256": text_sha256,
        "text_source": got.text_source.value,
        "title": got.title,
        "authors": list(got.authors),
        "published_at": published.utc if published else None,
        "published_offset_min": published.offset_min if published else None,
        "published_precision": published.precision.value if published else None,
        "published_source": published.source.value if published else None,
        "published_raw": published.raw if published else got.published_raw,
        "modified_at": got.modified.utc if got.modified else None,
        "language": got.language,
        "declared_language": got.declared_language,
        "canonical_url": got.canonical_url,
        "section": got.section,
        "links": list(got.links),
    }


def _add_addresses(session: Session, article: ArticleRow, read: ReadText) -> None:
    insert_ignoring(
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


def count_articles(session: Session) -> int:
    """Number of articles, merged ones left out."""
    return session.scalar(select(func.count()).select_from(ArticleRow).where(ArticleRow.merged_into.is_(None))) or 0
