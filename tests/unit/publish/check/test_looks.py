"""Why a look was not good: each outcome and each reading has words and something to do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.examine import DocumentSeen, Examined, RobotsLine
from domain.fetch import FetchOutcome, PageReading
from domain.outlet import DeadAddress, Outlet
from publish.check.articles import page_check
from publish.check.dates import why_undated
from publish.check.looks import GOOD_OUTCOMES, GOOD_READINGS, is_good, look_remark
from publish.check.model import Remark
from storage.trial_facts import TrialLook, TrialPage

URL = "https://xeber.example/rss"
NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def _outlet(*dead: DeadAddress) -> Outlet:
    return Outlet(slug="xeber", name="Xəbər", groups=(), dead_addresses=dead)


def _look(outcome: str, reading: str | None = None, *, status: int | None = 200, error: str | None = None) -> TrialLook:
    return TrialLook(
        fetch_id=7,
        url=URL,
        host="xeber.example",
        status=status,
        outcome=outcome,
        reading=reading,
        error=error,
        redirect_to="https://elsewhere.example/" if outcome == "redirected" else None,
        retry_after_s=None,
        content_type=None,
        body_bytes=None,
        seconds=0.1,
        listed=None,
        file=None,
        offset=None,
    )


def _remark(look: TrialLook, *, examined: Examined | None = None, outlet: Outlet | None = None) -> Remark:
    found = look_remark(look, "feed", outlet or _outlet(), examined or Examined(), agent="Parallax")
    assert found is not None
    return found


@pytest.mark.parametrize("outcome", [outcome.value for outcome in FetchOutcome if outcome.value not in GOOD_OUTCOMES])
def test_each_outcome_that_is_not_good_has_words_and_advice(outcome: str) -> None:
    found = _remark(_look(outcome, error="so it was"))

    assert (found.code, found.where) == (outcome, "feed")
    assert found.what
    assert found.do
    assert "{" not in found.what + found.do
    assert not found.do.startswith("see docs")


@pytest.mark.parametrize("reading", [reading.value for reading in PageReading if reading.value not in GOOD_READINGS])
def test_each_reading_that_is_not_good_has_words_and_advice(reading: str) -> None:
    found = _remark(_look("ok", reading, error="so it was"))

    assert found.code == reading
    assert not found.do.startswith("see docs")
    assert "{" not in found.what + found.do


def test_a_good_look_has_no_remark() -> None:
    good = _look("ok", "listed")

    assert is_good(good)
    assert look_remark(good, "feed", _outlet(), Examined(), agent="Parallax") is None


def test_an_error_with_braces_is_told_as_it_is() -> None:
    assert "{x}" in _remark(_look("dns_error", error="{x}")).what


def test_the_line_of_robots_is_named_where_one_forbids() -> None:
    examined = Examined(forbidding={URL: RobotsLine(12, "Disallow: /rss")})

    assert _remark(_look("robots_disallowed"), examined=examined).what == (
        "line 12 (`Disallow: /rss`) of xeber.example/robots.txt forbids /rss"
    )


@pytest.mark.parametrize(
    ("address", "is_known"),
    [(URL, True), ("http://www.xeber.example/rss", True), ("https://xeber.example/r*", True), (f"{URL}2", False)],
)
def test_a_dead_address_of_the_catalogue_is_recognised(address: str, is_known: bool) -> None:
    outlet = _outlet(DeadAddress(address, "410 Gone"))

    assert ("lists it as dead" in _remark(_look("gone", status=410), outlet=outlet).what) is is_known


def test_a_page_that_names_its_feeds_says_which_address_to_give() -> None:
    examined = Examined(documents={7: DocumentSeen("html", "Ana", None, ("https://xeber.example/new",))})

    assert "give that address" in _remark(_look("ok", "not_a_feed"), examined=examined).do


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("Tue, 03 Mar 2099 09:00:00 GMT", "lies in the future"),
        ("1970-01-01T00:00:00Z", "too long ago"),
        ("dünən axşam", "can't be read"),
        ("0000-00-00 00:00:00", "can't be read"),
        (None, "none is given"),
    ],
)
def test_a_date_that_is_not_believed_says_why(raw: str | None, said: str) -> None:
    assert said in why_undated(raw, NOW)


@pytest.mark.parametrize("outcome", ["not_found", "gone", "robots_disallowed"])
def test_what_is_to_be_done_about_a_page_is_not_what_is_done_about_a_channel(outcome: str) -> None:
    page = TrialPage(URL, "feed", None, (_look(outcome, status=404),), None)
    (found,) = page_check(page, _outlet(), Examined(), agent="Parallax", now=NOW).remarks

    assert found.code == outcome
    assert "channel" not in found.do
    assert found.do != _remark(_look(outcome, status=404)).do
