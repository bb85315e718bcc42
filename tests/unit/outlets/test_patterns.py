"""Which patterns may be run over addresses that strangers wrote."""

from __future__ import annotations

import time

import pytest

from outlets.articles import MAX_MATCHED_CHARS, is_article_url
from outlets.automaton import AmbiguousLoopError, automaton_of
from outlets.catalogue import load_catalogue
from outlets.patterns import checked_pattern, degree


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*$",
        "(?:a?b?)*c",
        "^(?:a|b|ab)*$",
        r"^(?:\w+\s?)*$",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(?=(a+)+b)c",
        r"^(?:\dx|[0-9a-f]x)+g",
        "(?i)^(?:ab|A[b-f])*g",
        "^(?:a?){30}a{30}$",
        "^(?:[a-z]+/?)+$",
        "(?s)^(?:.|\n)*x",
    ],
)
def test_a_loop_that_goes_two_ways_is_refused(pattern: str) -> None:
    with pytest.raises(AmbiguousLoopError):
        degree(automaton_of(pattern))
    with pytest.raises(ValueError, match="can take exponential time"):
        checked_pattern(pattern)


@pytest.mark.parametrize("pattern", ["a.*b.*c.*d", "^.*.*.*x$", "(?:a+){10}$", r"\s+\s+\s+$"])
def test_three_loops_that_share_a_text_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="can take too long"):
        checked_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["a?" * 30 + "a" * 30, r"^(\d{1,500}){1,500}$", "(?:a{1,30}){1,40}b{1,50}c{1,60}", "a{70000}"]
)
def test_counts_that_multiply_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="allowed: "):
        checked_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^https?://(?:[a-z]+/)+",
        "(?:[a-z_-]+/)+\\d+\\.html$",
        "^https?://a/.*/.*\\.html$",
        "(?:a|b)*c",
        "(?:ab|ac)*d",
        r"^[^/?#]+-\d+$",
        r"^\d{14,17}-[^/]{1,200}$",
        "(?!feed/)[a-z]+",
        "(?P<name>a++)b",
        "^(?>a+)b",
        "^a|^b",
        "(?:xə+)*$",
    ],
)
def test_patterns_that_people_write_are_allowed(pattern: str) -> None:
    assert checked_pattern(pattern).pattern == pattern


def test_judging_the_longest_pattern_takes_less_than_a_few_seconds() -> None:
    started = time.perf_counter()
    for pattern in ("x" * 500, "[a-z]*-" * 70, "(?:" + "ab|" * 150 + "c)*", "[^/]{1,900}$"):
        try:
            checked_pattern(pattern)
        except ValueError as error:
            assert "allowed: " in str(error)  # noqa: PT017  # either answer will do, a late one will not
    assert time.perf_counter() - started < 10


HOSTILE = ["1-" * 1100, "a/" * 1100, "-1" * 1100, "/1/" * 700, "a" * 2100, "_1.html" * 300, "1" * 2100, "/az/" * 500]


def test_no_shipped_pattern_is_slow_on_hostile_addresses() -> None:
    outlets = load_catalogue().outlets.values()
    started = time.perf_counter()
    for outlet in outlets:
        for tail in HOSTILE:
            is_article_url(outlet, f"https://{(outlet.hosts or ('a.example',))[0]}/{tail}"[:MAX_MATCHED_CHARS])
    assert time.perf_counter() - started < 10


def test_an_endless_address_is_no_article() -> None:
    haqqin = load_catalogue().outlets["haqqin"]
    assert not is_article_url(haqqin, "https://haqqin.az/news/" + "1" * MAX_MATCHED_CHARS)
