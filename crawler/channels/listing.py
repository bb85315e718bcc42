"""Channels of kind ``listing``: a page of links, where an outlet has no feed."""

from __future__ import annotations

from crawler.channels.document import ChannelDocument
from crawler.parse.listing import parse_listing
from domain.entry import ParsedChannel


def read(document: ChannelDocument) -> ParsedChannel:
    """The listing's links to articles, in document order."""
    return parse_listing(
        document.body,
        base_url=document.url,
        link_css=document.channel.link_css,
        article_url=document.article_url,
        zone=document.zone,
        now=document.now,
        content_type=document.content_type,
    )
