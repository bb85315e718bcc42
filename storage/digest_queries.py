"""Tells the digest what the store knows of a window of time: each kind of fact in a query or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from domain.fetch import FetchOutcome, PageReading, Reason
from domain.outlet import DEFAULT_SCHEME, Group
from storage.backfill import was_backfilled
from storage.digest_alerts import alerts_in
from storage.digest_changes import edits
from storage.digest_facts import (
    AlertFact,
    ArticleFact,
    ChannelFact,
    DayCount,
    DayLooks,
    EditFact,
    GapFact,
    MentionFact,
    OutletFact,
    RemovalFact,
    TopicFact,
    UnreadFact,
)
from storage.digest_looks import channels, day_looks, gaps
from storage.digest_mentions import day_counts, mentions
from storage.digest_removals import passed, removals, still_missing
from storage.families import place_in_history
from storage.groups import groups_on
from storage.stated import stated_time
from storage.tables import ArticleRow, ArticleUrlRow, FetchRow, OutletRow, RevisionRow, TargetRow, TodoRow
from storage.topics import current_topics
from storage.translations import text_numbers

Window = tuple[datetime, datetime]
_ANSWERED = tuple(o.value for o in FetchOutcome if o.is_success or o is FetchOutcome.REDIRECTED)
_NOT_READ = tuple(r.value for r in PageReading if not r.is_success and r is not PageReading.NO_ARTICLE)


class StoredFacts:
    """A ``DigestSource`` over one session. It only reads; the caller owns the transaction."""

    def __init__(self, session: Session, *, scheme: str = DEFAULT_SCHEME) -> None:
        self._session = session
        self._scheme = scheme

    def outlets(self, day: date) -> tuple[OutletFact, ...]:
        """Every outlet that was ever in the catalogue, with its group on ``day``."""
        groups = groups_on(self._session, day, scheme=self._scheme)
        columns = (OutletRow.slug, OutletRow.name, OutletRow.languages, OutletRow.enabled, OutletRow.removed_at)
        rows = self._session.execute(select(*columns).order_by(OutletRow.slug))
        return tuple(
            OutletFact(
                slug=row.slug,
                name=row.name,
                group=groups.get(row.slug, Group.UNKNOWN),
                languages=tuple(row.languages),
                is_enabled=row.enabled and row.removed_at is None,
            )
            for row in rows
        )

    def channels(self, window: Window) -> tuple[ChannelFact, ...]:
        """Every channel of the outlets that are enabled, with what its looks in the window came to."""
        return channels(self._session, window)

    def gaps(self, window: Window) -> tuple[GapFact, ...]:
        """Gaps of those channels that touch the window, whole."""
        return gaps(self._session, window)

    def articles(self, window: Window) -> tuple[ArticleFact, ...]:
        """Articles first seen in the window, merged and backfilled ones left out."""
        return articles(self._session, window)

    def unread(self, window: Window) -> tuple[UnreadFact, ...]:
        """Links first listed in the window that were not read."""
        return unread(self._session, window)

    def topics(self) -> tuple[TopicFact, ...]:
        """The topics the catalogue names, in their present wording."""
        return tuple(
            TopicFact(one.topic.slug, one.topic.title, one.version, tuple(sorted(one.topic.queries)))
            for one in current_topics(self._session)
        )

    def mentions(self, window: Window) -> tuple[MentionFact, ...]:
        """One row a current topic and article first seen in the window."""
        return mentions(self._session, window)

    def edits(self, window: Window) -> tuple[EditFact, ...]:
        """Second and later revisions first seen in the window."""
        return edits(self._session, window)

    def removals(self, window: Window) -> tuple[RemovalFact, ...]:
        """Articles that were found missing, confirmed as removed, served again or withdrawn in the window."""
        return removals(self._session, window)

    def still_missing(self, window: Window) -> tuple[RemovalFact, ...]:
        """Articles that were first missed before the window and were suspected at its end."""
        return still_missing(self._session, window)

    def passed(self, window: Window) -> tuple[RemovalFact, ...]:
        """Articles that were missed and served again in the window before that was worth a step."""
        return passed(self._session, window)

    def day_counts(self, days: Sequence[Window]) -> tuple[DayCount, ...]:
        """Articles first seen a day and outlet, and a day, outlet and topic."""
        return day_counts(self._session, days)

    def day_looks(self, days: Sequence[Window]) -> tuple[DayLooks, ...]:
        """Good looks a day and outlet."""
        return day_looks(self._session, days)

    def alerts(self, window: Window) -> tuple[AlertFact, ...]:
        """What the watch noticed of outlets that bears on what could be seen in the window, earliest first."""
        return alerts_in(self._session, window)

    def waiting_texts(self) -> int:
        """Texts stored that no topic was asked of yet."""
        return self._session.scalar(select(func.count()).select_from(TodoRow).where(TodoRow.kind == "mentions")) or 0


def articles(session: Session, window: Window) -> tuple[ArticleFact, ...]:
    """Articles first seen in the window, merged and backfilled ones left out; earliest first."""
    rows = session.execute(
        select(
            ArticleRow.id, ArticleRow.outlet, ArticleRow.url, ArticleRow.first_seen_at, ArticleRow.absent_at,
            ArticleRow.title, ArticleRow.language, ArticleRow.published_at, ArticleRow.published_offset_min,
            ArticleRow.published_precision, ArticleRow.published_source,
            place_in_history(RevisionRow, ArticleRow).label("number"), RevisionRow.text_sha256,
        )
        .outerjoin(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
        .where(ArticleRow.first_seen_at >= window[0], ArticleRow.first_seen_at < window[1])
        .where(ArticleRow.merged_into.is_(None), ~was_backfilled())
        .order_by(ArticleRow.first_seen_at, ArticleRow.id)
    ).all()  # fmt: skip
    texts = text_numbers(session, [row.id for row in rows])
    return tuple(
        ArticleFact(
            article_id=row.id,
            outlet=row.outlet,
            url=row.url,
            seen_at=row.first_seen_at,
            absent_at=row.absent_at,
            title=row.title,
            language=row.language,
            stated=stated_time(
                row.published_at, row.published_offset_min, row.published_precision, row.published_source
            ),
            revision=row.number,
            text_sha256=row.text_sha256,
            text_of=texts.get(row.id),
        )
        for row in rows
    )


def unread(session: Session, window: Window) -> tuple[UnreadFact, ...]:
    """Links that became targets in the window and were not read: not looked at, or the last look or reading failed.

    A page that holds no article was read; a wall in front of one, with whatever status, was not. What a backfill asks
    for, or has wait, is no day's news.
    """
    last_reading = (
        select(FetchRow.reading)
        .where(FetchRow.target_id == TargetRow.id)
        .order_by(FetchRow.requested_at.desc(), FetchRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_walled = and_(TargetRow.last_outcome == FetchOutcome.OK.value, last_reading.in_(_NOT_READ))
    known = select(ArticleUrlRow.id).where(
        ArticleUrlRow.outlet == TargetRow.outlet, ArticleUrlRow.url_key == TargetRow.url_key
    )
    rows = session.execute(
        select(TargetRow.outlet, func.count().label("links"))
        .where(TargetRow.channel_id.is_(None), TargetRow.via_target_id.is_(None))
        .where(TargetRow.reason != Reason.BACKFILL.value)
        .where(TargetRow.created_at >= window[0], TargetRow.created_at < window[1])
        .where(or_(TargetRow.last_outcome.is_(None), TargetRow.last_outcome.not_in(_ANSWERED), is_walled))
        .where(~known.exists())
        .group_by(TargetRow.outlet)
        .order_by(TargetRow.outlet)
    )
    return tuple(UnreadFact(row.outlet, row.links) for row in rows)
