"""A trial: the ordinary pipeline into a scratch home, so that nothing of it comes into the user's store or archive.

Each channel is polled once and a few pages are fetched, in crawl children as ever: plan, host desk, robots, archive and
killable readers are those of a crawl. What it found is then read from the scratch store.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from crawler import jobs
from crawler.archive import read_record
from crawler.crawl_plan import Tally
from crawler.examine import Examined, examine_document, examine_page, forbidding_line
from crawler.pool import JobDone, Pool
from domain.errors import FetchError, StorageError
from parallax.bootstrap import Parallax
from parallax.config import load_settings
from parallax.crawling import OnEvent, one_child
from schedules.aftercare import Aftercare
from schedules.trial import plan_pages, plan_polls
from storage.trial import looked_at
from storage.trial_facts import TrialLook, TrialOutlet
from storage.trial_queries import trial_outlet

EXAMINE_PRELOAD = ("crawler.examine",)
_FOR_CHILDREN = {"PARALLAX_LENDER", "PARALLAX_REPLAY"}  # of the environment, and no settings
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive that answers, as it stood at ``until``."""

    folder: Path
    until: datetime


@dataclass(slots=True)
class Trial:
    """A scratch home at ``folder`` and what was done there. ``not_lent``: hosts that were not asked, and why."""

    real: Parallax
    scratch: Parallax
    environ: Mapping[str, str]
    on_event: OnEvent
    not_lent: dict[str, str] = field(default_factory=dict)

    def poll(self, outlets: Collection[str] = ()) -> Tally:
        """Poll each channel that was not looked at yet; none of ``outlets`` means all."""
        plan_polls(self.scratch.store, self.scratch.clock, outlets)
        return self._crawl(["--polls", *sorted(outlets)])

    def fetch_pages(self, outlets: Collection[str] = ()) -> Tally:
        """Fetch a few of the pages that the channels listed, and look for topics in what was read."""
        plan_pages(self.scratch.store, self.scratch.catalogue, outlets)
        tally = self._crawl(sorted(outlets))
        self.finish()
        return tally

    def finish(self) -> None:
        """Look for topics in what was read."""
        Aftercare(self.scratch.store).run()

    def looked_at(self) -> tuple[int, int]:
        """How many channels and pages were looked at so far."""
        with self.scratch.store.read() as session:
            return looked_at(session)

    def outlet(self, slug: str) -> TrialOutlet:
        """What was found of an outlet."""
        with self.scratch.store.read() as session:
            return trial_outlet(session, slug)

    def _crawl(self, words: list[str]) -> Tally:
        while True:
            tally = one_child(["parallax.trial_child", *words], self.environ, self._hear)
            if tally.outcome != "recycle":
                break
        if tally.outcome not in {"done", "stopped"}:
            raise StorageError(f"the trial did not end well: {tally.outcome}")
        return tally

    def _hear(self, name: str, fields: Mapping[str, object]) -> None:
        if name == "host.not_lent":
            self.not_lent[str(fields["host"])] = str(fields["why"])
        self.on_event(name, fields)


