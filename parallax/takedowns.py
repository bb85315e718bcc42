"""Takedowns as the door carries them out: on the list first, then in the database, then in archive and files.

Each step can be killed: what is on the list is applied by the next process that opens the store, and what is still to
go from the archive stands in the database until it is gone.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from crawler.takedown_list import add_to_list, listed_takedowns
from domain.errors import InUseError
from domain.takedown import Takedown
from publish.digest.redact import WORDS_GONE, redacted
from storage import Session, Store, open_store
from storage.kept_digests import StoredDigests
from storage.takedowns import (
    articles_of,
    finish_takedowns,
    identities_of_takedowns,
    is_any_unfinished,
    takedown_of,
    takedowns,
)
from storage.taking_down import apply_takedown
from storage.tombstones import put_tombstone, takedown_to_be

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax

log = structlog.get_logger()

_NAMELESS = re.compile(r"(crawl|journal|warc)(-\d+)?")


@dataclass(slots=True)
class Finished:
    """What went. ``problems``: why something is still there; ``left``: pages in ``digests/`` that a person must delete.

    With neither, and nothing ``waiting``, all is gone.
    """

    records: int = 0
    bytes: int = 0
    files: int = 0
    waiting: int = 0
    digests: int = 0
    left: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def decide(parallax: Parallax, article_id: int, reason: str) -> Takedown:
    """Put the article's takedown on the list and take its words out of the database; gives it.

    One that was decided before is applied again, with its reason. Raises StorageError where there is no such article.
    """
    archive, now = parallax.settings.archive_folder, parallax.clock.now()
    known = parallax.store.ask(lambda session: takedown_of(session, article_id))
    told = None
    if known is not None:
        identity = (known.outlet, known.url, known.decided_at)
        told = next((one for one in listed_takedowns(archive) if one.identity == identity), None)
    if told is None:
        told = parallax.store.ask(lambda session: takedown_to_be(session, article_id, reason, at=now))
        if known is not None:  # the list is gone: it is written anew from what the database knows
            told = replace(told, reason=known.reason, decided_at=known.decided_at)
        add_to_list(archive, [told])
    parallax.store.write(lambda session: _apply(session, told, now))
    log.info("article.taken_down", outlet=told.outlet, url=told.url)
    return told


def apply_listed(store: Store, archive: Path, *, now: datetime, with_tombstones: bool = False) -> int:
    """Apply what stands on an archive's list and not in the database; gives how many there were.

    ``with_tombstones``: have what stays of each stand in a database that was made anew and lacks it.
    """
    listed = listed_takedowns(archive)
    if not listed:
        return 0
    known = store.ask(identities_of_takedowns)
    missing = [one for one in listed if one.identity not in known]
    applied = sum(store.write(lambda session, told=told: _apply(session, told, now)) for told in missing)  # type: ignore[misc]
    for told in listed if with_tombstones else ():
        store.write(lambda session, told=told: put_tombstone(session, told))  # type: ignore[misc]
    if applied:
        log.info("takedowns.applied", takedowns=applied)
    return applied


def _apply(session: Session, told: Takedown, now: datetime) -> bool:
    """In the database: rows, and digests that are kept as published. False where its outlet is not known there."""
    takedown_id = apply_takedown(session, told, now=now)
    if takedown_id is None:
        return False
    family, kept = articles_of(session, takedown_id), StoredDigests(session)
    for digest_id, content in kept.contents() if family else ():
        without = redacted(content, family)
        if without is not None:
            kept.rewrite(digest_id, without)
            kept.add_note(digest_id, at=now, note=f"Article {family[0]} {WORDS_GONE}")
    return True


def finish(parallax: Parallax, words: Collection[str] = ()) -> Finished:
    """Drop from archive, digests' pages and database files what was taken down and is still there.

    ``words``: those of what was taken down just now, by which pages are found that do not name it otherwise.
    """
    from parallax.digest_pages import write_pages_again  # noqa: PLC0415 - takes long, and only a takedown needs it

    done = finish_in(parallax, parallax.store, parallax.settings.archive_folder)
    pages = write_pages_again(parallax, parallax.settings.home / "digests", words)
    done.digests, done.left = pages.written, pages.left
    done.problems += pages.problems
    return done


def finish_in(parallax: Parallax, store: Store, archive: Path) -> Finished:
    """The same for a database and an archive that need not be those of the settings; pages are left to ``finish``."""
    done, now = Finished(), parallax.clock.now()
    if not store.ask(is_any_unfinished):
        return done
    unfinished = [one for one in store.ask(takedowns) if one.finished_at is None]
    identities = {(one.outlet, one.url, one.decided_at) for one in unfinished}
    for told in listed_takedowns(archive):
        if told.identity in identities:  # what was read and stored while it was applied first has its words, too
            store.write(lambda session, told=told: _apply(session, told, now))  # type: ignore[misc]
    _take_bytes(parallax, store, archive, done)
    if unfinished:
        _clear(store, done)
    if not done.problems and not done.waiting:
        store.write(lambda session: finish_takedowns(session, [one.takedown_id for one in unfinished], at=now))
    return done


def _take_bytes(parallax: Parallax, store: Store, archive: Path, done: Finished) -> None:
    from crawler import jobs  # noqa: PLC0415 - takes long, and only a takedown needs it
    from crawler.pool import Pool  # noqa: PLC0415
    from crawler.reading.room import ReadingRoom  # noqa: PLC0415
    from crawler.taking_bytes import TakingBytes  # noqa: PLC0415

    deadline_s, now = parallax.settings.extract_deadline_s, parallax.clock.now()
    with Pool(1, preload=jobs.PRELOAD) as pool:
        room = ReadingRoom(store, archive, pool, parallax.catalogue, deadline_s)
        try:
            taken = TakingBytes(room, now=now, is_ours=lambda slot: _is_ours(parallax, slot)).run()
        except InUseError as error:
            done.problems.append(str(error))
            return
    done.records, done.bytes, done.files, done.waiting = taken.records, taken.bytes, taken.files, taken.waiting
    done.problems += taken.problems


def _is_ours(parallax: Parallax, slot: str) -> bool:
    """Whether a slot is this machine's, or was written before the database was shared and has no machine's name."""
    return parallax.is_own_slot(slot) or _NAMELESS.fullmatch(slot) is not None


def _clear(store: Store, done: Finished) -> None:
    from storage.freed_space import clear_freed_space  # noqa: PLC0415 - as above

    try:
        clear_freed_space(store)
    except InUseError as error:
        done.problems.append(str(error))


def take_over_list(backup: Path, archive: Path) -> None:
    """Put what stands on a backup's list on the archive's too."""
    told = listed_takedowns(backup)
    if told:
        add_to_list(archive, told)


def take_down_again(parallax: Parallax, database_url: str, archive: Path) -> None:
    """Have a restored database and its archive lack what was taken down since the backup; told of where that fails."""
    with closing(open_store(database_url)) as store:
        apply_listed(store, archive, now=parallax.clock.now())
        for problem in finish_in(parallax, store, archive).problems:
            log.warning("takedown.unfinished", error=problem)
