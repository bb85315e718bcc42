"""A Telegram channel's public preview page (``t.me/s/HANDLE``) to the posts it shows. Pure.

The page of a channel whose previews are off, of a private one and of a name that nobody has all come with status 200.
None of them is an empty channel: each is a failure of its own, and so is a page whose markup is no longer known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.extract.barriers import barrier_of
from crawler.extract.charset import decode_page
from crawler.extract.markup import parse_page
from crawler.parse.post_text import lines_of
from crawler.parse.telegram_post import Post, numbers_of, post_of
from domain.entry import ChannelReading, ParsedChannel, older

MAX_BODY_BYTES = 10 << 20
MAX_POSTS = 500
_MESSAGE = "tgme_widget_message"
_END_CHARS = 1_000
_MANY_CHARS = 2_000  # of visible text: more than any page that only says that there is nothing to see
_COUNTED = re.compile(r"\d[\d\s.,]*\s*(?:subscribers?|members?)\b", re.I)


def parse_telegram(
    body: bytes, *, base_url: str, handle: str, zone: ZoneInfo, now: datetime, content_type: str | None = None
) -> ParsedChannel:
    """The posts on a preview page, newest first; an album is one post, service messages are left out.

    ``base_url`` is the page's own address, ``handle`` the channel's as the catalogue spells it. A post has no title;
    its text is in ``content_html``, one without any (a lone photo or video) is an entry all the same. ``numbers`` are
    those of all it shows, service messages and each post of an album too; none where it came in part. ``more`` is the
    page with older posts.

    Never raises for what is in ``body``. PREVIEWS_OFF is a page of a channel that shows no posts, NO_CHANNEL one that
    says that there is no such public channel, NOT_A_FEED any other page, or one whose markup changed; ``error`` says it
    in words.
    """
    if len(body) > MAX_BODY_BYTES:
        return ParsedChannel(ChannelReading.TOO_LARGE, error=f"{len(body)} bytes of at most {MAX_BODY_BYTES}")
    source = decode_page(body, content_type=content_type)
    tree = _tree(source)
    if tree is None:
        return ParsedChannel(ChannelReading.NOT_A_FEED, error="no page of HTML")
    found = _messages(tree)
    read = (post_of(message, handle=handle, page_url=base_url, zone=zone, now=now) for message in found.messages)
    posts = _each_once(post for post in read if post is not None)
    is_cut = _is_cut(source, posts)
    if is_cut:
        posts.pop()
    if not posts and (found.messages or not found.service):
        return _without_posts(source, tree, base_url, messages=len(found.messages))
    posts.sort(key=lambda post: post.number, reverse=True)
    reading = ChannelReading.OK if posts else ChannelReading.EMPTY
    return ParsedChannel(
        ChannelReading.REPAIRED if is_cut else reading,
        entries=tuple(post.entry for post in posts),
        title=_text_of_class(tree, "tgme_channel_info_header_title"),
        more=older(_older_page(tree, posts, base_url)),
        numbers=() if is_cut else _numbers(found, handle),
        error="the page broke off: its last message was left out" if is_cut else None,
    )


def _each_once(posts: Iterable[Post]) -> list[Post]:
    """Each post once, in order; of two messages that name the same one the first with a text."""
    found: dict[int, Post] = {}
    for post in posts:
        before = found.get(post.number)
        if before is None or (before.entry.content_html is None and post.entry.content_html is not None):
            found[post.number] = post
    return list(found.values())


def _numbers(found: _Messages, handle: str) -> tuple[int, ...]:
    """The numbers of all that a page shows, ascending; none where not all was read, or something has no number."""
    each = [tuple(numbers_of(message, handle=handle)) for message in found.messages]
    if len(found.messages) >= MAX_POSTS or not all(each):
        return ()
    service = [tuple(numbers_of(message, handle=handle)) for message in found.service]
    return tuple(sorted({number for numbers in (*each, *service) for number in numbers}))


def _is_cut(source: str, posts: list[Post]) -> bool:
    """Whether the page broke off within its last message, which ends with its time: half a post would look edited."""
    is_whole = "</html" in source[-_END_CHARS:].lower()
    return bool(posts) and not is_whole and posts[-1].entry.published_raw is None


@dataclass(frozen=True, slots=True)
class _Messages:
    messages: tuple[HtmlElement, ...]
    service: tuple[HtmlElement, ...]  # "channel created", "photo updated": nothing that was posted


def _tree(source: str) -> HtmlElement | None:
    if "<" not in source or source.lstrip("\ufeff \t\r\n").startswith(("{", "[", "%PDF")):
        return None
    try:
        tree = html.document_fromstring(
            source.encode("utf-8", errors="replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (etree.LxmlError, ValueError):
        return None
    return tree if isinstance(tree, HtmlElement) else None


def _messages(tree: HtmlElement) -> _Messages:
    messages: list[HtmlElement] = []
    service: list[HtmlElement] = []
    walker = etree.iterwalk(tree, events=("start",))
    for _, element in walker:
        classes = (element.get("class") or "").split()
        if _MESSAGE not in classes:
            continue
        walker.skip_subtree()
        if "service_message" in classes:
            service.append(element)
        elif len(messages) < MAX_POSTS:
            messages.append(element)
    return _Messages(tuple(messages), tuple(service))


def _of_class(tree: HtmlElement, name: str) -> Iterator[HtmlElement]:
    return (element for element in tree.iter(etree.Element) if name in (element.get("class") or "").split())


def _text_of_class(tree: HtmlElement, name: str) -> str | None:
    element = next(_of_class(tree, name), None)
    return " ".join(lines_of(element)) or None if element is not None else None


def _older_page(tree: HtmlElement, posts: list[Post], base_url: str) -> str | None:
    """The page before this one: as the page links to it, else before its oldest post."""
    page = base_url.partition("?")[0]
    links = [element.get("href") or "" for element in _of_class(tree, "tme_messages_more")]
    links += [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "prev"]
    for link in links:
        before = parse_qs(urlsplit(link).query).get("before", [""])[0]
        if before.isascii() and before.isdecimal() and len(before) < 16:
            return f"{page}?before={before}"
    oldest = min((post.number for post in posts), default=0)
    return f"{page}?before={oldest}" if oldest > 1 else None


def _without_posts(source: str, tree: HtmlElement, url: str, *, messages: int) -> ParsedChannel:
    """What kind of page it is that shows no post at all."""
    if messages:
        return _not_a_feed(f"none of its {messages} messages names its post: the markup has changed")
    classes = {name for element in tree.iter(etree.Element) for name in (element.get("class") or "").split()}
    if classes & {"tgme_page", "tgme_page_action"}:
        return _contact_page(tree)
    page = parse_page(source, url=url)
    barrier = barrier_of(page) if page is not None else None
    if barrier:
        return _not_a_feed(f"a {barrier} page stands in front of it")
    shown = sum(map(len, lines_of(tree)))
    if shown > _MANY_CHARS:
        return _not_a_feed(f"no message was found on a page of {shown:,} characters: its markup has changed")
    if any(name.startswith(("tgme_", "tme_")) for name in classes):
        return ParsedChannel(ChannelReading.PREVIEWS_OFF, error="the page shows no posts: previews are off")
    return _not_a_feed("no page of a Telegram channel")


def _contact_page(tree: HtmlElement) -> ParsedChannel:
    """The page that stands for whatever has no preview: it counts a channel's subscribers, and nobody else's."""
    counted = _COUNTED.search(_text_of_class(tree, "tgme_page_extra") or "")
    if counted is not None:
        problem = f"the page names {counted.group()} and shows no posts: previews are off"
        return ParsedChannel(ChannelReading.PREVIEWS_OFF, error=problem)
    problem = "no public channel has this name: it is unknown, private, renamed, or a person's"
    return ParsedChannel(ChannelReading.NO_CHANNEL, error=problem)


def _not_a_feed(reason: str) -> ParsedChannel:
    return ParsedChannel(ChannelReading.NOT_A_FEED, error=reason)
