"""What runs in a killable worker: bytes as archived in, entries or an extraction out. Module-level and picklable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.channels.document import ChannelDocument
from crawler.channels.kinds import READERS
from crawler.extract.article import extract_article
from crawler.extract.feed_text import extract_feed_text
from crawler.fetch.body import decoded_body
from crawler.fetch.kinds import FetchKind
from domain.entry import Entry, ParsedChannel
from domain.extraction import Extraction
from domain.fetch import Response
from domain.outlet import Channel, Outlet
from text.language import detect_language

PRELOAD = ("crawler.jobs", "crawler.jobs:load_model", "trafilatura", "htmldate", "feedparser", "dateparser")


def load_model() -> None:
    """Load what tells languages apart: 75 MB that all workers share where it is there before they are forked."""
    detect_language("A sentence that is long enough to be asked of the model, in letters that many languages have.")


@dataclass(frozen=True, slots=True)
class Body:
    """A response as archived, with what is needed to read it."""

    response: Response
    content_type: str | None
    is_rendered: bool = False  # a page as a browser showed it

    def decoded(self, kind: FetchKind) -> bytes:
        """The body with its content encoding undone."""
        return decoded_body(self.response.body, self.response.headers, max_bytes=kind.max_bytes, url=self.response.url)


def read_channel(body: Body, *, channel: Channel, outlet: Outlet, now: datetime) -> ParsedChannel:
    """The entries of one poll of ``channel``."""
    document = ChannelDocument(
        body=body.decoded(FetchKind.CHANNEL),
        url=body.response.url,
        content_type=body.content_type,
        channel=channel,
        article_url=outlet.article_url,
        zone=ZoneInfo(outlet.zone),
        now=now,
    )
    return READERS[channel.kind](document)


def read_page(body: Body, *, outlet: Outlet, now: datetime) -> Extraction:
    """What the page says."""
    return extract_article(
        body.decoded(FetchKind.PAGE),
        url=body.response.url,
        content_type=body.content_type,
        hints=outlet.hints,
        zone=ZoneInfo(outlet.zone),
        now=now,
        languages=outlet.languages,
    )


def read_feed_texts(entries: tuple[Entry, ...], *, outlet: Outlet, now: datetime) -> tuple[Extraction, ...]:
    """The full texts that these entries carry, in their order."""
    zone = ZoneInfo(outlet.zone)
    return tuple(extract_feed_text(entry, url=entry.url or "", zone=zone, now=now) for entry in entries)
