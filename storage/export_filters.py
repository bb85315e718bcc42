"""What narrows an export, and columns that an export has beside those of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ScalarSelect, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.export_facts import ANY_TOPIC, ExportFilter
from storage.families import head_of
from storage.tables import ArticleRow, MentionRow, ReportReleaseRow, RevisionRow, TopicRow


def within(column: InstrumentedAttribute[datetime], wanted: ExportFilter) -> Iterator[ColumnElement[bool]]:
    """That a time is in the span asked for."""
    if wanted.since is not None:
        yield column >= wanted.since
    if wanted.until is not None:
        yield column < wanted.until


def of_outlets(column: InstrumentedAttribute[str], wanted: ExportFilter) -> Iterator[ColumnElement[bool]]:
    """That an outlet is among those asked for."""
    if wanted.outlets is not None:
        yield column.in_(sorted(wanted.outlets))


def on_topic(
    article_id: ColumnElement[int] | InstrumentedAttribute[int], wanted: ExportFilter
) -> Iterator[ColumnElement[bool]]:
    """That a revision of the article mentions the topic in its current wording."""
    if wanted.topic is None:
        return
    member = aliased(ArticleRow)
    mentioned = (
        select(RevisionRow.id)
        .join(MentionRow, MentionRow.revision_id == RevisionRow.id)
        .join(TopicRow, TopicRow.current_version_id == MentionRow.topic_version_id)
        .join(member, member.id == RevisionRow.article_id)
        .where(or_(member.id == article_id, member.merged_into == article_id))
    )
    if wanted.topic != ANY_TOPIC:
        mentioned = mentioned.where(TopicRow.slug == wanted.topic)
    yield mentioned.exists()


def report_of(article_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The report that an article, or one merged into it, announces; the first of several."""
    report, member = aliased(ArticleRow), aliased(ArticleRow)
    return (
        select(func.min(head_of(report)))
        .select_from(ReportReleaseRow)
        .join(report, report.id == ReportReleaseRow.report_id)
        .join(member, member.id == ReportReleaseRow.release_id)
        .where(or_(member.id == article_id, member.merged_into == article_id))
        .correlate(ArticleRow)
        .scalar_subquery()
    )


def revisions_of_all() -> ColumnElement[int]:
    """Revisions of an article and of those merged into it."""
    member = aliased(ArticleRow)
    merged = select(func.sum(member.revisions)).where(member.merged_into == ArticleRow.id).scalar_subquery()
    return cast(ArticleRow.revisions + func.coalesce(merged, 0), BigInteger)
