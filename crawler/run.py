"""One crawl in one process: claims hosts, asks what is due there, has it stored and read, and gives the hosts back.

The main thread runs Scrapy's reactor. Beside it: this loop (the only one that knows which host may be asked when), the
committer, and one thread a worker of the pool that reads. They meet in queues; nothing here waits on the network
with a transaction open.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from crawler import jobs
from crawler.adopt import adopt_records, content_type_of
from crawler.archive import ArchiveWriter
from crawler.committer import Acknowledged, Committer, Finished
from crawler.decide import MOST_REDIRECTS
from crawler.fetch.engine import Answer, FetchEngine, Order
from crawler.fetch.kinds import FetchKind
from crawler.fetch.robots import RobotsHop, RobotsRules, RobotsState, robots_step
from crawler.owner import is_alive, this_owner
from crawler.pool import Pool
from crawler.reading import Reader, ReadResult
from crawler.reading.room import ReadingRoom
from crawler.slot import AskRobots, AskTarget, GiveBack, HostSlot, LookForMore, Wait
from domain.clock import Clock
from domain.fetch import FetchOutcome, Reason
from domain.frontier import ClaimedHost, Look, NewTarget, Target
from domain.urls import host_key, url_key
from outlets.catalogue import Catalogue
from storage import Session, Store
from storage.frontier import claim_hosts, due_targets, heartbeat, keep_robots, open_run, release_host
from storage.todos import pending

log = structlog.get_logger()

ROBOTS_MAX_AGE = timedelta(hours=3)
ROBOTS_RETRY_AFTER = timedelta(minutes=10)
HEARTBEAT_S = 10.0
IDLE_S = 0.25


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """How much one crawl holds and does; see docs/SETTINGS.md."""

    hosts_at_once: int = 32
    targets_a_slot: int = 50
    slot_s: float = 120.0
    most_s: float = 1800.0
    most_memory_bytes: int = 400 << 20
    workers: int = 2
    reading_deadline_s: float = 20.0
    unconditional_every: int = 10
    crawl_delay_cap_s: float = 60.0


@dataclass(frozen=True, slots=True)
class CrawlPlan:
    """What one crawl is given. ``outlets``: only their targets; none means all. ``settings`` are Scrapy's."""

    archive: Path
    user_agent: str
    settings: Mapping[str, Any]
    limits: CrawlLimits = field(default_factory=CrawlLimits)
    outlets: frozenset[str] = frozenset()
    archive_slot: str = "crawl"


@dataclass(slots=True)
class Tally:
    """What a crawl did."""

    fetches: int = 0
    failures: int = 0
    entries: int = 0
    articles: int = 0
    revisions: int = 0
    hosts: int = 0
    outcome: str = "done"


Event = Callable[[str, Mapping[str, object]], None]
Message = tuple[str, Any]


