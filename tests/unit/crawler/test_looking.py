"""From a target to a request, from an answer to a look. Pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.decide import MOST_REDIRECTS
from crawler.fetch.engine import Answer, Order, Rendering
from crawler.fetch.kinds import FetchKind
from crawler.fetch.outcome import FetchVerdict, outcome_of_response
from crawler.fetch.robots import RobotsRules
from crawler.looking import (
    at_its_address,
    followed,
    is_for_a_browser,
    look_of,
    order_for,
    refused_by_robots,
    robots_order,
)
from crawler.slot import HostSlot
from domain.fetch import FetchOutcome, Reason, Response
from domain.frontier import NO_POLL, ClaimedHost, Look, NewTarget, Target
from domain.outlet import ChannelKind
from tests.unit.crawler.small_crawl import HOST, NOW, catalogue, outlet

LATER = NOW + timedelta(seconds=1)
OUTLET = replace(outlet(), pdf_url=r"^https://xeber\.example/documents/[A-Z]+\d+-(?P<year>\d{4})$")
CATALOGUE = catalogue(replace(outlet(), hosts=(HOST, "ayna.example")))
PAGE = Target(
    1, "xeber", f"https://{HOST}/a", f"{HOST}/a", HOST, Reason.NEW, etag='"a"', last_modified="Mon", body_sha256="0"
)
POLL = replace(PAGE, reason=Reason.POLL, channel_id=7, channel_slug="feed")


def _slot(robots: RobotsRules | None = None) -> HostSlot:
    host = ClaimedHost(HOST, 1, 2.0, 1, 30.0, 0.0, None, None, None, "503 Service Unavailable", None)
    return HostSlot(host=host, run_id=1, started=0.0, next_allowed=0.0, delay_s=2.0, robots=robots)


def _moved(target: Target, to: str) -> Look:
    answer = Answer(
        Order(target.url, HOST, FetchKind.PAGE, NOW, None),
        FetchVerdict(FetchOutcome.REDIRECTED, redirect_to=to),
        Response(target.url, 302, (), b"", NOW, LATER),
        conditional=False,
        received_at=LATER,
    )
    return look_of(target, answer)


def _followed(target: Target, to: str) -> NewTarget:
    found = followed(_moved(target, to), CATALOGUE)
    assert found is not None
    return found


def test_a_page_is_asked_for_with_the_validators_of_its_last_whole_body() -> None:
    order = order_for(PAGE, _slot(), outlet=OUTLET, unconditional_every=1, asked_at=NOW)

    assert (order.kind, order.etag, order.last_modified, order.body_sha256) == (FetchKind.PAGE, '"a"', "Mon", "0")


@pytest.mark.parametrize("polls", range(21))
def test_each_tenth_poll_of_a_channel_is_made_without_validators(polls: int) -> None:
    order = order_for(replace(POLL, polls=polls), _slot(), outlet=OUTLET, unconditional_every=10, asked_at=NOW)

    assert (order.etag is None and order.last_modified is None) == (polls % 10 == 9)


def test_no_poll_is_made_without_validators_where_that_is_switched_off() -> None:
    polls = (replace(POLL, polls=n) for n in range(20))

    assert all(order_for(p, _slot(), outlet=OUTLET, unconditional_every=0, asked_at=NOW).etag for p in polls)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/files/2021/05/report.PDF?x=1", FetchKind.DOCUMENT),
        ("/documents/EUR55-2017", FetchKind.DOCUMENT),
        ("/a.pdf.html", FetchKind.PAGE),
    ],
)
def test_a_document_is_known_by_its_address_and_may_be_larger_and_slower(path: str, kind: FetchKind) -> None:
    target = replace(PAGE, url=f"https://{HOST}{path}")
    order = order_for(target, _slot(), outlet=OUTLET, unconditional_every=1, asked_at=NOW)

    assert (order.kind, order.timeout_s) == (kind, 120.0 if kind is FetchKind.DOCUMENT else 30.0)


def test_a_sitemap_may_be_as_slow_as_it_may_be_large() -> None:
    target = replace(POLL, channel_kind=ChannelKind.SITEMAP)

    order = order_for(target, _slot(), outlet=OUTLET, unconditional_every=1, asked_at=NOW)

    assert (order.kind, order.timeout_s) == (FetchKind.SITEMAP, 120.0)


def test_robots_txt_is_asked_for_by_the_scheme_of_what_waits() -> None:
    slot = _slot()
    slot.add([replace(PAGE, url=f"http://{HOST}/a")])

    assert robots_order(slot, None, proxy=None, asked_at=NOW).url == f"http://{HOST}/robots.txt"


def test_a_redirect_of_robots_txt_is_followed_where_it_leads() -> None:
    assert robots_order(_slot(), "https://other.example/r", proxy=None, asked_at=NOW).url == "https://other.example/r"


def test_a_page_that_moved_to_a_mirror_of_its_outlet_keeps_the_main_hosts_key() -> None:
    found = _followed(PAGE, "https://ayna.example/b")

    assert (found.outlet, found.url_key, found.host) == ("xeber", f"{HOST}/b", "ayna.example")


def test_a_page_that_moved_to_a_stranger_counts_for_the_outlet_that_listed_it() -> None:
    found = _followed(PAGE, "https://stranger.example/b")

    assert (found.outlet, found.host) == ("xeber", "stranger.example")


def test_a_redirect_of_what_a_backfill_asks_for_is_of_the_same_days_and_waits_for_all_else() -> None:
    days = "back:feed:2026-02-09:2026-02-12"
    asked = replace(POLL, url_key=f"{days}>{HOST}/list", part_of=NO_POLL, reason=Reason.BACKFILL)

    found = _followed(asked, f"https://{HOST}/new-list")

    assert (found.url_key, found.reason) == (f"{days}>{HOST}/new-list", Reason.BACKFILL)
    assert (found.channel_id, found.part_of) == (POLL.channel_id, NO_POLL)


def test_a_redirect_of_a_poll_is_a_poll_of_the_same_channel_under_a_key_of_its_own() -> None:
    found = _followed(POLL, f"https://{HOST}/new-feed")

    assert (found.reason, found.channel_id, found.url_key) == (Reason.POLL, 7, f"poll:feed>{HOST}/new-feed")


def test_a_redirect_counts_and_names_what_led_there() -> None:
    found = _followed(replace(PAGE, redirects=2, reason=Reason.RECHECK), f"https://{HOST}/b")

    assert (found.redirects, found.via_target_id, found.reason) == (3, PAGE.id, Reason.RECHECK)


def test_the_sixth_redirect_in_a_row_is_a_loop_and_leads_nowhere() -> None:
    look = _moved(replace(PAGE, redirects=MOST_REDIRECTS), f"https://{HOST}/b")

    assert look.outcome is FetchOutcome.REDIRECT_LOOP
    assert followed(look, CATALOGUE) is None


def test_a_look_that_got_no_answer_keeps_what_was_wrong() -> None:
    answer = Answer(
        Order(PAGE.url, HOST, FetchKind.PAGE, NOW, None),
        FetchVerdict(FetchOutcome.TIMEOUT, error="no answer"),
        None,
        conditional=True,
        received_at=LATER,
    )
    look = look_of(PAGE, answer)

    assert (look.outcome, look.status, look.error, look.conditional) == (FetchOutcome.TIMEOUT, None, "no answer", True)


def test_what_robots_txt_forbids_is_disallowed() -> None:
    look = refused_by_robots(PAGE, _slot(RobotsRules.from_response(200, b"User-agent: *\nDisallow: /")), NOW)

    assert look.outcome is FetchOutcome.ROBOTS_DISALLOWED


def test_a_robots_txt_that_can_not_be_read_says_why() -> None:
    look = refused_by_robots(PAGE, _slot(RobotsRules.unreachable()), NOW)

    assert look.outcome is FetchOutcome.ROBOTS_UNREACHABLE
    assert "503 Service Unavailable" in (look.error or "")


def test_where_nothing_answered_what_kept_robots_txt_away_keeps_the_page_away() -> None:
    slot = _slot(RobotsRules.unreachable())
    slot.unreachable = (FetchOutcome.DNS_ERROR, "robots.txt: no such name")

    assert refused_by_robots(PAGE, slot, NOW).outcome is FetchOutcome.DNS_ERROR


def test_the_places_of_an_address_are_filled_for_the_outlets_day_and_no_validator_is_sent() -> None:
    late = NOW.replace(hour=21)  # past midnight in Baku
    polled = at_its_address(replace(POLL, url=f"https://{HOST}/{{yyyy}}/{{m}}/{{dd}}"), CATALOGUE, late)

    assert (polled.url, polled.etag, polled.last_modified, polled.body_sha256) == (
        f"https://{HOST}/2026/3/03", None, None, None,
    )  # fmt: skip


def test_an_address_without_places_is_asked_for_as_it_is() -> None:
    assert at_its_address(POLL, CATALOGUE, NOW) is POLL


def test_what_a_further_document_redirects_to_is_a_further_document_of_the_same_poll() -> None:
    new = _followed(replace(POLL, part_of=9), f"https://{HOST}/b")

    assert (new.url_key, new.part_of, new.channel_id) == (f"more:feed>{HOST}/b", 9, 7)


def test_an_order_goes_the_way_of_its_outlet_whoever_else_is_on_the_host() -> None:
    slot = _slot()
    slot.proxies = {"xeber": "tbilisi"}
    other = replace(PAGE, outlet="other")
    assert order_for(PAGE, slot, outlet=OUTLET, unconditional_every=10, asked_at=NOW).proxy == "tbilisi"
    assert order_for(other, slot, outlet=OUTLET, unconditional_every=10, asked_at=NOW).proxy is None


def test_a_target_whose_proxy_let_robots_txt_not_through_gets_that_as_its_outcome() -> None:
    slot = _slot()
    slot.proxies = {"xeber": "tbilisi"}
    slot.cut_off["tbilisi"] = (FetchOutcome.PROXY_ERROR, "robots.txt: the proxy tbilisi refuses connections")

    look = refused_by_robots(PAGE, slot, NOW)

    assert (look.outcome, look.proxy) == (FetchOutcome.PROXY_ERROR, "tbilisi")
    assert look.error == "robots.txt: the proxy tbilisi refuses connections"


def _came(status: int = 200, content_type: str | None = "text/html", **how: object) -> Answer:
    headers = (("Content-Type", content_type),) if content_type else ()
    response = Response(PAGE.url, status, headers, b"<div id=root>", NOW, NOW)
    order = Order(PAGE.url, HOST, FetchKind.PAGE, NOW, None)
    answer = Answer(order, outcome_of_response(response, kind=FetchKind.PAGE), response, False, NOW)
    return replace(answer, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "is_for_it"),
    [
        (_came(), True),
        (_came(content_type="application/xhtml+xml; charset=utf-8"), True),
        (_came(content_type=None), True),
        (_came(verdict=FetchVerdict(FetchOutcome.SAME_CONTENT)), True),  # the same shell may show something else
        (_came(content_type="application/rss+xml"), False),
        (_came(404), False),
        (_came(response=None), False),
        (_came(rendering=Rendering(Response(PAGE.url, 200, (), b"", NOW, NOW), "Chromium 150")), False),
    ],
)
def test_a_browser_shows_the_html_pages_of_an_outlet_that_wants_one(answer: Answer, is_for_it: bool) -> None:
    one = outlet()
    assert is_for_a_browser(answer, replace(one, render=True)) is is_for_it
    assert not is_for_a_browser(answer, one)


def test_a_page_for_a_browser_is_asked_for_without_conditions() -> None:
    target = replace(PAGE, etag='"v1"', last_modified="Mon, 02 Mar 2026 05:05:00 GMT")
    shown = replace(OUTLET, render=True)
    asked = order_for(target, _slot(), outlet=shown, unconditional_every=10, asked_at=NOW)
    assert (asked.etag, asked.last_modified) == (None, None)
