"""Channels of kind ``listing``: a page of links, where an outlet has no feed."""

from __future__ import annotations

from dataclasses import replace

from crawler.channels.dated import before_and_after
from crawler.channels.document import ChannelDocument
from crawler.parse.listing import NO_LINKS, parse_listing
from domain.entry import AskedWhen, ChannelReading, ParsedChannel
from outlets.templates import is_dated


def read(document: ChannelDocument) -> ParsedChannel:
    """The listing's links to articles, in document order.

    Where it goes on: as its address has it, else as the page says; and the page of the day before, where days have one.
    A day's page without links is an empty one: a day begins so, and nothing may be published on a Sunday.
    """
    parsed = parse_listing(
        document.body,
        base_url=document.url,
        link_css=document.channel.link_css,
        article_url=document.article_url,
        zone=document.zone,
        now=document.now,
        content_type=document.content_type,
    )
    if parsed.error == NO_LINKS and is_dated(document.channel.address):
        parsed = replace(parsed, reading=ChannelReading.EMPTY, error="the page of this day lists nothing yet")
    by_address = before_and_after(document)
    if any(further.when is AskedWhen.OLDER for further in by_address):
        return replace(parsed, more=by_address)
    return replace(parsed, more=(*by_address, *parsed.more))
