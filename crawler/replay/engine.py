"""A fetching engine without a network: each request gets the answer that the archive has of its address by then.

Stands in for ``crawler.fetch.engine.FetchEngine``. What was never asked then (another version asks for more) ends as a
connection that could not be made, and says so. robots.txt is not archived; one is made that has the same effect.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from crawler.archive import read_record
from crawler.fetch.engine import Answer, Order
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import FetchVerdict, outcome_of_response
from crawler.journal import LookLine
from crawler.replay.index import ROBOTS_PREFIX, Moment, ReplayIndex, Seen
from domain.clock import Clock
from domain.errors import ArchiveError
from domain.fetch import FetchOutcome, Response
from domain.urls import host_key

SOON = timedelta(days=1)  # a page that is asked for sooner than it was then
NOT_THERE = "not in the archive"
_ANSWERED = {FetchOutcome.REDIRECT_LOOP: FetchOutcome.REDIRECTED}  # made of an answer by what was known then


class ReplayEngine:
    """Answers at once, in the caller's thread, from ``index`` as it stands at ``moment``."""

    def __init__(self, index: ReplayIndex, moment: Moment, clock: Clock) -> None:
        self._index = index
        self._moment = moment
        self._clock = clock
        self._stopped = threading.Event()
        self.is_open = threading.Event()
        self.is_open.set()

    def run(self) -> None:
        """Block until ``stop``."""
        self._stopped.wait()

    def stop(self) -> None:
        """End."""
        self._stopped.set()

    def fetch(self, order: Order, done: Callable[[Answer], None]) -> None:
        """Answer the request; ``done`` is called once."""
        done(self._robots(order) if order.kind is FetchKind.ROBOTS else self._answer(order))

    def _answer(self, order: Order) -> Answer:
        until, url = self._moment.until, order.url
        if order.kind is FetchKind.PAGE:
            url = self._index.address_of_page(url, until + SOON)
        seen = self._index.last_seen(url, until)
        if seen is None and order.kind is not FetchKind.CHANNEL:
            seen = self._index.next_seen(url, until, SOON)
        if seen is None:
            return self._failed(order, FetchOutcome.CONNECT_ERROR, NOT_THERE)
        if seen.line is not None and seen.line.outcome is FetchOutcome.NOT_MODIFIED and not _is_conditional(order):
            seen = self._index.last_whole(url, until) or seen
        if seen.is_dropped:  # of which nothing followed: it showed what the last one that is there does
            whole = self._index.last_whole(url, until)
            if whole is None:
                return self._failed(order, FetchOutcome.CONNECT_ERROR, f"{NOT_THERE} any more: it was dropped")
            seen = whole
        try:
            return self._of(order, seen)
        except ArchiveError as error:
            return self._failed(order, FetchOutcome.CONNECT_ERROR, f"{NOT_THERE} any more: {error}")

    def _of(self, order: Order, seen: Seen) -> Answer:
        if seen.record is not None:
            kept = read_record(seen.folder, seen.record.file, seen.record.offset).response
            return self._answered(order, kept)
        assert seen.line is not None
        if seen.line.status is None or seen.line.outcome.has_body:
            return self._failed(order, seen.line.outcome, seen.line.error)
        answer = self._answered(order, _head_of(seen.line))
        as_then = _ANSWERED.get(seen.line.outcome, seen.line.outcome)
        if answer.verdict.outcome is as_then:
            return answer
        verdict = FetchVerdict(as_then, seen.line.error)  # a body that was cut, or too large, and is not kept
        return replace(answer, verdict=verdict, response=answer.response)

    def _answered(self, order: Order, kept: Response) -> Answer:
        received_at = self._clock.now()
        response = replace(kept, url=order.url, requested_at=order.asked_at, received_at=received_at)
        is_conditional = _is_conditional(order)
        verdict = outcome_of_response(
            response, kind=order.kind, previous_sha256=order.body_sha256, was_conditional=is_conditional
        )
        return Answer(order, verdict, response, is_conditional, received_at)

    def _failed(self, order: Order, outcome: FetchOutcome, error: str | None) -> Answer:
        return Answer(order, FetchVerdict(outcome, error), None, _is_conditional(order), self._clock.now())

    def _robots(self, order: Order) -> Answer:
        """A robots.txt that closes what was closed by then, or none where the host gave none just now."""
        looks = [seen for seen in self._index.of_robots(host_key(order.url)) if seen.at <= self._moment.until]
        now = [seen.line for seen in looks if seen.at >= self._moment.at and seen.line is not None]
        for line in now:
            if (line.error or "").startswith(ROBOTS_PREFIX):
                return self._failed(order, line.outcome, (line.error or "").removeprefix(ROBOTS_PREFIX))
        if any(line.outcome is FetchOutcome.ROBOTS_UNREACHABLE for line in now):
            return self._answered(order, _made(order.url, 503, b"", order))
        disallowed = (s.line for s in looks if s.line and s.line.outcome is FetchOutcome.ROBOTS_DISALLOWED)
        closed = {_path(line.url) for line in disallowed}
        rules = "".join(f"Disallow: {path}$\n" for path in sorted(closed))
        return self._answered(order, _made(order.url, 200, f"User-agent: *\n{rules}".encode(), order))


def _is_conditional(order: Order) -> bool:
    return order.etag is not None or order.last_modified is not None


def _made(url: str, status: int, body: bytes, order: Order) -> Response:
    headers = (("Content-Type", "text/plain; charset=utf-8"),)
    return Response(url, status, headers, body, order.asked_at, order.asked_at)


def _head_of(line: LookLine) -> Response:
    """An answer of which the journal alone tells: its status and the headers that something followed from."""
    headers = [
        (name, str(value))
        for name, value in (
            ("Content-Type", line.content_type),
            ("ETag", line.etag),
            ("Last-Modified", line.last_modified),
            ("Location", line.redirect_to),
            ("Retry-After", line.retry_after_s),
            ("Cache-Control", f"max-age={line.max_age_s}" if line.max_age_s is not None else None),
        )
        if value is not None
    ]
    assert line.status is not None
    return Response(line.url, line.status, tuple(headers), b"", line.requested_at, line.received_at)


def _path(url: str) -> str:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return path.replace("*", "%2A").replace("$", "%24")
