"""The chain of an article: its revisions and states in order, each link made of the one before. Pure.

An entry says nothing that may change later (numbers of rows, places in files), so that the chain of evidence made
tomorrow begins with the chain of today's, and of a rebuilt database it is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.history_facts import ArticleHistory, HistoryLook, HistoryRevision, HistoryState

FIRST_LINK = "0" * 64
Entry = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry and its link, in hex. ``revision``: the number of the one that it is of; None: of none."""

    entry: Entry
    link: str
    revision: int | None


def chain_of(history: ArticleHistory) -> tuple[Link, ...]:
    """The article, then its revisions and states by time; of one moment the revision first."""
    looks = history.looks_by_id
    steps: list[tuple[datetime, int, int | None, Entry]] = [
        *((one.first_seen_at, 0, one.number, _revision(one, looks)) for one in history.revisions),
        *((one.at, 1, None, _state(one)) for one in history.states),
    ]
    steps.sort(key=lambda step: step[:2])
    return _linked([(None, _article(history)), *((number, entry) for _, _, number, entry in steps)])


def canonical(entry: Entry) -> str:
    """An entry as one line of JSON: keys in order, no spaces, characters as they are."""
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _linked(entries: Iterable[tuple[int | None, Entry]]) -> tuple[Link, ...]:
    before, links = FIRST_LINK, []
    for number, entry in entries:
        before = hashlib.sha256((before + canonical(entry)).encode()).hexdigest()
        links.append(Link(entry, before, number))
    return tuple(links)


def _article(history: ArticleHistory) -> Entry:
    return {"entry": "article", "outlet": history.outlet, "url": history.url}


def _revision(revision: HistoryRevision, looks: Mapping[int, HistoryLook]) -> Entry:
    fetches = revision.parts or (revision.fetch_id,)
    return {
        "entry": "revision",
        "title": revision.title,
        "text_sha256": revision.text_sha256,
        "text_source": revision.text_source,
        "extractor": revision.extractor,
        "absent_at": utc(revision.absent_at),
        "first_seen_at": utc(revision.first_seen_at),
        "records": [_record(looks[fetch_id]) for fetch_id in fetches if fetch_id in looks],
    }


def _record(seen: HistoryLook) -> Entry:
    record = seen.record
    return {
        "url": seen.look.url,
        "requested_at": utc(seen.look.requested_at),
        "status": seen.look.status,
        "record_id": record.record_id if record else None,
        "payload_sha256": record.payload_sha256 if record else None,
    }


def _state(state: HistoryState) -> Entry:
    return {
        "entry": "state",
        "state": state.state,
        "how": state.how,
        "at": utc(state.at),
        "last_seen_at": utc(state.last_seen_at),
        "looks": state.looks,
    }


def utc(at: datetime | None) -> str | None:
    """A time as ISO 8601 in UTC; None for none."""
    return at.astimezone(UTC).isoformat() if at else None
