"""Extraction and feed parsing of files, without a database or a network: what the two measuring commands run on.

Each file is read and parsed in a worker of the pool, so that whatever is in it ends in one line: no file stops the
next, none takes longer than its deadline or more than its memory. Results come in the order of the files, a few at a
time, however many there are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawler.extract.article import extract_article
from crawler.jobs import document_hints, end_of
from crawler.offline_files import FileProblem, files_in, read_body, stated_url
from crawler.offline_lines import ExtractedFile, ParsedFeedFile
from crawler.parse.feed import parse_feed
from crawler.pdf.document import DocumentHints, extract_document, is_pdf
from crawler.pool import JobDone, JobFailed, Pool, PoolError
from domain.entry import ChannelReading, ParsedChannel
from domain.errors import ParallaxError
from domain.extraction import ExtractionOutcome
from domain.outlet import Outlet, PageHints
from domain.urls import bare_host

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

T = TypeVar("T")


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
            document=document_hints(outlet, address or "") if outlet else None,
            deadline_s=deadline_s,
        )
        if isinstance(outcome, JobDone):
            return outcome.value
        end, problem = end_of(outcome)
        return ExtractedFile(str(path), address, ExtractionOutcome(end), problem)

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
        end, problem = end_of(outcome)
        return ParsedFeedFile(str(path), ParsedChannel(ChannelReading(end), error=problem))

    return _in_order(read, files_in(paths, ()), FEED_PRELOAD, workers)


def extract_file(
    file: str,
    *,
    url: str | None,
    hints: PageHints,
    zone: ZoneInfo,
    now: datetime,
    languages: tuple[str, ...],
    document: DocumentHints | None = None,
) -> ExtractedFile:
    """The worker's part: one file read and extracted. Never raises for what is in it."""
    body = read_body(Path(file))
    if isinstance(body, FileProblem):
        outcome = ExtractionOutcome.TOO_LARGE if body.is_size else ExtractionOutcome.UNREADABLE
        return ExtractedFile(file, url, outcome, body.message)
    if is_pdf(body):
        found = extract_document(body, zone=zone, now=now, hints=document)
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


def _host(url: str | None) -> str:
    try:
        return bare_host(urlsplit(url or "").hostname or "")
    except ValueError:
        return ""
