"""Reads archived fetches once more with the present extractor: further readings beside those there are, never an edit.

A revision stays as published, with the text and the reading it cites (docs/adr/0017). The new reading is what the next
look is compared with. Done before is passed over, so that a killed run goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import structlog

from crawler.decide import refusal
from crawler.extract.identity import POST_EXTRACTOR
from crawler.pdf.document import PDF_EXTRACTOR
from crawler.pool import PoolError
from crawler.reading.base import ReadAnew, read_again
from crawler.reading.room import (
    ReadingRoom,
    document_extractor_hash,
    entry_extractor_hash,
    page_extractor_hash,
)
from domain.errors import ArchiveError, StorageError
from domain.extraction import Extraction, TextSource
from domain.outlet import ChannelKind
from storage import Session
from storage.extractions import put_extraction
from storage.ledger import judge_ours_anew
from storage.readings import ReadText, sha256_of
from storage.readings_made import ReadingMade, fetches_with_readings, readings_of
from storage.takedowns import takedown_of
from storage.unread import UnreadFetch, fetch_to_read_again

log = structlog.get_logger()

BATCH = 50  # fetches


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """One article's reading of one fetch, done again. ``changed``: what differs; ``problem``: why there is none."""

    outlet: str
    url: str
    fetch_id: int
    changed: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ReextractPlan:
    """What is read again. ``is_dry``: nothing is stored. ``now``: when it is read."""

    now: datetime
    outlet: str | None = None
    since: datetime | None = None
    is_dry: bool = False


@dataclass(slots=True)
class Reextracted:
    """What came of it. ``by_outlet``: counts of same, changed and unread; ``changes`` and ``problems`` one by one."""

    fetches: int = 0
    skipped: int = 0
    by_outlet: dict[str, dict[str, int]] = field(default_factory=dict)
    changes: list[ReadAgain] = field(default_factory=list)
    problems: list[ReadAgain] = field(default_factory=list)

    def add(self, one: ReadAgain) -> None:
        """Count one."""
        counts = self.by_outlet.setdefault(one.outlet, {"same": 0, "changed": 0, "unread": 0})
        if one.problem is not None:
            counts["unread"] += 1
            self.problems.append(one)
        elif one.changed:
            counts["changed"] += 1
            self.changes.append(one)
        else:
            counts["same"] += 1


def reextract(
    room: ReadingRoom, plan: ReextractPlan, *, workers: int, on_progress: Callable[[Reextracted], None]
) -> Reextracted:
    """Read all that is wanted again, ``workers`` fetches at a time."""
    done, after = Reextracted(), 0
    with ThreadPoolExecutor(workers) as threads:
        while True:
            fetch_ids = room.store.ask(
                lambda session, after=after: fetches_with_readings(  # type: ignore[misc]
                    session, after=after, limit=BATCH, outlet=plan.outlet, since=plan.since
                )
            )
            if not fetch_ids:
                if not plan.is_dry:
                    room.store.write(lambda session: judge_ours_anew(session, plan.outlet))
                return done
            after = fetch_ids[-1]
            for found, skipped in threads.map(partial(_fetch_again, room, plan), fetch_ids):
                done.fetches += 1
                done.skipped += skipped
                for one in found:
                    done.add(one)
            on_progress(done)


def _fetch_again(room: ReadingRoom, plan: ReextractPlan, fetch_id: int) -> tuple[list[ReadAgain], int]:
    """One fetch, whatever goes wrong with it; how many of its readings were done before."""
    readings = room.store.ask(lambda session: readings_of(session, fetch_id))
    waiting = [one for one in readings if one.extractor_hashes.isdisjoint(_hashes_for(room, one))]
    if not waiting:
        return [], len(readings)
    try:
        fetch = room.store.ask(lambda session: fetch_to_read_again(session, fetch_id))
        found = [one for source in TextSource for one in _of_source(room, plan, fetch, source, waiting)]
    except (StorageError, PoolError):  # nothing is wrong with the fetch
        raise
    except ArchiveError as error:
        found = [ReadAgain(one.outlet, one.url, fetch_id, problem=str(error)) for one in waiting]
    except Exception as error:  # the border of one fetch: it becomes its outcome
        log.exception("reading.crashed", fetch=fetch_id)
        problem = f"{type(error).__name__}: {error}"
        found = [ReadAgain(one.outlet, one.url, fetch_id, problem=problem) for one in waiting]
    return found, len(readings) - len(waiting)


def _of_source(
    room: ReadingRoom, plan: ReextractPlan, fetch: UnreadFetch, source: TextSource, waiting: Sequence[ReadingMade]
) -> Iterator[ReadAgain]:
    readings = [one for one in waiting if one.text_source == source.value]
    if not readings:
        return
    found = read_again(room, fetch, source, [(made.article_id, made.keys) for made in readings])
    for made, anew in zip(readings, found, strict=True):
        yield _judged(room, plan, fetch, made, anew)


def _judged(
    room: ReadingRoom,
    plan: ReextractPlan,
    fetch: UnreadFetch,
    made: ReadingMade,
    anew: ReadAnew,
) -> ReadAgain:
    extraction = anew.extraction
    refused = refusal(extraction) if extraction is not None else None
    if extraction is None or refused is not None:
        why = refused.reason if refused is not None else "the catalogue no longer says how to read it"
        return ReadAgain(made.outlet, made.url, fetch.fetch_id, problem=why)
    if not plan.is_dry:
        read_by = _hash_for(room, made, is_rendered=anew.is_rendered)
        text = ReadText(made.outlet, (), extraction, read_by, fetch.fetch_id, plan.now, parts=anew.parts)
        room.store.write(lambda session: _put(session, made.article_id, text))
    return ReadAgain(made.outlet, made.url, fetch.fetch_id, changed=_changes(made, extraction))


def _put(session: Session, article_id: int, text: ReadText) -> None:
    """Store a reading, unless its article was taken down while it was read."""
    if takedown_of(session, article_id) is None:
        put_extraction(session, article_id, text)


def _changes(made: ReadingMade, extraction: Extraction) -> tuple[str, ...]:
    published_at = extraction.published.utc if extraction.published else None
    return tuple(
        name
        for name, before, after in (
            ("text", made.text_sha256, sha256_of(extraction.text or "")),
            ("title", made.title, extraction.title),
            ("published", made.published_at, published_at),
            ("authors", made.authors, tuple(extraction.authors)),
        )
        if before != after
    )


def _hashes_for(room: ReadingRoom, made: ReadingMade) -> set[str]:
    """The same for a page as it came and as a browser showed it: which of the two it is, its record tells."""
    return {_hash_for(room, made), _hash_for(room, made, is_rendered=True)}


def _hash_for(room: ReadingRoom, made: ReadingMade, *, is_rendered: bool = False) -> str:
    """The present extractor's hash for a reading; that of no extractor where the catalogue lost the outlet."""
    name = made.extractor.partition("/")[0]
    if made.text_source == TextSource.FEED.value:
        is_post = name == POST_EXTRACTOR.partition("/")[0]
        return entry_extractor_hash(ChannelKind.TELEGRAM if is_post else ChannelKind.FEED)
    outlet = room.catalogue.outlets.get(made.outlet)
    if outlet is None:
        return ""
    is_document = name == PDF_EXTRACTOR.partition("/")[0]
    return document_extractor_hash(outlet) if is_document else page_extractor_hash(outlet, is_rendered=is_rendered)
