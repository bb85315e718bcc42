"""Removes the words of an article from the database, in the caller's transaction. Doing it twice is harmless.

Identity, digests and dates stay; an empty text stands for each that it had. What must still go from the archive is
left as todos of the kind ``drop``. docs/TAKEDOWN.md says what happens to each column.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, exists, null, or_, select, update
from sqlalchemy.orm import Session

from domain.frontier import TargetState
from domain.takedown import TEXT_KEY, TOMBSTONE, Takedown
from storage.families import family_of
from storage.search import put_search_document
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ChangeRow,
    EntryRow,
    ExtractionPartRow,
    ExtractionRow,
    FetchRow,
    MentionRow,
    OutletRow,
    RecordRow,
    RevisionRow,
    TakedownRow,
    TakedownUrlRow,
    TargetRow,
    TextRow,
    TodoRow,
)
from storage.todos import add_todo, insert_ignoring


def apply_takedown(session: Session, told: Takedown, *, now: datetime) -> int | None:
    """Take an article down in this database; gives the takedown's number, None where the outlet is not known here."""
    if session.get(OutletRow, told.outlet) is None:
        return None
    row = _row(session, told)
    family = _family(session, told.outlet, told.url_keys)
    row.article_id = _head(session, family) if family else row.article_id
    session.flush()
    keys = {*told.keys, *_keys_of(session, family)}
    values: list[dict[str, object]] = [{"takedown_id": row.id, "url_key": key} for key in sorted(keys)]
    insert_ignoring(session, TakedownUrlRow, values, ["takedown_id", "url_key"])
    addresses = [key for key in keys if not key.startswith(TEXT_KEY)]
    for fetch_id in _fetches_with_words(session, told.outlet, family, addresses):
        add_todo(session, "drop", fetch_id, now=now)
    _forget_texts(session, family)
    _forget_words_beside(session, told.outlet, family, addresses)
    _leave_alone(session, told.outlet, addresses)
    return row.id


def _row(session: Session, told: Takedown) -> TakedownRow:
    """Its row, which is made where there is none; it is to be finished, again or for the first time."""
    query = select(TakedownRow).where(TakedownRow.outlet == told.outlet, TakedownRow.url == told.url)
    row = session.scalar(query.where(TakedownRow.decided_at == told.decided_at))
    if row is None:
        row = TakedownRow(outlet=told.outlet, url=told.url, reason=told.reason, decided_at=told.decided_at)
        session.add(row)
    row.finished_at = None
    session.flush()
    return row


def _family(session: Session, outlet: str, url_keys: Collection[str]) -> list[int]:
    """The articles at these addresses, with all that they are one with."""
    query = (
        select(ArticleRow)
        .join(ArticleUrlRow, ArticleUrlRow.article_id == ArticleRow.id)
        .where(ArticleUrlRow.outlet == outlet, ArticleUrlRow.url_key.in_(url_keys))
    )
    return sorted({one for article in session.scalars(query) for one in family_of(session, article)})


def _head(session: Session, family: Sequence[int]) -> int:
    article = session.get_one(ArticleRow, family[0])
    return article.merged_into or article.id


def _keys_of(session: Session, family: Collection[int]) -> list[str]:
    return list(session.scalars(select(ArticleUrlRow.url_key).where(ArticleUrlRow.article_id.in_(family))))


def _fetches_with_words(session: Session, outlet: str, family: Collection[int], addresses: Collection[str]) -> set[int]:
    """Looks whose archived bytes hold, or may hold, words of the article: at its addresses, and at lists with it."""
    has_bytes = select(FetchRow.id).join(RecordRow, RecordRow.id == FetchRow.record_id)
    has_bytes = has_bytes.where(RecordRow.dropped_at.is_(None))
    read = select(ExtractionRow.fetch_id).where(ExtractionRow.article_id.in_(family))
    in_parts = (
        select(ExtractionPartRow.fetch_id)
        .join(ExtractionRow, ExtractionRow.id == ExtractionPartRow.extraction_id)
        .where(ExtractionRow.article_id.in_(family))
    )
    at_pages = (
        select(FetchRow.id)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .where(TargetRow.outlet == outlet, TargetRow.url_key.in_(addresses), TargetRow.channel_id.is_(None))
    )
    found = set(session.scalars(has_bytes.where(FetchRow.id.in_(at_pages))))
    found |= set(session.scalars(has_bytes.where(or_(FetchRow.id.in_(read), FetchRow.id.in_(in_parts)))))
    found |= set(session.scalars(has_bytes.where(FetchRow.id.in_(_at_lists(outlet, addresses)))))
    return found | _with_the_same_bytes(session, has_bytes, found)


def _at_lists(outlet: str, addresses: Collection[str]) -> Select[int]:
    """Looks at channels that listed it with words, from the first look with it to the last; and of backfills, all."""
    has_words = or_(EntryRow.title.is_not(None), EntryRow.summary.is_not(None), EntryRow.content_sha256.is_not(None))
    is_then = FetchRow.requested_at.between(EntryRow.first_seen_at, EntryRow.last_seen_at)
    return (
        select(FetchRow.id)
        .join(EntryRow, EntryRow.channel_id == FetchRow.channel_id)
        .where(EntryRow.target_outlet == outlet, EntryRow.url_key.in_(addresses), has_words)
        .where(or_(is_then, FetchRow.reason == "backfill"))
    )


