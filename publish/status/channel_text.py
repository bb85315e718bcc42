"""One channel in words: how it is polled and why so, how its last looks ended, and when it was not seen. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.frontier import TargetState
from domain.outlet import ChannelKind
from publish.digest.paragraphs import Paragraphs
from publish.digest.words import plural
from publish.status.words import (
    age_words,
    cause_words,
    late_words,
    look_words,
    moment_words,
    pace_words,
    short_words,
    span_words,
    told_cause,
    with_aside,
)
from storage.channel_queries import ChannelFacts
from storage.look_queries import LookFact
from storage.quota import QuotaUse

RECENT = timedelta(days=7)
_KEY_WIDTH = 13
LOOK_COLUMN = 16  # behind two spaces and the longest moment of this year


@dataclass(frozen=True, slots=True)
class ToldLook:
    """A look in words: ``304, 12 min after the one before``."""

    fetch_id: int
    run_id: int | None
    at: datetime
    words: str


def quota_words(used: QuotaUse, quota: int) -> str:
    """How much of a day's quota is used: ``312 of 10,000 units today, by California's clock``."""
    said = f"{used.requests:,} of {plural(quota, 'unit')} today, by California's clock"
    return f"{said}; the API says that it is used up" if used.is_refused else said


def told_looks(looks: tuple[LookFact, ...], before_all: LookFact | None = None) -> tuple[ToldLook, ...]:
    """The looks (newest first) in words, in their order; each with the pause since the one before, where one is known.

    ``before_all``: the look before the oldest of them.
    """
    told = []
    for look, before in zip(looks, (*looks[1:], before_all), strict=False):
        said = [look_words(look)]
        if look.part_of is not None:
            said[0] = f"its document {look.url}: {said[0]}"
        if before is not None and look.part_of is None and before.part_of is None:
            pause_s = (look.requested_at - before.requested_at).total_seconds()
            said.append(f"{short_words(pause_s)} after the one before")
        if late := late_words(look):
            said.append(late)
        told.append(ToldLook(look.fetch_id, look.run_id, look.requested_at, ", ".join(said)))
    return tuple(told)


def channel_text(facts: ChannelFacts, *, now: datetime, zone: ZoneInfo, width: int, quota: str | None = None) -> str:
    """The channel as plain text of ``width`` columns (80 to 120). ``quota``: how much of its API's is used."""
    page = Paragraphs(width)
    page.say(f"{facts.outlet}/{facts.slug} · {facts.kind}" + (f" · {facts.language}" if facts.language else ""))
    page.line(f"{facts.address} = {facts.platform_id}" if facts.platform_id else facts.address)
    page.blank()
    for key, said in _lines(facts, now, zone):
        page.keyed(key, said, column=_KEY_WIDTH)
    if quota is not None:
        page.keyed("quota", quota, column=_KEY_WIDTH)
    page.blank()
    told = told_looks(facts.looks, facts.before)
    page.say(f"Last {plural(len(told), 'look')}, newest first:" if told else "It was never looked at.")
    for look in told:
        at = moment_words(look.at, zone, now=now)
        run = f", run {look.run_id}" if look.run_id is not None else ""
        page.keyed(at, f"{look.words} · fetch {look.fetch_id}{run}", column=LOOK_COLUMN, indent=2)
    if facts.folded:
        folded = ", ".join(f"{polls:,} × {cause_words(outcome)}" for outcome, polls in facts.folded)
        page.say(f"Older looks, folded: {folded}.")
    return page.text()


