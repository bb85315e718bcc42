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

import structlog

from crawler import jobs
from crawler.adopt import adopt_left_behind
from crawler.archive import open_writer
from crawler.asking import Asking
from crawler.committer import Acknowledged, Committer
from crawler.crawl_plan import CrawlPlan, Event, Tally
from crawler.desk import HostDesk
from crawler.fetch.engine import Answer, FetchEngine
from crawler.in_hand import HostsInHand
from crawler.looking import at_its_address
from crawler.memory import resident_bytes
from crawler.news import BatchStored, Broken, News, Stored, Told, told_of_look
from crawler.pool import Pool
from crawler.pool_workers import Zygote
from crawler.readers import Readers
from crawler.reading import Reader, ReadResult
from crawler.reading.room import ReadingRoom
from crawler.render.renderer import Renderer
from crawler.slot import AskRobots, AskTarget, GiveBack, HostSlot, LookForMore, Wait
from domain.clock import Clock
from domain.errors import OutageError
from domain.frontier import Target
from outlets.catalogue import Catalogue
from storage import Store

log = structlog.get_logger()

IDLE_S = 0.25


class Crawl:
    """A crawl until nothing is due any more, its time or memory is spent, or it is told to stop."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        clock: Clock,
        plan: CrawlPlan,
        *,
        on_event: Event,
        zygote: Zygote | None = None,
    ) -> None:
        """``zygote``: of the readers, where one was started ahead of time."""
        self._store = store
        self._zygote = zygote
        self._catalogue = catalogue
        self._clock = clock
        self._plan = plan
        self._on_event = on_event
        self._desk = HostDesk(store, clock, plan)
        self._inbox: queue.Queue[News] = queue.Queue()
        self._is_stopping = threading.Event()
        self._began = time.monotonic()
        self._idle_since = self._began
        self.tally = Tally()
        self._hosts = HostsInHand(self._desk, self.tally, plan, on_event=on_event)

    def run(self) -> Tally:
        """Crawl in this process; blocks. The pool is started before any thread."""
        plan, limits = self._plan, self._plan.limits
        with contextlib.ExitStack() as stack:
            pool = stack.enter_context(Pool(limits.workers, preload=jobs.PRELOAD, zygote=self._zygote))
            archive = stack.enter_context(open_writer(plan.archive, plan.archive_slot, user_agent=plan.user_agent))
            adopt_left_behind(self._store, plan.archive, own_slot=archive.slot, machine_slot=plan.archive_slot)
            room = ReadingRoom(
                self._store, plan.archive, pool, self._catalogue, limits.reading_deadline_s, plan.platforms
            )
            self._readers = Readers(
                self._store,
                Reader(room),
                plan.archive,
                count=limits.workers,
                owner=self._desk.owner,
                is_stopping=self._is_stopping,
                tell=self._inbox.put,
            )
            self._committer = Committer(
                self._store,
                archive,
                self._desk.owner,
                acknowledge=lambda batch: self._inbox.put(Stored(batch)),
                failed=lambda error: self._inbox.put(Broken(error)),
                took=lambda looks, seconds: self._inbox.put(BatchStored(looks, seconds)),
            )
            self._engine = plan.engine or FetchEngine(plan.settings, self._clock, keys=plan.keys)
            self._renderer = Renderer(self._engine.fetch, self._clock, plan.browser, user_agent=plan.user_agent)
            self._asking = Asking(
                plan,
                self._catalogue,
                self._clock,
                self._desk,
                engine=self._engine,
                renderer=self._renderer,
                committer=self._committer,
                tell=self._inbox.put,
                holds=self._hosts.holds,
            )
            loop = threading.Thread(target=self._loop_to_the_end, name="loop", daemon=True)
            told = threading.Thread(target=self._listen, name="told", daemon=True)
            self._readers.start()
            for thread in (self._committer, self._renderer, loop, told):
                thread.start()
            self._engine.run()
            loop.join()
            self._readers.join()
        return self.tally

    def stop(self) -> None:
        """Finish what is being asked, give the hosts back and end. Safe in a signal handler."""
        self._is_stopping.set()

    def _loop_to_the_end(self) -> None:
        try:
            self._engine.is_open.wait(30)
            self._desk.take_leave_of_the_dead()
            self._on_event("crawl.opened", {"owner": self._desk.owner})
            while self._step():
                pass
        except OutageError as error:  # it lasted for longer than is waited here; it was told of
            self.tally.outcome = f"outage: {error}"
        except Exception as error:  # the border of the crawl: it becomes its outcome
            log.exception("crawl.failed")
            self.tally.outcome = f"failed: {error}"
        finally:
            self._renderer.stop()
            self._hosts.refuse_what_waits()
            self._committer.close()
            self._readers.close()
            self._engine.stop()

    def _step(self) -> bool:
        """One turn: claim, drive each host, then wait for news. False when the crawl is over."""
        now = time.monotonic()
        self._stop_when_spent(now)
        for lost in self._desk.beat(self._hosts.slots):
            self._hosts.lose(lost)
        is_stopping = self._is_stopping.is_set()
        if is_stopping:
            self._renderer.stop()
        else:
            self._readers.take_up_unread(now)
        if not is_stopping and self._hosts.is_time(now):
            self._hosts.claim()
        wake = min([self._drive(slot) for slot in self._hosts.slots], default=now + IDLE_S)
        self._hosts.give_back()
        if len(self._hosts):
            self._idle_since = time.monotonic()
        elif self._is_over(now, is_stopping=is_stopping):
            return False
        self._wait_for_news(max(0.0, min(wake - time.monotonic(), IDLE_S)))
        return True

    def _is_over(self, now: float, *, is_stopping: bool) -> bool:
        """Whether nothing is left to do, and nothing is waited for."""
        if is_stopping or self._plan.stays:
            return is_stopping
        if self._readers.is_busy or self._desk.is_waiting or self._hosts.claim():
            self._idle_since = now
            return False
        return now - self._idle_since >= self._plan.lingers_s

    def _stop_when_spent(self, now: float) -> None:
        limits = self._plan.limits
        is_spent = now - self._began > limits.most_s or resident_bytes() > limits.most_memory_bytes
        if is_spent and not self._is_stopping.is_set():
            self.tally.outcome = "recycle"
            self._is_stopping.set()
        elif self._is_stopping.is_set() and self.tally.outcome == "done":
            self.tally.outcome = "stopped"

    def _due(self, host: str) -> tuple[Target, ...]:
        """What is due at a host, at the addresses that are to be asked for today."""
        today = self._clock.now()
        return tuple(at_its_address(target, self._catalogue, today) for target in self._desk.due(host))

    def _drive(self, slot: HostSlot) -> float:
        """Do what the host is due; gives when to look at it again (monotonic)."""
        while True:
            now = time.monotonic()
            if self._hosts.is_crowded:
                slot.make_room()
            match slot.next_step(now, is_stopping=self._is_stopping.is_set()):
                case AskRobots() | AskTarget() if not self._desk.is_sure:
                    return now  # after a sleep: the next turn sees whether the host is still ours
                case LookForMore():
                    slot.add(self._due(slot.host.key))
                case AskRobots(proxy):
                    self._asking.ask_robots(slot, None, proxy)
                case AskTarget(target):
                    self._asking.ask(slot, target, now)
                case Wait(until):
                    return until if until is not None else now + IDLE_S
                case GiveBack(outcome):
                    self._hosts.let_go(slot, outcome)
                    return now

    def _listen(self) -> None:
        """Pass on which hosts are wanted; what comes of each is the event ``host.released`` or ``host.refused``."""
        for host in self._plan.told or ():
            self._inbox.put(Told(host))

    def told(self, host: str) -> None:
        """A host that is to be worked on."""
        self._hosts.want(host)

    def _wait_for_news(self, timeout_s: float) -> None:
        try:
            self._inbox.get(timeout=timeout_s).tell(self)
            while True:
                self._inbox.get_nowait().tell(self)
        except queue.Empty:
            return

    def robots_answered(self, slot: HostSlot, answer: Answer, hops: int) -> None:
        """robots.txt, or what came in its place."""
        self._asking.robots_answered(slot, answer, hops)

    def answered(self, slot: HostSlot, target: Target, answer: Answer) -> None:
        """A request ended, well or not."""
        self._asking.answered(slot, target, answer)

    def let_go(self, slot: HostSlot, target: Target) -> None:
        """A page was not shown, for the crawl ends."""
        self._asking.let_go(slot, target)

    def stored(self, acknowledged: Acknowledged) -> None:
        """A look is in the store."""
        look = acknowledged.finished.look
        slot = self._hosts.slot_of(look.target.host)
        if slot is not None and slot.host.token == acknowledged.finished.token:
            slot.stored(look.target, look.outcome.value, is_read_later=acknowledged.is_read_later)
        self.tally.add_look(look.outcome)
        if acknowledged.fetch_id is not None and acknowledged.is_read_later:
            self._readers.read_later([acknowledged.fetch_id])
        self._on_event("fetch.stored", told_of_look(acknowledged))

    def batch_stored(self, looks: int, seconds: float) -> None:
        """A batch of looks went into archive and store."""
        self._on_event("batch.stored", {"looks": looks, "seconds": round(seconds, 4)})

    def was_read(self, fetch_id: int, result: ReadResult | None, seconds: float) -> None:
        """A fetch was read; that may have brought new targets."""
        self._readers.was_read(fetch_id)
        waiting = self._hosts.slots if result is None else filter(None, [self._hosts.slot_of(result.host)])
        for slot in waiting:
            slot.was_read()
        if result is not None:
            told = {"fetch": fetch_id, "host": result.host, "reading": result.reading.value}
            self._on_event("reading.done", {**told, "seconds": round(seconds, 4)})
            self.tally.add_reading(result)
        self._hosts.look_soon()
