"""Makes and keeps digests: the door's one way to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from analysis.topics import topic_hash
from crawler.extract.identity import EXTRACTOR
from domain.times import day_bounds
from parallax.bootstrap import VERSION, Parallax
from parallax.digest_pages import FORM_OF, in_form, write_page
from publish.digest.build import build_digest
from publish.digest.changes import Rechecks
from publish.digest.keep import DAILY, Published, published_digest
from publish.digest.model import Digest
from storage import Session
from storage.digest_looks import first_look_at
from storage.digest_queries import StoredFacts
from storage.kept_digests import StoredDigests
from storage.recheck_counts import recheck_counts

_MOST_DAYS = 7


def publish_digest(parallax: Parallax, day: date, *, topic: str | None = None, looks_again: bool = False) -> Published:
    """The digest of a local day: as it was published, or made now and kept once the day is over.

    ``topic``: of this topic alone, kept under its own name. ``looks_again`` adds what became known since as a note.
    """
    catalogue = parallax.catalogue
    versions = {"parallax": VERSION, "extractor": EXTRACTOR}
    versions |= {f"topic {slug}": topic_hash(found)[:12] for slug, found in catalogue.topics.items()}

    name = DAILY if topic is None else f"{DAILY}/{topic}"
    with parallax.store.read() as session:  # what takes long is asked before anything is written
        is_kept = StoredDigests(session).find(name, day) is not None
        made = (
            None
            if is_kept and not looks_again
            else build_digest(
                StoredFacts(session),
                day=day,
                zone=parallax.settings.time_zone,
                now=parallax.clock.now(),
                catalogue_hash=catalogue.catalogue_hash,
                versions=versions,
                topic=topic,
                rechecks=_rechecks(session, day, parallax),
            )
        )

    def make(edition: int | None) -> Digest:
        assert made is not None
        return replace(made, edition=edition)

    def work(session: Session) -> Published:
        return published_digest(StoredDigests(session), make, day=day, name=name, looks_again=looks_again)

    return parallax.store.write(work)


def _rechecks(session: Session, day: date, parallax: Parallax) -> Rechecks:
    """Looks again that fell due on the day, up to now."""
    start, end = day_bounds(day, parallax.settings.time_zone)
    found = recheck_counts(session, (start, max(start, min(end, parallax.clock.now()))))
    return Rechecks(due=found.due, done=found.done, failed=found.failed, waiting=found.waiting)


def publish_missing(parallax: Parallax, folder: Path) -> tuple[date, ...]:
    """Publish the digests of the days that are over and have none, the last week's at most, as pages in ``folder`` too.

    Gives the days, in order. A day before the first look of all has no digest.
    """
    zone = parallax.settings.time_zone
    today = parallax.clock.now().astimezone(zone).date()
    with parallax.store.read() as session:
        first = first_look_at(session)
        if first is None:
            return ()
        began = first.astimezone(zone).date()
        days = [day for back in range(_MOST_DAYS, 0, -1) if (day := today - timedelta(days=back)) >= began]
        missing = tuple(day for day in days if StoredDigests(session).find(DAILY, day) is None)
    for day in days:
        if day in missing or not (folder / f"{day}.md").exists():  # the last file written: of one, a disk was full
            _write_forms(publish_digest(parallax, day).digest, folder, day)
    return missing


def _write_forms(digest: Digest, folder: Path, day: date) -> None:
    """The digest as a page and as Markdown, each whole or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("html", "md"):
        write_page(folder / f"{day}.{suffix}", in_form(digest, FORM_OF[suffix]))
