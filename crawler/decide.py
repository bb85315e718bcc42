"""What follows from a look and from a text that arrived, given what is stored. Pure: no network, SQL or clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.extraction import Extraction, ExtractionOutcome
from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import NO_POLL, NewTarget, NextLook, Target, TargetState
from domain.intents import (
    AddRevision,
    ArrivedText,
    InsertArticle,
    Intent,
    KeepReading,
    ReadBaseAgain,
    Refuse,
    StoredText,
    Touch,
)
from domain.sameness import Elsewhere
from domain.urls import host_key

FIRST_RETRY = timedelta(minutes=10)
LONGEST_RETRY = timedelta(hours=24)
MOST_ATTEMPTS = 8
MOST_REDIRECTS = 5

_FINAL = frozenset({FetchOutcome.ADDRESS_REFUSED, FetchOutcome.ROBOTS_DISALLOWED})


def retry_pause(attempts: int) -> timedelta:
    """How long to wait after the ``attempts``-th failure in a row: 10 min, tripled each time, at most a day."""
    factor: int = 3 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * factor, LONGEST_RETRY)


def after_look(target: Target, outcome: FetchOutcome, now: datetime) -> NextLook:
    """When ``target`` is looked at again after a request ended in ``outcome``.

    Polls wait for the plan whatever happened. A page that failed is tried again with growing pauses and given up
    after eight, a stored article's until the plan asks again; a removed page and one that must not be fetched wait for
    the plan or for good. What a proxy did not let through was no attempt at the page.
    """
    if target.channel_id is not None:
        return NextLook(TargetState.IDLE, Reason.POLL, None, _attempts_at_channel(target, outcome))
    if outcome.is_success or outcome is FetchOutcome.REDIRECTED:
        return NextLook(TargetState.IDLE, target.reason, None, target.attempts if outcome.has_body else 0)
    if outcome in _FINAL:
        return NextLook(TargetState.DEAD, target.reason, None, target.attempts + 1)
    if outcome is FetchOutcome.PROXY_ERROR:
        return NextLook(TargetState.DUE, target.reason, now + FIRST_RETRY, target.attempts)
    if target.reason is Reason.RECHECK and outcome in {FetchOutcome.NOT_FOUND, FetchOutcome.GONE}:
        return NextLook(TargetState.IDLE, target.reason, None, 0)
    return _try_again(target, now)


def _attempts_at_channel(target: Target, outcome: FetchOutcome) -> int:
    """Failures in a row; a part that failed before has failed until what came of it is read."""
    if target.part_of is not None and outcome.has_body:
        return target.attempts
    is_moved = target.part_of is not None and outcome is FetchOutcome.REDIRECTED
    return 0 if outcome.is_success or is_moved else target.attempts + 1


def redirected(target: Target, url: str, *, outlet: str, key: str) -> NewTarget:
    """The target that a redirect of ``target`` leads to, of the same poll or for the same reason."""
    is_polled = target.channel_id is not None and target.part_of != NO_POLL
    return NewTarget(
        outlet=outlet,
        url=url,
        url_key=key,
        host=host_key(url),
        reason=Reason.POLL if is_polled else target.reason,
        channel_id=target.channel_id,
        via_target_id=target.id,
        redirects=target.redirects + 1,
        part_of=target.part_of,
    )


def after_reading(target: Target, reading: PageReading, now: datetime) -> NextLook:
    """When a page is looked at again after its body was read: a barrier, an empty or broken page is tried again.

    A scanned or encrypted document stays what it is until the outlet puts another in its place. A stored article's page
    without it waits for the plan, like one that answers 404.
    """
    if target.channel_id is not None:
        return NextLook(TargetState.IDLE, Reason.POLL, None, 0 if reading.is_success else target.attempts + 1)
    if reading.is_success or reading.is_final:
        return NextLook(TargetState.IDLE, target.reason, None, 0)
    return _try_again(target, now)


def _try_again(target: Target, now: datetime) -> NextLook:
    attempts = target.attempts + 1
    if attempts >= MOST_ATTEMPTS and target.reason is Reason.RECHECK:  # a stored article's page is never given up
        return NextLook(TargetState.IDLE, target.reason, None, 0)
    if attempts >= MOST_ATTEMPTS:
        return NextLook(TargetState.DEAD, target.reason, None, attempts)
    reason = target.reason if target.reason in {Reason.RECHECK, Reason.BACKFILL} else Reason.RETRY
    return NextLook(TargetState.DUE, reason, now + retry_pause(attempts), attempts)


def decide(stored: StoredText | None, arrived: ArrivedText, elsewhere: Elsewhere | None = None) -> Intent:
    """What to do with a readable text.

    A text from the page beside one from the feed is no edit: the two are read from different things. A text read by
    another extractor is compared only after its base was read by the same. ``elsewhere`` is what other addresses of
    the article showed, None where there are none: a mirror that is out of step edits nothing, nor does the first look
    at one more address, of which nothing is ``stored``.
    """
    if stored is None:
        return InsertArticle() if elsewhere is None else KeepReading()  # the latter: the first look at one more address
    if stored.text_source is not arrived.text_source:
        return KeepReading()
    if stored.extractor_hash != arrived.extractor_hash:
        return ReadBaseAgain()
    title_changed = arrived.title is not None and stored.title != arrived.title
    text_changed = stored.text_sha256 != arrived.text_sha256
    if not title_changed and not text_changed:
        return Touch()
    is_edit = elsewhere is None or not _is_out_of_step(elsewhere)
    return AddRevision(title_changed, text_changed) if is_edit else KeepReading()


def _is_out_of_step(elsewhere: Elsewhere) -> bool:
    """Whether a text that differs from this place's last one is no edit: it was seen elsewhere before.

    The main address may return to an older text, a mirror may not: that is a cache. A mirror that changed while others
    moved on may have come to what they have left. A form says what its template makes of the text, and edits nothing.
    """
    if elsewhere.is_main:
        return elsewhere.same_since
    return elsewhere.is_form or elsewhere.same_ever or elsewhere.moved_since


_READINGS = {
    ExtractionOutcome.OK: PageReading.ARTICLE,
    ExtractionOutcome.NO_ARTICLE: PageReading.NO_ARTICLE,
    ExtractionOutcome.PARTIAL: PageReading.PARTIAL,
    ExtractionOutcome.UNREADABLE: PageReading.UNREADABLE,
    ExtractionOutcome.TOO_LARGE: PageReading.TOO_LARGE,
    ExtractionOutcome.TIMEOUT: PageReading.TIMEOUT,
    ExtractionOutcome.CRASHED: PageReading.CRASHED,
    ExtractionOutcome.SCANNED: PageReading.SCANNED,
    ExtractionOutcome.ENCRYPTED: PageReading.ENCRYPTED,
}


def refusal(extraction: Extraction) -> Refuse | None:
    """Why an extraction must not become a revision, or None when it may.

    A challenge, login or consent page, an empty page and a partial one are failures, whatever their status code.
    """
    if extraction.barrier is not None:
        return Refuse(PageReading(extraction.barrier.value), f"the page is a {extraction.barrier.value} page")
    if extraction.outcome is not ExtractionOutcome.OK:
        return Refuse(_READINGS[extraction.outcome], extraction.error or extraction.outcome.value)
    if not (extraction.text or "").strip():
        return Refuse(PageReading.NO_ARTICLE, "the page has no text")
    return None