def _lines(facts: ChannelFacts, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Key and words of each line above the looks."""
    yield "polled", _polled(facts, now, zone)
    if because := interval_reasons(facts):
        yield "because", " · ".join(because)
    yield "last poll", _last_poll(facts, now, zone)
    good = moment_words(facts.last_ok_at, zone, now=now)
    yield "last good", f"{good}; last with something new: {moment_words(facts.last_new_at, zone, now=now)}"
    if facts.host is not None:
        yield "host", _host(facts, now, zone)
    for alert in facts.alerts:
        yield f"alert, {alert.severity}", alert.summary
    yield from _gaps(facts, now, zone)


def _polled(facts: ChannelFacts, now: datetime, zone: ZoneInfo) -> str:
    if not facts.is_wanted:
        return "no: switched off in the catalogue, or no longer in it"
    if facts.not_crawled is not None:
        return f"not yet: {facts.not_crawled}"
    if facts.kind == ChannelKind.MANUAL:
        return "no: filled by `parallax add`"
    if facts.target_state == TargetState.DUE.value and facts.target_next_at is not None and facts.target_next_at <= now:
        waits_s = (now - facts.target_next_at).total_seconds()
        return (
            f"due since {moment_words(facts.target_next_at, zone, now=now)} ({age_words(waits_s)}), waits for its host"
        )
    if facts.next_poll_at is None:
        return "by the next `parallax crawl`; no service has planned it"
    every = f"{_every(facts, facts.interval_s)}, " if facts.interval_s is not None else ""
    left_s = (facts.next_poll_at - now).total_seconds()
    when = f"in {age_words(left_s)}" if left_s > 0 else f"due for {age_words(-left_s)}"
    return f"{every}next at {moment_words(facts.next_poll_at, zone, now=now)} ({when})"


def _every(facts: ChannelFacts, interval_s: int) -> str:
    paced = pace_words(interval_s, failures=facts.failures, polled_at=facts.last_polled_at, next_at=facts.next_poll_at)
    failed = "a failure" if facts.failures == 1 else f"{facts.failures:,} failures"
    return f"{paced} after {failed}" if ", now " in paced else paced


def interval_reasons(facts: ChannelFacts) -> tuple[str, ...]:
    """What the interval between polls rests on, as far as the channel itself says."""
    said = []
    if facts.depth_s is not None:
        said.append(f"its entries reach back {age_words(facts.depth_s)}")
    elif facts.window_h is not None:
        said.append(f"the catalogue says that its entries reach back {facts.window_h} h")
    if facts.ttl_s is not None:
        said.append(f"its answer calls itself fresh for {age_words(facts.ttl_s)}")
    if facts.setback:
        said.append(f"set back by failures that weigh {facts.setback:g}")
    return tuple(said)


def _last_poll(facts: ChannelFacts, now: datetime, zone: ZoneInfo) -> str:
    if facts.last_polled_at is None:
        return "never"
    ago = age_words((now - facts.last_polled_at).total_seconds())
    failed = f"; {plural(facts.failures, 'failure')} in a row" if facts.failures else ""
    return (
        f"{moment_words(facts.last_polled_at, zone, now=now)}, {ago} ago{failed}; {plural(facts.polls, 'poll')} in all"
    )


def _host(facts: ChannelFacts, now: datetime, zone: ZoneInfo) -> str:
    host = facts.host
    assert host is not None
    said = [host.key]
    if host.paused_until is not None and host.paused_until > now:
        said.append(f"asked us to wait until {moment_words(host.paused_until, zone, now=now)}")
    if host.is_in_work:
        said.append("in work now")
    robots = (host.robots_outcome or "never read").replace("_", " ")
    read = f", read {moment_words(host.robots_fetched_at, zone, now=now)}" if host.robots_fetched_at else ""
    said.append(with_aside(f"robots.txt: {robots}{read}", host.robots_error))
    return " · ".join(said)


def _gaps(facts: ChannelFacts, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """The open gap and those of the last seven days."""
    recent = [gap for gap in facts.gaps if gap.to_at is None or gap.to_at >= now - RECENT]
    for gap in recent:
        lasted = age_words(((gap.to_at or now) - gap.from_at).total_seconds())
        cause = told_cause(gap.reason, gap.detail)
        yield "not seen", f"{span_words(gap.from_at, gap.to_at, zone, now=now)} ({lasted}): {cause}"
    if not recent:
        yield "not seen", "no gap in the last seven days"
