"""How looks, lengths and moments are said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.fetch import FetchOutcome, PageReading
from publish.status.channel_text import told_looks
from publish.status.words import (
    age_words,
    bytes_words,
    cause_words,
    late_words,
    look_words,
    moment_words,
    pace_words,
    short_words,
    span_words,
)
from tests.unit.publish.status.looks import NOW, look

BAKU = ZoneInfo("Asia/Baku")


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"outcome": "not_modified", "status": 304}, "304"),
        ({"outcome": "same_content"}, "same content"),
        ({"reading": "listed", "listed": 30, "known": 24}, "6 new of 30"),
        ({"reading": "listed", "listed": 30, "known": 30}, "nothing new of 30"),
        ({"reading": "listed"}, "read"),
        ({"reading": None}, "new content, not read yet"),
        ({"reading": "empty_channel"}, "a channel that lists nothing"),
        ({"reading": "challenge", "error": "the page is a challenge page"}, "challenge page"),
        ({"reading": "challenge", "error": "in place of a feed"}, "challenge page (in place of a feed)"),
        (
            {"outcome": "robots_disallowed", "status": None, "error": "robots.txt disallows it"},
            "robots.txt disallows it",
        ),
        (
            {"outcome": "robots_unreachable", "status": None, "error": "robots.txt can't be read (503)"},
            "robots.txt can't be read (503)",
        ),
        (
            {"outcome": "needs_key", "status": None, "error": "answers only with one"},
            "needs a key (answers only with one)",
        ),
        ({"outcome": "quota_spent", "status": None}, "its API's quota is used up"),
        ({"reading": "no_channel"}, "no public channel of this name"),
        ({"reading": "resolved"}, "its id, by which its list is asked for"),
        ({"outcome": "not_found", "status": 404}, "404"),
        ({"outcome": "refused", "status": 403}, "403: refuses our user agent"),
        (
            {"outcome": "rate_limited", "status": 429, "retry_after_s": 1800},
            "429: asks us to slow down, to be asked again after 30 min",
        ),
        ({"outcome": "http_error", "status": 503}, "503: an error of the server"),
        ({"outcome": "dns_error", "status": None, "error": "no such name"}, "its name was not found (no such name)"),
        ({"outcome": "redirected", "redirect_to": "https://a.example/b"}, "redirected to https://a.example/b"),
    ],
)
def test_a_look_is_said_in_words(known: dict[str, object], said: str) -> None:
    assert look_words(look(**known)) == said


@pytest.mark.parametrize("outcome", [*FetchOutcome, *PageReading])
def test_every_outcome_and_reading_has_words_of_its_own(outcome: FetchOutcome | PageReading) -> None:
    same = {FetchOutcome.OK, FetchOutcome.SAME_CONTENT, FetchOutcome.REDIRECTED, PageReading.LISTED}
    same.add(PageReading.NOT_A_FEED)  # these words are what they are called

    assert "_" not in cause_words(outcome.value)
    assert outcome in same or cause_words(outcome.value) != outcome.value.replace("_", " ")


def test_a_look_tells_the_pause_before_it_and_its_lateness() -> None:
    before = look(fetch_id=1, requested_at=NOW - timedelta(minutes=12))
    late = look(fetch_id=2, outcome="not_modified", due_at=NOW - timedelta(minutes=3))
    told = told_looks((late, before))

    assert [t.words for t in told] == [
        "304, 12 min after the one before, asked 3 min late",
        "new content, not read yet",
    ]


def test_a_minute_is_still_on_time() -> None:
    assert late_words(look(due_at=NOW - timedelta(seconds=60))) is None
    assert late_words(look(due_at=NOW - timedelta(seconds=61))) == "asked 1 min 1 s late"
    assert late_words(look(due_at=None)) is None


@pytest.mark.parametrize(
    ("seconds", "short", "age"),
    [
        (0, "0 s", "0 min"),
        (59.9, "59 s", "0 min"),
        (60, "1 min", "1 min"),
        (290, "4 min 50 s", "4 min"),
        (6720, "1 h 52 min", "1 h 52 min"),
        (266_400, "3 d 2 h", "3 d 2 h"),
    ],
)
def test_lengths_of_time(seconds: float, short: str, age: str) -> None:
    assert (short_words(seconds), age_words(seconds)) == (short, age)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (None, "never"),
        (NOW, "23:57"),
        (NOW - timedelta(days=1), "18 Nov 23:57"),
        (datetime(2025, 12, 31, 10, 0, tzinfo=UTC), "31 Dec 2025 14:00"),
    ],
)
def test_moments_carry_no_more_than_is_needed(at: datetime | None, said: str) -> None:
    assert moment_words(at, BAKU, now=NOW) == said


def test_spans_name_the_day_once() -> None:
    start = NOW - timedelta(hours=5)

    assert span_words(start, NOW, BAKU, now=NOW) == "18:57–23:57"
    assert span_words(start, None, BAKU, now=NOW) == "since 18:57"
    assert span_words(start - timedelta(days=2), NOW, BAKU, now=NOW) == "17 Nov 18:57 – 19 Nov 23:57"


@pytest.mark.parametrize(("size", "said"), [(0, "0 B"), (1200, "1.2 kB"), (18_400_000_000, "18.4 GB")])
def test_sizes(size: int, said: str) -> None:
    assert bytes_words(size) == said


@pytest.mark.parametrize(
    ("failures", "pause_min", "said"),
    [(1, 60, "every 30 min, now 1 h"), (1, 30, "every 30 min"), (0, 60, "every 30 min"), (9, None, "every 30 min")],
)
def test_a_pause_longer_than_the_interval_is_said_of_what_fails(
    failures: int, pause_min: int | None, said: str
) -> None:
    next_at = None if pause_min is None else NOW + timedelta(minutes=pause_min)

    assert pace_words(1800, failures=failures, polled_at=NOW, next_at=next_at) == said


def test_a_further_document_of_a_poll_is_told_by_its_address_and_has_no_pause() -> None:
    part = look(fetch_id=2, part_of=1, url="https://sahil.example/a.xml", outcome="not_found", status=404)
    (told, _) = told_looks((part, look(requested_at=NOW - timedelta(hours=1))))

    assert told.words.startswith("its document https://sahil.example/a.xml: ")
    assert "after the one before" not in told.words
