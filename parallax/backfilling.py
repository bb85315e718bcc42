"""A backfill as the door runs it: what waits is let go within the budget while a crawl child asks for it.

Killed anywhere, the next run goes on: what is known to the frontier is asked for once, whoever let it go.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from crawler.back_keys import Span
from crawler.backfill import openings
from domain.outlet import Outlet
from parallax.bootstrap import Parallax
from parallax.crawling import OnEvent, crawl_due
from storage import Session
from storage.backfill import (
    BackDocument,
    Backfilled,
    backfilled,
    last_fetch_id,
    let_go,
    put_documents,
    put_off,
    spent,
    try_documents_again,
    under_way,
    unread,
    waiting,
)

_AT_ONCE = 50  # targets that are due at one time: what is let go is asked for by whoever has the host
_EVERY_S = 0.25  # sooner than a crawl child ends that finds nothing due
_WITHOUT_PROGRESS_S = 60.0  # the host asked us to wait, or is in other hands
_PAUSE_S = 2.0
_TARGETS_A_SLOT = 4  # a host is given back soon: others may have a poll to make there


@dataclass(frozen=True, slots=True)
class BackfillEnd:
    """What came of a run. ``waiting``: what the budget left; ``put_off``: what failed and is tried again later.

    ``left``: what is due and could not be asked for, or not be read. ``articles``: new ones.
    """

    done: Backfilled
    articles: int
    waiting: int
    put_off: int
    left: int
    budget: int


class _Counting(Protocol):
    """How many of an outlet's targets stand in some way."""

    def __call__(self, session: Session, outlet: str, *, now: datetime) -> int:
        """Ask the store."""


class Backfill:
    """One run for one outlet's days; ``most`` requests at most, None: what the day's budget lets."""

    def __init__(self, parallax: Parallax, outlet: Outlet, span: Span, *, most: int | None) -> None:
        self._parallax = parallax
        self._outlet = outlet
        self._span = span
        self._store = parallax.prepare_store()
        self.openings = openings(outlet, span, parallax.platforms)
        self.budget = self._today_left() if most is None else min(most, self._today_left())
        self._left = self.budget
        self._letting_go = threading.Lock()

    def _today_left(self) -> int:
        now = self._parallax.clock.now()
        used = self._store.ask(lambda session: spent(session, self._outlet.slug, since=self._day(now), now=now))
        return max(0, self._parallax.settings.backfill_daily_requests - used)

    def _day(self, now: datetime) -> datetime:
        local = now.astimezone(self._parallax.settings.time_zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    def nothing(self) -> BackfillEnd:
        """What comes of a run that asks for nothing."""
        return BackfillEnd(Backfilled(), articles=0, waiting=0, put_off=0, left=0, budget=self.budget)

    def run(self, on_event: OnEvent) -> BackfillEnd:
        """Ask until nothing waits, the budget is spent, or the host can't be asked for a minute."""
        first_id = self._store.ask(last_fetch_id)
        articles = 0
        self._store.write(self._put_first)
        self._try_again()
        progress, seen = time.monotonic(), first_id
        while self._let_go() or self._count(under_way) or self._count(unread):
            with self._letting_go_beside():
                articles += crawl_due(self._parallax, [self._outlet.slug], on_event, self._child_settings()).articles
            newest = self._store.ask(last_fetch_id)
            if newest > seen:
                progress, seen = time.monotonic(), newest
                continue
            if time.monotonic() - progress > _WITHOUT_PROGRESS_S:
                break
            time.sleep(_PAUSE_S)
        done = self._store.ask(lambda session: backfilled(session, self._outlet.slug, after_id=first_id))
        waits = self._store.ask(lambda session: waiting(session, self._outlet.slug))
        left = self._count(under_way) + self._count(unread)
        return BackfillEnd(done, articles, waits, self._count(put_off), left, self.budget)

    @staticmethod
    def _child_settings() -> dict[str, str]:
        return {"PARALLAX_TARGETS_PER_SLOT": str(_TARGETS_A_SLOT)}

    def _put_first(self, session: Session) -> None:
        now = self._parallax.clock.now()
        for opening in self.openings:
            documents = [BackDocument(document.url, document.key) for document in opening.documents]
            put_documents(session, self._outlet.slug, opening.channel, documents, self._outlet.politeness, now=now)

    def _try_again(self) -> None:
        now, limit = self._parallax.clock.now(), min(self._left, _AT_ONCE)
        self._left -= self._store.write(lambda session: try_documents_again(session, self._outlet.slug, limit, now=now))

    def _count(self, what: _Counting) -> int:
        now = self._parallax.clock.now()
        return self._store.ask(lambda session: what(session, self._outlet.slug, now=now))

    def _let_go(self) -> int:
        """Let go of what waits, as much as the budget and what is due already leave."""
        with self._letting_go:
            if self._left <= 0 or not self._store.ask(lambda session: waiting(session, self._outlet.slug)):
                return 0
            now, slug = self._parallax.clock.now(), self._outlet.slug
            daily = self._parallax.settings.backfill_daily_requests

            def work(session: Session) -> int:
                today = daily - spent(session, slug, since=self._day(now), now=now)
                room = min(self._left, today, _AT_ONCE - under_way(session, slug, now=now))
                return let_go(session, slug, room, now=now) if room > 0 else 0

            found = self._store.write(work)
            self._left -= found
            return found

    @contextlib.contextmanager
    def _letting_go_beside(self) -> Iterator[None]:
        """What is found while the child asks is let go meanwhile: a start costs seconds."""
        stopping = threading.Event()

        def work() -> None:
            while not stopping.wait(_EVERY_S):
                self._let_go()

        thread = threading.Thread(target=work, name="budget", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()