@contextmanager
def scratch_home(prefix: str) -> Iterator[Path]:
    """A folder that goes again, whatever ends this process but a kill."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix=prefix) as made:
        yield Path(made)


@contextmanager
def open_trial(
    parallax: Parallax,
    folder: Path,
    *,
    on_event: OnEvent,
    catalogue: Path | None = None,
    archive: Archived | None = None,
) -> Iterator[Trial]:
    """A trial in ``folder``, which goes on where one was interrupted. ``catalogue``: of the files there alone.

    ``archive`` answers instead of the network, at the time of its end. Raises ConfigError and StorageError.
    """
    environ = os.environ | parallax.clock.to_env() | _scratch_settings(folder)
    if catalogue is not None:
        environ |= {"PARALLAX_CATALOGUE": str(catalogue), "PARALLAX_CATALOGUE_MODE": "only"}
    if archive is not None:
        environ |= {"PARALLAX_REPLAY": str(archive.folder), "PARALLAX_CLOCK": f"{archive.until.isoformat()}@0"}
    elif lender := _lender(parallax):
        environ |= {"PARALLAX_LENDER": lender}
    own = {name: value for name, value in environ.items() if name not in _FOR_CHILDREN}
    scratch = Parallax(load_settings(own), clock=None if archive is not None else parallax.clock)
    Aftercare(scratch.prepare_store()).run()  # topics are matched over nothing now, and so over each text as it comes
    try:
        yield Trial(parallax, scratch, environ, on_event)
    finally:
        scratch.store.close()


def _scratch_settings(folder: Path) -> dict[str, str]:
    return {
        "PARALLAX_HOME": str(folder),
        "PARALLAX_DATABASE_URL": f"sqlite:///{folder / 'parallax.db'}",
        "PARALLAX_ARCHIVE_FOLDER": str(folder / "archive"),
        "PARALLAX_BACKUP_FOLDER": str(folder / "backups"),
        "PARALLAX_EXECUTOR": "child",
    }


def _lender(parallax: Parallax) -> str | None:
    """The real store's address, which must be at the newest revision; None where there is none yet."""
    try:
        parallax.require_database()
    except StorageError:  # no file: nobody can be crawling for it
        return None
    parallax.store.close()
    return parallax.settings.database_url


def examined(trial: Trial, outlets: Collection[TrialOutlet]) -> Examined:
    """What the bytes of these outlets tell besides what was read from them; each is read in a killable worker."""
    workers = trial.scratch.settings.extract_workers
    with Pool(workers, preload=EXAMINE_PRELOAD) as pool, ThreadPoolExecutor(workers) as threads:
        examiner = Examiner(trial, pool)
        for done in [threads.submit(examiner.examine, outlet) for outlet in outlets]:
            done.result()
    return examiner.found


@dataclass(slots=True)
class Examiner:
    """Reads archived bytes of a trial in the workers of ``pool``."""

    trial: Trial
    pool: Pool
    found: Examined = field(default_factory=Examined)

    def examine(self, outlet: TrialOutlet) -> None:
        """Look at an outlet's channels that are no feeds, its pages, and what robots.txt forbids."""
        stated = self.trial.scratch.catalogue.outlets[outlet.slug]
        for look in (channel.looks[-1] for channel in outlet.channels if channel.looks):
            if (
                look.reading in {"not_a_feed", "empty_channel"}
                and (document := self.of(look, examine_document)) is not None
            ):
                self.found.documents[look.fetch_id] = document
        for look in (page.looks[-1] for page in outlet.pages if page.looks):
            if look.outcome == "ok":
                seen = self.of(look, examine_page, hints=stated.hints, languages=stated.languages)
                self.found.selectors[look.fetch_id] = seen or ()
        self._robots(outlet)

    def _robots(self, outlet: TrialOutlet) -> None:
        robots = {host.key: host.robots_body for host in outlet.hosts}
        for look in outlet.looks():
            if look.outcome == "robots_disallowed" and (text := robots.get(look.host)):
                line = self._run(forbidding_line, text, url=look.url, user_agent=self.trial.scratch.user_agent)
                if line is not None:
                    self.found.forbidding[look.url] = line

    def of(self, look: TrialLook, job: Callable[..., T], **named: object) -> T | None:
        """What ``job`` says of the bytes that came; None where none did, or where it could not be read."""
        if look.file is None or look.offset is None:
            return None
        archived = read_record(self.trial.scratch.settings.archive_folder, look.file, look.offset)
        return self._run(job, jobs.Body(archived.response, look.content_type), **named)

    def _run(self, job: Callable[..., T], *arguments: object, **named: object) -> T | None:
        try:
            done = self.pool.run(job, *arguments, deadline_s=self.trial.scratch.settings.extract_deadline_s, **named)
        except FetchError:  # a content encoding that can't be undone: the look says so itself
            return None
        return done.value if isinstance(done, JobDone) else None
