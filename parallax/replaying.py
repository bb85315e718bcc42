"""A replay as the door runs it: the archive's days once more, pass by pass at their own clock, into another home.

Passes are planned as ever; what they ask is answered by the archive. No host is paused for, since none is asked.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from crawler.archive import ArchiveWriter, Provenance, RecordToWrite
from crawler.archive.foreign import ForeignRecord, foreign_responses
from crawler.channels.place import page_key
from crawler.crawl_plan import CrawlLimits, CrawlPlan, Tally
from crawler.fetch.kinds import FetchKind
from crawler.replay import Moment, ReplayEngine, ReplayIndex, moments
from crawler.run import Crawl
from domain.fetch import Reason
from outlets.catalogue import Catalogue
from parallax.bootstrap import Parallax
from parallax.in_force import catalogue_in_force
from schedules.aftercare import Aftercare
from schedules.passes import plan_pass
from storage import Store, open_store
from storage.catalogue import put_catalogue
from storage.copying import prepare_target


@dataclass(frozen=True, slots=True)
class ReplayPlan:
    """What is replayed where. ``sources``: archive folders of ours, and WARC or ARC files of anybody."""

    sources: tuple[Path, ...]
    home: Path
    database_url: str
    outlets: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    step: timedelta = timedelta(minutes=10)


@dataclass(slots=True)
class _StandingClock:
    """Stands at each pass's moment."""

    at: datetime

    def now(self) -> datetime:
        return self.at


OnMoment = Callable[[int, int, Moment, Tally], None]  # number, of how many, the moment, what its pass did


def replay(parallax: Parallax, plan: ReplayPlan, *, on_moment: OnMoment) -> ReplayIndex:
    """Run every pass; gives what was replayed. Raises NotEmptyError when the database holds anything."""
    with ExitStack() as stack:
        unusable: list[str] = []
        folders = [stack.enter_context(_as_folder(source, unusable)) for source in plan.sources]
        catalogue = _without_pauses(parallax.catalogue)
        key_of = partial(page_key, catalogue=catalogue)
        index = ReplayIndex(folders, since=plan.since, until=plan.until, key_of=key_of)
        index.losses.problems += unusable
        passes = moments(index.times, step=plan.step)
        store = stack.enter_context(closing(open_store(plan.database_url)))
        prepare_target(store)
        if passes:
            in_force, began_at = catalogue_in_force(catalogue, parallax.platforms), passes[0].at
            store.write(lambda session: put_catalogue(session, in_force, now=began_at))
        one_pass = partial(_pass, parallax, plan, store, catalogue)
        for number, moment in enumerate(passes):
            on_moment(number + 1, len(passes), moment, one_pass(index=index, moment=moment))
    return index


def _pass(
    parallax: Parallax, plan: ReplayPlan, store: Store, catalogue: Catalogue, *, index: ReplayIndex, moment: Moment
) -> Tally:
    settings, clock = parallax.settings, _StandingClock(moment.at)
    platforms = replace(parallax.platforms, has_youtube_key=True)  # the archive asks for none
    plan_pass(
        store,
        clock,
        recheck_until_days=settings.recheck_until_days,
        outlets=plan.outlets,
        platforms=platforms,
    )
    crawl_plan = CrawlPlan(
        archive=plan.home / "archive",
        user_agent=parallax.user_agent,
        settings={},
        limits=CrawlLimits(
            workers=settings.extract_workers,
            reading_deadline_s=settings.extract_deadline_s,
            unconditional_every=settings.unconditional_every,
            most_memory_bytes=4 << 30,
        ),
        outlets=frozenset(plan.outlets),
        platforms=platforms,
        engine=ReplayEngine(index, moment, clock),
    )
    tally = Crawl(store, catalogue, clock, crawl_plan, on_event=lambda _name, _fields: None).run()
    Aftercare(store).run()
    return tally


def _without_pauses(catalogue: Catalogue) -> Catalogue:
    """The same outlets, whose hosts need no pause: nobody is asked. Its hash stays: it says the same of them."""
    outlets = {
        slug: replace(outlet, politeness=replace(outlet.politeness, delay_s=0.0))
        for slug, outlet in catalogue.outlets.items()
    }
    return replace(catalogue, outlets=MappingProxyType(outlets))


@contextmanager
def _as_folder(source: Path, unusable: list[str]) -> Iterator[Path]:
    """A folder as it is; another tool's file as a folder of ours, for as long as it is needed.

    A line for each record of such a file that can't be used is added to ``unusable``.
    """
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="parallax-replay-") as name:
        folder = Path(name)
        with ArchiveWriter(folder, "copied") as writer:
            for batch in _batches(source, unusable):
                writer.append(batch, at=batch[0].response.received_at)
        yield folder


def _batches(source: Path, unusable: list[str]) -> Iterator[Sequence[RecordToWrite]]:
    batch: list[RecordToWrite] = []
    for found in foreign_responses(source, most_bytes=FetchKind.PAGE.max_bytes):
        if not isinstance(found, ForeignRecord):
            unusable.append(f"{source.name}: {found.problem}")
        else:
            provenance = Provenance("unknown", Reason.NEW, copied_from=source.name)
            batch.append(RecordToWrite(uuid.uuid4().urn, found.response, provenance))
        if len(batch) == 100:
            yield batch
            batch = []
    if batch:
        yield batch
