"""Where the topics were found in the articles of a window, and how often on the days before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from domain.topic import Span
from storage.backfill import was_backfilled
from storage.digest_facts import DayCount, MentionFact
from storage.digest_looks import day_index
from storage.families import place_in_history
from storage.tables import ArticleRow, MentionRow, RevisionRow, TextRow, TopicRow

Window = tuple[datetime, datetime]
BEFORE, AFTER = 400, 800  # characters kept around the first match, enough for the sentence it stands in
_BATCH = 500
_Key = tuple[str, int]  # topic, article


def mentions(session: Session, window: Window) -> tuple[MentionFact, ...]:
    """One row a current topic and article first seen in the window, from the latest revision that mentions it.

    A match in the text is preferred to one in the headline, which is shown anyway.
    """
    stored_as = aliased(ArticleRow)
    rows = session.execute(
        select(
            TopicRow.slug, ArticleRow.id, RevisionRow.id, RevisionRow.title, MentionRow.field,
            MentionRow.start, MentionRow.end,
        )
        .join(MentionRow, MentionRow.topic_version_id == TopicRow.current_version_id)
        .join(RevisionRow, RevisionRow.id == MentionRow.revision_id)
        .join(stored_as, stored_as.id == RevisionRow.article_id)
        .join(ArticleRow, or_(ArticleRow.id == stored_as.id, ArticleRow.id == stored_as.merged_into))
        .where(ArticleRow.first_seen_at >= window[0], ArticleRow.first_seen_at < window[1])
        .where(ArticleRow.merged_into.is_(None), ~was_backfilled(), TopicRow.removed_at.is_(None))
        .order_by(TopicRow.slug, ArticleRow.id, place_in_history(RevisionRow, stored_as), MentionRow.start)
    )  # fmt: skip
    latest: dict[_Key, int] = {}
    titles: dict[int, str] = {}
    spans: dict[tuple[str, int, str], list[Span]] = defaultdict(list)
    for topic, article_id, revision_id, title, field, start, end in rows:
        latest[topic, article_id] = revision_id
        titles[revision_id] = title or ""
        spans[topic, revision_id, field].append(Span(start, end))
    in_text = {revision_id for topic, revision_id, field in spans if field == "text"} & set(latest.values())
    bodies = _excerpts(session, spans, in_text)
    return tuple(_mention(key, revision_id, spans, titles, bodies) for key, revision_id in latest.items())


def _excerpts(
    session: Session, spans: Mapping[tuple[str, int, str], Sequence[Span]], revision_ids: set[int]
) -> dict[tuple[str, int], tuple[str, int, bool]]:
    """(excerpt, where it starts, whether the text goes on) for each topic and revision with a match in its text."""
    wanted: dict[int, list[str]] = defaultdict(list)
    for topic, revision_id, field in spans:
        if field == "text" and revision_id in revision_ids:
            wanted[revision_id].append(topic)
    found = {}
    for revision_id, body in _bodies(session, sorted(wanted)):
        for topic in wanted[revision_id]:
            first = spans[topic, revision_id, "text"][0]
            start, end = max(0, first.start - BEFORE), first.end + AFTER
            found[topic, revision_id] = (body[start:end], start, end < len(body))
    return found


def _bodies(session: Session, revision_ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    for at in range(0, len(revision_ids), _BATCH):
        rows = session.execute(
            select(RevisionRow.id, TextRow.body)
            .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
            .where(RevisionRow.id.in_(revision_ids[at : at + _BATCH]))
        )
        yield from ((revision_id, body) for revision_id, body in rows)


def _mention(
    key: _Key,
    revision_id: int,
    spans: Mapping[tuple[str, int, str], Sequence[Span]],
    titles: Mapping[int, str],
    bodies: Mapping[tuple[str, int], tuple[str, int, bool]],
) -> MentionFact:
    topic, article_id = key
    if (topic, revision_id) not in bodies:
        in_title = tuple(spans[topic, revision_id, "title"])
        return MentionFact(topic, article_id, titles[revision_id], in_title, is_title=True)
    excerpt, start, goes_on = bodies[topic, revision_id]
    moved = (Span(span.start - start, span.end - start) for span in spans[topic, revision_id, "text"])
    inside = tuple(span for span in moved if span.start >= 0 and span.end <= len(excerpt))
    return MentionFact(topic, article_id, excerpt, inside, cut_before=start > 0, cut_after=goes_on)


def day_counts(session: Session, days: Sequence[Window]) -> tuple[DayCount, ...]:
    """Articles first seen a day and outlet, and a day, outlet and current topic. ``days`` follow one another."""
    if not days:
        return ()
    day = day_index(ArticleRow.first_seen_at, days).label("day")
    seen = (
        select(ArticleRow.id, ArticleRow.outlet, day)
        .where(ArticleRow.first_seen_at >= days[0][0], ArticleRow.first_seen_at < days[-1][1])
        .where(ArticleRow.merged_into.is_(None), ~was_backfilled())
        .subquery()
    )
    everything = session.execute(
        select(seen.c.day, seen.c.outlet, func.count().label("articles")).group_by(seen.c.day, seen.c.outlet)
    )
    member = aliased(ArticleRow)
    on_topics = session.execute(
        select(seen.c.day, seen.c.outlet, func.count(seen.c.id.distinct()).label("articles"), TopicRow.slug)
        .join(member, or_(member.id == seen.c.id, member.merged_into == seen.c.id))
        .join(RevisionRow, RevisionRow.article_id == member.id)
        .join(MentionRow, MentionRow.revision_id == RevisionRow.id)
        .join(TopicRow, TopicRow.current_version_id == MentionRow.topic_version_id)
        .group_by(seen.c.day, seen.c.outlet, TopicRow.slug)
    )
    return (
        *(DayCount(row.day, row.outlet, row.articles) for row in everything),
        *(DayCount(row.day, row.outlet, row.articles, row.slug) for row in on_topics),
    )
