"""Extraction and feed parsing of files, without a database or a network: what the two measuring commands run on.

Each file is read and parsed in a worker of the pool, so that whatever is in it ends in one line: no file stops the
next, none takes longer than its deadline or more than its memory. Results come in the order of the files, a few at a
time, however many there are.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.extract.article import extract_article
from crawler.offline_files import FileProblem, files_in, read_body, stated_url
from crawler.parse.feed import parse_feed
from crawler.pdf.document import DocumentHints, extract_document, is_pdf
from crawler.pool import JobDone, JobFailed, Pool, PoolError
from domain.entry import ChannelReading, Entry, ParsedChannel
from domain.errors import ParallaxError
from domain.extraction import Extraction, ExtractionOutcome
from domain.outlet import Outlet, PageHints
from domain.times import StatedTime
from domain.urls import bare_host
from outlets.documents import DocumentName, document_name

DEADLINE_S = 18.0
EXTRACT_PRELOAD = (
    "crawler.offline",
    "trafilatura",
    "trafilatura.metadata",
    "htmldate",
    "dateparser",
    "py3langid.langid",
    "pypdfium2",
)
FEED_PRELOAD = ("crawler.offline", "feedparser")
_PAGE_SUFFIXES = (".html", ".html.gz", ".pdf")
_AHEAD = 4  # files in work or waiting to be printed, per worker

_UNPRINTABLE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ExtractedFile:
    """What was extracted from one file; ``extraction`` is None where it never came to one."""

    file: str
    url: str | None
    outcome: ExtractionOutcome
    error: str | None = None
    extraction: Extraction | None = None

    def as_json(self) -> str:
        """One line of JSON, valid UTF-8, without its line end."""
        found = self.extraction
        return _json_line(
            {
                "file": self.file,
                "url": self.url,
                "title": found.title if found else None,
                "text": found.text if found else None,
                "authors": list(found.authors) if found else [],
                "published_at": _stated(found.published) if found else None,
                "published_precision": str(found.published.precision) if found and found.published else None,
                "published_source": str(found.published.source) if found and found.published else None,
                "modified_at": _stated(found.modified) if found else None,
                "language": (found.language or found.declared_language) if found else None,
                "canonical_url": found.canonical_url if found else None,
                "outcome": str(self.outcome),
                "error": self.error,
                "kind": str(found.kind) if found else None,
                "sections": [asdict(section) for section in found.sections] if found else [],
                "footnotes": list(found.footnotes) if found else [],
                "pages": found.pages if found else None,
                "scanned_pages": found.scanned_pages if found else None,
            }
        )


@dataclass(frozen=True, slots=True)
class ParsedFeedFile:
    """What the feed in one file lists."""

    file: str
    channel: ParsedChannel

    def as_json(self) -> str:
        """One line of JSON, valid UTF-8, without its line end."""
        return _json_line(
            {
                "file": self.file,
                "outcome": str(self.channel.reading),
                "error": self.channel.error,
                "title": self.channel.title,
                "entries": [_entry_fields(entry) for entry in self.channel.entries],
            }
        )


def extract_files(
    paths: Iterable[Path],
    *,
    zone: ZoneInfo,
    now: datetime,
    url: str | None = None,
    outlets: Iterable[Outlet] = (),
    workers: int = 2,
    deadline_s: float = DEADLINE_S,
) -> Iterator[ExtractedFile]:
    """What each page holds, in the order of ``paths``; a folder stands for its .html, .html.gz and .pdf files, sorted.

    A page's address is ``url``, else what a .json file of the same stem says of it. ``outlets`` are those whose hints,
    zone and languages apply to pages of their hosts; other pages are in ``zone``. A path that can't be read is a result
    too. Close the iterator to stop early: its processes end with it.
    """
    by_host = {bare_host(host): outlet for outlet in outlets for host in outlet.hosts}

    def read(pool: Pool, path: Path) -> ExtractedFile:
        address = url or stated_url(path)
        outlet = by_host.get(_host(address))
        outcome = _run(
            pool,
            extract_file,
            str(path),
            url=address,
            hints=outlet.hints if outlet else PageHints(),
            zone=ZoneInfo(outlet.zone) if outlet else zone,
            now=now,
            languages=outlet.languages if outlet else (),
            document=document_name(outlet, address or "") if outlet else None,
            deadline_s=deadline_s,
        )
        if isinstance(outcome, JobDone):
            return outcome.value
        return ExtractedFile(str(path), address, ExtractionOutcome(_failed_as(outcome)), outcome.message)

    return _in_order(read, files_in(paths, _PAGE_SUFFIXES), EXTRACT_PRELOAD, workers)


def parse_feed_files(
    paths: Iterable[Path],
    *,
    zone: ZoneInfo,
    now: datetime,
    url: str | None = None,
    workers: int = 2,
    deadline_s: float = DEADLINE_S,
) -> Iterator[ParsedFeedFile]:
    """What each feed lists, in the order of ``paths``; a folder stands for all its files but hidden ones, sorted.

    Relative links are joined to ``url``, else to what a .json file of the same stem names, else to the feed's own link.
    """

    def read(pool: Pool, path: Path) -> ParsedFeedFile:
        base_url = url or stated_url(path) or ""
        outcome = _run(pool, parse_feed_file, str(path), base_url=base_url, zone=zone, now=now, deadline_s=deadline_s)
        if isinstance(outcome, JobDone):
            return outcome.value
        return ParsedFeedFile(str(path), ParsedChannel(ChannelReading(_failed_as(outcome)), error=outcome.message))

    return _in_order(read, files_in(paths, ()), FEED_PRELOAD, workers)


def extract_file(
    file: str,
    *,
    url: str | None,
    hints: PageHints,
    zone: ZoneInfo,
    now: datetime,
    languages: tuple[str, ...],
    document: DocumentName | None = None,
) -> ExtractedFile:
    """The worker's part: one file read and extracted. Never raises for what is in it."""
    body = read_body(Path(file))
    if isinstance(body, FileProblem):
        outcome = ExtractionOutcome.TOO_LARGE if body.is_size else ExtractionOutcome.UNREADABLE
        return ExtractedFile(file, url, outcome, body.message)
    if is_pdf(body):
        found = extract_document(body, zone=zone, now=now, hints=DocumentHints(document or DocumentName()))
    else:
        found = extract_article(
            body, url=url or "", content_type=None, hints=hints, zone=zone, now=now, languages=languages
        )
    return ExtractedFile(file, url, found.outcome, found.error, found)


