"""Channels of kind ``telegram``: the public preview page of a channel, its newest posts."""

from __future__ import annotations

from crawler.channels.document import ChannelDocument
from crawler.parse.telegram import parse_telegram
from domain.entry import ParsedChannel


def read(document: ChannelDocument) -> ParsedChannel:
    """The page's posts; a page without any is a failure."""
    return parse_telegram(
        document.body,
        base_url=document.url,
        handle=document.channel.address,
        zone=document.zone,
        now=document.now,
        content_type=document.content_type,
    )
