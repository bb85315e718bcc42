"""What follows from a look and from a text. Pure decisions, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.decide import (
    FIRST_RETRY,
    LONGEST_RETRY,
    MOST_ATTEMPTS,
    after_look,
    after_reading,
    decide,
    refusal,
    retry_pause,
)
from domain.extraction import Barrier, Extraction, ExtractionOutcome, TextSource
from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import Target, TargetState
from domain.intents import AddRevision, ArrivedText, InsertArticle, KeepReading, ReadBaseAgain, StoredText, Touch

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def _target(reason: Reason = Reason.NEW, *, channel: int | None = None, attempts: int = 0) -> Target:
    return Target(
        1, "xeber", "https://xeber.example/a", "xeber.example/a", "xeber.example", reason, channel, attempts=attempts
    )


@pytest.mark.parametrize("outcome", list(FetchOutcome))
def test_a_poll_waits_for_the_plan_whatever_happened(outcome: FetchOutcome) -> None:
    look = after_look(_target(Reason.POLL, channel=7), outcome, NOW)

    assert (look.state, look.next_at) == (TargetState.IDLE, None)


def test_a_page_that_failed_is_tried_again_later_each_time_and_then_given_up() -> None:
    pauses = []
    for attempts in range(MOST_ATTEMPTS - 1):
        look = after_look(_target(attempts=attempts), FetchOutcome.TIMEOUT, NOW)
        assert look.state is TargetState.DUE
        assert look.next_at is not None
        pauses.append(look.next_at - NOW)

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(minutes=10)
    assert pauses[-1] <= LONGEST_RETRY
    assert after_look(_target(attempts=MOST_ATTEMPTS - 1), FetchOutcome.TIMEOUT, NOW).state is TargetState.DEAD


def test_a_stored_articles_page_is_not_given_up_but_waits_for_the_plan() -> None:
    last = _target(Reason.RECHECK, attempts=MOST_ATTEMPTS - 1)

    for look in (after_look(last, FetchOutcome.REFUSED, NOW), after_reading(last, PageReading.CHALLENGE, NOW)):
        assert (look.state, look.next_at, look.attempts) == (TargetState.IDLE, None, 0)


def test_a_soft_404_waits_for_the_plan() -> None:
    look = after_reading(_target(Reason.RECHECK, attempts=3), PageReading.SOFT_404, NOW)

    assert (look.state, look.next_at, look.attempts) == (TargetState.IDLE, None, 0)


@pytest.mark.parametrize("outcome", [FetchOutcome.ADDRESS_REFUSED, FetchOutcome.ROBOTS_DISALLOWED])
def test_what_must_not_be_asked_is_not_tried_again(outcome: FetchOutcome) -> None:
    assert after_look(_target(), outcome, NOW).state is TargetState.DEAD


@pytest.mark.parametrize("outcome", [FetchOutcome.NOT_FOUND, FetchOutcome.GONE])
def test_a_removed_article_waits_for_the_plan_and_a_new_one_is_tried_again(outcome: FetchOutcome) -> None:
    assert after_look(_target(Reason.RECHECK), outcome, NOW).state is TargetState.IDLE
    assert after_look(_target(Reason.NEW), outcome, NOW).state is TargetState.DUE


@pytest.mark.parametrize("reading", [r for r in PageReading if not r.is_success and not r.is_final])
def test_a_body_that_is_not_the_article_is_tried_again(reading: PageReading) -> None:
    assert after_reading(_target(), reading, NOW).state is TargetState.DUE


@pytest.mark.parametrize("reading", [PageReading.SCANNED, PageReading.ENCRYPTED])
def test_a_document_that_can_t_be_read_is_not_asked_for_again_by_itself(reading: PageReading) -> None:
    assert after_reading(_target(), reading, NOW).state is TargetState.IDLE


def test_the_pause_never_exceeds_a_day() -> None:
    assert retry_pause(500) == LONGEST_RETRY


def _stored(
    text: str = "a", title: str = "t", source: TextSource = TextSource.PAGE, extractor: str = "x"
) -> StoredText:
    return StoredText(text, title, source, extractor)


@pytest.mark.parametrize(
    ("stored", "intent"),
    [
        (None, InsertArticle()),
        (_stored(), Touch()),
        (_stored(text="b"), AddRevision(title_changed=False, text_changed=True)),
        (_stored(title="other"), AddRevision(title_changed=True, text_changed=False)),
        (_stored(source=TextSource.FEED, text="b"), KeepReading()),
        (_stored(extractor="older", text="b"), ReadBaseAgain()),
    ],
)
def test_a_text_is_compared_only_with_its_like(stored: StoredText | None, intent: object) -> None:
    assert decide(stored, ArrivedText("a", "t", TextSource.PAGE, "x")) == intent


def test_a_page_that_lost_its_headline_is_no_edit_of_it() -> None:
    assert decide(_stored(), ArrivedText("a", None, TextSource.PAGE, "x")) == Touch()


@pytest.mark.parametrize("barrier", list(Barrier))
def test_a_page_before_the_article_is_refused_though_it_reads_well(barrier: Barrier) -> None:
    refused = refusal(Extraction(ExtractionOutcome.OK, "x", text="Please wait", barrier=barrier))

    assert refused is not None
    assert refused.reading.value == barrier.value


@pytest.mark.parametrize("outcome", [o for o in ExtractionOutcome if o is not ExtractionOutcome.OK])
def test_nothing_but_a_good_text_becomes_a_revision(outcome: ExtractionOutcome) -> None:
    assert refusal(Extraction(outcome, "x", text="half a sentence")) is not None
    assert refusal(Extraction(ExtractionOutcome.OK, "x", text="  \n ")) is not None
    assert refusal(Extraction(ExtractionOutcome.OK, "x", text="a text")) is None


def test_a_proxy_that_let_nothing_through_uses_up_no_attempt_at_a_page() -> None:
    for attempts in (0, MOST_ATTEMPTS - 1):
        look = after_look(_target(attempts=attempts), FetchOutcome.PROXY_ERROR, NOW)
        assert (look.state, look.attempts, look.next_at) == (TargetState.DUE, attempts, NOW + FIRST_RETRY)
