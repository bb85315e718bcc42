"""Posts as WordPress REST lists them (``wp/v2/posts``) to entries. Pure.

A post leads to its page: the text that the API could give is not the outlet's page, and is neither asked for nor read.
Source: developer.wordpress.org/rest-api/reference/posts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.parse.plain import plain_line
from crawler.parse.wordpress_api import POSTS_A_CALL, following, page_number, total_pages
from domain.entry import AskedWhen, ChannelReading, Entry, FurtherDocument, ParsedChannel
from domain.times import StatedTime, TimeSource
from domain.urls import bare_host, host_key, http_url
from text.clean import clean_text
from text.dates import parse_stated_date

MAX_BODY_BYTES = 10 << 20
_GMT = ZoneInfo("UTC")
_CODE = re.compile(r"[a-z][a-z0-9_]{1,59}")

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Post:
    entry: Entry | None  # None: its address can't be followed
    is_own: bool = True


def parse_posts(
    body: bytes, headers: Iterable[tuple[str, str]], *, url: str, hosts: Iterable[str], now: datetime
) -> ParsedChannel:
    """The posts of one answer in its order, at most the 100 that were asked for, those on ``hosts`` (bare) alone.

    Their dates are the API's ``date_gmt``; one that is missing or can't be is None, its text kept. ``more`` is the
    next page: until the last by ``X-WP-TotalPages``, without that header until a page is empty.

    Never raises for what is in ``body``: NOT_A_FEED where it is no list of posts; REPAIRED where something was left
    out. ``error`` says what.
    """
    if len(body) > MAX_BODY_BYTES:
        return ParsedChannel(ChannelReading.TOO_LARGE, error=f"{len(body)} bytes of at most {MAX_BODY_BYTES}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return _no_posts(_what(body))
    if not isinstance(document, list):
        code = _code(document)
        return _no_posts(f"WordPress REST refuses: {code}" if code else "JSON, but no list of posts")
    own = frozenset(hosts)
    posts = [_post(fields, url, own, now) for fields in document[:POSTS_A_CALL]]
    if posts and not any(post.entry for post in posts):
        return _no_posts(f"none of its {len(posts)} posts has an address that can be followed")
    return _listed(posts, len(document), url, total_pages(headers))


def _listed(posts: list[_Post], listed: int, url: str, total: int | None) -> ParsedChannel:
    entries = tuple(post.entry for post in posts if post.entry is not None and post.is_own)
    is_last = not posts or (total is not None and page_number(url) >= total)
    notes = "; ".join(_notes(posts, listed))
    reading = ChannelReading.OK if entries else ChannelReading.EMPTY
    return ParsedChannel(
        ChannelReading.REPAIRED if notes and entries else reading,
        entries=entries,
        more=() if is_last else (FurtherDocument(following(url), AskedWhen.OLDER),),
        error=notes or None,
    )


def _notes(posts: list[_Post], listed: int) -> Iterator[str]:
    if listed > len(posts):
        yield f"{listed} posts where {POSTS_A_CALL} were asked for, the first ones read"
    if unread := sum(post.entry is None for post in posts):
        yield f"{unread} posts without an address that can be followed"
    if foreign := sum(not post.is_own for post in posts):
        yield f"{foreign} posts on hosts that are not the outlet's"


def _post(fields: object, url: str, hosts: frozenset[str], now: datetime) -> _Post:
    link = _string(fields, "link") if isinstance(fields, dict) else None
    address = http_url(link, base=url) if link else None
    if address is None or not isinstance(fields, dict):
        return _Post(None)
    title = fields.get("title")
    published, updated = _string(fields, "date_gmt"), _string(fields, "modified_gmt")
    entry = Entry(
        url=address,
        title=plain_line(_string(title, "rendered") if isinstance(title, dict) else None),
        published=_stated(published, now),
        published_raw=published,
        updated=_stated(updated, now),
        updated_raw=updated,
    )
    return _Post(entry, bare_host(host_key(address)) in hosts)


def _stated(raw: str | None, now: datetime) -> StatedTime | None:
    """A time of the API: it says GMT by the name of its field, and no zone beside it."""
    return parse_stated_date(raw, zone=_GMT, now=now, source=TimeSource.FEED, may_guess=False) if raw else None


def _string(fields: Fields, key: str) -> str | None:
    value = fields.get(key)
    return clean_text(value).strip() or None if isinstance(value, str) else None


def _code(document: object) -> str | None:
    """The code of an error, a plain name: nothing else of the answer is repeated."""
    code = document.get("code") if isinstance(document, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _what(body: bytes) -> str:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        return "the body is empty"
    return "a page of HTML, no JSON" if start == b"<" else "no JSON that can be read"


def _no_posts(reason: str) -> ParsedChannel:
    return ParsedChannel(ChannelReading.NOT_A_FEED, error=reason)
