"""Channels of kind ``sitemap``: lists for search engines, their indexes, and the robots.txt that names them."""

from __future__ import annotations

from dataclasses import replace

from crawler.channels.dated import before_and_after
from crawler.channels.document import ChannelDocument
from crawler.parse.sitemap import parse_sitemap
from domain.entry import ParsedChannel


def read(document: ChannelDocument) -> ParsedChannel:
    """The sitemap's addresses of articles and the sitemaps it leads to."""
    parsed = parse_sitemap(
        document.body,
        base_url=document.url,
        hosts=document.hosts,
        article_url=document.article_url,
        zone=document.zone,
        now=document.now,
        content_type=document.content_type,
    )
    return replace(parsed, more=(*before_and_after(document), *parsed.more))
