"""Articles that planning may have looked at again, narrowed by the database to those that are likely due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    and_,
    bindparam,
    case,
    exists,
    extract,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.fetch import FetchOutcome, Reason
from domain.frontier import TargetState
from domain.outlet import Politeness
from domain.planning import ArticleState, RecheckSpan, Since
from domain.times import Precision
from domain.urls import host_key
from storage.backfill import was_backfilled
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    HostRow,
    MentionRow,
    OutletRow,
    RevisionRow,
    TargetRow,
    TopicRow,
)
from storage.tables.base import Utc

Time = ColumnElement[datetime] | InstrumentedAttribute[datetime]
_HOSTS_A_QUERY = 500
_BELIEVED = timedelta(days=1)
_MISSING = (Since.SUSPECTED.value, Since.REMOVED.value)
_FOR_GOOD = (FetchOutcome.ADDRESS_REFUSED.value, FetchOutcome.ROBOTS_DISALLOWED.value)


def article_states(
    session: Session,
    span: RecheckSpan,
    *,
    seconds_a_host: float,
    outlets: Collection[str] = (),
    without_hosts: Collection[str] = (),
) -> list[ArticleState]:
    """Articles of a span whose pages may be asked for and are not on their way already.

    Of a host one or two more than it may be asked for in so many seconds, those first for which the span began first.
    ``without_hosts``: nothing at these is asked for. An article at several addresses is looked at where it was read
    first, one in parts at each of them.
    """
    query = _query(span.since, is_closer=span.closer is not None, is_some=bool(outlets), without=tuple(without_hosts))
    values = span_values(span) | {"seconds": seconds_a_host, "outlets": sorted(outlets)}
    return [
        ArticleState(
            article_id=row.id,
            outlet=row.outlet,
            url=row.url,
            url_key=row.url_key,
            target_id=row.target_id,
            first_seen_at=row.first_seen_at,
            last_looked_at=row.last_fetched_at or row.first_seen_at,
            published_at=row.published_at,
            changed_at=row.changed_at,
            missing=Since(row.state) if row.state in _MISSING else None,
            state_at=row.state_at,
            is_watched=row.is_watched,
            host=row.host or host_key(row.url),
            delay_s=row.delay_s,
        )
        for row in session.execute(query, values)
    ]


def span_values(span: RecheckSpan) -> dict[str, object]:
    """The parameters of ``lies_in``."""
    return {
        "after": span.after,
        "until": span.until,
        "seen_until": span.until + _BELIEVED,
        "age_s": span.age.total_seconds(),
        "closer_s": (span.closer or span.age).total_seconds(),
    }


@cache
def _query(since: Since, *, is_closer: bool, is_some: bool, without: tuple[str, ...]) -> Select[Any]:
    """The question, put together once: that takes longer than to ask it. ``is_some``: of some outlets only."""
    start = recheck_start(since)
    looked = func.coalesce(TargetRow.last_fetched_at, ArticleRow.first_seen_at)
    host = func.coalesce(TargetRow.host, ArticleRow.outlet)
    place = func.row_number().over(partition_by=host, order_by=(start, ArticleRow.id, ArticleUrlRow.id))
    query = (
        select(
            ArticleRow.id,
            ArticleRow.first_seen_at,
            case((is_fine_time(), ArticleRow.published_at)).label("published_at"),
            ArticleRow.state,
            ArticleRow.state_at,
            ArticleUrlRow.outlet,
            ArticleUrlRow.url,
            ArticleUrlRow.url_key,
            TargetRow.id.label("target_id"),
            TargetRow.host,
            TargetRow.last_fetched_at,
            HostRow.delay_s,
            RevisionRow.first_seen_at.label("changed_at"),
            is_watched().label("is_watched"),
            place.label("place"),
        )
        .join(ArticleUrlRow, and_(ArticleUrlRow.article_id == ArticleRow.id, is_looked_at()))
        .join(OutletRow, OutletRow.slug == ArticleRow.outlet)
        .join(
            TargetRow,
            and_(TargetRow.outlet == ArticleUrlRow.outlet, TargetRow.url_key == ArticleUrlRow.url_key),
            isouter=True,
        )
        .join(HostRow, HostRow.key == TargetRow.host, isouter=True)
        .join(RevisionRow, is_change(), isouter=since is not Since.CHANGE)
        .where(*lies_in(since, start, looked, is_closer=is_closer), _may_be_asked())
        .where(*(~ArticleUrlRow.url_key.startswith(f"{one}/", autoescape=True) for one in without))
    )
    if is_some:
        query = query.where(ArticleRow.outlet.in_(bindparam("outlets", expanding=True)))
    found = query.subquery()
    delay_s = func.coalesce(found.c.delay_s, Politeness().delay_s)
    return select(found).where((found.c.place - 2) * delay_s <= bindparam("seconds", type_=Float))


def recheck_start(since: Since) -> Time:
    """When that began which a span counts from."""
    if since is Since.CHANGE:
        return RevisionRow.first_seen_at
    if since is not Since.PUBLICATION:
        return ArticleRow.state_at
    believed = and_(
        is_fine_time(),
        ArticleRow.published_at < ArticleRow.first_seen_at,
        extract("epoch", ArticleRow.published_at)
        >= extract("epoch", ArticleRow.first_seen_at) - _BELIEVED.total_seconds(),
    )
    return case((believed, ArticleRow.published_at), else_=ArticleRow.first_seen_at)


def is_fine_time() -> ColumnElement[bool]:
    """Whether an article's publication time is known more finely than to the day."""
    return ArticleRow.published_precision.in_((Precision.SECOND.value, Precision.MINUTE.value))


