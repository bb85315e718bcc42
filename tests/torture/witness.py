"""What must hold after every kill, read from the store, the archive, the process table and the world's log."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from crawler.archive import read_record
from domain.errors import ArchiveError
from storage import Session, Store
from storage.tables import (
    ArticleUrlRow,
    FetchRow,
    HostRow,
    JobRunRow,
    MentionRow,
    RecordRow,
    RevisionRow,
    RunRow,
    ShiftRow,
    TextRow,
)

DYING_S = 2.0
JITTER_S = 0.03  # between the moment a request was sent and the moment the server noted it


@dataclass(slots=True)
class Known:
    """What was in the store after the last kill: it must be there, unchanged, after the next."""

    revisions: dict[int, tuple[int, str, str | None]] = field(default_factory=dict)
    mentions: set[int] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def lost(store: Store, archive: Path, acknowledged: Iterable[int], known: Known) -> list[str]:
    """What was acknowledged or seen before and is gone or changed; brings ``known`` up to date."""
    problems: list[str] = []
    with store.read() as session:
        for fetch_id in acknowledged:
            problems += _fetch_problems(session, archive, fetch_id)
        revisions = {r.id: (r.article_id, r.text_sha256, r.title) for r in session.scalars(select(RevisionRow))}
        mentions = set(session.scalars(select(MentionRow.id)))
        texts = set(session.scalars(select(TextRow.sha256)))
    problems += [f"revision {i} is gone or changed" for i, was in known.revisions.items() if revisions.get(i) != was]
    problems += [f"mention {i} is gone" for i in known.mentions - mentions]
    problems += [f"text {sha256} is gone" for sha256 in known.texts - texts]
    known.revisions, known.mentions, known.texts = revisions, mentions, texts
    return problems


def _fetch_problems(session: Session, archive: Path, fetch_id: int) -> list[str]:
    found = session.execute(
        select(FetchRow.id, RecordRow.file, RecordRow.offset, RecordRow.payload_sha256)
        .join(RecordRow, RecordRow.id == FetchRow.record_id, isouter=True)
        .where(FetchRow.id == fetch_id)
    ).one_or_none()
    if found is None:
        return [f"fetch {fetch_id} was acknowledged and has no row"]
    if found.file is None:
        return []
    try:
        body = read_record(archive, found.file, found.offset).response.body
    except ArchiveError as error:
        return [f"fetch {fetch_id}: {error}"]
    is_same = hashlib.sha256(body).hexdigest() == found.payload_sha256
    return [] if is_same else [f"fetch {fetch_id}: its record holds other bytes"]


def duplicates(store: Store) -> list[str]:
    """Articles with one address, revisions in a row with one text and title, records with one place."""
    problems = []
    with store.read() as session:
        doubled = select(ArticleUrlRow.outlet, ArticleUrlRow.url_key).group_by(
            ArticleUrlRow.outlet, ArticleUrlRow.url_key
        )
        for outlet, key in session.execute(doubled.having(func.count(ArticleUrlRow.article_id.distinct()) > 1)):
            problems.append(f"two articles at {outlet} {key}")
        last: dict[int, tuple[str, str | None]] = {}
        for revision in session.scalars(select(RevisionRow).order_by(RevisionRow.article_id, RevisionRow.number)):
            said = (revision.text_sha256, revision.title)
            if last.get(revision.article_id) == said:
                problems.append(f"revision {revision.id} repeats the one before it")
            last[revision.article_id] = said
        places = select(RecordRow.file, RecordRow.offset).group_by(RecordRow.file, RecordRow.offset)
        problems += [f"two records at {f} {o}" for f, o in session.execute(places.having(func.count() > 1))]
    return problems


def survivors(parent: int, spared: set[int]) -> set[int]:
    """Processes left by a killed crawl; they were handed to ``parent`` and have two seconds to be gone."""
    deadline = time.monotonic() + DYING_S
    while True:
        left = {pid for pid in descendants(parent) - spared if not _is_dead(pid) and not _is_a_database(pid)}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def still_living(pids: set[int]) -> set[int]:
    """Those of ``pids`` that are not gone after two seconds."""
    deadline = time.monotonic() + DYING_S
    while True:
        left = {pid for pid in pids if not _is_dead(pid)}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.02)


def descendants(parent: int) -> set[int]:
    """All descendants of ``parent``."""
    found: set[int] = set()
    waiting = [parent]
    while waiting:
        new = children(waiting.pop()) - found
        waiting += new
        found |= new
    return found


def children(pid: int) -> set[int]:
    """The children of a process, whichever of its threads started them; none of one that is gone or just ending."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found |= {int(word) for word in listed.read_text().split()}
    return found


def _is_a_database(pid: int) -> bool:
    """Whether it is a server process of the PostgreSQL under test."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except OSError:
        return True


def asked_too_soon(requests: Iterable[tuple[float, str, str]], delays: Mapping[str, float]) -> list[str]:
    """Requests that came to a host sooner than its delay after the one before, over all crawls."""
    by_host: dict[str, list[float]] = defaultdict(list)
    for at, host, _path in requests:
        by_host[host].append(at)
    return [
        f"{host}: {later - earlier:.3f} s after the last, its delay is {delays[host]:g} s"
        for host, times in by_host.items()
        for earlier, later in pairwise(times)
        if host in delays and later - earlier < delays[host] - JITTER_S
    ]


def left_open(store: Store) -> list[str]:
    """Runs, job runs and shifts without an end, and hosts with an owner, after a stop in peace."""
    with store.read() as session:
        left = {
            "run": session.scalar(select(func.count()).where(RunRow.ended_at.is_(None))),
            "job_run": session.scalar(select(func.count()).where(JobRunRow.ended_at.is_(None))),
            "shift": session.scalar(select(func.count()).where(ShiftRow.ended_at.is_(None))),
            "host": session.scalar(select(func.count()).where(HostRow.owner.is_not(None))),
        }
    return [f"{count} rows of {table} left open" for table, count in left.items() if count]


def doubled_polls(store: Store) -> list[str]:
    """Due times of a channel that were answered twice in a row without a redirect."""
    query = (
        select(FetchRow.channel_id, FetchRow.due_at, func.count())
        .where(FetchRow.channel_id.is_not(None), FetchRow.due_at.is_not(None), FetchRow.redirect_to.is_(None))
        .group_by(FetchRow.channel_id, FetchRow.due_at)
        .having(func.count() > 1)
    )
    with store.read() as session:
        return [f"channel {channel} due {due} was polled {n} times" for channel, due, n in session.execute(query)]


def delays_of(catalogue: Path) -> dict[str, float]:
    """Each host's delay, as a catalogue of the world has it."""
    delays: dict[str, float] = {}
    for path in catalogue.glob("*.toml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        delay = next(float(line.split("=")[1]) for line in lines if line.startswith("delay_s"))
        hosts = json.loads(next(line for line in lines if line.startswith("hosts")).partition("=")[2])
        delays |= {host.partition(":")[0]: delay for host in hosts}
    return delays
