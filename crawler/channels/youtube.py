"""Channels of kind ``youtube``: the uploads of a channel as the Data API lists them, or its Atom feed."""

from __future__ import annotations

from crawler.channels.document import ChannelDocument
from crawler.parse.youtube import parse_youtube
from domain.entry import ParsedChannel


def read(document: ChannelDocument) -> ParsedChannel:
    """The document's videos; of an answer about the channel itself its id."""
    return parse_youtube(
        document.body,
        base_url=document.url,
        zone=document.zone,
        now=document.now,
        content_type=document.content_type,
    )
