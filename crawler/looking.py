"""From a target to a request, from an answer to a look. Pure: decides what is asked and stored, and does neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.adopt import content_type_of
from crawler.api_answers import api_refusal, posts_refusal
from crawler.back_keys import Way, way_of
from crawler.channels.place import place_url
from crawler.decide import MOST_REDIRECTS, redirected
from crawler.fetch.engine import Answer, Order
from crawler.fetch.freshness import max_age_s
from crawler.fetch.kinds import FetchKind, fetch_kind
from crawler.fetch.robots import RobotsState
from crawler.slot import HostSlot
from domain.fetch import FetchOutcome
from domain.frontier import NO_POLL, Look, NewTarget, Target
from domain.outlet import Outlet
from domain.urls import url_key
from outlets.catalogue import Catalogue
from outlets.documents import is_document_url
from outlets.templates import filled, is_template

_WHOLE = frozenset({FetchOutcome.OK, FetchOutcome.SAME_CONTENT})
_LARGE = frozenset({FetchKind.DOCUMENT, FetchKind.SITEMAP})  # their own time counts where their host has less
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


def order_for(target: Target, slot: HostSlot, *, outlet: Outlet, unconditional_every: int, asked_at: datetime) -> Order:
    """The request for a target: with validators, but for each n-th poll of a channel.

    Never with them where a browser shows it: that its shell is unchanged says nothing of what it shows.
    """
    nth = unconditional_every
    kind = kind_of(target, outlet)
    is_rendered = outlet.render and target.channel_id is None
    is_plain = is_rendered or (target.channel_id is not None and nth > 0 and target.polls % nth == nth - 1)
    return Order(
        url=target.url,
        host=slot.host.key,
        kind=kind,
        asked_at=asked_at,
        proxy=slot.proxy_of(target),
        timeout_s=max(slot.host.timeout_s, kind.timeout_s) if kind in _LARGE else slot.host.timeout_s,
        etag=None if is_plain else target.etag,
        last_modified=None if is_plain else target.last_modified,
        body_sha256=target.body_sha256,
    )


def at_its_address(target: Target, catalogue: Catalogue, now: datetime) -> Target:
    """The target with the places in its channel's address filled for the outlet's day, validators of another day gone.

    A redirect's target and a further document have an address without places.
    """
    if not is_template(target.url):
        return target
    outlet = catalogue.outlets.get(target.outlet)
    day = now.astimezone(ZoneInfo(outlet.zone) if outlet is not None else UTC).date()
    return replace(target, url=filled(target.url, day), etag=None, last_modified=None, body_sha256=None)


def kind_of(target: Target, outlet: Outlet) -> FetchKind:
    """What a target is asked for: a poll, a document by its address, else a page."""
    if target.channel_id is not None:
        return fetch_kind(target.channel_kind)
    return FetchKind.DOCUMENT if is_document_url(outlet, target.url) else FetchKind.PAGE


def robots_order(slot: HostSlot, url: str | None, *, proxy: str | None, asked_at: datetime) -> Order:
    """The request for robots.txt, the way that the target which needs it goes; ``url`` is where a redirect leads."""
    scheme = slot.waiting[0].url.partition("://")[0] if slot.waiting else "https"
    robots_url = url or f"{scheme}://{slot.host.key}/robots.txt"
    return Order(url=robots_url, host=slot.host.key, kind=FetchKind.ROBOTS, asked_at=asked_at, proxy=proxy)


def look_of(target: Target, answer: Answer, *, is_api: bool = False) -> Look:
    """What came of a target, ready to be stored. ``is_api``: it is a call of an API, made with the operator's key."""
    verdict, response = answer.verdict, answer.response
    outcome, error = verdict.outcome, verdict.error
    if is_api and response is not None:
        outcome, error = api_refusal(response, outcome) or (outcome, error)
    if way_of(target.url_key) is Way.POSTS and response is not None:
        outcome, error = posts_refusal(response, outcome) or (outcome, error)
    if outcome is FetchOutcome.REDIRECTED and target.redirects >= MOST_REDIRECTS:
        outcome, error = FetchOutcome.REDIRECT_LOOP, f"more than {MOST_REDIRECTS} redirects"
    return Look(
        target=target,
        requested_at=answer.order.asked_at,
        received_at=answer.received_at,
        conditional=answer.conditional,
        outcome=outcome,
        status=response.status if response else None,
        error=error,
        content_type=content_type_of(response.headers) if response else None,
        etag=verdict.etag,
        last_modified=verdict.last_modified,
        redirect_to=verdict.redirect_to,
        retry_after_s=verdict.retry_after_s,
        max_age_s=max_age_s(response.headers) if response else None,
        body_sha256=verdict.body_sha256,
        body_bytes=len(verdict.body) if verdict.body_sha256 else None,
        proxy=answer.order.proxy,
    )


def followed(look: Look, catalogue: Catalogue) -> NewTarget | None:
    """The target that a redirect leads to: of a channel its own, of a page the outlet's that has the host."""
    target, url = look.target, look.redirect_to
    if look.outcome is not FetchOutcome.REDIRECTED or url is None:
        return None
    if target.channel_id is not None:
        lead = ("poll" if target.part_of is None else "more") + f":{target.channel_slug}"
        if target.part_of == NO_POLL:
            lead = target.url_key.partition(">")[0]
        outlet, key = target.outlet, f"{lead}>{url_key(url)}"
    else:
        place = place_url(url, listed_by=catalogue.outlets[target.outlet], catalogue=catalogue)
        outlet, key = place.outlet, place.url_key
    return redirected(target, url, outlet=outlet, key=key)


def out_of_quota(target: Target, at: datetime, *, quota: int) -> Look:
    """The outcome of a call that would go beyond what the key may ask today."""
    error = f"today's units ({quota:,} by the settings) are used up; the next begin at midnight in California"
    return Look(target, at, at, conditional=False, outcome=FetchOutcome.QUOTA_SPENT, error=error)


def refused_by_robots(target: Target, slot: HostSlot, at: datetime) -> Look:
    """The outcome of a target that robots.txt, or its absence, keeps us from asking.

    Where nothing answered at all, what kept robots.txt from being read is what keeps the target from being read.
    """
    proxy = slot.proxy_of(target)
    if proxy is not None and proxy in slot.cut_off:
        outcome, error = slot.cut_off[proxy]
        return Look(target, at, at, conditional=False, outcome=outcome, error=error, proxy=proxy)
    assert slot.robots is not None
    if slot.unreachable is not None:
        outcome, error = slot.unreachable
    elif slot.robots.state is RobotsState.UNREACHABLE:
        cause = slot.host.robots_error or "no answer that can be relied on"
        outcome, error = FetchOutcome.ROBOTS_UNREACHABLE, f"robots.txt can't be read ({cause}): nothing is fetched"
    else:
        outcome, error = FetchOutcome.ROBOTS_DISALLOWED, "robots.txt disallows it"
    return Look(target, at, at, conditional=False, outcome=outcome, error=error, proxy=proxy)


def is_for_a_browser(answer: Answer, outlet: Outlet) -> bool:
    """Whether what came is to be shown by a browser before it is stored: an HTML page of an outlet that asks for it.

    The bytes of last time may show something else by now.
    """
    if not outlet.render or answer.rendering is not None or answer.response is None:
        return False
    declared = (content_type_of(answer.response.headers) or "text/html").partition(";")[0].strip().lower()
    return answer.verdict.outcome in _WHOLE and declared in _HTML_TYPES
