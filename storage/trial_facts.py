"""What a trial left in its scratch store, outlet by outlet: the channels, the pages, the texts, the hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.times import StatedTime
from storage.show_queries import ShownArticle


@dataclass(frozen=True, slots=True)
class TrialLook:
    """One request and what came of it. ``file`` and ``offset``: its record in the scratch archive; None: none."""

    fetch_id: int
    url: str
    host: str
    status: int | None
    outcome: str
    reading: str | None
    error: str | None
    redirect_to: str | None
    retry_after_s: int | None
    content_type: str | None
    body_bytes: int | None
    seconds: float
    listed: int | None
    file: str | None
    offset: int | None


@dataclass(frozen=True, slots=True)
class TrialEntry:
    """What a channel listed. ``target_outlet``: whose host its link leads to."""

    url: str | None
    target_outlet: str
    title: str | None
    published: StatedTime | None
    published_raw: str | None
    has_text: bool


@dataclass(frozen=True, slots=True)
class TrialChannel:
    """A channel with its looks, oldest first (a redirect is followed by where it led), and what it listed.

    ``parts``: the looks at further documents that its poll led to.
    """

    slug: str
    kind: str
    address: str
    is_wanted: bool
    not_crawled: str | None
    looks: tuple[TrialLook, ...]
    parts: tuple[TrialLook, ...]
    entries: tuple[TrialEntry, ...]


@dataclass(frozen=True, slots=True)
class TrialArticle:
    """An article as it would be stored, and what else its reading gives; ``published_raw``: the date as given.

    ``is_dated``: the reading itself states a date that is believed, so that it need not come from the list.
    """

    shown: ShownArticle
    is_dated: bool
    published_raw: str | None
    declared_language: str | None
    section: str | None


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A page that was taken for a look: who listed it, its looks, and the article it gave (None: none)."""

    url: str
    channel: str | None
    title: str | None
    looks: tuple[TrialLook, ...]
    article: TrialArticle | None


@dataclass(frozen=True, slots=True)
class TrialHost:
    """A host that was asked. ``robots_outcome``: rules, allow_all or unreachable; None: never asked for."""

    key: str
    delay_s: float
    robots_status: int | None
    robots_outcome: str | None
    robots_error: str | None
    robots_body: str | None


@dataclass(frozen=True, slots=True)
class TrialOutlet:
    """All that a trial knows of an outlet. ``feed_articles``: of those whose texts came in a feed, the first few."""

    slug: str
    channels: tuple[TrialChannel, ...]
    pages: tuple[TrialPage, ...]
    feed_articles: tuple[TrialArticle, ...]
    hosts: tuple[TrialHost, ...]

    def looks(self) -> tuple[TrialLook, ...]:
        """Every look at its channels and pages."""
        return looks_of(self.channels, self.pages)


def looks_of(channels: Sequence[TrialChannel], pages: Sequence[TrialPage]) -> tuple[TrialLook, ...]:
    """The looks at all of these."""
    of_channels = (look for one in channels for look in (*one.looks, *one.parts))
    return (*of_channels, *(look for one in pages for look in one.looks))
