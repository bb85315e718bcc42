"""What stays of an article that is taken down: told before its words go, and put into a database that lacks it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.errors import StorageError
from domain.takedown import TOMBSTONE, KeptAddress, KeptArticle, KeptRevision, Takedown
from storage.families import family_of
from storage.search import put_search_document
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ExtractionRow,
    FetchRow,
    RecordRow,
    RevisionRow,
    TakedownRow,
    TextRow,
)
from storage.todos import insert_ignoring


def takedown_to_be(session: Session, article_id: int, reason: str, *, at: datetime) -> Takedown:
    """What taking the article down means: its addresses, texts and what stays. Changes nothing.

    Raises StorageError where there is no such article.
    """
    row = session.get(ArticleRow, article_id)
    if row is None:
        raise StorageError(f"there is no article {article_id}")
    head = row if row.merged_into is None else session.get_one(ArticleRow, row.merged_into)
    family = family_of(session, head)
    addresses = _addresses(session, family)
    texts = _texts(session, head.outlet, family)
    return Takedown(
        outlet=head.outlet,
        url=head.url,
        url_keys=tuple(sorted({address.url_key for address in addresses})),
        texts=texts,
        reason=reason,
        decided_at=at,
        article=_kept(session, head, family, addresses),
    )


def _addresses(session: Session, family: list[int]) -> tuple[KeptAddress, ...]:
    rows = session.scalars(select(ArticleUrlRow).where(ArticleUrlRow.article_id.in_(family)).order_by(ArticleUrlRow.id))
    return tuple(KeptAddress(r.url_key, r.key_version, r.url, r.kind, r.first_seen_at) for r in rows)


def _texts(session: Session, outlet: str, family: list[int]) -> tuple[str, ...]:
    """The texts of these articles, but for those that another article of the outlet has too: that one keeps its own."""
    own = select(ExtractionRow.text_sha256).where(ExtractionRow.article_id.in_(family))
    others = (
        select(ExtractionRow.text_sha256)
        .join(ArticleRow, ArticleRow.id == ExtractionRow.article_id)
        .where(ArticleRow.outlet == outlet, ArticleRow.id.not_in(family), ExtractionRow.text_sha256.in_(own))
    )
    shared = set(session.scalars(others))
    texts = {sha256.removeprefix(TOMBSTONE) for sha256 in session.scalars(own) if sha256 not in shared}
    return tuple(sorted(texts))


def _kept(session: Session, head: ArticleRow, family: list[int], addresses: tuple[KeptAddress, ...]) -> KeptArticle:
    return KeptArticle(
        url=head.url,
        external_id=head.external_id,
        absent_at=head.absent_at,
        first_seen_at=head.first_seen_at,
        last_seen_at=head.last_seen_at,
        language=head.language,
        published_at=head.published_at,
        published_offset_min=head.published_offset_min,
        published_precision=head.published_precision,
        published_source=head.published_source,
        state=head.state,
        state_at=head.state_at,
        state_status=head.state_status,
        text_source=head.text_source,
        kind=head.kind,
        addresses=addresses,
        revisions=_revisions(session, family),
    )


def _revisions(session: Session, family: list[int]) -> tuple[KeptRevision, ...]:
    query = (
        select(RevisionRow, ExtractionRow, TextRow.chars, RecordRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id, isouter=True)
        .where(RevisionRow.article_id.in_(family))
        .order_by(RevisionRow.first_seen_at, RevisionRow.id)
    )
    return tuple(
        KeptRevision(
            text_sha256=revision.text_sha256.removeprefix(TOMBSTONE),
            chars=chars,
            language=revision.language,
            absent_at=revision.absent_at,
            first_seen_at=revision.first_seen_at,
            record_id=record_id,
            extractor=read.extractor,
            extractor_hash=read.extractor_hash,
            settings=read.settings,
            made_at=read.made_at,
            text_source=read.text_source,
            kind=read.kind,
        )
        for revision, read, chars, record_id in session.execute(query)
    )


def put_tombstone(session: Session, told: Takedown) -> bool:
    """Have what stays of an article stand in a database that does not know it; whether it was put there.

    Its revisions cite the looks that they cited, so those must be there: a database made anew from the archive has
    them, an older backup may not.
    """
    row = session.scalar(
        select(TakedownRow).where(
            TakedownRow.outlet == told.outlet, TakedownRow.url == told.url, TakedownRow.decided_at == told.decided_at
        )
    )
    known = select(ArticleUrlRow.id).where(
        ArticleUrlRow.outlet == told.outlet, ArticleUrlRow.url_key.in_(told.url_keys)
    )
    if row is None or session.scalar(known.limit(1)) is not None:
        return False
    cited = [(one, _look(session, one)) for one in told.article.revisions]
    there = [(one, fetch_id) for one, fetch_id in cited if fetch_id is not None]
    if not there:
        return False
    article = _put_article(session, told)
    for number, (one, fetch_id) in enumerate(there, start=1):
        article.latest_revision_id = _put_revision(session, article, one, fetch_id, number)
    article.revisions, article.language = len(there), there[-1][0].language
    row.article_id = article.id
    session.flush()
    assert article.latest_revision_id is not None
    put_search_document(
        session, article_id=article.id, revision_id=article.latest_revision_id, title_terms="", text_terms=""
    )
    return True


def _look(session: Session, revision: KeptRevision) -> int | None:
    query = select(FetchRow.id).join(RecordRow, RecordRow.id == FetchRow.record_id)
    return session.scalar(query.where(RecordRow.record_id == revision.record_id).limit(1))


def _put_article(session: Session, told: Takedown) -> ArticleRow:
    kept = told.article
    article = ArticleRow(
        outlet=told.outlet,
        url=kept.url,
        external_id=kept.external_id,
        absent_at=kept.absent_at,
        first_seen_at=kept.first_seen_at,
        last_seen_at=kept.last_seen_at,
        published_at=kept.published_at,
        published_offset_min=kept.published_offset_min,
        published_precision=kept.published_precision,
        published_source=kept.published_source,
        state=kept.state,
        state_at=kept.state_at,
        state_status=kept.state_status,
        text_source=kept.text_source,
        revisions=0,
        kind=kept.revisions[-1].kind if kept.revisions else kept.kind,
    )
    session.add(article)
    session.flush()
    for one in kept.addresses:
        session.add(
            ArticleUrlRow(
                outlet=told.outlet,
                url_key=one.url_key,
                key_version=one.key_version,
                article_id=article.id,
                url=one.url,
                kind=one.kind,
                first_seen_at=one.first_seen_at,
            )
        )
    session.flush()
    return article


def _put_revision(session: Session, article: ArticleRow, kept: KeptRevision, fetch_id: int, number: int) -> int:
    key = f"{TOMBSTONE}{kept.text_sha256}"
    insert_ignoring(session, TextRow, [{"sha256": key, "body": "", "chars": kept.chars}], ["sha256"])
    read = ExtractionRow(
        fetch_id=fetch_id,
        article_id=article.id,
        extractor_hash=kept.extractor_hash,
        extractor=kept.extractor,
        settings=kept.settings,
        made_at=kept.made_at,
        text_sha256=key,
        text_source=kept.text_source,
        authors=[],
        links=[],
        language=kept.language,
        kind=kept.kind,
    )
    session.add(read)
    session.flush()
    revision = RevisionRow(
        article_id=article.id,
        number=number,
        extraction_id=read.id,
        fetch_id=fetch_id,
        text_sha256=key,
        language=kept.language,
        absent_at=kept.absent_at,
        first_seen_at=kept.first_seen_at,
    )
    session.add(revision)
    session.flush()
    return revision.id
