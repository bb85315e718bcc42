"""Topics as they stand and where they were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.topic import Topic
from storage.families import head_of
from storage.tables import ArticleRow, MentionRow, RevisionRow, TopicRow, TopicVersionRow
from storage.todos import insert_ignoring


@dataclass(frozen=True, slots=True)
class CurrentTopic:
    """A topic in the wording that counts now."""

    version_id: int
    version: int
    topic: Topic


@dataclass(frozen=True, slots=True)
class NewMention:
    """A topic found in a revision; ``field`` is title or text, ``start`` and ``end`` count characters in it."""

    topic_version_id: int
    revision_id: int
    field: str
    start: int
    end: int
    surface: str


def current_topics(session: Session) -> tuple[CurrentTopic, ...]:
    """The topics the catalogue names, each in its present wording."""
    query = (
        select(TopicVersionRow)
        .join(TopicRow, TopicRow.current_version_id == TopicVersionRow.id)
        .where(TopicRow.removed_at.is_(None))
        .order_by(TopicRow.slug)
    )
    return tuple(
        CurrentTopic(row.id, row.version, Topic(row.topic, row.title, dict(row.queries)))
        for row in session.scalars(query)
    )


def put_mentions(session: Session, mentions: Sequence[NewMention]) -> None:
    """Store mentions; one that stands already stays."""
    for start in range(0, len(mentions), 200):
        rows: list[dict[str, object]] = [
            {
                "topic_version_id": m.topic_version_id,
                "revision_id": m.revision_id,
                "field": m.field,
                "start": m.start,
                "end": m.end,
                "surface": m.surface,
            }
            for m in mentions[start : start + 200]
        ]
        insert_ignoring(session, MentionRow, rows, ["topic_version_id", "revision_id", "field", "start"])


def revision_ids_after(session: Session, revision_id: int, *, limit: int) -> list[int]:
    """Ids of revisions above ``revision_id``, ascending: for matching a topic over all that is stored."""
    return list(
        session.scalars(
            select(RevisionRow.id).where(RevisionRow.id > revision_id).order_by(RevisionRow.id).limit(limit)
        )
    )


def breadth(session: Session, topic_version_id: int) -> tuple[int, int]:
    """(articles that mention the topic, articles stored): how much of everything a wording matches."""
    matched = session.scalar(
        select(func.count(head_of().distinct()))
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .join(MentionRow, MentionRow.revision_id == RevisionRow.id)
        .where(MentionRow.topic_version_id == topic_version_id)
    )
    stored = session.scalar(
        select(func.count(head_of().distinct())).join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
    )
    return matched or 0, stored or 0
