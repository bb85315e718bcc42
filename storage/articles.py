"""Articles and revisions: finds what is stored under an address and applies what was decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from domain.errors import StorageError
from domain.extraction import TextSource
from domain.intents import AddRevision, ArrivedText, InsertArticle, Intent, KeepReading, StoredText
from domain.sameness import Elsewhere, Evidence
from domain.times import Precision, StatedTime, TimeSource, best_stated
from domain.urls import URL_KEY_VERSION
from storage.comparison import comparison_base, elsewhere
from storage.fetches import mark_live
from storage.merging import Merged, merge
from storage.readings import ReadText, sha256_of
from storage.sameness import Found, Join, find
from storage.tables import ArticleNumberRow, ArticleRow, ArticleUrlRow, EntryRow, ExtractionRow, RevisionRow, TextRow
from storage.text_parts import put_parts
from storage.todos import add_todo, insert_ignoring
from storage.translations import add_alternates


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
    Articles that it shows to be one are merged.
    """
    for _ in range(_MOST_TRIES):
        found = find(session, read)
        judged = _judge(session, found, read, decide)
        believed = replace(read, addresses=tuple(found.addresses))
        article = found.article or _insert(session, believed, found)
        if article is not None:
            break
    else:
        raise StorageError(f"{read.own.url}: its address is taken again and again")
    if isinstance(judged.intent, AddRevision) and _is_late(session, article, read):
        judged = replace(judged, intent=KeepReading())
    _apply(session, article, judged, believed, is_new=found.article is None)
    if found.article is not None or len(believed.addresses) > 1:
        _add_addresses(session, article, believed)
    joins = [*found.joins, *_add_number(session, article, read, found)]
    head = _shown_by(session, article)
    head.last_seen_at = max(head.last_seen_at, read.seen_at)
    mark_live(session, head.id, at=read.seen_at)
    add_alternates(session, article.id, read)
    session.flush()
    merged = [merge(session, article.id, join, at=read.seen_at, fetch_id=read.fetch_id) for join in joins]
    return replace(judged, article_id=article.id, merged=tuple(one for one in merged if one is not None))


def touch_article(session: Session, outlet: str, url_key: str, *, at: datetime) -> None:
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
    mark_live(session, head.id, at=at)
    session.flush()


def _apply(session: Session, article: ArticleRow, judged: Applied, read: ReadText, *, is_new: bool) -> None:
    """Add the revision or keep the reading, as it was decided."""
    intent = judged.intent
    if is_new or isinstance(intent, InsertArticle):  # the latter: killed between the two, or all texts taken down
        _add_revision(session, article, read, absent_at=article.absent_at)
    elif isinstance(intent, AddRevision):
        _add_revision(session, article, read, absent_at=article.last_seen_at)
    elif isinstance(intent, KeepReading):
        put_extraction(session, article.id, read)
    article.last_seen_at = max(article.last_seen_at, read.seen_at)


def _insert(session: Session, read: ReadText, found: Found) -> ArticleRow | None:
    """A new article with its address; None where another transaction made one there meanwhile."""
    article = _new_article(session, read)
    if found.is_withdrawn:
        _take_address(session, article, read)
        return article
    # The main form first: an article is looked at again at its first address.
    forms = tuple(address for address in read.addresses if address.kind == "form")
    _add_addresses(session, article, replace(read, addresses=forms))
    if _add_addresses(session, article, replace(read, addresses=(read.own,))):
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


def _shown_by(session: Session, article: ArticleRow) -> ArticleRow:
    """The article that stands for this one."""
    return article if article.merged_into is None else session.get_one(ArticleRow, article.merged_into)


def _is_late(session: Session, article: ArticleRow, read: ReadText) -> bool:
    """Whether a later text is a revision already: between the two nothing can be claimed any more."""
    latest = session.get(RevisionRow, article.latest_revision_id) if article.latest_revision_id is not None else None
    return latest is not None and latest.first_seen_at > read.seen_at


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
    kind = read.extraction.kind.value
    article.title, article.language, article.kind = row.title, language, kind
    head = _shown_by(session, article)
    if head is not article and not _is_late(session, head, read):
        head.latest_revision_id, head.title, head.language, head.kind = row.id, row.title, language, kind
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
    put_parts(session, stored, read.parts)
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
        "kind": got.kind.value,
        "sections": [{"level": s.level, "title": s.title, "start": s.start} for s in got.sections] or None,
        "footnotes": list(got.footnotes) or None,
        "pages": got.pages,
        "scanned_pages": got.scanned_pages,
    }


def _add_addresses(session: Session, article: ArticleRow, read: ReadText) -> int:
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


def _add_number(session: Session, article: ArticleRow, read: ReadText, found: Found) -> list[Join]:
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


def count_articles(session: Session) -> int:
    """Number of articles, merged ones left out."""
    return session.scalar(select(func.count()).select_from(ArticleRow).where(ArticleRow.merged_into.is_(None))) or 0