def parse_feed_file(file: str, *, base_url: str, zone: ZoneInfo, now: datetime) -> ParsedFeedFile:
    """The worker's part: one file read and parsed. Never raises for what is in it."""
    body = read_body(Path(file))
    if isinstance(body, FileProblem):
        reading = ChannelReading.TOO_LARGE if body.is_size else ChannelReading.NOT_A_FEED
        return ParsedFeedFile(file, ParsedChannel(reading, error=body.message))
    return ParsedFeedFile(file, parse_feed(body, base_url=base_url, zone=zone, now=now))


def _in_order(
    read: Callable[[Pool, Path], T], files: Iterator[Path], preload: tuple[str, ...], workers: int
) -> Iterator[T]:
    """The results in the order of ``files``, a bounded number of them ahead of what was taken."""
    # The pool comes first: its processes are forked before there are threads.
    with Pool(workers, preload=preload) as pool, ThreadPoolExecutor(workers) as threads:
        waiting: deque[Future[T]] = deque()
        try:
            for file in files:
                waiting.append(threads.submit(read, pool, file))
                if len(waiting) >= workers * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            if waiting:
                pool.close()


def _run(
    pool: Pool, function: Callable[..., T], file: str, *, deadline_s: float, **arguments: object
) -> JobDone[T] | JobFailed:
    """The outcome of one file; an error of ours about it is its outcome too, one of the pool is not."""
    try:
        return pool.run(function, file, deadline_s=deadline_s, **arguments)
    except PoolError:
        raise
    except ParallaxError as error:
        return JobFailed("error", str(error))


def _failed_as(failure: JobFailed) -> str:
    """The outcome of a job that failed: what took too long, or crashed for whatever reason."""
    return "timeout" if failure.kind == "timeout" else "crashed"


def _host(url: str | None) -> str:
    try:
        return bare_host(urlsplit(url or "").hostname or "")
    except ValueError:
        return ""


def _entry_fields(entry: Entry) -> Mapping[str, object]:
    return {
        "url": entry.url,
        "guid": entry.guid,
        "title": entry.title,
        "summary": entry.summary,
        "published_at": _stated(entry.published),
        "updated_at": _stated(entry.updated),
        "authors": list(entry.authors),
    }


def _stated(time: StatedTime | None) -> str | None:
    return time.isoformat() if time else None


def _json_line(fields: Mapping[str, object]) -> str:
    """``fields`` as JSON that any reader of lines takes for one line."""
    line = json.dumps(fields, ensure_ascii=False)
    return _UNPRINTABLE.sub("\ufffd", line).translate(_LINE_ENDS)
