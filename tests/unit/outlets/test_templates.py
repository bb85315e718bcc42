"""Addresses with places for a day and a page."""

from __future__ import annotations

from datetime import date

import pytest

from outlets.templates import filled, is_dated, is_of, page_of, unfillable

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example/arxiv/{yyyy}/{m}/{d}/x", "https://a.example/arxiv/2026/3/2/x"),
        ("https://a.example/archive/{yyyy}-{mm}-{dd}", "https://a.example/archive/2026-03-02"),
        ("https://a.example/a?p={page}&d={d}&m={m}&y={yyyy}", "https://a.example/a?p=4&d=2&m=3&y=2026"),
        ("https://a.example/{category}/{page}", "https://a.example/{category}/4"),
        ("https://a.example/news", "https://a.example/news"),
    ],
)
def test_a_day_and_a_page_fill_their_places(address: str, expected: str) -> None:
    assert filled(address, DAY, page=4) == expected


def test_what_neither_fills_is_named() -> None:
    assert unfillable("https://a.example/{category}/{page}?q={query}&y={yyyy}") == ("category", "query")


@pytest.mark.parametrize(("address", "expected"), [("/{yyyy}/{page}", True), ("/n?page={page}", False), ("/n", False)])
def test_a_dated_address_has_a_place_for_a_day(address: str, *, expected: bool) -> None:
    assert is_dated(f"https://a.example{address}") is expected


def test_the_page_of_an_address_is_found_again() -> None:
    address = "https://a.example/a?p={page}&d={d}"
    assert page_of(address, filled(address, DAY, page=12)) == 12
    assert page_of(address, "https://a.example/a?p=x&d=2") is None
    assert page_of("https://a.example/a", "https://a.example/a") is None


def test_an_address_is_known_by_the_template_it_fills() -> None:
    address = "https://a.example/{yyyy}/{yyyy}-{mm}"
    assert is_of(address, "https://a.example/2026/2026-03")
    assert not is_of(address, "https://a.example/2026/2025-03")
    assert not is_of(address, "https://b.example/2026/2026-03")
