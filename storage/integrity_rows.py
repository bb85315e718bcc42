"""Whether rows agree with each other where no constraint guards it: pointers, repeated columns, proof, orphans."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import except_, func, or_, select
from sqlalchemy.orm import Session, aliased

from domain.fetch import FetchOutcome, PageReading
from storage.families import head_of
from storage.integrity import Finding
from storage.tables import (
    ArticleMergeRow,
    ArticleRow,
    ArticleUrlRow,
    ChannelHourRow,
    ExtractionRow,
    FetchRow,
    RecordRow,
    RevisionRow,
    TargetRow,
    TextRow,
    TodoRow,
    TopicRow,
    TopicVersionRow,
)
from storage.todos import MOST_ATTEMPTS

_SUBJECTS = {
    "read": ("fetch", FetchRow.id),
    "drop": ("fetch", FetchRow.id),
    "index": ("revision", RevisionRow.id),
    "mentions": ("revision", RevisionRow.id),
    "changes": ("revision", RevisionRow.id),
    "match": ("topic version", TopicVersionRow.id),
}


def pointer_findings(session: Session) -> Iterator[Finding]:
    """Pointers that no foreign key guards."""
    latest, member = aliased(RevisionRow), aliased(ArticleRow)
    orphans = (
        select(ArticleRow.id)
        .join(latest, latest.id == ArticleRow.latest_revision_id, isouter=True)
        .join(member, member.id == latest.article_id, isouter=True)
        .where(latest.id.is_(None) | ((member.id != ArticleRow.id) & (head_of(member) != ArticleRow.id)))
    )
    for article_id in session.scalars(orphans):
        yield Finding("articles", f"article {article_id} has no latest revision of its own")
    lost = (
        select(TopicRow.slug)
        .join(TopicVersionRow, TopicVersionRow.id == TopicRow.current_version_id, isouter=True)
        .where(TopicVersionRow.id.is_(None) | (TopicVersionRow.topic != TopicRow.slug))
    )
    for slug in session.scalars(lost):
        yield Finding("topics", f"topic {slug} has no current version of its own")


def merge_findings(session: Session) -> Iterator[Finding]:
    """Articles that stand for none, or are merged without a decision that is in force."""
    member, head = aliased(ArticleRow), aliased(ArticleRow)
    chained = select(member.id).join(head, head.id == member.merged_into).where(head.merged_into.is_not(None))
    for article_id in session.scalars(chained):
        yield Finding("articles", f"article {article_id} is merged into one that is merged itself")
    decided = select(ArticleMergeRow.id).where(
        ArticleMergeRow.article_id == ArticleRow.id, ArticleMergeRow.undone_at.is_(None)
    )
    odd = select(ArticleRow.id).where(ArticleRow.merged_into.is_not(None) != decided.exists())
    for article_id in session.scalars(odd):
        yield Finding("articles", f"article {article_id} is merged, or is not, against the decisions in force")


def repeated_findings(session: Session) -> Iterator[Finding]:
    """Columns of an article that repeat what its revisions say, and do not."""
    latest, reading = aliased(RevisionRow), aliased(ExtractionRow)
    joined = select(ArticleRow.id).join(latest, latest.id == ArticleRow.latest_revision_id)
    joined = joined.join(reading, reading.id == latest.extraction_id)
    for name, differs in (
        ("title", ArticleRow.title.is_distinct_from(latest.title)),
        ("language", ArticleRow.language.is_distinct_from(latest.language)),
        ("kind", ArticleRow.kind != reading.kind),
    ):
        for article_id in session.scalars(joined.where(differs)):
            yield Finding("articles", f"article {article_id} has another {name} than its latest revision")
    counts = select(RevisionRow.article_id, func.count().label("n")).group_by(RevisionRow.article_id).subquery()
    counted = func.coalesce(counts.c.n, 0)
    query = (
        select(ArticleRow.id, ArticleRow.revisions, counted)
        .join(counts, counts.c.article_id == ArticleRow.id, isouter=True)
        .where(ArticleRow.revisions != counted)
    )
    for article_id, said, found in session.execute(query):
        yield Finding("articles", f"article {article_id} says it has {said} revisions and has {found}")


def proof_findings(session: Session) -> Iterator[Finding]:
    """Revisions that do not lead to bytes: revision, extraction, fetch and record must be of one article and text."""
    query = (
        select(RevisionRow.id, FetchRow.record_id)
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .where(
            or_(
                FetchRow.record_id.is_(None),
                ExtractionRow.article_id != RevisionRow.article_id,
                ExtractionRow.fetch_id != RevisionRow.fetch_id,
                ExtractionRow.text_sha256 != RevisionRow.text_sha256,
            )
        )
    )
    for revision_id, record_id in session.execute(query):
        if record_id is None:
            yield Finding("revisions", f"revision {revision_id} cites a fetch without an archive record")
        else:
            yield Finding("revisions", f"revision {revision_id} cites a reading of another article, fetch or text")
    dropped = (
        select(ExtractionRow.id)
        .join(FetchRow, FetchRow.id == ExtractionRow.fetch_id)
        .join(RecordRow, RecordRow.id == FetchRow.record_id)
        .where(RecordRow.dropped_at.is_not(None), ~RecordRow.is_taken_down)
    )
    for extraction_id in session.scalars(dropped):
        yield Finding("fetches", f"extraction {extraction_id} cites a fetch whose record was dropped")
    unproven = select(FetchRow.id).where(
        FetchRow.outcome == FetchOutcome.OK.value,
        FetchRow.record_id.is_(None),
        FetchRow.reading.is_distinct_from(PageReading.TAKEN_DOWN.value),
    )
    for fetch_id in session.scalars(unproven):
        yield Finding("fetches", f"fetch {fetch_id} brought a body and has no archive record")
    strange = (
        select(FetchRow.id)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .where(FetchRow.outlet != TargetRow.outlet)
    )
    for fetch_id in session.scalars(strange):
        yield Finding("fetches", f"fetch {fetch_id} counts for another outlet than its target")


def orphan_findings(session: Session) -> Iterator[Finding]:
    """Rows that nothing leads to."""
    texts = except_(select(TextRow.sha256), select(ExtractionRow.text_sha256), select(RevisionRow.text_sha256))
    for sha256 in session.scalars(texts):
        yield Finding("orphans", f"text {sha256} is cited by no extraction and no revision")
    yield from _records_without_a_fetch(session)
    for article_id in session.scalars(except_(select(ArticleRow.id), select(ArticleUrlRow.article_id))):
        yield Finding("orphans", f"article {article_id} has no address")


def _records_without_a_fetch(session: Session) -> Iterator[Finding]:
    """Records that no fetch names. Folding an old poll leaves its record, so as many as were folded are in order."""
    named = select(FetchRow.record_id).where(FetchRow.record_id.is_not(None))
    found = session.scalars(except_(select(RecordRow.id), named)).all()
    folded = session.scalar(select(func.sum(ChannelHourRow.polls))) or 0
    if not folded:
        yield from (Finding("orphans", f"record {record_id} is named by no fetch") for record_id in found)
    elif len(found) > folded:
        yield Finding("orphans", f"{len(found)} records are named by no fetch, and only {folded} polls were folded")


def todo_findings(session: Session) -> Iterator[Finding]:
    """What was tried five times and failed, and what is to be done to something that is not there."""
    query = select(TodoRow).where(TodoRow.attempts >= MOST_ATTEMPTS).order_by(TodoRow.id)
    for todo in session.scalars(query):
        yield Finding("todos", f"{todo.kind} of {todo.subject_id} failed {todo.attempts} times: {todo.error}")
    for kind, (subject, key) in _SUBJECTS.items():
        there = select(key).where(key == TodoRow.subject_id).exists()
        for subject_id in session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == kind, ~there)):
            yield Finding("todos", f"{kind} is to be done to {subject} {subject_id}, which is not there")