def lies_in(since: Since, start: Time, looked: Time, *, is_closer: bool) -> list[ColumnElement[bool]]:
    """Whether an article lies in a span, given by parameters of the query; ``looked``: when it was looked at last."""
    after, until = bindparam("after", type_=Utc), bindparam("until", type_=Utc)
    passed_s = extract("epoch", looked) - extract("epoch", start)  # whole ones on SQLite
    is_unseen: ColumnElement[bool] = passed_s < bindparam("age_s", type_=Float)
    if is_closer:
        is_unseen = or_(is_unseen, and_(passed_s < bindparam("closer_s", type_=Float), is_closely_watched()))
    is_wanted = case((is_unseen, ~was_backfilled()), else_=false())  # the dearer question comes last
    conditions = [start > after, start <= until, is_wanted]
    if since is Since.PUBLICATION:  # for the index
        seen_until = bindparam("seen_until", type_=Utc)
        return [ArticleRow.first_seen_at > after, ArticleRow.first_seen_at <= seen_until, *conditions]
    if since is not Since.CHANGE:
        is_missing = ArticleRow.state != literal("live", literal_execute=True)  # written out: an index is of these
        return [is_missing, ArticleRow.state == since.value, *conditions]
    return conditions


def is_change() -> ColumnElement[bool]:
    """The latest revision of an article that has more than one."""
    return and_(
        RevisionRow.article_id == ArticleRow.id,
        RevisionRow.number == ArticleRow.revisions,
        RevisionRow.number > 1,
    )


def is_closely_watched() -> ColumnElement[bool]:
    """Whether an article is looked at at further ages: it changed before, or what it tells is of interest."""
    return or_(ArticleRow.revisions > 1, is_watched())


def is_watched() -> ColumnElement[bool]:
    """Whether what an article tells is of interest: a topic is mentioned in it.

    A story that several groups cover belongs here as well, once there are stories.
    """
    is_of_it = and_(RevisionRow.id == MentionRow.revision_id, RevisionRow.article_id == ArticleRow.id)
    topic = and_(TopicRow.current_version_id == MentionRow.topic_version_id, TopicRow.removed_at.is_(None))
    return exists(select(MentionRow.id).join(RevisionRow, is_of_it).join(TopicRow, topic).correlate(ArticleRow))


def is_looked_at() -> ColumnElement[bool]:
    """Beside an article: the address at which it is looked at."""
    first = select(func.min(ArticleUrlRow.id)).where(ArticleUrlRow.article_id == ArticleRow.id).correlate(ArticleRow)
    return or_(ArticleUrlRow.id == first.scalar_subquery(), ArticleUrlRow.kind == "part")


def _may_be_asked() -> ColumnElement[bool]:
    """Whether an article may be looked at again. A page that was given up in an earlier look again is tried anew."""
    given_up = and_(
        TargetRow.state == TargetState.DEAD.value,
        TargetRow.reason == Reason.RECHECK.value,
        TargetRow.last_outcome.not_in(_FOR_GOOD),
    )
    return and_(
        ArticleRow.merged_into.is_(None),
        OutletRow.page_fetch,
        OutletRow.enabled,
        OutletRow.removed_at.is_(None),
        or_(func.coalesce(TargetRow.state, TargetState.IDLE.value) == TargetState.IDLE.value, given_up),
    )


def waiting_rechecks(session: Session, hosts: Collection[str], *, before: datetime) -> Mapping[str, int]:
    """How many looks again are due at each of these hosts before a time and not made yet; none: left out."""
    found: dict[str, int] = {}
    wanted = sorted(hosts)
    for start in range(0, len(wanted), _HOSTS_A_QUERY):
        query = (
            select(TargetRow.host, func.count())
            .where(TargetRow.host.in_(wanted[start : start + _HOSTS_A_QUERY]))
            .where(TargetRow.state == TargetState.DUE.value, TargetRow.next_at < before)
            .where(TargetRow.reason == Reason.RECHECK.value)
            .group_by(TargetRow.host)
        )
        found.update(dict(session.execute(query).all()))
    return found
