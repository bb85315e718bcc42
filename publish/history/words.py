"""How an article's history says things: states, judged edits, moments. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from publish.digest.words import day_words
from storage.history_facts import HistoryEdit, HistoryLook

_STATES: Mapping[str, str] = {
    "suspected": "suspected to be removed",
    "removed": "removed",
    "back": "back",
    "withdrawn": "withdrawn",
    "listed": "listed again",
}
_HOW: Mapping[str, str] = {
    "not_found": "its address answers 404",
    "gone": "its address answers 410",
    "soft_404": "its address says in words that nothing is there",
    "front_page": "its address leads to the front page",
    "section": "its address leads to a section",
    "not_shown": "its platform shows others of the channel, and not it",
    "served": "its page is served",
    "dropped": "its channel dropped it before its time, and its page is served",
    "listed": "its channel lists it",
}
_STANDINGS: Mapping[str, str] = {
    "edit": "an edit by the outlet",
    "flap": "no edit: it went and came back",
    "growth": "no edit: a live blog goes on",
    "template": "no edit: it changed alike on other pages, or stands around texts",
    "ours": "no edit: two extractors of ours read the two",
    "same": "no edit: no words differ",
}
NOT_JUDGED = "not judged yet"


def state_words(state: str, how: str, *, looks: int) -> str:
    """What became of it and what showed that: ``removed: its address answers 404 (3 looks in a row)``."""
    said = f"{_STATES.get(state, state)}: {_HOW.get(how, how.replace('_', ' '))}"
    return f"{said} ({looks} looks in a row)" if looks > 1 else said


def edit_words(edit: HistoryEdit | None) -> str:
    """How a revision was judged beside the one before it."""
    if edit is None:
        return NOT_JUDGED
    said = _STANDINGS.get(edit.standing, edit.standing)
    if edit.standing != "edit":
        return said
    kinds = ", ".join(dict.fromkeys(change.kind.replace("_", " ") for change in edit.changes))
    silent = ", silent" if edit.is_silent else ""
    return f"{said}, weight {edit.significance:.2f}{silent}" + (f": {kinds}" if kinds else "")


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A moment with its year: ``20 Nov 2026 05:40``."""
    return f"{day_words(at, zone)} {at.astimezone(zone):%Y %H:%M}"


def when_words(after: datetime | None, at: datetime, zone: ZoneInfo) -> str:
    """Between which looks something happened."""
    if after is None:
        return f"by {moment(at, zone)}"
    return f"after {moment(after, zone)}, by {moment(at, zone)}"


def seen_by_words(seen: HistoryLook) -> str:
    """The look that shows something: its number, why it was made, what answered."""
    look = seen.look
    of = f" of {seen.channel}" if seen.channel is not None else ""
    answered = f"HTTP {look.status}" if look.status is not None else look.outcome.replace("_", " ")
    return f"fetch {look.fetch_id}, {look.reason}{of}, {answered}"


def record_words(seen: HistoryLook, zone: ZoneInfo) -> str:
    """Where the bytes of a look are."""
    record = seen.record
    if record is None:
        return "none is kept of such a look"
    if record.dropped_at is not None:
        return f"dropped on {moment(record.dropped_at, zone)}; payload sha256 {record.payload_sha256}"
    return f"{record.file}:{record.offset} ({record.kind})"
