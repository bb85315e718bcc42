"""What a document of a platform's channel shows of posts and videos that may be stored: these, and not those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog

from crawler.channels.place import place_url
from domain.entry import ParsedChannel
from domain.outlet import Channel, ChannelKind, Outlet
from domain.posts import ShownPosts, passed_over
from domain.presence import Step
from outlets.catalogue import Catalogue
from outlets.platforms import telegram_post_url
from storage.entries import PlacedEntry
from storage.post_looks import PostStep
from storage.unread import UnreadFetch

log = structlog.get_logger()


def shown_posts(
    parsed: ParsedChannel, listed: Sequence[PlacedEntry], channel: Channel, outlet: Outlet, catalogue: Catalogue
) -> ShownPosts | None:
    """Of a document that was read, ``listed`` being its entries in their places; None where its kind is no platform."""
    if not channel.kind.is_platform:
        return None

    def key_of(url: str) -> str:
        return place_url(url, listed_by=outlet, catalogue=catalogue).url_key

    own = [placed for placed in listed if placed.has_address and placed.target_outlet == outlet.slug]
    shown = frozenset(placed.url_key for placed in own)
    if not own:
        return ShownPosts()  # an empty document says nothing of what was there
    if channel.kind is not ChannelKind.TELEGRAM:
        gone: dict[str, int | None] = {key_of(url): None for url in parsed.gone}
        return ShownPosts(shown, {key: number for key, number in gone.items() if key not in shown})
    start = key_of(telegram_post_url(channel.address, 0)).removesuffix("0")
    albums = frozenset(f"{start}{number}" for number in parsed.numbers)
    return ShownPosts(
        shown=shown | albums,
        passed={f"{start}{number}": number for number in passed_over(parsed.numbers)},
        texts={
            number: placed.content_sha256
            for placed in own
            if placed.content_sha256 is not None and (number := post_number(placed.url_key, start)) is not None
        },
    )


def tell_of_posts(fetch: UnreadFetch, steps: Iterable[PostStep]) -> None:
    """Log the steps of absence that a look at a channel made, as those of pages are."""
    for one in steps:
        if one.step is not Step.BACK:
            log.info(
                "article.not_served",
                outlet=fetch.target.outlet,
                channel=fetch.target.channel_slug,
                url=one.url,
                fetch=fetch.fetch_id,
                article=one.article_id,
                how="not_shown",
                reason="its platform shows others of the channel, and not it",
            )


def post_number(url_key: str, start: str) -> int | None:
    """The number of the post at an address that begins with ``start``; None where it is none of the channel's."""
    number = url_key.removeprefix(start)
    return int(number) if url_key.startswith(start) and number.isascii() and number.isdecimal() else None
