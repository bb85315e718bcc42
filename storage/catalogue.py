"""Carries the catalogue in force into the store: outlets, groups, channels, hosts, poll targets and topics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from domain.outlet import Channel, ChannelKind, GroupPeriod, Outlet, Politeness, most_careful
from domain.topic import Topic
from domain.urls import host_key, template_url
from storage.alone import wait_for_catalogue
from storage.frontier import put_poll_target
from storage.gaps import end_gaps_of_unpolled
from storage.hosts import ensure_host
from storage.tables import CatalogueState, ChannelRow, OutletGroupRow, OutletRow, TopicRow, TopicVersionRow
from storage.todos import add_todo

BY_HAND = "added-by-hand"  # the channel of addresses added to an outlet whose file has none of kind manual
PollUrl = Callable[[Channel, str | None], str | None]


def own_address(channel: Channel, _platform_id: str | None) -> str | None:
    """The channel's address where it is one that can be asked."""
    return template_url(channel.address)


@dataclass(frozen=True, slots=True)
class CatalogueInForce:
    """A catalogue as the store needs it. ``not_crawled`` says why a channel (outlet, slug) can't be polled yet.

    ``poll_url`` tells where a channel is asked, given the id that its platform gave for it, if it did.
    """

    catalogue_hash: str
    outlets: tuple[Outlet, ...]
    topics: tuple[Topic, ...]
    topic_hashes: Mapping[str, str]
    not_crawled: Mapping[tuple[str, str], str]
    poll_url: PollUrl = own_address


def put_catalogue(session: Session, catalogue: CatalogueInForce, *, now: datetime) -> None:
    """Make the store agree with ``catalogue``. Nothing is deleted: what it no longer names is marked so."""
    wait_for_catalogue(session)
    known = select(CatalogueState.id).where(CatalogueState.catalogue_hash == catalogue.catalogue_hash)
    if session.scalar(known) is None:
        session.add(
            CatalogueState(
                catalogue_hash=catalogue.catalogue_hash,
                first_used_at=now,
                outlets=len(catalogue.outlets),
                topics=len(catalogue.topics),
            )
        )
    _put_hosts(session, catalogue)
    for outlet in catalogue.outlets:
        _put_outlet(session, outlet, catalogue, now)
    _mark_removed_outlets(session, {o.slug for o in catalogue.outlets}, now)
    end_gaps_of_unpolled(session, at=now)
    for topic in catalogue.topics:
        _put_topic(session, topic, catalogue.topic_hashes[topic.slug], now)
    slugs = [t.slug for t in catalogue.topics]
    session.execute(
        update(TopicRow).where(TopicRow.slug.not_in(slugs), TopicRow.removed_at.is_(None)).values(removed_at=now)
    )


def is_known_catalogue(session: Session, catalogue_hash: str) -> bool:
    """Whether the catalogue with this hash was ever put here."""
    return session.scalar(select(CatalogueState.id).where(CatalogueState.catalogue_hash == catalogue_hash)) is not None


def is_known_outlet(session: Session, slug: str) -> bool:
    """Whether any catalogue that was in force had the outlet."""
    return session.get(OutletRow, slug) is not None


def outlet_slugs(session: Session) -> list[str]:
    """Every outlet that was ever in the catalogue."""
    return list(session.scalars(select(OutletRow.slug).order_by(OutletRow.slug)))


def _put_hosts(session: Session, catalogue: CatalogueInForce) -> None:
    """Make the hosts known that are asked for channels; one that outlets share is asked as carefully as any wants."""
    wanted: dict[str, list[Politeness]] = defaultdict(list)
    unwanted: dict[str, list[Politeness]] = defaultdict(list)
    for outlet in catalogue.outlets:
        for channel in outlet.channels:
            url = catalogue.poll_url(channel, None)
            if url is not None and (outlet.slug, channel.slug) not in catalogue.not_crawled:
                asked = wanted if outlet.enabled and channel.enabled else unwanted
                asked[host_key(url)].append(outlet.politeness)
    for key, politeness in {**unwanted, **wanted}.items():
        ensure_host(session, key, most_careful(politeness))


