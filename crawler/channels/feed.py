"""Channels of kind ``feed``: RSS, Atom, RDF and JSON Feed."""

from __future__ import annotations

from crawler.channels.document import ChannelDocument
from crawler.parse.feed import parse_feed
from domain.entry import ParsedChannel


def read(document: ChannelDocument) -> ParsedChannel:
    """The feed's entries; reading is not_a_feed when the document is something else."""
    return parse_feed(
        document.body,
        base_url=document.url,
        zone=document.zone,
        now=document.now,
        content_type=document.content_type,
    )
