"""Whether an archived response is still needed. Pure: what cites it in, one word out.

What a claim leads to stays whatever its age: texts, first and last sights, looks that did not show something yet, gaps,
answers that say a page is gone, merges. What goes brought nothing: the same bytes as before, a list without anything
new that no row goes by, a page with the text it had, a page without one.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.fetch import FetchOutcome, PageReading, Reason
from storage.cited_times import CitedTimes
from storage.record_uses import Asked, RecordUse


class Use(StrEnum):
    """What a record is for; the first four are of records that may go. docs/ARCHIVE.md says what each is."""

    SAME_BYTES = "same_bytes"
    NOTHING_NEW = "nothing_new"
    SAME_TEXT = "same_text"
    NO_TEXT = "no_text"
    TEXT = "text"
    ENTRY = "entry"
    GAP = "gap"
    MERGE = "merge"
    TIME = "time"
    LAST = "last"
    ANSWER = "answer"
    PARTS = "parts"
    UNREAD = "unread"
    FOLDED = "folded"
    REFERRED = "referred"
    YOUNG = "young"
    FEW = "few"
    OPEN = "open"

    @property
    def may_go(self) -> bool:
        """Whether nothing needs such a record."""
        return self in _MAY_GO


_MAY_GO = frozenset({Use.SAME_BYTES, Use.NOTHING_NEW, Use.SAME_TEXT, Use.NO_TEXT})
_CITED = {
    "revision": Use.TEXT,
    "extraction": Use.TEXT,
    "extraction_part": Use.TEXT,
    "entry": Use.ENTRY,
    "gap": Use.GAP,
    "article_merge": Use.MERGE,
    "article_state": Use.ANSWER,
    "todo": Use.UNREAD,
    "fetch": Use.PARTS,
    "parts": Use.PARTS,
}
_WITHOUT_TEXT = frozenset(
    {
        PageReading.NO_ARTICLE,
        PageReading.CHALLENGE,
        PageReading.LOGIN,
        PageReading.CONSENT,
        PageReading.UNREADABLE,
        PageReading.SCANNED,
        PageReading.ENCRYPTED,
    }
)


@dataclass(frozen=True, slots=True)
class Citations:
    """What cites looks by their time, and channels of whose lists all is needed."""

    times: CitedTimes
    channels_read_whole: Collection[int]


def use_of(record: RecordUse, citations: Citations) -> Use:
    """What a record is for, but for revisits that refer to it."""
    asked = record.asked
    if asked is None:
        return Use.FOLDED
    if record.cited_by:
        return _CITED.get(record.cited_by[0], Use.TIME)
    if asked.outcome == FetchOutcome.SAME_CONTENT.value:
        return Use.TIME if _is_cited(asked, citations.times) else Use.SAME_BYTES
    if asked.outcome != FetchOutcome.OK.value:
        return Use.ANSWER
    if asked.reading is None:
        return Use.UNREAD
    return _of_body(asked, citations)


def _of_body(asked: Asked, citations: Citations) -> Use:
    if asked.is_part or asked.reason == Reason.BACKFILL.value:
        return Use.PARTS
    return _of_list(asked, citations) if asked.channel_id is not None else _of_page(asked, citations)


def _of_list(asked: Asked, citations: Citations) -> Use:
    assert asked.channel_id is not None
    if asked.reading != PageReading.LISTED.value:
        return Use.ANSWER  # what was not the list, or an empty one
    if asked.channel_id in citations.channels_read_whole:
        return Use.PARTS
    is_cited = citations.times.is_list_cited(asked.channel_id, asked.requested_at)
    return Use.TIME if is_cited else Use.NOTHING_NEW


def _of_page(asked: Asked, citations: Citations) -> Use:
    if _is_cited(asked, citations.times):
        return Use.TIME
    if asked.is_last:
        return Use.LAST
    if asked.reading == PageReading.ARTICLE.value:
        return Use.SAME_TEXT if asked.article_id is not None else Use.ANSWER
    # What a limit or a fault of ours kept from being read stays: another version may read it. So does half a page: it
    # may be a part that waits for the others of its text.
    return Use.NO_TEXT if asked.reading in {reading.value for reading in _WITHOUT_TEXT} else Use.ANSWER


def _is_cited(asked: Asked, times: CitedTimes) -> bool:
    if asked.channel_id is not None:
        return times.is_poll_cited(asked.channel_id, asked.requested_at)
    return asked.article_id is not None and times.is_page_cited(asked.article_id, asked.requested_at)
