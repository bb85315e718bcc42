"""Which addresses a page is known at, judged by the addresses alone."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from crawler.reading.addresses import addresses_of, alternates_of
from domain.extraction import Extraction, ExtractionOutcome
from domain.outlet import Channel, ChannelKind, Outlet
from domain.sameness import Alternate
from domain.urls import url_key
from outlets.catalogue import Catalogue

OUTLET = Outlet(
    "xeber",
    "Xəbər",
    (),
    home="https://xeber.example/",
    hosts=("xeber.example", "xeber-net.example"),
    channels=(Channel("list", ChannelKind.LISTING, "https://xeber.example/son-xeberler"),),
)
OTHER = Outlet("muzey", "Muzey", (), hosts=("muzey.example",))
CATALOGUE = Catalogue(
    MappingProxyType({"xeber": OUTLET, "muzey": OTHER}),
    MappingProxyType({}),
    "c1",
    (),
    MappingProxyType({"xeber.example": "xeber", "xeber-net.example": "xeber", "muzey.example": "muzey"}),
)
PAGE = "https://xeber.example/az/korpu-acildi"


def _said(canonical: str | None = None, *others: str, alternates: tuple[Alternate, ...] = ()) -> Extraction:
    return Extraction(
        ExtractionOutcome.OK, "x", canonical_url=canonical, other_canonicals=others, alternates=alternates
    )


def _found(said: Extraction, url: str = PAGE) -> tuple[list[tuple[str, str]], tuple[str, ...]]:
    found = addresses_of((url_key(url, host_aliases=OUTLET.host_aliases), url), (), said, OUTLET, CATALOGUE)
    return [(address.kind, address.url_key) for address in found.known], found.notes


@pytest.mark.parametrize("canonical", [None, PAGE, "http://www.xeber-net.example/az/korpu-acildi/?utm_source=x"])
def test_a_page_that_names_itself_or_nothing_is_at_its_own_address(canonical: str | None) -> None:
    assert _found(_said(canonical)) == ([("listed", "xeber.example/az/korpu-acildi")], ())


def test_another_address_of_its_outlet_is_a_claim() -> None:
    known, notes = _found(_said("https://xeber-net.example/az/korpu-acildi-2"))

    assert known == [("listed", "xeber.example/az/korpu-acildi"), ("canonical", "xeber.example/az/korpu-acildi-2")]
    assert notes == ()


@pytest.mark.parametrize(
    ("canonical", "why"),
    [
        ("https://xeber.example/", "a front page"),
        ("https://xeber.example/az/", "a front page"),
        ("https://xeber.example/index.php", "a front page"),
        ("https://xeber.example/son-xeberler/", "a section"),
        ("https://muzey.example/az/korpu-acildi", "on no host of the outlet"),
        ("https://baska.example/az/korpu-acildi", "on no host of the outlet"),
        ("https://d1.cloudfront.net/az/korpu-acildi", "on no host of the outlet"),
    ],
)
def test_what_can_be_no_article_of_the_outlet_is_told_and_left_out(canonical: str, why: str) -> None:
    known, notes = _found(_said(canonical))

    assert known == [("listed", "xeber.example/az/korpu-acildi")]
    assert why in notes[0]


@pytest.mark.parametrize("url", [f"{PAGE}/2", f"{PAGE}?sehife=2"])
def test_a_later_page_of_many_is_not_its_first(url: str) -> None:
    known, notes = _found(_said(PAGE), url)

    assert len(known) == 1
    assert "a first page" in notes[0]


def test_a_page_that_names_two_canonicals_names_none() -> None:
    known, notes = _found(_said("https://xeber.example/az/a-1", "https://xeber.example/az/b-2"))

    assert len(known) == 1
    assert "several canonicals" in notes[0]


def test_an_amp_page_is_known_at_its_main_form_and_may_name_it() -> None:
    known, notes = _found(_said(PAGE), f"{PAGE}/amp/")

    assert known == [("listed", "xeber.example/az/korpu-acildi/amp"), ("form", "xeber.example/az/korpu-acildi")]
    assert notes == ()


def test_versions_count_on_the_outlets_own_hosts_and_once() -> None:
    links = [
        ("az", PAGE),
        ("ru", "https://xeber.example/ru/most-otkryt"),
        ("ru", "https://xeber-net.example/ru/most-otkryt/"),
        ("en", "https://xeber.example/en/"),
        ("en", "https://muzey.example/en/bridge"),
    ]
    said = _said(alternates=tuple(Alternate(language, url) for language, url in links))
    known = addresses_of((url_key(PAGE), PAGE), (), said, OUTLET, CATALOGUE).known

    assert [
        (a.language, a.url_key) for a in alternates_of(said.alternates, {a.url_key for a in known}, OUTLET, CATALOGUE)
    ] == [("ru", "xeber.example/ru/most-otkryt")]
