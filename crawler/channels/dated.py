"""What a channel's address leads to by its places: the page of the day before, and the next page. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from crawler.channels.document import ChannelDocument
from domain.entry import AskedWhen, FurtherDocument
from domain.urls import http_url, url_key
from outlets.templates import filled, is_dated, page_of

_OPEN_UNTIL_H = 3  # so many hours after midnight an outlet may still put something under the day before


def before_and_after(document: ChannelDocument) -> tuple[FurtherDocument, ...]:
    """The day before, where each day has a page of its own, and the page with the next number where pages have one.

    The day before is asked for at each poll until three in the morning, and once more after that.
    """
    address = document.channel.address
    local = document.now.astimezone(document.zone)
    found = []
    if is_dated(address) and not document.is_part:
        is_open = local.hour < _OPEN_UNTIL_H
        yesterday = _address(address, local.date() - timedelta(days=1))
        when = AskedWhen.EACH_POLL if is_open else AskedWhen.MOVED
        found.append(FurtherDocument(yesterday, when, mark="open" if is_open else "closed", is_needed=True))
    number = page_of(address, document.url)
    if number is not None and not is_dated(address):
        found.append(FurtherDocument(_address(address, local.date(), page=number + 1), AskedWhen.OLDER))
    return tuple(further for further in found if url_key(further.url) != url_key(document.url))


def _address(address: str, day: date, *, page: int = 1) -> str:
    url = http_url(filled(address, day, page=page))
    assert url is not None  # the catalogue was read with another number in its place
    return url
