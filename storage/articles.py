"""Articles and revisions: finds what is stored under an address and applies what was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import StorageError
from domain.extraction import TextSource
from domain.fetch import PageReading
from domain.intents import AddRevision, ArrivedText, InsertArticle, Intent, KeepReading, Refuse, StoredText
from domain.sameness import Elsewhere
from storage.comparison import comparison_base, elsewhere
from storage.extractions import put_extraction
from storage.merging import Merged, merge
from storage.new_articles import add_addresses, add_number, insert_article
from storage.presence import note_served
from storage.readings import ReadText, sha256_of
from storage.sameness import Found, find
from storage.tables import ArticleRow, ArticleUrlRow, ExtractionRow, RevisionRow
from storage.takedowns import takedown_against
from storage.todos import add_todo
from storage.translations import add_alternates
from storage.withdrawals import note_alive


@dataclass(frozen=True, slots=True)
class Applied:
    """What was decided and the article it concerns.

    ``base_fetch_id`` and ``base_article_id`` are of the reading it was compared with. ``merged``: articles that turned
    out to be one; ``notes``: claims of sameness that were not believed, and why.
    """

    intent: Intent
    article_id: int | None
    base_fetch_id: int | None = None
    base_article_id: int | None = None
    merged: tuple[Merged, ...] = ()
    notes: tuple[str, ...] = ()


Decide = Callable[[StoredText | None, ArrivedText, Elsewhere | None], Intent]
_MOST_TRIES = 3  # an address or number that another transaction took meanwhile is known at the next


def judge_text(session: Session, read: ReadText, decide: Decide) -> Applied:
    """What ``decide`` says of a text beside what is stored under its addresses. Changes nothing.

    ``ReadBaseAgain``: read the base fetch with this extractor and call ``put_extraction`` before ``store_text``.
    """
    return _judge(session, find(session, read), read, decide)


def _judge(session: Session, found: Found, read: ReadText, decide: Decide) -> Applied:
    article, notes = found.article, tuple(found.notes)
    latest = session.get(RevisionRow, article.latest_revision_id) if article and article.latest_revision_id else None
    if article is None or latest is None:
        return Applied(decide(None, read.arrived, None), article.id if article else None, notes=notes)
    base, place = comparison_base(session, article, latest, read)
    stored = _stored_text(session, base, read.extractor_hash) if base is not None else None
    intent = decide(stored, read.arrived, None) if stored is not None else None
    if intent is None or isinstance(intent, AddRevision):
        intent = decide(stored, read.arrived, elsewhere(session, article, base, place, read))
    if base is None:
        return Applied(intent, article.id, notes=notes)
    return Applied(intent, article.id, base.fetch_id, base.article_id, notes=notes)


def store_text(session: Session, read: ReadText, decide: Decide) -> Applied:
    """Compare a text with what is stored under its addresses and apply what ``decide`` says.

    A text whose base could not be read again is only noted as seen: between two extractors no edit is claimed.
    Articles that it shows to be one are merged. Of what was taken down nothing is stored.
    """
    if takedown_against(session, read) is not None:
        return Applied(Refuse(PageReading.TAKEN_DOWN, "it was taken down"), None)
    for _ in range(_MOST_TRIES):
        found = find(session, read)
        judged = _judge(session, found, read, decide)
        believed = replace(read, addresses=tuple(found.addresses))
        article = found.article or insert_article(session, believed, found)
        if article is not None:
            break
    else:
        raise StorageError(f"{read.own.url}: its address is taken again and again")
    if isinstance(judged.intent, AddRevision) and _is_late(session, article, read):
        judged = replace(judged, intent=KeepReading())
    _apply(session, article, judged, believed, is_new=found.article is None)
    if found.article is not None or len(believed.addresses) > 1:
        add_addresses(session, article, believed)
    joins = [*found.joins, *add_number(session, article, read, found)]
    head = _shown_by(session, article)
    head.last_seen_at = max(head.last_seen_at, read.seen_at)
    note_served(session, head.id, at=read.seen_at, fetch_id=read.fetch_id)
    if read.extraction.text_source is TextSource.PAGE:
        note_alive(session, head.id, at=read.seen_at)
    add_alternates(session, article.id, read)
    session.flush()
    merged = [merge(session, article.id, join, at=read.seen_at, fetch_id=read.fetch_id) for join in joins]
    return replace(judged, article_id=article.id, merged=tuple(one for one in merged if one is not None))


def touch_article(session: Session, outlet: str, url_key: str, *, at: datetime, fetch_id: int) -> None:
    """The article at an address was seen with the text it had; nothing where none stands there."""
    article_id = session.scalar(
        select(ArticleUrlRow.article_id).where(ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key == url_key)
    )
    if article_id is None:
        return
    article = session.get_one(ArticleRow, article_id, populate_existing=True)
    head = _shown_by(session, article)
    for one in (article, head):
        one.last_seen_at = max(one.last_seen_at, at)
    note_served(session, head.id, at=at, fetch_id=fetch_id)
    note_alive(session, head.id, at=at)
    session.flush()


def _apply(session: Session, article: ArticleRow, judged: Applied, read: ReadText, *, is_new: bool) -> None:
    """Add the revision or keep the reading, as it was decided."""
    intent = judged.intent
    if is_new or isinstance(intent, InsertArticle):  # the latter: killed between the two, or all texts taken down
        _add_revision(session, article, read, absent_at=article.absent_at)
    elif isinstance(intent, AddRevision):
        _add_revision(session, article, read, absent_at=_last_seen_before(session, article, read))
    elif isinstance(intent, KeepReading):
        put_extraction(session, article.id, read)
    article.last_seen_at = max(article.last_seen_at, read.seen_at)


def _shown_by(session: Session, article: ArticleRow) -> ArticleRow:
    """The article that stands for this one."""
    return article if article.merged_into is None else session.get_one(ArticleRow, article.merged_into)


def _is_late(session: Session, article: ArticleRow, read: ReadText) -> bool:
    """Whether a later text is a revision already: between the two nothing can be claimed any more."""
    latest = session.get(RevisionRow, article.latest_revision_id) if article.latest_revision_id is not None else None
    return latest is not None and latest.first_seen_at > read.seen_at


def _last_seen_before(session: Session, article: ArticleRow, read: ReadText) -> datetime:
    """A look that still showed the text before: the last one, or the first where a later look was read already."""
    if article.last_seen_at <= read.seen_at:
        return article.last_seen_at
    return session.get_one(RevisionRow, article.latest_revision_id).first_seen_at


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
    kind = read.extraction.kind.value
    article.title, article.language, article.kind = row.title, language, kind
    head = _shown_by(session, article)
    if head is not article and not _is_late(session, head, read):
        head.latest_revision_id, head.title, head.language, head.kind = row.id, row.title, language, kind
    article.last_seen_at = max(article.last_seen_at, read.seen_at)
    for kind in ("index", "mentions", *(["changes"] if row.number > 1 else [])):
        add_todo(session, kind, row.id, now=read.seen_at)