def _put_outlet(session: Session, outlet: Outlet, catalogue: CatalogueInForce, now: datetime) -> None:
    row = session.get(OutletRow, outlet.slug)
    if row is None:
        row = OutletRow(slug=outlet.slug, first_recorded_at=now)
        session.add(row)
    row.name, row.home, row.languages = outlet.name, outlet.home, list(outlet.languages)
    row.zone, row.enabled, row.page_fetch = outlet.zone, outlet.enabled, outlet.page_fetch
    row.removed_at = None
    session.flush()
    _put_groups(session, outlet.slug, outlet.groups, now)
    kept = set()
    for channel in outlet.channels:
        kept.add(channel.slug)
        _put_channel(session, outlet, channel, catalogue, now)
    session.execute(
        update(ChannelRow)
        .where(ChannelRow.outlet == outlet.slug, ChannelRow.slug.not_in({*kept, BY_HAND}))
        .where(ChannelRow.removed_at.is_(None))
        .values(removed_at=now)
    )


def _put_groups(session: Session, slug: str, periods: Iterable[GroupPeriod], now: datetime) -> None:
    """Add the periods that were not said before and withdraw those that are no longer said."""
    standing = session.scalars(
        select(OutletGroupRow).where(OutletGroupRow.outlet == slug, OutletGroupRow.withdrawn_at.is_(None))
    ).all()
    said = {(p.scheme, p.group.value, p.reason, p.valid_from, p.valid_to) for p in periods}
    known = {(r.scheme, r.group_name, r.reason, r.valid_from, r.valid_to): r for r in standing}
    for key, row in known.items():
        if key not in said:
            row.withdrawn_at = now
    for scheme, group, reason, valid_from, valid_to in sorted(said - known.keys(), key=str):
        session.add(
            OutletGroupRow(
                scheme=scheme,
                outlet=slug,
                group_name=group,
                reason=reason,
                valid_from=valid_from,
                valid_to=valid_to,
                recorded_at=now,
            )
        )


def _put_channel(
    session: Session, outlet: Outlet, channel: Channel, catalogue: CatalogueInForce, now: datetime
) -> None:
    not_crawled = catalogue.not_crawled.get((outlet.slug, channel.slug))
    row = session.scalar(select(ChannelRow).where(ChannelRow.outlet == outlet.slug, ChannelRow.slug == channel.slug))
    if row is None:
        row = ChannelRow(outlet=outlet.slug, slug=channel.slug, first_recorded_at=now, failures=0, polls=0)
        session.add(row)
    if row.address != channel.address:
        row.platform_id = None
    row.kind, row.address, row.language = channel.kind.value, channel.address, channel.language
    row.body = channel.body.value if channel.body else None
    row.enabled, row.not_crawled = outlet.enabled and channel.enabled, not_crawled
    row.evidence, row.probed_on, row.window_h = channel.evidence, channel.probed_on, channel.window_h
    row.removed_at = None
    session.flush()
    url = catalogue.poll_url(channel, row.platform_id)
    if url is not None and not_crawled is None and channel.kind is not ChannelKind.MANUAL:
        put_poll_target(
            session,
            channel_id=row.id,
            outlet=outlet.slug,
            channel_slug=channel.slug,
            url=url,
            is_polled=row.enabled,
            now=now,
        )


def _mark_removed_outlets(session: Session, kept: set[str], now: datetime) -> None:
    gone = session.scalars(select(OutletRow).where(OutletRow.slug.not_in(kept), OutletRow.removed_at.is_(None))).all()
    for row in gone:
        row.removed_at = now
        session.execute(
            update(ChannelRow)
            .where(ChannelRow.outlet == row.slug, ChannelRow.removed_at.is_(None))
            .values(removed_at=now, enabled=False)
        )


def _put_topic(session: Session, topic: Topic, topic_hash: str, now: datetime) -> None:
    """Keep the topic's wording as a version; a wording not seen before is matched over all that is stored."""
    row = session.get(TopicRow, topic.slug)
    if row is None:
        row = TopicRow(slug=topic.slug)
        session.add(row)
    row.title, row.removed_at = topic.title, None
    session.flush()
    versions = session.scalars(
        select(TopicVersionRow).where(TopicVersionRow.topic == topic.slug).order_by(TopicVersionRow.version)
    ).all()
    version = next((v for v in versions if v.topic_hash == topic_hash), None)
    if version is None:
        version = TopicVersionRow(
            topic=topic.slug,
            version=len(versions) + 1,
            topic_hash=topic_hash,
            title=topic.title,
            queries=dict(topic.queries),
            recorded_at=now,
        )
        session.add(version)
        session.flush()
    if row.current_version_id != version.id:
        row.current_version_id = version.id
        add_todo(session, "match", version.id, now=now)
