"""Builds a trial's report from what it left in its scratch store. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from crawler.examine import Examined
from domain.outlet import Outlet
from publish.check.articles import article_check, page_check, page_set_remarks, text_remarks
from publish.check.channels import channel_check
from publish.check.model import ArticleCheck, ChannelCheck, HostCheck, OutletCheck, PageCheck, Remark, Verdict, Weight
from storage.trial_facts import TrialHost, TrialOutlet

_FEWEST_ENTRIES = 4  # to say anything of a day
_SHORTEST_SPAN = timedelta(hours=6)
_ROBOTS = {
    "rules": "read; its rules are obeyed",
    "allow_all": "there is none, so everything is allowed",
    "unreachable": "can't be read, so nothing is fetched",
}
_REPLAYED_ROBOTS = {
    "rules": "is in no archive; what it had closed by then is closed",
    "unreachable": "could not be read then, so nothing is fetched",
}


def outlet_check(
    trial: TrialOutlet,
    outlet: Outlet,
    examined: Examined,
    *,
    agent: str,
    now: datetime,
    today: date,
    not_lent: Mapping[str, str],
    is_whole: bool,
    is_replayed: bool = False,
) -> OutletCheck:
    """One outlet's report. ``not_lent``: hosts that were not asked, and why; ``is_whole``: nothing was interrupted.

    ``is_replayed``: an archive answered in place of the hosts.
    """
    channels = tuple(
        channel_check(
            channel, outlet, examined, agent=agent, now=now, not_lent=_why_not_lent(channel.address, not_lent)
        )
        for channel in trial.channels
    )
    pages = tuple(page_check(page, outlet, examined, agent=agent, now=now) for page in trial.pages)
    texts = tuple(article_check(article) for article in trial.feed_articles)
    own = [*page_set_remarks(trial.pages, outlet, examined), *_feed_text_remarks(trial, texts, outlet, now)]
    own += _pages_not_asked(trial, not_lent)
    has_text = any(page.article is not None for page in pages) or bool(texts)
    if is_whole and not has_text and not pages and not own:
        own += _no_text(trial, outlet)
    return OutletCheck(
        slug=outlet.slug,
        name=outlet.name,
        group=outlet.group_on(today),
        home=outlet.home,
        verdict=verdict_of(channels, pages, own, has_text=has_text, is_whole=is_whole),
        channels=channels,
        pages=pages,
        feed_articles=texts,
        hosts=tuple(_host(host, is_replayed=is_replayed) for host in trial.hosts),
        expectations=tuple(_expectations(trial, outlet, pages, texts, now)),
        own_remarks=tuple(own),
    )


def verdict_of(
    channels: Sequence[ChannelCheck],
    pages: Sequence[PageCheck],
    own: Sequence[Remark],
    *,
    has_text: bool,
    is_whole: bool,
) -> Verdict:
    """How the outlet came through: a text that would be stored, and nothing that a person must act on, is fine."""
    remarks = [*own, *(f for one in channels for f in one.remarks), *(f for one in pages for f in one.remarks)]
    has_fault = any(remark.weight is Weight.FAULT for remark in remarks)
    waits = any(c.said == "not asked yet" for c in channels) or (not is_whole and not pages and not has_text)
    if waits and not is_whole:
        return Verdict.UNFINISHED
    if has_text:
        return Verdict.PARTLY if has_fault else Verdict.FINE
    if all(channel.state == "not asked" for channel in channels) and not has_fault:
        return Verdict.NOTHING
    return Verdict.FAILED


def _why_not_lent(address: str, not_lent: Mapping[str, str]) -> str | None:
    return next((why for host, why in not_lent.items() if f"//{host}/" in f"{address}/"), None)


def _pages_not_asked(trial: TrialOutlet, not_lent: Mapping[str, str]) -> Iterator[Remark]:
    """A good channel whose pages were on a host that was not lent."""
    asked = {host.key for host in trial.hosts}
    linked = {host for c in trial.channels for e in c.entries if e.url for host in not_lent if f"//{host}/" in e.url}
    for host in sorted(linked - asked):
        yield Remark(Weight.FAULT, "not_lent", host, f"its pages were not asked: {not_lent[host]}", "try again later")


def _no_text(trial: TrialOutlet, outlet: Outlet) -> Iterator[Remark]:
    """Entries were listed, and none of them leads to a text of this outlet."""
    entries = [entry for channel in trial.channels for entry in channel.entries]
    own = [entry for entry in entries if entry.url and entry.target_outlet == outlet.slug]
    if own and not outlet.page_fetch:
        what = "its pages are not fetched (page_fetch = false), and no feed carries a whole text"
        do = "give a feed with full texts, or find out whether its pages answer by now"
        yield Remark(Weight.FAULT, "no_text", outlet.slug, what, do)
    elif any(entry.url for entry in entries) and not own:
        what = "nothing that is listed leads to a page of this outlet"
        do = "name its hosts, or take a channel of its own"
        yield Remark(Weight.FAULT, "no_text", outlet.slug, what, do)


def _feed_text_remarks(
    trial: TrialOutlet, texts: Sequence[ArticleCheck], outlet: Outlet, now: datetime
) -> Iterator[Remark]:
    for article, check in zip(trial.feed_articles, texts, strict=True):
        yield from text_remarks(article, check, outlet, now)


def _host(host: TrialHost, *, is_replayed: bool) -> HostCheck:
    if is_replayed:
        return HostCheck(host.key, _REPLAYED_ROBOTS.get(host.robots_outcome or "", "not asked for"), host.delay_s)
    said = _ROBOTS.get(host.robots_outcome or "", "not asked for")
    status = f"{host.robots_status}, " if host.robots_status is not None else ""
    error = f" ({host.robots_error})" if host.robots_error else ""
    return HostCheck(host.key, f"{status}{said}{error}", host.delay_s)


def _expectations(
    trial: TrialOutlet, outlet: Outlet, pages: Sequence[PageCheck], texts: Sequence[ArticleCheck], now: datetime
) -> Iterator[str]:
    """Each expectation of the catalogue and how it was met, in a line."""
    expected = outlet.expectations
    low, high = expected.articles_a_day_min, expected.articles_a_day_max
    a_day = articles_a_day(trial, now)
    if low is not None or high is not None:
        wanted = f"{low if low is not None else 0} to {high}" if high is not None else f"{low} or more"
        yield f"articles a day: {wanted} expected; {_judged(a_day, low, high)}"
    elif a_day is not None:
        yield f"articles a day: nothing is expected; what is listed says about {a_day:.0f}"
    if expected.text_chars_min is not None:
        chars = [page.article.chars for page in pages if page.article is not None] or [text.chars for text in texts]
        found = f"found {', '.join(map(str, chars))}" if chars else "no text to judge by"
        yield f"characters of a text: {expected.text_chars_min} or more expected; {found}"


def _judged(a_day: float | None, low: int | None, high: int | None) -> str:
    if a_day is None:
        return "what is listed does not reach back far enough to tell"
    if low is not None and a_day < low:
        return f"what is listed says about {a_day:.1f}: fewer"
    if high is not None and a_day > high:
        return f"what is listed says about {a_day:.1f}: more"
    return f"what is listed says about {a_day:.1f}: as expected"


def articles_a_day(trial: TrialOutlet, now: datetime) -> float | None:
    """How many articles a day the dates of what is listed speak for; None where they say too little."""
    dated = {e.url: e.published.at for c in trial.channels for e in c.entries if e.published is not None and e.url}
    past = [at for at in dated.values() if at <= now]
    if len(past) < _FEWEST_ENTRIES or (span := now - min(past)) < _SHORTEST_SPAN:
        return None
    return len(past) / (span / timedelta(days=1))
