"""Keeps the id that a platform gave for a channel known by a name: asked for once, and its list is asked next."""

from __future__ import annotations

import structlog

from crawler.decide import after_reading
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom
from domain.fetch import PageReading
from domain.outlet import Channel, Outlet
from outlets.platforms import poll_url
from storage import Session
from storage.channels import keep_platform_id
from storage.frontier import put_poll_target
from storage.todos import mark_done
from storage.unread import UnreadFetch, put_reading

log = structlog.get_logger()


def store_platform_id(
    room: ReadingRoom, fetch: UnreadFetch, outlet: Outlet, channel: Channel, platform_id: str
) -> ReadResult:
    """Store the id and have the channel polled by it at once; of what the channel lists this look says nothing."""
    channel_id = fetch.target.channel_id
    url = poll_url(channel, platform_id, platforms=room.platforms)
    assert channel_id is not None
    assert url is not None

    def work(session: Session) -> None:
        next_look = after_reading(fetch.target, PageReading.RESOLVED, fetch.requested_at)
        put_reading(session, fetch, PageReading.RESOLVED, next_look, error=None)
        keep_platform_id(session, channel_id, platform_id)
        put_poll_target(
            session,
            channel_id=channel_id,
            outlet=outlet.slug,
            channel_slug=channel.slug,
            url=url,
            is_polled=True,
            now=fetch.requested_at,
        )
        mark_done(session, "read", [fetch.fetch_id])

    room.store.write(work)
    log.info("channel.resolved", outlet=outlet.slug, channel=channel.slug, platform_id=platform_id)
    return ReadResult(fetch.target.host, PageReading.RESOLVED)
