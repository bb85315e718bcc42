"""A crawl pass as the door runs it: plan, crawl in a child that is replaced in time, and work off what follows.

The child is a fresh interpreter with a pipe to this process and a parent-death signal: it never outlives it. With
``in_process`` the crawl runs here; that is for a process that exists for nothing else.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import FrameType

import structlog

from crawler.crawl_plan import CrawlPlan, Tally
from crawler.pool_workers import Zygote
from parallax.bootstrap import Parallax
from parallax.children import told_by
from schedules.aftercare import Aftercare
from schedules.passes import plan_pass
from storage.takedowns import is_any_unfinished

log = structlog.get_logger()

OnEvent = Callable[[str, Mapping[str, object]], None]
_AFTERCARE_EVERY_S = 0.5
_CHILD_STOPPING_S = 7.0
LINGERS_S = 1.0
_ENDED_WELL = {"stopped", "done", "recycle"}
STOPPING_S = 3.0  # for an outage, once the crawl is told to stop


class InterruptedCrawl(KeyboardInterrupt):
    """Ctrl-C ended the crawl child; ``are_hosts_back``: it gave back every host that it worked on."""

    def __init__(self, *, are_hosts_back: bool) -> None:
        super().__init__()
        self.are_hosts_back = are_hosts_back


def crawl_pass(
    parallax: Parallax, outlets: Collection[str] = (), *, on_event: OnEvent, in_process: bool = False
) -> Tally:
    """One pass over what is due now; gives what was done. Raises ConfigError before anything is asked."""
    parallax.crawl_plan(outlets)  # says what is missing before anything is planned
    store = parallax.prepare_store()
    finish_takedowns(parallax)
    until_days = parallax.settings.recheck_until_days
    polls, rechecks = plan_pass(
        store, parallax.clock, recheck_until_days=until_days, outlets=outlets, platforms=parallax.platforms
    )
    on_event("pass.planned", {"polls": polls, "rechecks": rechecks})
    if in_process:
        tally = crawl_here(parallax, outlets, on_event=on_event)
        Aftercare(store).run()
    else:
        with _aftercare(parallax):
            tally = _crawl_in_children(parallax, outlets, on_event)
    finish_takedowns(parallax)
    return tally


def finish_takedowns(parallax: Parallax) -> None:
    """Drop what came of articles that were taken down, while nobody writes the archive; told of where that fails."""
    if not parallax.store.ask(is_any_unfinished):
        return
    from parallax.takedowns import finish  # noqa: PLC0415 - takes long, and is hardly ever needed

    done = finish(parallax)
    for problem in done.problems:
        log.warning("takedown.unfinished", error=problem)
    for page in done.left:
        log.warning("takedown.page_left", page=page)


def crawl_due(parallax: Parallax, outlets: Collection[str], on_event: OnEvent, settings: Mapping[str, str]) -> Tally:
    """Crawl what is due already, in a child with these settings over its environment; nothing is planned.

    The child waits for ``LINGERS_S`` for what is made due meanwhile: a start costs seconds.
    """
    with _aftercare(parallax):
        return _crawl_in_children(parallax, ["--linger", *outlets], on_event, settings)


def crawl_here(
    parallax: Parallax,
    outlets: Collection[str],
    *,
    on_event: OnEvent,
    stays: bool = False,
    lingers_s: float = 0.0,
    told: Iterable[str] | None = None,
    zygote: Zygote | None = None,
) -> Tally:
    """Crawl in this process until nothing is due, or told to where it ``stays``; SIGTERM gives the hosts back first.

    With ``lingers_s`` it waits for so long where nothing is due, with ``told`` it works on those hosts only that come
    from there. ``zygote``: of the readers, where one was started ahead of time.
    """
    plan = parallax.crawl_plan(outlets, stays=stays, lingers_s=lingers_s, told=told)
    return carry_out(parallax, plan, on_event=on_event, zygote=zygote)


def carry_out(parallax: Parallax, plan: CrawlPlan, *, on_event: OnEvent, zygote: Zygote | None = None) -> Tally:
    """Crawl in this process as planned."""
    from crawler.run import Crawl  # noqa: PLC0415 - Scrapy comes with it, half a second that no parent needs

    crawl = Crawl(parallax.store, parallax.catalogue, parallax.clock, plan, on_event=on_event, zygote=zygote)

    def stop(_number: int, _frame: FrameType | None) -> None:
        crawl.stop()
        parallax.store.hurry(STOPPING_S)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return crawl.run()


@contextlib.contextmanager
def _aftercare(parallax: Parallax) -> Iterator[None]:
    """Index and match beside the crawl, and once more when it is over."""
    stopping = threading.Event()
    aftercare = Aftercare(parallax.store)

    def work() -> None:
        while not stopping.wait(_AFTERCARE_EVERY_S):
            aftercare.run(is_stopping=stopping.is_set)

    thread = threading.Thread(target=work, name="aftercare", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
    aftercare.run()


def _crawl_in_children(
    parallax: Parallax, words: Collection[str], on_event: OnEvent, settings: Mapping[str, str] | None = None
) -> Tally:
    """Run children one after the other until one ends with nothing left to do."""
    total = Tally()
    while True:
        environ = os.environ | parallax.clock.to_env() | dict(settings or {})
        tally = one_child(["parallax.child", *sorted(words)], environ, on_event)
        for name, count in asdict(tally).items():
            if isinstance(count, int):
                setattr(total, name, getattr(total, name) + count)
        total.outcome = tally.outcome
        if tally.outcome != "recycle":
            return total
        log.info("child.recycled", fetches=total.fetches)


@contextlib.contextmanager
def _interrupts_for(child: subprocess.Popen[str]) -> Iterator[list[int]]:
    """Ctrl-C meanwhile has the child give its hosts back and end, while it is listened to; a second one kills it.

    Gives the list of interrupts. A KeyboardInterrupt would leave the child without a reader in the midst of its work.
    """
    interrupts: list[int] = []

    def on_interrupt(number: int, _frame: FrameType | None) -> None:
        interrupts.append(number)
        if len(interrupts) > 1:
            child.kill()
            return
        child.terminate()
        too_late.start()

    too_late = threading.Timer(_CHILD_STOPPING_S, child.kill)
    too_late.daemon = True
    if threading.current_thread() is not threading.main_thread():  # signals come to the main thread alone
        yield interrupts
        return
    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
        too_late.cancel()


def one_child(module: Sequence[str], environ: Mapping[str, str], on_event: OnEvent) -> Tally:
    """Run a crawl child (``module`` and its words) to its end. Raises InterruptedCrawl after Ctrl-C."""
    environ = {"OPENBLAS_NUM_THREADS": "1", **environ, "PARALLAX_PARENT": str(os.getpid())}  # threads nothing here uses
    command = [sys.executable, "-m", *module]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True, process_group=0
    ) as child:
        tally = Tally(outcome="lost")
        with _interrupts_for(child) as interrupts:
            try:
                assert child.stdout is not None
                for name, fields in told_by(child.stdout):
                    if name == "crawl.ended":
                        tally = Tally(**fields)  # type: ignore[arg-type]
                    else:
                        on_event(name, fields)
            except BaseException:
                child.terminate()
                raise
            child.wait()
    if interrupts:
        # One that was ended before it could take SIGTERM for itself had taken no host yet.
        raise InterruptedCrawl(are_hosts_back=tally.outcome in _ENDED_WELL or child.returncode == -signal.SIGTERM)
    if child.returncode != 0 and tally.outcome == "lost":
        tally.outcome = f"lost: the crawl child ended with {child.returncode}"
    return tally
