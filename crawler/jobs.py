"""What runs in a killable worker: bytes as archived in, entries or an extraction out. Module-level and picklable.

And what is said of a document whose job did not come to its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.channels.document import ChannelDocument
from crawler.channels.kinds import READERS
from crawler.extract.article import extract_article
from crawler.extract.feed_text import extract_feed_text
from crawler.extract.post_text import extract_post
from crawler.fetch.body import decoded_body
from crawler.fetch.kinds import FetchKind, fetch_kind
from crawler.parse.wordpress import parse_posts
from crawler.parse.wordpress_api import announced_apis
from crawler.pdf.document import DocumentHints, extract_document, is_pdf
from crawler.pool import JobFailed
from domain.entry import Entry, ParsedChannel
from domain.errors import TooLargeError
from domain.extraction import Extraction
from domain.fetch import Response
from domain.outlet import Channel, ChannelKind, Outlet
from outlets.documents import document_name
from text.language import detect_language

PRELOAD = (
    "crawler.jobs",
    "crawler.jobs:load_model",
    "trafilatura",
    "htmldate",
    "feedparser",
    "dateparser",
    "pypdfium2",
)

_ENDS = {"timeout": "timeout", "memory": "too_large", "crashed": "crashed", "error": "crashed"}
_GAVE_UP = "SIGABRT"  # how PDFium ends its process when it can't have the memory it asks for


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


def read_channel(
    body: Body, *, channel: Channel, outlet: Outlet, now: datetime, is_part: bool = False
) -> ParsedChannel:
    """The entries of one document of ``channel``: of a poll's first, or of a further one."""
    document = ChannelDocument(
        body=body.decoded(fetch_kind(channel.kind)),
        url=body.response.url,
        content_type=body.content_type,
        channel=channel,
        article_url=outlet.article_url,
        zone=ZoneInfo(outlet.zone),
        now=now,
        hosts=_hosts(outlet),
        is_part=is_part,
    )
    return READERS[channel.kind](document)


def read_posts(body: Body, *, outlet: Outlet, now: datetime) -> ParsedChannel:
    """The posts that an answer of WordPress REST lists."""
    content, response = body.decoded(FetchKind.CHANNEL), body.response
    return parse_posts(content, response.headers, url=response.url, hosts=_hosts(outlet), now=now)


def read_announced_apis(body: Body, *, outlet: Outlet) -> tuple[str, ...]:
    """The addresses of WordPress REST that a response of the outlet's site names."""
    response = body.response
    return announced_apis(
        body.decoded(FetchKind.SITEMAP),
        response.headers,
        url=response.url,
        content_type=body.content_type,
        hosts=_hosts(outlet),
    )


def _hosts(outlet: Outlet) -> frozenset[str]:
    return frozenset((*outlet.hosts, *outlet.edition_hosts))


def read_page(body: Body, *, outlet: Outlet, now: datetime) -> Extraction:
    """What the page says; a PDF is known by its mark, whatever type it was served as."""
    content, url = body.decoded(FetchKind.DOCUMENT), body.response.url
    if is_pdf(content):
        hints = document_hints(outlet, url)
        return extract_document(content, zone=ZoneInfo(outlet.zone), now=now, hints=hints)
    if len(content) > FetchKind.PAGE.max_bytes:
        raise TooLargeError(url, f"a page of more than {FetchKind.PAGE.max_bytes} bytes")
    return extract_article(
        content,
        url=url,
        content_type=body.content_type,
        hints=outlet.hints,
        zone=ZoneInfo(outlet.zone),
        now=now,
        languages=outlet.languages,
    )


def document_hints(outlet: Outlet, url: str) -> DocumentHints:
    """What is known of a document of ``outlet`` before it is opened."""
    return DocumentHints(document_name(outlet, url), (outlet.name, *outlet.hosts))


def read_entry_texts(
    entries: tuple[Entry, ...], *, kind: ChannelKind, outlet: Outlet, now: datetime
) -> tuple[Extraction, ...]:
    """The full texts that these entries of a channel of that kind carry, in their order."""
    if kind.is_platform:
        return tuple(extract_post(entry, now=now) for entry in entries)
    zone = ZoneInfo(outlet.zone)
    return tuple(extract_feed_text(entry, url=entry.url or "", zone=zone, now=now) for entry in entries)


def end_of(failure: JobFailed) -> tuple[str, str]:
    """How a document ended whose job failed, ``timeout``, ``too_large`` or ``crashed``, and one line on why."""
    if failure.kind == "crashed" and failure.message.endswith(_GAVE_UP):
        return "too_large", f"needs more memory than a worker may have: {failure.message}"
    return _ENDS[failure.kind], failure.message
