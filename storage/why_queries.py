"""Everything that is known of one address: who listed it, how it was looked at, and what is stored from it.

An address has a key for each outlet that may hold it (aliases of hosts differ), so all of them are looked for under
every outlet; each question goes through an index that begins with the outlet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from storage.look_queries import looks_at_targets, readings_of
from storage.tables import (
    ArticleRow,
    ArticleStateRow,
    ArticleUrlRow,
    ChannelRow,
    EntryRow,
    HostRow,
    MentionRow,
    OutletRow,
    RevisionRow,
    TargetRow,
    TextRow,
    TodoRow,
    TopicRow,
    TopicVersionRow,
)
from storage.why_facts import (
    AddressFacts,
    HostFact,
    ListingFact,
    StateStep,
    StoredArticle,
    StoredRevision,
    TargetFact,
    TodoFact,
)

MOST_LOOKS = 200


def address_facts(session: Session, url_keys: Collection[str], *, channel_ids: Collection[int] = ()) -> AddressFacts:
    """What is known of the address under any of ``url_keys``; of ``channel_ids`` also how they are polled.

    Of each target the last 200 looks.
    """
    outlets = session.scalars(select(OutletRow.slug).order_by(OutletRow.slug)).all()
    targets = _targets(session, outlets, url_keys, channel_ids)
    looks = looks_at_targets(session, [t.target_id for t in targets], limit=MOST_LOOKS)
    articles = _articles(session, outlets, url_keys)
    fetch_ids = [look.fetch_id for look in looks]
    revision_ids = [revision.revision_id for article in articles for revision in article.revisions]
    return AddressFacts(
        listings=listings_of(session, outlets, url_keys),
        targets=targets,
        looks=looks,
        readings=readings_of(session, fetch_ids),
        articles=articles,
        todos=(*_todos(session, ("read",), fetch_ids), *_todos(session, ("index", "mentions"), revision_ids)),
    )


def host_fact(session: Session, key: str) -> HostFact | None:
    """The host as it stands; None where nothing was ever to be asked of it."""
    row = session.get(HostRow, key)
    if row is None:
        return None
    return HostFact(
        key=row.key,
        paused_until=row.paused_until,
        is_in_work=row.owner is not None,
        robots_outcome=row.robots_outcome,
        robots_error=row.robots_error,
        robots_fetched_at=row.robots_fetched_at,
    )


def robots_text(session: Session, key: str) -> str:
    """The robots.txt of a host as it was last read; empty where it has none or it was never read."""
    return session.scalar(select(HostRow.robots_body).where(HostRow.key == key)) or ""


def listings_of(session: Session, outlets: Sequence[str], url_keys: Collection[str]) -> tuple[ListingFact, ...]:
    """Where channels, of whatever outlet, listed these addresses of these outlets; the earliest first."""
    rows = session.execute(
        select(EntryRow, ChannelRow.outlet, ChannelRow.slug)
        .join(ChannelRow, ChannelRow.id == EntryRow.channel_id)
        .where(EntryRow.target_outlet.in_(outlets), EntryRow.url_key.in_(url_keys))
        .order_by(EntryRow.first_seen_at, EntryRow.id)
    )
    return tuple(
        ListingFact(
            channel=f"{outlet}/{slug}",
            outlet=entry.target_outlet,
            url=entry.url,
            title=entry.title,
            absent_at=entry.absent_at,
            first_seen_at=entry.first_seen_at,
            last_seen_at=entry.last_seen_at,
            first_fetch_id=entry.first_fetch_id,
        )
        for entry, outlet, slug in rows
    )


def _targets(
    session: Session, outlets: Sequence[str], url_keys: Collection[str], channel_ids: Collection[int]
) -> tuple[TargetFact, ...]:
    before = aliased(TargetRow)
    query = (
        select(TargetRow, ChannelRow.slug, before.url)
        .join(ChannelRow, ChannelRow.id == TargetRow.channel_id, isouter=True)
        .join(before, before.id == TargetRow.via_target_id, isouter=True)
        .order_by(TargetRow.created_at, TargetRow.id)
    )
    rows = list(session.execute(query.where(TargetRow.outlet.in_(outlets), TargetRow.url_key.in_(url_keys))))
    for outlet, slug in _channels(session, channel_ids):
        key = f"poll:{slug}"
        rows += session.execute(query.where(TargetRow.outlet == outlet, TargetRow.url_key == key))
    return tuple(
        TargetFact(
            target_id=row.id,
            outlet=row.outlet,
            url=row.url,
            host=row.host,
            channel=f"{row.outlet}/{slug}" if slug is not None else None,
            led_from=led_from,
            redirects=row.redirects,
            reason=row.reason,
            state=row.state,
            next_at=row.next_at,
            attempts=row.attempts,
            last_fetched_at=row.last_fetched_at,
            last_outcome=row.last_outcome,
            created_at=row.created_at,
        )
        for row, slug, led_from in rows
    )


def _channels(session: Session, channel_ids: Collection[int]) -> list[tuple[str, str]]:
    rows = session.execute(select(ChannelRow.outlet, ChannelRow.slug).where(ChannelRow.id.in_(channel_ids)))
    return [(row.outlet, row.slug) for row in rows]


def _articles(session: Session, outlets: Sequence[str], url_keys: Collection[str]) -> tuple[StoredArticle, ...]:
    rows = session.execute(
        select(ArticleUrlRow, ArticleRow)
        .join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
        .where(ArticleUrlRow.outlet.in_(outlets), ArticleUrlRow.url_key.in_(url_keys))
        .order_by(ArticleUrlRow.id)
    )
    return tuple(
        StoredArticle(
            article_id=article.id,
            outlet=article.outlet,
            url=article.url,
            address=address.url,
            address_kind=address.kind,
            address_first_seen_at=address.first_seen_at,
            merged_into=article.merged_into,
            state=article.state,
            state_at=article.state_at,
            state_status=article.state_status,
            first_seen_at=article.first_seen_at,
            last_seen_at=article.last_seen_at,
            revisions=_revisions(session, article.id),
            steps=_steps(session, article.id),
        )
        for address, article in rows
    )


def _steps(session: Session, article_id: int) -> tuple[StateStep, ...]:
    rows = session.scalars(
        select(ArticleStateRow)
        .where(ArticleStateRow.article_id == article_id)
        .order_by(ArticleStateRow.at, ArticleStateRow.id)
    )
    return tuple(StateStep(row.state, row.at, row.how, row.looks, row.fetch_id) for row in rows)


def _revisions(session: Session, article_id: int) -> tuple[StoredRevision, ...]:
    rows = session.execute(
        select(RevisionRow, TextRow.chars)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .where(RevisionRow.article_id == article_id)
        .order_by(RevisionRow.number)
    )
    return tuple(
        StoredRevision(
            revision_id=row.id,
            number=row.number,
            title=row.title,
            chars=chars,
            fetch_id=row.fetch_id,
            first_seen_at=row.first_seen_at,
            topics=_topics(session, row.id),
        )
        for row, chars in rows
    )


def _topics(session: Session, revision_id: int) -> tuple[tuple[str, int], ...]:
    """How often each topic, as it stands now, was found in the revision."""
    rows = session.execute(
        select(TopicRow.slug, func.count())
        .join(TopicVersionRow, TopicVersionRow.id == TopicRow.current_version_id)
        .join(MentionRow, MentionRow.topic_version_id == TopicVersionRow.id)
        .where(MentionRow.revision_id == revision_id)
        .group_by(TopicRow.slug)
        .order_by(TopicRow.slug)
    )
    return tuple((slug, count) for slug, count in rows)


def _todos(session: Session, kinds: Collection[str], subject_ids: Collection[int]) -> tuple[TodoFact, ...]:
    rows = session.scalars(
        select(TodoRow).where(TodoRow.kind.in_(kinds), TodoRow.subject_id.in_(subject_ids)).order_by(TodoRow.id)
    )
    return tuple(TodoFact(row.kind, row.subject_id, row.created_at, row.attempts, row.error) for row in rows)
