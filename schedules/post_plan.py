"""Which documents of a platform's channel are asked for, so that posts and videos in it are looked at again. Pure.

One document shows many: what is due waits for its neighbours, and they are looked at together (docs/adr/0029).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.planning import AskedAgain, KnownPost, PostChannel
from outlets.platforms import VIDEOS_A_CALL, before_url, details_url
from schedules.recheck_plan import DueLook, Need

LONGEST_WAIT = timedelta(hours=6)  # of a post for those around it
RETRY_AFTER = timedelta(hours=6)  # a document that failed, or an answer that told of no video
PAGES_A_TURN = 8  # of one channel
_REACH = 16  # numbers below its newest post that a page is sure to show: it has twenty messages, some of one album
_ABOVE = 3  # posts above the one that is due: one of them at least should still stand there
_NUMBERED = re.compile(r"(.+/)(\d{1,15})")
_VIDEO = re.compile(r".+[?&]v=([A-Za-z0-9_-]{6,32})")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A document to ask for, and the looks that it is for, the most urgent first."""

    url: str
    looks: tuple[DueLook, ...]


def is_ripe(look: DueLook, now: datetime) -> bool:
    """Whether a look waits no longer for others of its channel: an eighth of its age, at most six hours.

    What is missing waits for nothing.
    """
    return look.need is Need.MISSING or now - look.due_at >= min(look.age / 8, LONGEST_WAIT)


def pages_to_ask(
    channel: PostChannel,
    looks: Iterable[DueLook],
    known: Iterable[KnownPost],
    asked: Mapping[str, AskedAgain],
    *,
    now: datetime,
    waits: bool,
) -> tuple[AskedFor, ...]:
    """The pages of a Telegram channel that show its posts which are due, from the oldest on.

    ``known``: the channel's posts as far as they may be on such a page. ``asked``: pages that were asked for before;
    one that was read since a look fell due has shown what there is. ``waits``: no page is asked for unless a look is
    ripe. What the newest page shows is left to the polls.
    """
    due = {number: look for look in looks if (number := _number(look.article.url_key)) is not None}
    shown = sorted(n for post in known if post.is_shown and (n := _number(post.url_key)) is not None)
    pages: list[AskedFor] = []
    covered: set[int] = set()
    for number in sorted(due):
        if number in covered or _is_newest(number, shown) or (waits and not is_ripe(due[number], now)):
            continue
        top = _top(number, shown)
        on_page = [one for one in due if min(number, top - _REACH) <= one < top and one not in covered]
        covered.update(on_page)
        url = before_url(channel.poll_url, top + 1)
        wanted = [due[one] for one in on_page if not _is_answered(due[one], asked.get(url), now)]
        if due[number] in wanted:
            pages.append(AskedFor(url, _most_urgent(wanted)))
    return tuple(pages[:PAGES_A_TURN])


def _is_newest(number: int, shown: Sequence[int]) -> bool:
    """Whether the newest page is sure to show a post, or what stands around it."""
    return not shown or number > shown[-1] - _REACH


def _top(number: int, shown: Sequence[int]) -> int:
    """The newest post of the page to ask for: as far above as the page still reaches down to that number."""
    above = [one for one in shown if one > number]
    return max(one for place, one in enumerate(above) if place < _ABOVE or one <= number + _REACH)


def videos_to_ask(
    channel: PostChannel,
    looks: Iterable[DueLook],
    known: Iterable[KnownPost],
    asked: Mapping[str, AskedAgain],
    *,
    now: datetime,
    waits: bool,
) -> tuple[AskedFor, ...]:
    """The calls that tell of the videos of a channel which are due, up to fifty at once.

    Each names the latest video that was shown as well: an answer without any tells of none. After such a one, or a
    failure, six hours pass.
    """
    due = [(look, video) for look in looks if (video := _video(look.article.url_key)) is not None]
    last = max(asked.values(), key=lambda one: one.at, default=None)
    if not due or (last is not None and not last.is_read and now - last.at < RETRY_AFTER):
        return ()
    if waits and not any(is_ripe(look, now) for look, _ in due):
        return ()
    latest = next((video for post in known if post.is_shown and (video := _video(post.url_key)) is not None), None)
    due.sort(key=lambda one: _urgency(one[0]))
    calls = []
    for start in range(0, len(due), VIDEOS_A_CALL - 1):
        some = due[start : start + VIDEOS_A_CALL - 1]
        ids = dict.fromkeys([*(video for _, video in some), *([latest] if latest is not None else [])])
        calls.append(AskedFor(details_url(channel.poll_url, sorted(ids)), tuple(look for look, _ in some)))
    return tuple(calls[:PAGES_A_TURN])


def _is_answered(look: DueLook, asked: AskedAgain | None, now: datetime) -> bool:
    if asked is None:
        return False
    return asked.at >= look.due_at if asked.is_read else now - asked.at < RETRY_AFTER


def _most_urgent(looks: Iterable[DueLook]) -> tuple[DueLook, ...]:
    return tuple(sorted(looks, key=_urgency))


def _urgency(look: DueLook) -> tuple[Need, timedelta, datetime, int]:
    return look.need, look.age, look.due_at, look.article.article_id


def _number(url_key: str) -> int | None:
    found = _NUMBERED.fullmatch(url_key)
    return int(found[2]) if found is not None else None


def _video(url_key: str) -> str | None:
    found = _VIDEO.fullmatch(url_key)
    return found[1] if found is not None else None