def _with_the_same_bytes(session: Session, has_bytes: Select[int], fetch_ids: Collection[int]) -> set[int]:
    """Looks whose records hold or refer to the very bytes of these."""
    payloads = select(RecordRow.payload_sha256).join(FetchRow, FetchRow.record_id == RecordRow.id)
    chosen, found = sorted(fetch_ids), set()
    for start in range(0, len(chosen), 500):
        of_these = payloads.where(FetchRow.id.in_(chosen[start : start + 500]))
        found |= set(session.scalars(has_bytes.where(RecordRow.payload_sha256.in_(of_these))))
    return found


def _forget_texts(session: Session, family: Collection[int]) -> None:
    """An empty text for each that only these articles cite, or one more where others cite it too."""
    read = select(ExtractionRow.text_sha256).where(ExtractionRow.article_id.in_(family))
    cited = read.union(select(RevisionRow.text_sha256).where(RevisionRow.article_id.in_(family)))
    texts = session.execute(select(TextRow.sha256, TextRow.chars).where(TextRow.sha256.in_(cited))).all()
    for sha256, chars in texts:
        if sha256.startswith(TOMBSTONE):
            continue
        stands: dict[str, object] = {"sha256": f"{TOMBSTONE}{sha256}", "body": "", "chars": chars}
        insert_ignoring(session, TextRow, [stands], ["sha256"])
        for table in (ExtractionRow, RevisionRow):
            session.execute(
                update(table)
                .where(table.article_id.in_(family), table.text_sha256 == sha256)
                .values(text_sha256=f"{TOMBSTONE}{sha256}")
            )
        is_cited = or_(
            exists().where(ExtractionRow.text_sha256 == sha256), exists().where(RevisionRow.text_sha256 == sha256)
        )
        session.execute(delete(TextRow).where(TextRow.sha256 == sha256, ~is_cited))


def _forget_words_beside(session: Session, outlet: str, family: Collection[int], addresses: Collection[str]) -> None:
    """Everything else that repeats words of the article."""
    revisions = select(RevisionRow.id).where(RevisionRow.article_id.in_(family))
    session.execute(update(ArticleRow).where(ArticleRow.id.in_(family)).values(title=None))
    session.execute(update(RevisionRow).where(RevisionRow.article_id.in_(family)).values(title=None))
    session.execute(
        update(ExtractionRow)
        .where(ExtractionRow.article_id.in_(family))
        .values(title=None, authors=[], section=None, links=[], sections=null(), footnotes=null(), published_raw=None)
    )
    session.execute(
        update(EntryRow)
        .where(EntryRow.target_outlet == outlet, EntryRow.url_key.in_(addresses))
        .values(
            title=None, summary=None, authors=[], categories=[], forwarded_from=None, links=null(),
            published_raw=None, updated_raw=None,
        )
    )  # fmt: skip
    session.execute(
        update(ChangeRow)
        .where(ChangeRow.revision_id.in_(revisions))
        .values(before="", after="", reason="taken down", digest="")
    )
    session.execute(delete(MentionRow).where(MentionRow.revision_id.in_(revisions)))
    fetches = select(ExtractionRow.fetch_id).where(ExtractionRow.article_id.in_(family))
    session.execute(update(FetchRow).where(FetchRow.id.in_(fetches), FetchRow.channel_id.is_(None)).values(error=None))
    heads = select(ArticleRow.id, ArticleRow.latest_revision_id).where(
        ArticleRow.id.in_(family), ArticleRow.merged_into.is_(None), ArticleRow.latest_revision_id.is_not(None)
    )
    for article_id, latest in session.execute(heads).all():
        assert latest is not None
        put_search_document(session, article_id=article_id, revision_id=latest, title_terms="", text_terms="")
    kinds = ("index", "mentions", "changes")
    session.execute(delete(TodoRow).where(TodoRow.kind.in_(kinds), TodoRow.subject_id.in_(revisions)))


def _leave_alone(session: Session, outlet: str, addresses: Collection[str]) -> None:
    """Nothing is asked at these addresses any more."""
    at = (TargetRow.outlet == outlet, TargetRow.url_key.in_(addresses), TargetRow.channel_id.is_(None))
    session.execute(
        update(TargetRow).where(*at).values(state=TargetState.DEAD.value, next_at=None, etag=None, last_modified=None)
    )
    unread = select(FetchRow.id).join(TargetRow, TargetRow.id == FetchRow.target_id).where(*at)
    session.execute(
        update(FetchRow).where(FetchRow.id.in_(unread), FetchRow.reading.is_(None), FetchRow.outcome == "ok")
        .values(reading="taken_down")
    )  # fmt: skip
    session.execute(delete(TodoRow).where(TodoRow.kind == "read", TodoRow.subject_id.in_(unread)))


def next_drops(session: Session) -> list[int]:
    """Looks whose bytes must still go, oldest first."""
    return list(session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == "drop").order_by(TodoRow.id)))
