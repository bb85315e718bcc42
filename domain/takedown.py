"""An article whose words had to be removed here, told so that it can be applied to any database and archive of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LIST_FILE = "takedowns.jsonl"  # in an archive folder, and in a backup
TEXT_KEY = "text:"  # before the digest of a taken-down text, among the keys of what is not kept
TOMBSTONE = "taken-down:"  # before the same digest, as the key of the empty text that stands for it


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """An address of the article and how it was known."""

    url_key: str
    key_version: int
    url: str
    kind: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class KeptRevision:
    """What stays of a revision: its digest and times, and the look and extractor that it cites.

    ``record_id`` is of the archive record of that look; ``chars`` is how long the text was.
    """

    text_sha256: str
    chars: int
    language: str | None
    absent_at: datetime | None
    first_seen_at: datetime
    record_id: str | None
    extractor: str
    extractor_hash: str
    settings: str
    made_at: datetime
    text_source: str
    kind: str


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """What stays of an article, all that were merged into it taken as one: identity, dates, digests."""

    url: str
    external_id: str | None
    absent_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    language: str | None
    published_at: datetime | None
    published_offset_min: int | None
    published_precision: str | None
    published_source: str | None
    state: str
    state_at: datetime
    state_status: int | None
    text_source: str
    kind: str
    addresses: tuple[KeptAddress, ...]
    revisions: tuple[KeptRevision, ...]


@dataclass(frozen=True, slots=True)
class Takedown:
    """A takedown: whose article, since when, why, and what stays of it.

    ``url_keys`` are its addresses, ``texts`` the sha256 of every text that was read of it: what comes there, or is one
    of these, is not kept.
    """

    outlet: str
    url: str
    url_keys: tuple[str, ...]
    texts: tuple[str, ...]
    reason: str
    decided_at: datetime
    article: KeptArticle

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what is not kept: addresses and texts."""
        return (*self.url_keys, *(f"{TEXT_KEY}{sha256}" for sha256 in self.texts))

    @property
    def identity(self) -> tuple[str, str, datetime]:
        """What two tellings of one takedown have in common."""
        return self.outlet, self.url, self.decided_at
