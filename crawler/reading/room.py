"""What every reading works with: the store, the archive, the pool and the catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from crawler import jobs
from crawler.archive import read_record
from crawler.extract.identity import EXTRACTOR, extractor_hash, extractor_settings, post_extractor_hash
from crawler.pdf.document import PDF_EXTRACTOR, pdf_extractor_settings
from crawler.pool import JobDone, JobFailed, Pool
from domain.entry import ChannelReading, ParsedChannel
from domain.errors import FetchError, TooLargeError
from domain.extraction import Extraction, ExtractionOutcome
from domain.outlet import Channel, ChannelKind, Outlet
from outlets.catalogue import Catalogue
from outlets.platforms import Platforms
from storage import Store
from storage.unread import UnreadFetch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Shared by all readers of a process; the pool bounds the work and each job's time."""

    store: Store
    archive: Path
    pool: Pool
    catalogue: Catalogue
    deadline_s: float
    platforms: Platforms = field(default_factory=Platforms)

    def body(self, fetch: UnreadFetch) -> jobs.Body:
        """The archived response of a fetch. Raises ArchiveError."""
        archived = read_record(self.archive, fetch.record.file, fetch.record.offset)
        return jobs.Body(archived.response, fetch.content_type, archived.provenance.renderer is not None)

    def parsed_channel(
        self, body: jobs.Body, channel: Channel, outlet: Outlet, now: datetime, *, is_part: bool = False
    ) -> ParsedChannel:
        """The channel's entries; whatever kept them from being read is the reading."""
        return self._parsed(jobs.read_channel, body, channel=channel, outlet=outlet, now=now, is_part=is_part)

    def parsed_posts(self, body: jobs.Body, outlet: Outlet, now: datetime) -> ParsedChannel:
        """The same of an answer of the outlet's WordPress REST."""
        return self._parsed(jobs.read_posts, body, outlet=outlet, now=now)

    def announced_apis(self, body: jobs.Body, outlet: Outlet) -> tuple[str, ...]:
        """The addresses of WordPress REST that a response names; none where it can't be read."""
        try:
            found = self.run(jobs.read_announced_apis, body, outlet=outlet)
        except FetchError:
            return ()
        return () if isinstance(found, JobFailed) else found

    def _parsed(self, read: Callable[..., ParsedChannel], body: jobs.Body, **known: object) -> ParsedChannel:
        try:
            job = self._done(read, body, **known)
        except FetchError as error:
            return ParsedChannel(ChannelReading.NOT_A_FEED, error=error.problem)
        if isinstance(job, JobFailed):
            end, problem = jobs.end_of(job)
            return ParsedChannel(ChannelReading(end), error=problem)
        return job.value

    def extracted(self, body: jobs.Body, outlet: Outlet, now: datetime) -> Extraction:
        """The page's text; whatever kept it from being read is the outcome."""
        try:
            job = self._done(jobs.read_page, body, outlet=outlet, now=now)
        except TooLargeError as error:
            return _nothing(ExtractionOutcome.TOO_LARGE, error.problem)
        except FetchError as error:
            return _nothing(ExtractionOutcome.UNREADABLE, error.problem)
        if isinstance(job, JobFailed):
            end, problem = jobs.end_of(job)
            return _nothing(ExtractionOutcome(end), problem)
        return job.value

    def run(self, job: Callable[..., T], *args: object, **kwargs: object) -> T | JobFailed:
        """A job in the pool: its value, or how it failed."""
        done = self._done(job, *args, **kwargs)
        return done if isinstance(done, JobFailed) else done.value

    def _done(self, job: Callable[..., T], *args: object, **kwargs: object) -> JobDone[T] | JobFailed:
        """A job whose worker died is done once more: most likely it was killed for what another had done."""
        done = self.pool.run(job, *args, deadline_s=self.deadline_s, **kwargs)
        if isinstance(done, JobFailed) and done.kind == "crashed":
            return self.pool.run(job, *args, deadline_s=self.deadline_s, **kwargs)
        return done


def _nothing(outcome: ExtractionOutcome, error: str) -> Extraction:
    return Extraction(outcome, EXTRACTOR, extractor_settings(), error=error)


def text_extractor_hash(outlet: Outlet, extraction: Extraction, *, is_rendered: bool = False) -> str:
    """The identity of what read a page or a document of an outlet."""
    if extraction.extractor == PDF_EXTRACTOR:
        return document_extractor_hash(outlet)
    return page_extractor_hash(outlet, is_rendered=is_rendered)


def document_extractor_hash(outlet: Outlet) -> str:
    """The identity of what reads an outlet's PDFs."""
    known = f"{PDF_EXTRACTOR}\n{pdf_extractor_settings()}\n{outlet.pdf_url}\n{outlet.zone}"
    return hashlib.sha256(known.encode()).hexdigest()


def page_extractor_hash(outlet: Outlet, *, is_rendered: bool = False) -> str:
    """The extractor's identity with an outlet's selectors: they change what is read like an upgrade does.

    So does a browser before it, whose version is left out: each of its releases would be another extractor.
    """
    hints = json.dumps(asdict(outlet.hints), sort_keys=True, default=dict)
    return _hashed(f"{hints}\nrendered" if is_rendered else hints)


def entry_extractor_hash(kind: ChannelKind) -> str:
    """The identity of what reads texts out of the entries of a channel of that kind."""
    return post_extractor_hash() if kind.is_platform else _hashed("feed")


def _hashed(what: str) -> str:
    return hashlib.sha256(f"{extractor_hash()}\n{what}".encode()).hexdigest()
