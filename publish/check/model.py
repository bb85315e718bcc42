"""A trial's report as data: everything that any form of it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.outlet import Group


class Weight(StrEnum):
    """Whether a person must act on a remark."""

    FAULT = "fault"
    NOTE = "note"


class Verdict(StrEnum):
    """How an outlet came through, worst first."""

    FAILED = "failed"  # no text would be stored
    PARTLY = "partly"  # some would, and something is wrong
    NOTHING = "nothing to ask"  # none of its channels can be polled
    UNFINISHED = "not finished"  # the trial was interrupted before it
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class Remark:
    """What was found at a place (``where``: a channel, a page's address, a host, or the outlet), and what to do.

    ``code`` is the same word whatever the sentence says.
    """

    weight: Weight
    code: str
    where: str
    what: str
    do: str


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """A channel. ``state``: good, failed or not asked; ``said``: what it gave, in a line."""

    slug: str
    kind: str
    address: str
    state: str
    said: str
    entries: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ArticleCheck:
    """A text as it would be stored. ``published`` in ISO 8601, a bare date where only the day is stated."""

    url: str
    title: str | None
    first_lines: str
    chars: int
    text_source: str
    published: str | None
    published_precision: str | None
    published_source: str | None
    language: str | None
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    addresses: int


@dataclass(frozen=True, slots=True)
class PageCheck:
    """A page: who listed it, how it was fetched, and what would be stored (``article`` None: nothing)."""

    url: str
    channel: str | None
    listed_title: str | None
    fetched: str
    article: ArticleCheck | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class HostCheck:
    """A host: what its robots.txt lets us do, in a line."""

    key: str
    robots: str
    delay_s: float


@dataclass(frozen=True, slots=True)
class OutletCheck:
    """An outlet's trial. ``expectations``: each expectation of the catalogue with how it was met."""

    slug: str
    name: str
    group: Group
    home: str | None
    verdict: Verdict
    channels: tuple[ChannelCheck, ...]
    pages: tuple[PageCheck, ...]
    feed_articles: tuple[ArticleCheck, ...]
    hosts: tuple[HostCheck, ...]
    expectations: tuple[str, ...]
    own_remarks: tuple[Remark, ...]

    def remarks(self) -> tuple[Remark, ...]:
        """All remarks, faults first; one that holds for several places is told once, with the first of them."""
        found = [*self.own_remarks, *(f for one in self.channels for f in one.remarks)]
        found += [f for one in self.pages for f in one.remarks]
        places: dict[Remark, list[str]] = {}
        for remark in found:
            places.setdefault(replace(remark, where=""), []).append(remark.where)
        told = [replace(remark, where=_places(where)) for remark, where in places.items()]
        return tuple(sorted(told, key=lambda remark: remark.weight is Weight.NOTE))

    def texts(self) -> tuple[ArticleCheck, ...]:
        """The texts that would be stored, those of pages first."""
        return (*(page.article for page in self.pages if page.article is not None), *self.feed_articles)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A trial of one outlet or of all. ``is_whole``: not interrupted; ``replayed``: the archive that answered."""

    made_at: datetime
    zone: str
    catalogue_hash: str
    user_agent: str
    is_whole: bool
    replayed: str | None
    outlets: tuple[OutletCheck, ...]

    def worst_first(self) -> tuple[OutletCheck, ...]:
        """The outlets in the order in which a person should look at them."""
        order = list(Verdict)
        return tuple(
            sorted(
                self.outlets, key=lambda o: (order.index(o.verdict), -sum(_is_fault(f) for f in o.remarks()), o.slug)
            )
        )

    def verdicts(self) -> Counter[Verdict]:
        """How many outlets came through how."""
        return Counter(outlet.verdict for outlet in self.outlets)

    def fault_counts(self) -> tuple[tuple[str, int], ...]:
        """How many outlets have each fault (by code), the most frequent first."""
        counted = Counter(code for outlet in self.outlets for code in set(_codes(outlet)))
        return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _places(where: list[str]) -> str:
    first, *more = dict.fromkeys(where)
    return f"{first} and {len(more)} more" if more else first


def _is_fault(remark: Remark) -> bool:
    return remark.weight is Weight.FAULT


def _codes(outlet: OutletCheck) -> Iterator[str]:
    return (remark.code for remark in outlet.remarks() if _is_fault(remark))
