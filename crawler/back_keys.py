"""The days that a backfill is for, and the keys under which its documents stand on the frontier. Pure; see ADR 21."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.frontier import BACK
from domain.urls import url_key

_ONE_DAY = timedelta(days=1)
_KEY = re.compile(rf"{BACK}:[^>:+]*(?:\+(front|posts))?:(\d{{4}}-\d\d-\d\d):(\d{{4}}-\d\d-\d\d)>")


class Way(StrEnum):
    """What a document is to a backfill: one of its channel's, a front page that may name an API, posts of that API."""

    CHANNEL = "channel"
    FRONT = "front"
    POSTS = "posts"


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included."""

    since: date
    until: date

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.until - self.since).days + 1

    def each(self) -> Iterable[date]:
        """The days, the newest first."""
        return (self.until - number * _ONE_DAY for number in range(self.days))


@dataclass(frozen=True, slots=True)
class FirstDocument:
    """A document that a backfill begins with, under its key on the frontier; ``channel`` is the slug of its channel."""

    url: str
    key: str
    channel: str


def back_key(channel_slug: str, span: Span, url: str, way: Way = Way.CHANNEL) -> str:
    """The key of a document that is asked for the sake of some days: asked once for them, by whichever run."""
    name = channel_slug if way is Way.CHANNEL else f"{channel_slug}+{way}"
    return f"{BACK}:{name}:{span.since}:{span.until}>{url_key(url)}"


def span_of(key: str) -> Span:
    """The days that a key names."""
    found = _KEY.match(key)
    assert found is not None, key
    return Span(date.fromisoformat(found[2]), date.fromisoformat(found[3]))


def way_of(key: str) -> Way | None:
    """What the document under a key of the frontier is to a backfill; None: it is no document of one."""
    found = _KEY.match(key)
    return Way(found[1] or Way.CHANNEL) if found is not None else None
