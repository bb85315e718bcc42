"""The tables of evidence: looks and states as CSV, judged changes as JSON Lines. Pure."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from publish.evidence.chain import utc
from publish.evidence.model import Bytes, dropped_at, headers_file
from publish.exports import write_csv
from publish.history.words import NOT_JUDGED, state_words
from publish.status.words import look_words
from storage.history_facts import ArticleHistory, HistoryChange, HistoryEdit, HistoryLook


@dataclass(frozen=True, slots=True)
class _LookLine:
    """The columns of ``looks.csv``; README.txt explains them."""

    fetch: int
    asked_at: datetime
    answered_at: datetime
    due_at: datetime | None
    address: str
    reason: str
    channel: str | None
    status: int | None
    outcome: str
    reading: str | None
    in_words: str
    shows: str
    redirect_to: str | None
    proxy: str | None
    is_conditional: bool
    content_type: str | None
    etag: str | None
    last_modified: str | None
    body_sha256: str | None
    body_bytes: int | None
    record_id: str | None
    record_kind: str | None
    payload_sha256: str | None
    archive_file: str | None
    archive_offset: int | None
    record: str
    offset: int | None
    body_offset: int | None
    headers: str | None


@dataclass(frozen=True, slots=True)
class _StateLine:
    """The columns of ``states.csv``."""

    at: datetime
    state: str
    how: str
    in_words: str
    last_seen_at: datetime | None
    looks_in_a_row: int
    fetch: int | None


def looks_csv(history: ArticleHistory, kept: Bytes) -> bytes:
    """Every look, in order: when, what was asked, what came, and where its record is."""
    shown = _shown(history)
    lines = (_look_line(seen, kept, "; ".join(shown[seen.look.fetch_id])) for seen in history.looks)
    return _csv(_LookLine, lines)


def states_csv(history: ArticleHistory) -> bytes:
    """Every state, in order, with the look that showed it."""
    lines = (
        _StateLine(
            s.at, s.state, s.how, state_words(s.state, s.how, looks=s.looks), s.last_seen_at, s.looks, s.fetch_id
        )
        for s in history.states
    )
    return _csv(_StateLine, lines)


def changes_jsonl(history: ArticleHistory) -> bytes:
    """A line for each revision after the first: how it was judged, with the words of both sides."""
    judged = {edit.revision: edit for edit in history.edits}
    lines = (
        _edit(judged[revision.number]) if revision.number in judged else _unjudged(revision.number)
        for revision in history.revisions[1:]
    )
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def _csv(row: type, lines: Iterable[object]) -> bytes:
    out = io.StringIO(newline="")
    write_csv(lines, row, out)
    return out.getvalue().encode()


def _shown(history: ArticleHistory) -> Mapping[int, list[str]]:
    """What each look shows, by fetch."""
    shown: dict[int, list[str]] = defaultdict(list)
    for revision in history.revisions:
        for number, fetch_id in enumerate(revision.parts, start=1):
            shown[fetch_id].append(f"part {number} of revision {revision.number}")
        if revision.fetch_id not in revision.parts:
            shown[revision.fetch_id].append(f"revision {revision.number}")
    for listing in history.listings:
        if listing.first_fetch_id is not None:
            shown[listing.first_fetch_id].append(f"first listed by {listing.channel}")
    for state in history.states:
        if state.fetch_id is not None:
            shown[state.fetch_id].append(f"state {state.state}")
    return shown


def _look_line(seen: HistoryLook, kept: Bytes, shows: str) -> _LookLine:
    look, record = seen.look, seen.record
    return _LookLine(
        fetch=look.fetch_id,
        asked_at=look.requested_at,
        answered_at=look.received_at,
        due_at=look.due_at,
        address=look.url,
        reason=look.reason,
        channel=seen.channel,
        status=look.status,
        outcome=look.outcome,
        reading=look.reading,
        in_words=look_words(look),
        shows=shows,
        redirect_to=look.redirect_to,
        proxy=seen.proxy,
        is_conditional=look.conditional,
        content_type=seen.content_type,
        etag=seen.etag,
        last_modified=seen.last_modified,
        body_sha256=seen.body_sha256,
        body_bytes=look.body_bytes,
        record_id=record.record_id if record else None,
        record_kind=record.kind if record else None,
        payload_sha256=record.payload_sha256 if record else None,
        archive_file=record.file if record else None,
        archive_offset=record.offset if record else None,
        record=_where(seen, kept),
        offset=kept.offset_of(look.fetch_id),
        body_offset=kept.body_offset_of(look.fetch_id),
        headers=headers_file(look.fetch_id) if look.fetch_id in kept.taken else None,
    )


def _where(seen: HistoryLook, kept: Bytes) -> str:
    if seen.record is None:
        return "none"
    if dropped_at(seen) is not None:
        return f"dropped {utc(dropped_at(seen))}"
    missing = kept.missing.get(seen.look.fetch_id)
    return f"missing: {missing}" if missing is not None else "here"


def _unjudged(number: int) -> dict[str, object]:
    return {"revision": number, "standing": None, "in_words": NOT_JUDGED, "changes": []}


def _edit(edit: HistoryEdit) -> dict[str, object]:
    return {
        "revision": edit.revision,
        "against": edit.against,
        "standing": edit.standing,
        "significance": edit.significance,
        "is_silent": edit.is_silent,
        "rules": edit.rules,
        "changes": list(_changes(edit.changes)),
    }


def _changes(changes: Iterable[HistoryChange]) -> Iterator[dict[str, object]]:
    for change in changes:
        yield {
            "class": change.kind,
            "also": list(change.also),
            "significance": change.significance,
            "reason": change.reason,
            "before": change.before,
            "after": change.after,
            "before_span": list(change.before_span),
            "after_span": list(change.after_span),
            "is_flap": change.is_flap,
        }
