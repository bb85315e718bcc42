"""Where redirects lead away from an article, and where they only lead to another address of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.away import away_of
from domain.fetch import FetchOutcome, Reason
from domain.frontier import Look, Target
from domain.outlet import Channel, ChannelKind, Outlet
from domain.presence import Absence
from tests.unit.crawler.small_crawl import HOST, NOW, catalogue, outlet

OUTLET = replace(
    outlet(),
    home=f"https://{HOST}/az",
    channels=(*outlet().channels, Channel("news", ChannelKind.LISTING, f"https://{HOST}/xeberler")),
)
WITH_PATTERN = replace(OUTLET, article_url=rf"^https?://{HOST}/az/\w+/\d+")


def led(to: str, *, own: str = f"https://{HOST}/az/siyaset/korpu-haqqinda", of: Outlet = OUTLET) -> Absence | None:
    target = Target(1, of.slug, own, own.removeprefix("https://"), HOST, Reason.RECHECK)
    look = Look(target, NOW, NOW, conditional=False, outcome=FetchOutcome.REDIRECTED, status=302, redirect_to=to)
    found = away_of(look, catalogue(of))
    return found.how if found is not None else None


@pytest.mark.parametrize(
    ("to", "how"),
    [
        ("/", Absence.FRONT_PAGE),
        ("/index.php", Absence.FRONT_PAGE),
        ("/en/", Absence.FRONT_PAGE),
        ("/az", Absence.FRONT_PAGE),  # the outlet's home
        ("/az/siyaset/", Absence.SECTION),
        ("/xeberler", Absence.SECTION),
        ("/404", Absence.SOFT_404),
        ("/az/not-found.html?from=korpu", Absence.SOFT_404),
        ("/az/siyaset/korpu-haqqinda/", None),  # its own address
        ("/az/siyaset/korpu-haqqinda-yeni", None),  # another article's, perhaps
        ("/login", None),
        ("/az/siyaset/korpu-haqqinda?print=1", None),
    ],
)
def test_a_front_page_a_section_and_a_page_of_errors_are_away(to: str, how: Absence | None) -> None:
    assert led(f"https://{HOST}{to}") is how


def test_another_host_says_nothing() -> None:
    assert led("https://consent.example/") is None


def test_an_address_of_an_article_is_none_of_a_section() -> None:
    own = f"https://{HOST}/az/siyaset/12345/korpu-haqqinda"

    assert led(f"https://{HOST}/az/siyaset/12345", own=own, of=WITH_PATTERN) is None
    assert led(f"https://{HOST}/az/siyaset/12345", own=own) is None  # without a pattern the number tells
    assert led(f"https://{HOST}/az/siyaset", own=own, of=WITH_PATTERN) is Absence.SECTION


def test_the_main_form_of_an_address_is_the_article() -> None:
    own = f"https://{HOST}/az/siyaset/korpu-haqqinda-1/amp"

    assert led(f"https://{HOST}/az/siyaset/korpu-haqqinda-1", own=own) is None


def test_only_a_pages_redirect_is_asked_about() -> None:
    target = Target(1, "xeber", f"https://{HOST}/feed", "poll:feed", HOST, Reason.POLL, channel_id=7)
    look = Look(target, NOW, NOW, conditional=False, outcome=FetchOutcome.REDIRECTED, redirect_to=f"https://{HOST}/")

    assert away_of(look, catalogue(OUTLET)) is None
    assert (
        away_of(replace(look, target=replace(target, channel_id=None), outcome=FetchOutcome.OK), catalogue(OUTLET))
        is None
    )