class Crawl:
    """A crawl until nothing is due any more, its time or memory is spent, or it is told to stop."""

    def __init__(self, store: Store, catalogue: Catalogue, clock: Clock, plan: CrawlPlan, *, on_event: Event) -> None:
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._plan = plan
        self._on_event = on_event
        self._owner = this_owner()
        self._slots: dict[str, HostSlot] = {}
        self._inbox: queue.Queue[Message] = queue.Queue()
        self._to_read: queue.Queue[int | None] = queue.Queue()
        self._unread: set[int] = set()
        self._is_stopping = threading.Event()
        self._next_claim = 0.0
        self._began = time.monotonic()
        self.tally = Tally()

    def run(self) -> Tally:
        """Crawl in this process; blocks. The pool is started before any thread."""
        limits = self._plan.limits
        with contextlib.ExitStack() as stack:
            pool = stack.enter_context(Pool(limits.workers, preload=jobs.PRELOAD))
            archive = stack.enter_context(
                ArchiveWriter(self._plan.archive, self._plan.archive_slot, user_agent=self._plan.user_agent)
            )
            adopt_records(self._store, self._plan.archive, slot=self._plan.archive_slot)
            self._reader = Reader(
                ReadingRoom(self._store, self._plan.archive, pool, self._catalogue, limits.reading_deadline_s)
            )
            self._committer = Committer(
                self._store,
                archive,
                self._owner,
                acknowledge=lambda batch: self._inbox.put(("stored", batch)),
                failed=lambda error: self._inbox.put(("broken", error)),
            )
            self._engine = FetchEngine(self._plan.settings, self._clock)
            loop = threading.Thread(target=self._loop_to_the_end, name="loop", daemon=True)
            readers = [
                threading.Thread(target=self._read_on, name="reader", daemon=True) for _ in range(limits.workers)
            ]
            self._committer.start()
            for thread in (*readers, loop):
                thread.start()
            self._engine.run()
            loop.join()
            for thread in readers:
                thread.join()
        return self.tally

    def stop(self) -> None:
        """Finish what is being asked, give the hosts back and end. Safe in a signal handler."""
        self._is_stopping.set()

    # The loop

    def _loop_to_the_end(self) -> None:
        try:
            self._engine.is_open.wait(30)
            self._take_up_unread()
            while self._step():
                pass
        except Exception as error:  # the border of the crawl: it becomes the run's outcome
            log.exception("crawl.failed")
            self.tally.outcome = f"failed: {error}"
        finally:
            self._committer.close()
            for _ in range(self._plan.limits.workers):
                self._to_read.put(None)
            self._engine.stop()

    def _take_up_unread(self) -> None:
        """What an earlier crawl fetched and did not come to read."""
        after = 0
        while True:
            with self._store.read() as session:
                found = pending(session, "read", limit=500, after_id=after)
            if not found:
                return
            for todo_id, fetch_id in found:
                after = todo_id
                self._unread.add(fetch_id)
                self._to_read.put(fetch_id)

    def _step(self) -> bool:
        """One turn: claim, drive each host, then wait for news. False when the crawl is over."""
        now = time.monotonic()
        if self._is_spent(now):
            self._is_stopping.set()
        if not self._is_stopping.is_set() and now >= self._next_claim:
            self._claim(now)
        wake = min([self._drive(slot) for slot in list(self._slots.values())], default=now + IDLE_S)
        if not self._slots and not self._unread and (self._is_stopping.is_set() or not self._claim(now)):
            return False
        self._wait_for_news(max(0.0, min(wake - time.monotonic(), IDLE_S)))
        return True

    def _is_spent(self, now: float) -> bool:
        limits = self._plan.limits
        if now - self._began > limits.most_s or resident_bytes() > limits.most_memory_bytes:
            if self.tally.outcome == "done":
                self.tally.outcome = "recycle"
            return True
        return False

    def _wait_for_news(self, timeout_s: float) -> None:
        try:
            self._take(self._inbox.get(timeout=timeout_s))
            while True:
                self._take(self._inbox.get_nowait())
        except queue.Empty:
            return

    def _take(self, message: Message) -> None:
        kind, content = message
        if kind == "answer":
            self._answered(*content)
        elif kind == "robots":
            self._robots_answered(*content)
        elif kind == "stored":
            for acknowledged in content:
                self._was_stored(acknowledged)
        elif kind == "read":
            self._was_read(*content)
        else:
            raise content

    # Hosts

    def _claim(self, now: float) -> bool:
        """Take more hosts, up to the limit; says whether any was taken."""
        self._next_claim = now + IDLE_S
        limit = self._plan.limits.hosts_at_once - len(self._slots)
        if limit <= 0:
            return False
        real_now = datetime.now(UTC)

        def work(session: Session) -> list[tuple[ClaimedHost, int]]:
            heartbeat(session, self._owner, real_now=real_now)
            hosts = claim_hosts(
                session,
                owner=self._owner,
                is_alive=lambda owner, beat: is_alive(owner, beat, real_now=real_now),
                real_now=real_now,
                now=self._clock.now(),
                limit=limit,
                outlets=self._plan.outlets,
            )
            return [(host, open_run(session, host, self._owner, now=self._clock.now())) for host in hosts]

        claimed = self._store.write(work)
        for host, run_id in claimed:
            self._slots[host.key] = self._slot(host, run_id)
        self.tally.hosts += len(claimed)
        return bool(claimed)

    def _slot(self, host: ClaimedHost, run_id: int) -> HostSlot:
        now = time.monotonic()
        slot = HostSlot(
            host=host,
            run_id=run_id,
            started=now,
            next_allowed=now + host.wait_s,
            delay_s=host.delay_s,
            most_targets=self._plan.limits.targets_a_slot,
            most_s=self._plan.limits.slot_s,
        )
        fetched_at, outcome = host.robots_fetched_at, host.robots_outcome
        if fetched_at is not None and outcome is not None:
            rules = RobotsRules(RobotsState(outcome), host.robots_body or "")
            max_age = ROBOTS_RETRY_AFTER if rules.state is RobotsState.UNREACHABLE else ROBOTS_MAX_AGE
            if timedelta(0) <= self._clock.now() - fetched_at < max_age:
                self._obey(slot, rules)
        return slot

    def _obey(self, slot: HostSlot, rules: RobotsRules) -> None:
        slot.robots = rules
        stated = rules.crawl_delay_s(self._plan.user_agent, most_s=self._plan.limits.crawl_delay_cap_s)
        slot.delay_s = max(slot.host.delay_s, stated or 0.0)

    def _drive(self, slot: HostSlot) -> float:
        """Do what the host is due; gives when to look at it again (monotonic)."""
        while True:
            now = time.monotonic()
            match slot.next_step(now, is_stopping=self._is_stopping.is_set()):
                case LookForMore():
                    with self._store.read() as session:
                        slot.add(self._due(session, slot.host.key))
                case AskRobots():
                    self._ask_robots(slot)
                case AskTarget(target):
                    self._ask(slot, target, now)
                case Wait(until):
                    return until if until is not None else now + IDLE_S
                case GiveBack(outcome):
                    self._give_back(slot, outcome, now)
                    return now

    def _due(self, session: Session, host: str) -> tuple[Target, ...]:
        limit = self._plan.limits.targets_a_slot
        return due_targets(session, host, now=self._clock.now(), limit=limit, outlets=self._plan.outlets)

    def _give_back(self, slot: HostSlot, outcome: str, now: float) -> None:
        del self._slots[slot.host.key]
        allowed = datetime.now(UTC) + timedelta(seconds=slot.wait_left_s(now))
        ended = self._clock.now()
        self._store.write(
            lambda session: release_host(
                session,
                slot.host.key,
                owner=self._owner,
                token=slot.host.token,
                next_allowed_at=allowed,
                run_id=slot.run_id,
                outcome=outcome,
                counts=dict(slot.counts),
                now=ended,
            )
        )
        self._next_claim = min(self._next_claim, now)

    # Robots

    def _ask_robots(self, slot: HostSlot, hop: RobotsHop | None = None) -> None:
        scheme = slot.waiting[0].url.partition("://")[0] if slot.waiting else "https"
        url = hop.url if hop else f"{scheme}://{slot.host.key}/robots.txt"
        order = Order(url=url, host=slot.host.key, kind=FetchKind.ROBOTS)
        slot.is_asking_robots = True
        slot.next_allowed = time.monotonic() + slot.delay_s
        hops = hop.hops if hop else 0
        self._engine.fetch(order, lambda answer: self._inbox.put(("robots", (slot, answer, hops))))

    def _robots_answered(self, slot: HostSlot, answer: Answer, hops: int) -> None:
        status = answer.response.status if answer.response else None
        step = robots_step(status, answer.verdict, hops=hops)
        if isinstance(step, RobotsHop):
            self._ask_robots(slot, step)
            return
        slot.is_asking_robots = False
        self._obey(slot, step)
        if answer.response is None:
            slot.unreachable = (answer.verdict.outcome, answer.verdict.error)
        at = self._clock.now()
        self._store.write(
            lambda session: keep_robots(
                session,
                slot.host.key,
                status=status,
                body=step.text or None,
                outcome=step.state.value,
                error=answer.verdict.error,
                at=at,
            )
        )

    # Targets

    def _ask(self, slot: HostSlot, target: Target, now: float) -> None:
        """Ask for a target, or give it its outcome where robots.txt does not let us."""
        assert slot.robots is not None
        if not slot.robots.allows(target.url, self._plan.user_agent):
            slot.skip(target)
            self._commit(slot, _refused_by_robots(target, slot, self._clock.now()), None)
            return
        slot.take(target, now)
        asked_at = self._clock.now()
        order = self._order(slot, target)
        self._engine.fetch(order, lambda answer: self._inbox.put(("answer", (slot, target, answer, asked_at))))

    def _order(self, slot: HostSlot, target: Target) -> Order:
        """The request for a target: with validators, but for each n-th poll of a channel."""
        every = self._plan.limits.unconditional_every
        is_plain = target.channel_id is not None and every > 0 and target.polls % every == every - 1
        return Order(
            url=target.url,
            host=slot.host.key,
            kind=FetchKind.CHANNEL if target.channel_id is not None else FetchKind.PAGE,
            timeout_s=slot.host.timeout_s,
            etag=None if is_plain else target.etag,
            last_modified=None if is_plain else target.last_modified,
            body_sha256=target.body_sha256,
        )

    def _answered(self, slot: HostSlot, target: Target, answer: Answer, asked_at: datetime) -> None:
        verdict, response = answer.verdict, answer.response
        outcome, error, follow = verdict.outcome, verdict.error, None
        if outcome is FetchOutcome.REDIRECTED and verdict.redirect_to is not None:
            if target.redirects >= MOST_REDIRECTS:
                outcome, error = FetchOutcome.REDIRECT_LOOP, f"more than {MOST_REDIRECTS} redirects"
            else:
                follow = self._follow(target, verdict.redirect_to)
        look = Look(
            target=target,
            requested_at=asked_at,
            received_at=self._clock.now(),
            conditional=answer.conditional,
            outcome=outcome,
            status=response.status if response else None,
            error=error,
            content_type=content_type_of(response.headers) if response else None,
            etag=verdict.etag,
            last_modified=verdict.last_modified,
            redirect_to=verdict.redirect_to,
            retry_after_s=verdict.retry_after_s,
            body_sha256=verdict.body_sha256,
            body_bytes=len(verdict.body) if verdict.body_sha256 else None,
        )
        self._commit(slot, look, answer, follow)

    def _follow(self, target: Target, url: str) -> NewTarget:
        """The target that a redirect leads to: of a channel its own, of a page the outlet's that has the host."""
        listed_by = self._catalogue.outlets[target.outlet]
        if target.channel_id is not None:
            outlet, key = target.outlet, f"poll:{target.channel_slug}>{url_key(url)}"
        else:
            owner = self._catalogue.outlet_of_host(host_key(url)) or listed_by
            outlet, key = owner.slug, url_key(url, host_aliases=owner.host_aliases)
        return NewTarget(
            outlet=outlet,
            url=url,
            url_key=key,
            host=host_key(url),
            reason=Reason.POLL if target.channel_id is not None else target.reason,
            channel_id=target.channel_id,
            via_target_id=target.id,
            redirects=target.redirects + 1,
        )

    def _commit(self, slot: HostSlot, look: Look, answer: Answer | None, follow: NewTarget | None = None) -> None:
        self._committer.put(
            Finished(
                look=look,
                response=answer.response if answer else None,
                run_id=slot.run_id,
                token=slot.host.token,
                politeness=self._catalogue.outlets[look.target.outlet].politeness,
                follow=follow,
            )
        )

    def _was_stored(self, acknowledged: Acknowledged) -> None:
        look = acknowledged.finished.look
        slot = self._slots.get(look.target.host)
        if slot is not None and slot.host.token == acknowledged.finished.token:
            slot.stored(look.target, look.outcome.value, is_read_later=acknowledged.is_read_later)
        self.tally.fetches += 1
        is_bad = not look.outcome.is_success and look.outcome is not FetchOutcome.REDIRECTED
        self.tally.failures += int(is_bad)
        if acknowledged.is_read_later and acknowledged.fetch_id is not None:
            self._unread.add(acknowledged.fetch_id)
            self._to_read.put(acknowledged.fetch_id)
        self._on_event(
            "fetch.stored",
            {"outlet": look.target.outlet, "url": look.target.url, "outcome": look.outcome.value, "error": look.error},
        )

    # Reading

    def _read_on(self) -> None:
        """A reader's thread: read what was fetched until told to end."""
        while (fetch_id := self._to_read.get()) is not None:
            result: ReadResult | None = None
            try:
                result = self._reader.read(fetch_id)
            except Exception:  # the border of one reading: it stays a todo and is tried again
                log.exception("reading.failed", fetch=fetch_id)
            self._inbox.put(("read", (fetch_id, result)))

    def _was_read(self, fetch_id: int, result: ReadResult | None) -> None:
        self._unread.discard(fetch_id)
        for slot in self._slots.values() if result is None else ():
            slot.was_read()
        if result is None:
            return
        slot_of_host = self._slots.get(result.host)
        if slot_of_host is not None:
            slot_of_host.was_read()
        self.tally.entries += result.new_entries
        self.tally.articles += result.new_articles
        self.tally.revisions += result.new_revisions
        self._next_claim = 0.0


def _refused_by_robots(target: Target, slot: HostSlot, at: datetime) -> Look:
    """The outcome of a target that robots.txt, or its absence, keeps us from asking.

    Where nothing answered at all, what kept robots.txt from being read is what keeps the target from being read.
    """
    assert slot.robots is not None
    if slot.unreachable is not None:
        outcome, cause = slot.unreachable
        error = f"robots.txt: {cause}"
    elif slot.robots.state is RobotsState.UNREACHABLE:
        outcome, error = FetchOutcome.ROBOTS_UNREACHABLE, "robots.txt can't be read, so nothing of the host is fetched"
    else:
        outcome, error = FetchOutcome.ROBOTS_DISALLOWED, "robots.txt disallows it"
    return Look(target, at, at, conditional=False, outcome=outcome, error=error)


def resident_bytes() -> int:
    """Memory this process holds now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except (OSError, ValueError, IndexError):
        return 0
