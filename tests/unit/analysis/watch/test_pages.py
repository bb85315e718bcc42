"""A redesign is seen after a handful of pages; what an outlet always does is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.watch import Thresholds, findings
from analysis.watch.statistics import change_point, few_chance, median_spread, quantile, run_evidence, usual_shares
from domain.alerts import Alert, AlertKind, Finding
from domain.outlet import Expectations
from domain.watching import PageLook, WatchFacts
from tests.unit.analysis.watch.conftest import DAY, NOW, UNREAD, facts, outlet, page, pages, text_of

LIMITS = Thresholds()
BOILERPLATE = text_of(7)


def kinds(told: WatchFacts) -> list[str]:
    return [one.kind.value for one in findings(told)]


def as_alert(finding: Finding, *, opened_ago: timedelta = timedelta(hours=1)) -> Alert:
    f = finding
    at = NOW - opened_ago
    return Alert(1, f.kind, f.subject, f.outlet, f.severity, at, f.since_at, at, None, f.summary, f.detail, f.figures)


SIGNS = {
    "unread": UNREAD,
    "partial": UNREAD | {"reading": "partial"},
    "short": {"chars": 70},
    "boilerplate": {"paragraphs": BOILERPLATE},
    "same title": {"title": "Bölgə"},
    "no title": {"title": None},
    "undated": {"is_dated": False},
}


@pytest.mark.parametrize("odd", SIGNS.values(), ids=SIGNS)
def test_four_odd_pages_of_an_outlet_without_any_are_a_redesign(odd: dict[str, object]) -> None:
    assert kinds(facts(outlet(pages(100, odd, odd, odd, odd)))) == ["redesign"]


@pytest.mark.parametrize("odd", SIGNS.values(), ids=SIGNS)
def test_one_odd_page_is_none(odd: dict[str, object]) -> None:
    assert kinds(facts(outlet(pages(100, odd)))) == []


@pytest.mark.parametrize("odd", SIGNS.values(), ids=SIGNS)
def test_a_day_of_rechecks_in_the_new_template_does_not_become_the_usual(odd: dict[str, object]) -> None:
    assert kinds(facts(outlet(pages(60, *[odd] * 120)))) == ["redesign"]


def test_a_page_that_was_tried_eight_times_is_one_page() -> None:
    tries = [page(900 + n, page="same", **UNREAD) for n in range(8)]

    assert kinds(facts(outlet((*pages(80), *tries)))) == []


def test_an_outlet_of_galleries_in_runs_needs_more() -> None:
    chance = Random(1)
    looks: list[PageLook] = []
    for n in range(300):
        run = chance.random() < 0.08
        looks += [page(10 * n + k, at=NOW - DAY, **(UNREAD if run else {})) for k in range(4 if run else 1)]
    usual = tuple(replace(look, number=n) for n, look in enumerate(looks))
    last = tuple(page(9000 + n, **UNREAD) for n in range(4))

    assert kinds(facts(outlet((*usual, *last)))) == []
    assert kinds(facts(outlet((*usual, *(page(9000 + n, **UNREAD) for n in range(120)))))) == ["redesign"]


def test_a_batch_of_galleries_read_in_one_visit_is_none_and_a_long_one_is() -> None:
    batch = [{**UNREAD, "at": NOW - timedelta(seconds=5 * n)} for n in range(30)]

    assert kinds(facts(outlet(pages(100, *batch[:6])))) == []
    assert kinds(facts(outlet(pages(100, *batch)))) == ["redesign"]


def test_an_outlet_without_history_has_no_usual() -> None:
    assert kinds(facts(outlet(pages(8, UNREAD, UNREAD, UNREAD, UNREAD)))) == []


def test_odd_pages_of_last_month_say_nothing_of_today() -> None:
    old = [replace(look, at=look.at - 20 * DAY) for look in pages(100, UNREAD, UNREAD, UNREAD, UNREAD)]

    assert kinds(facts(outlet(old))) == []


def test_the_catalogues_shortest_text_counts() -> None:
    looks = pages(100, *[{"chars": 1030}] * 6)

    assert kinds(facts(outlet(looks))) == []
    assert kinds(facts(outlet(looks, expectations=Expectations(text_chars_min=1035)))) == ["redesign"]


def test_a_redesign_is_one_finding_that_names_its_signs() -> None:
    odd: dict[str, object] = {"title": "Bölgə", "is_dated": False}
    (found,) = findings(facts(outlet(pages(100, odd, odd, odd, odd))))

    assert found.figures["signs"] == "same_title undated"
    assert found.since_at is not None
    assert "have one title, or none" in found.summary
    assert "gave no date" in found.summary


def test_a_redesign_stays_while_its_pages_stay_odd_and_is_over_when_they_are_read_again() -> None:
    (found,) = findings(facts(outlet(pages(100, *[UNREAD] * 4))))
    known = {(AlertKind.REDESIGN.value, "bolge"): as_alert(found)}
    all_odd = pages(0, *[UNREAD] * 300)  # the usual is long gone

    assert kinds(facts(outlet(all_odd), open_alerts=known)) == ["redesign"]
    mended = (*all_odd, *(page(2000 + n) for n in range(4)))
    assert kinds(facts(outlet(mended), open_alerts=known)) == []


def test_an_oddness_that_nobody_mends_is_the_new_usual_after_three_weeks() -> None:
    (found,) = findings(facts(outlet(pages(100, *[UNREAD] * 4))))
    known = {(AlertKind.REDESIGN.value, "bolge"): as_alert(found, opened_ago=22 * DAY)}

    assert kinds(facts(outlet(pages(0, *[UNREAD] * 300)), open_alerts=known)) == []


def test_pages_behind_a_challenge_are_blocked_and_no_redesign() -> None:
    wall = UNREAD | {"reading": "challenge"}

    assert kinds(facts(outlet(pages(100, *[wall] * 4)))) == ["blocked"]


def test_pages_that_do_not_come_are_failing_and_a_404_is_not() -> None:
    timeout = UNREAD | {"reading": None, "outcome": "timeout"}
    gone = UNREAD | {"reading": None, "outcome": "not_found"}

    assert kinds(facts(outlet(pages(100, *[timeout] * 4)))) == ["failing"]
    assert kinds(facts(outlet(pages(100, *[gone] * 5)))) == []


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.floats(0.005, 0.5))
def test_evidence_is_never_negative_and_an_odd_page_never_lowers_it(odd: list[bool], usual: float) -> None:
    before = run_evidence(odd, usual=usual, after_odd=usual, changed=0.9)
    after = run_evidence([*odd, True], usual=usual, after_odd=usual, changed=0.9)

    assert 0.0 <= before <= after


@given(st.lists(st.booleans(), max_size=60))
def test_a_change_point_lies_in_the_sequence_and_begins_with_an_odd_one(odd: list[bool]) -> None:
    begins = change_point(odd, usual=0.03, changed=0.9)

    assert 0 <= begins <= len(odd)
    assert begins == len(odd) or odd[begins]


@given(st.lists(st.booleans(), max_size=200))
def test_usual_shares_are_shares_and_keep_their_floor(odd: list[bool]) -> None:
    share, after = usual_shares(odd, prior=0.01, floor=0.005, run_prior=0.025)

    assert 0.005 <= share < 1
    assert 0 < after < 1


def test_chance_alone_rarely_looks_like_a_change() -> None:
    chance, alarms = Random(3), 0
    for _ in range(20_000):
        odd = [chance.random() < 0.01 for _ in range(5)]
        alarms += run_evidence(odd, usual=0.01, after_odd=0.025, changed=0.9) >= LIMITS.page_evidence_least + 3.5

    assert alarms <= 2


@pytest.mark.parametrize(
    ("count", "mean", "variance", "expected"),
    [(0, 3.0, 3.0, 0.0498), (2, 3.0, 3.0, 0.4232), (0, 3.0, 9.0, 0.1925), (5, 0.0, 1.0, 1.0)],
)
def test_the_chance_of_few_is_poissons_or_the_negative_binomials(
    count: int, mean: float, variance: float, expected: float
) -> None:
    assert few_chance(count, mean=mean, variance=variance) == pytest.approx(expected, abs=1e-3)


def test_a_median_and_its_spread_do_not_mind_one_outlier() -> None:
    assert median_spread([10, 11, 9, 10, 500]) == (10, pytest.approx(1.4826))


def test_a_quantile_is_interpolated() -> None:
    assert [quantile([1, 2, 3, 4, 5], share) for share in (0, 0.5, 0.625, 1)] == [1, 3, 3.5, 5]
