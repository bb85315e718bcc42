"""What a catalogue file may say: one model a file kind, every key named, nothing absorbed in silence.

The models only check and translate into the nouns of ``domain``; what needs more than one file is checked elsewhere.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from domain.outlet import (
    DEFAULT_SCHEME,
    DeadAddress,
    Expectations,
    Group,
    GroupPeriod,
    Outlet,
    PageHints,
    Politeness,
)
from domain.topic import Topic
from outlets.articles import is_article_url
from outlets.channel_schema import ChannelFacts, Strict, wrong
from outlets.values import (
    Address,
    DeadUrl,
    Host,
    Language,
    Line,
    Many,
    NumberingPattern,
    Pattern,
    Query,
    Selector,
    Slug,
    Zone,
    host_of,
)
from text.inflect.paradigms import GRAMMAR_LANGUAGES


class GroupFacts(Strict):
    """One ``[[groups]]`` table."""

    group: Annotated[Group, Field(strict=False)]
    reason: Line
    valid_from: date | None = None
    valid_to: date | None = None
    scheme: Slug = DEFAULT_SCHEME

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> GroupFacts:
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise wrong("valid_to", f"{self.valid_to} is not after valid_from; allowed: a later day (it is exclusive)")
        return self


class DeadFacts(Strict):
    """One ``[[dead_addresses]]`` table."""

    address: DeadUrl
    problem: Line
    seen_on: date | None = None


class HintFacts(Strict):
    """The ``[hints]`` table."""

    body_css: Many[Selector] = ()
    title_css: Many[Selector] = ()
    date_css: Many[Selector] = ()
    author_css: Many[Selector] = ()
    drop_css: Many[Selector] = ()
    meta_css: dict[str, Selector] = Field(default_factory=dict)
    date_examples: Many[Line] = ()

    def hints(self) -> PageHints:
        """The noun."""
        return PageHints(**self.model_dump())


class PolitenessFacts(Strict):
    """The ``[politeness]`` table."""

    delay_s: Annotated[float, Field(ge=0, le=600)] = Politeness().delay_s
    concurrency: Annotated[int, Field(ge=1, le=4)] = Politeness().concurrency
    timeout_s: Annotated[float, Field(ge=0.1, le=300)] = Politeness().timeout_s


class ExpectationFacts(Strict):
    """The ``[expectations]`` table."""

    articles_a_day_min: Annotated[int, Field(ge=0)] | None = None
    articles_a_day_max: Annotated[int, Field(ge=0)] | None = None
    text_chars_min: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> ExpectationFacts:
        low, high = self.articles_a_day_min, self.articles_a_day_max
        if low is not None and high is not None and high < low:
            raise wrong("articles_a_day_max", f"{high} is below articles_a_day_min; allowed: {low} or more")
        return self


class OutletFacts(Strict):
    """One outlet's file."""

    slug: Slug
    name: Line
    groups: Many[GroupFacts] = ()
    home: Address | None = None
    languages: Many[Language] = ()
    zone: Zone = "Asia/Baku"
    enabled: bool = True
    verified: bool = False
    channels: Many[ChannelFacts] = ()
    hosts: Many[Host] = ()
    edition_hosts: Many[Host] = ()
    article_url: Pattern | None = None
    article_examples: Many[Address] = ()
    external_id: NumberingPattern | None = None
    translations_share_id: bool = False
    pdf_url: Pattern | None = None
    pdf_id: Line | None = None
    feed_index: Address | None = None
    wordpress_api: Many[Address] = ()
    dead_addresses: Many[DeadFacts] = ()
    hints: HintFacts = HintFacts()
    politeness: PolitenessFacts = PolitenessFacts()
    expectations: ExpectationFacts = ExpectationFacts()
    quirks: Many[Slug] = ()
    proxy: Slug | None = None
    render: bool = False
    page_fetch: bool = True
    note: Line | None = None

    @field_validator("channels")
    @classmethod
    def _no_channel_twice(cls, channels: tuple[ChannelFacts, ...]) -> tuple[ChannelFacts, ...]:
        for index, channel in enumerate(channels):
            if channel.slug in {c.slug for c in channels[:index]}:
                raise wrong(f"[{index}].slug", f"{channel.slug!r} is the slug of two channels; allowed: one of its own")
        return channels

    @field_validator("groups")
    @classmethod
    def _no_two_groups_on_one_day(cls, groups: tuple[GroupFacts, ...]) -> tuple[GroupFacts, ...]:
        for scheme in {g.scheme for g in groups}:
            ordered = sorted((g for g in groups if g.scheme == scheme), key=lambda g: g.valid_from or date.min)
            for earlier, later in pairwise(ordered):
                if earlier.valid_to is None or (later.valid_from or date.min) < earlier.valid_to:
                    at = groups.index(later)
                    raise wrong(f"[{at}].valid_from", _overlap(earlier, later))
        return groups

    @model_validator(mode="after")
    def _examples_match(self) -> OutletFacts:
        outlet = self.outlet()
        for index, url in enumerate(self.article_examples):
            if not is_article_url(outlet, url):
                raise wrong(f"article_examples[{index}]", f"{url!r} does not match article_url; change one of the two")
        return self

    def outlet(self) -> Outlet:
        """The noun; without ``hosts`` the main host is the home's."""
        plain = {"slug", "name", "home", "zone", "enabled", "verified", "article_url", "external_id", "note"}
        plain |= {"translations_share_id", "pdf_url", "pdf_id", "feed_index", "wordpress_api", "page_fetch"}
        plain |= {"proxy", "render"}
        return Outlet(
            groups=tuple(GroupPeriod(**g.model_dump()) for g in self.groups),
            languages=self.languages,
            channels=tuple(c.channel() for c in self.channels),
            hosts=self.hosts or ((host_of(self.home),) if self.home else ()),
            edition_hosts=self.edition_hosts,
            dead_addresses=tuple(DeadAddress(**d.model_dump()) for d in self.dead_addresses),
            hints=self.hints.hints(),
            politeness=Politeness(**self.politeness.model_dump()),
            expectations=Expectations(**self.expectations.model_dump()),
            quirks=self.quirks,
            **self.model_dump(include=plain),
        )


class TopicFacts(Strict):
    """One topic's file."""

    slug: Slug
    title: Line
    note: Line | None = None
    search_only: Many[Line] = ()
    queries: Annotated[dict[str, Query], Field(min_length=1)]

    @field_validator("queries")
    @classmethod
    def _keys_are_languages(cls, queries: dict[str, str]) -> dict[str, str]:
        for key in queries:
            if key not in (*GRAMMAR_LANGUAGES, "any"):
                raise wrong(f".{key}", f"is no language of queries; allowed: {', '.join(GRAMMAR_LANGUAGES)} or any")
        return queries

    def topic(self) -> Topic:
        """The noun."""
        return Topic(**self.model_dump())


def _overlap(earlier: GroupFacts, later: GroupFacts) -> str:
    start = later.valid_from or "the beginning"
    end = earlier.valid_to or "open end"
    return (
        f"{later.group} from {start} overlaps {earlier.group} (until {end}) under the scheme {later.scheme!r}; "
        "allowed: one group a day and scheme"
    )
