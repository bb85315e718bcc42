"""A worker, `parallax worker`: takes jobs about due hosts and has its crawl child work on them; aftercare beside it.

The main thread runs the event loop, in which each job waits for what its host's crawl says at its end. A crawl child
that is recycled or dies is followed by the next, which is told the hosts that are still waited for. SIGTERM and SIGINT
end everything within ten seconds: hosts given back, jobs whose hosts are not done put back.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Mapping

import structlog

from crawler.memory import settle_allocator
from domain.errors import ParallaxError
from parallax.bootstrap import Parallax
from parallax.children import CrawlChild
from parallax.config import load_settings
from parallax.repeating import Repeating
from parallax.spawning import Child
from parallax.systemd import Notifier
from schedules.aftercare import Aftercare
from schedules.workers import HostWorker, NotDoneError
from storage.catalogue import is_known_catalogue

log = structlog.get_logger()

AFTERCARE_EVERY_S = 0.5
SIGN_OF_LIFE_S = 1.0


class WorkerProcess:
    """One worker process. ``run`` blocks until it is told to stop."""

    def __init__(self, parallax: Parallax, *, hosts: int | None = None, child: Child | None = None) -> None:
        parallax.require_contact()  # says what is missing before anything is begun
        self._parallax = parallax
        self._store = parallax.store
        self._hosts = hosts or parallax.settings.hosts_at_once
        self._notifier = Notifier()
        self._stopping = threading.Event()
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._child = CrawlChild(self._child_environ, self._on_event, first=child, began=self._tell_again)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        settle_allocator()
        self._warn_of_a_catalogue_of_its_own()
        cares = Aftercare(self._store)
        aftercare = Repeating(
            "aftercare",
            lambda: cares.run(is_stopping=self._stopping.is_set),
            every_s=AFTERCARE_EVERY_S,
            outages=self._store.outages,
            stopping=self._stopping,
        )
        aftercare.start()
        log.info("worker.began", database=self._parallax.settings.safe_database_url, hosts=self._hosts)
        asyncio.run(self._run())
        aftercare.join(2.0)
        log.info("worker.ended")

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        settings = self._parallax.settings
        worker = HostWorker(
            settings.database_url, self._crawl_host, concurrency=self._hosts, dead_after_s=settings.dead_after_s
        )
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, told.set)
        self._loop.add_signal_handler(signal.SIGHUP, self._reload)
        self._child.start()
        working = asyncio.create_task(worker.run())
        living = asyncio.create_task(self._give_signs_of_life())
        self._notifier.tell(READY=1, STATUS="working")
        await told.wait()
        self._notifier.tell(STOPPING=1)
        self._stopping.set()
        worker.stop()
        await asyncio.to_thread(self._child.stop)
        self._settle_all()
        await working
        living.cancel()

    async def _give_signs_of_life(self) -> None:
        while True:
            self._notifier.tell(WATCHDOG=1)
            await asyncio.sleep(SIGN_OF_LIFE_S)

    # Hosts

    async def _crawl_host(self, host: str) -> str:
        """Have the child crawl ``host``; gives what came of it. Raises NotDoneError where the worker stops before."""
        if self._stopping.is_set():
            raise NotDoneError(host)
        came = self._waiting.setdefault(host, self._loop.create_future())
        self._child.tell([host])
        return await asyncio.shield(came)

    def _tell_again(self) -> None:
        """A new child knows nothing yet. Called in the supervisor's thread."""
        self._loop.call_soon_threadsafe(lambda: self._child.tell(list(self._waiting)))

    def _on_event(self, name: str, fields: Mapping[str, object]) -> None:
        """What the child says. Called in the supervisor's thread."""
        log.debug(name, **{str(key): value for key, value in fields.items()})
        self._store.outages.hear(name, fields)
        if name in {"host.released", "host.refused"}:
            outcome = str(fields.get("outcome") or fields.get("why"))
            self._loop.call_soon_threadsafe(self._settle, str(fields["host"]), outcome)

    def _settle(self, host: str, outcome: str) -> None:
        """What came of a host. One that a recycled child had no time for is waited for until the next has it."""
        is_unfinished = outcome in {"stopped", "stopping"}
        if outcome == "stopping" and not self._stopping.is_set():
            return
        came = self._waiting.pop(host, None)
        if came is None or came.done():
            return
        if is_unfinished and self._stopping.is_set():
            came.set_exception(NotDoneError(host))
        else:
            came.set_result(outcome)

    def _settle_all(self) -> None:
        """The child is gone: what is still waited for does not come."""
        for host in list(self._waiting):
            self._settle(host, "stopping")

    def _child_environ(self) -> Mapping[str, str]:
        """What a child is told of what is in force here."""
        return self._parallax.to_env(hosts_at_once=self._hosts)

    # Settings and catalogue

    def _reload(self) -> None:
        """Take new settings and a new catalogue, all of them or none; what the store holds is the leader's to set."""
        self._notifier.tell(RELOADING=1)
        try:
            parallax = self._parallax.reloaded(load_settings(os.environ))
            parallax.require_contact()
            _ = parallax.catalogue
        except ParallaxError as error:
            log.error("reload.refused", error=str(error), kept="the old settings and catalogue")
        else:
            self._parallax = parallax
            self._child.replace()
            self._warn_of_a_catalogue_of_its_own()
            log.info("reload.done", catalogue=parallax.catalogue.catalogue_hash[:12])
        self._notifier.tell(READY=1)

    def _warn_of_a_catalogue_of_its_own(self) -> None:
        """All machines are to read by the same catalogue, which the leader puts into the store."""
        ours = self._parallax.catalogue.catalogue_hash
        with self._store.read() as session:
            if not is_known_catalogue(session, ours):
                log.warning("catalogue.differs", catalogue=ours[:12], reason="no leader ever had this catalogue")
