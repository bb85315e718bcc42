"""What one ``[[channels]]`` table may say, and the ground all models of the schema stand on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.outlet import Channel, ChannelKind, FeedBody
from outlets.values import Language, Line, Many, Selector, Slug, Template

Count = Annotated[int, Field(ge=1, le=100_000)]
_ADDRESS_KEYS = {
    ChannelKind.FEED: ("url",),
    ChannelKind.LISTING: ("url",),
    ChannelKind.SITEMAP: ("url",),
    ChannelKind.MANUAL: ("url",),
    ChannelKind.TELEGRAM: ("handle",),
    ChannelKind.YOUTUBE: ("channel_id", "handle", "user", "playlist_id"),
}
_YOUTUBE_FEED = "youtube.com/feeds/"


class Strict(BaseModel):
    """A table whose every key is named: an unknown one is an error, and no value is bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def wrong(field: str | None, problem: str) -> PydanticCustomError:
    """An error that concerns several keys at once; it is told under ``field`` of the model it is raised in."""
    return PydanticCustomError("catalogue", "{problem}", {"problem": problem, "field": field})


class ChannelFacts(Strict):
    """One ``[[channels]]`` table; which key holds the address follows from its kind."""

    slug: Slug
    kind: Annotated[ChannelKind, Field(strict=False)]
    url: Template | None = None
    handle: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,64}$")] | None = None
    channel_id: Annotated[str, Field(pattern=r"^UC[A-Za-z0-9_-]{22}$")] | None = None
    playlist_id: Annotated[str, Field(pattern=r"^(?:PL|UU)[A-Za-z0-9_-]{10,64}$")] | None = None
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,64}$")] | None = None
    language: Language | None = None
    enabled: bool = True
    evidence: Literal["A", "B", "C", "D"] = "D"
    probed_on: date | None = None
    body: Annotated[FeedBody, Field(strict=False)] | None = None
    items: Count | None = None
    window_h: Count | None = None
    link_css: Selector | None = None
    max_pages: Annotated[int, Field(ge=1, le=50)] = 1
    extensions: Many[Line] = ()
    note: Line | None = None

    @model_validator(mode="after")
    def _has_the_address_of_its_kind(self) -> ChannelFacts:
        allowed = _ADDRESS_KEYS[self.kind]
        given = [k for k in ("url", "handle", "channel_id", "user", "playlist_id") if getattr(self, k) is not None]
        for key in given:
            if key not in allowed:
                raise wrong(key, f"is no address of a {self.kind} channel; allowed: {' or '.join(allowed)}")
        if len(given) != 1:
            found = "is missing" if not given else f"stands beside {given[1]}"
            raise wrong(allowed[0], f"{found}; a {self.kind} channel has exactly one of: {', '.join(allowed)}")
        if self.kind is ChannelKind.FEED and "{" in (self.url or ""):
            raise wrong("url", f"{self.url!r} has places in braces; allowed: they belong to listings and sitemaps")
        if self.kind is ChannelKind.FEED and _YOUTUBE_FEED in (self.url or ""):
            raise wrong(
                "url", f'{self.url!r} is closed to crawlers by robots.txt; allowed: kind = "youtube" with an id'
            )
        return self

    @property
    def address(self) -> str:
        """The one address: a URL, a Telegram handle, or ``UC…``, ``PL…``, ``@handle`` or ``user/name`` on YouTube."""
        if self.kind is ChannelKind.YOUTUBE and self.handle:
            return f"@{self.handle}"
        if self.user:
            return f"user/{self.user}"
        return self.url or self.handle or self.channel_id or self.playlist_id or ""

    def channel(self) -> Channel:
        """The noun."""
        own = {"url", "handle", "channel_id", "playlist_id", "user"}
        return Channel(address=self.address, **self.model_dump(exclude=own))
