"""What is wrong with what a channel listed. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.examine import Examined
from domain.outlet import ChannelKind, Outlet
from outlets.articles import is_article_url
from publish.check.dates import why_undated
from publish.check.looks import barrier_remark, is_good, look_remark
from publish.check.model import ChannelCheck, Remark, Weight
from publish.digest.words import plural
from storage.trial_facts import TrialChannel, TrialEntry

_LOOK_AT_LINKS = "look whether link_css still selects its links and article_url still matches them"


def channel_check(
    channel: TrialChannel, outlet: Outlet, examined: Examined, *, agent: str, now: datetime, not_lent: str | None
) -> ChannelCheck:
    """The channel with what it listed and what is wrong with it."""
    state, said, remarks = _state(channel, outlet, examined, agent=agent, not_lent=not_lent)
    if state == "good":
        remarks += _failed_parts(channel, outlet, examined, agent=agent)
        remarks += _listed(channel, outlet, now) if channel.entries else [_nothing_listed(channel, examined, agent)]
    return ChannelCheck(
        slug=channel.slug,
        kind=channel.kind,
        address=channel.address,
        state=state,
        said=said,
        entries=len(channel.entries),
        remarks=tuple(remarks),
    )


def _state(
    channel: TrialChannel, outlet: Outlet, examined: Examined, *, agent: str, not_lent: str | None
) -> tuple[str, str, list[Remark]]:
    if channel.not_crawled is not None:
        return "not asked", f"can't be polled: {channel.not_crawled}", []
    if not channel.is_wanted:
        return "not asked", "switched off in the catalogue", []
    if not channel.looks:
        if not_lent is None:
            return "not asked", "not asked yet", []
        do = "try again later; a check waits three minutes for a host"
        return "not asked", not_lent, [Remark(Weight.FAULT, "not_lent", channel.slug, f"not asked: {not_lent}", do)]
    last = channel.looks[-1]
    remark = look_remark(last, channel.slug, outlet, examined, agent=agent)
    if remark is not None:
        remark = _of_its_kind(remark, channel, examined)
        return "failed", remark.what, [remark, *_moved(channel)]
    return "good", _found(channel, outlet), _moved(channel)


def _of_its_kind(remark: Remark, channel: TrialChannel, examined: Examined) -> Remark:
    """A channel that is no feed is not reproached with being none."""
    if remark.code != "not_a_feed" or channel.kind == "feed":
        return remark
    look = channel.looks[-1]
    seen = examined.documents.get(look.fetch_id)
    title = f"; what came is “{seen.title}”" if seen is not None and seen.title else ""
    do = "look at the address in a browser: it is not what it was"
    if channel.kind == "listing":
        do = _LOOK_AT_LINKS
    return replace(remark, what=f"it can't be read as a {channel.kind}: {look.error or 'nothing in it'}{title}", do=do)


def _moved(channel: TrialChannel) -> list[Remark]:
    last = channel.looks[-1]
    if not is_good(last) or all(look.redirect_to is None for look in channel.looks[:-1]):
        return []
    what = f"its address has moved to {last.url}"
    return [Remark(Weight.NOTE, "moved", channel.slug, what, "give that address; the old one may end")]


def _failed_parts(channel: TrialChannel, outlet: Outlet, examined: Examined, *, agent: str) -> Iterator[Remark]:
    """The first further document that could not be had, told for all of them."""
    parts = [look for look in channel.parts if look.redirect_to is None]
    told = [(look.url, look_remark(look, channel.slug, outlet, examined, agent=agent)) for look in parts]
    failed = [(url, remark) for url, remark in told if remark is not None]
    if failed:
        url, remark = failed[0]
        what = f"{len(failed)} of {len(parts)} further documents could not be had, such as {url}: {remark.what}"
        yield replace(remark, weight=Weight.NOTE, what=what)


def _found(channel: TrialChannel, outlet: Outlet) -> str:
    entries = channel.entries
    if not entries:
        return "found nothing listed"
    parts = [f"found {plural(len(entries), 'entry', 'entries')}"]
    dated = sum(entry.published is not None for entry in entries)
    texts = sum(entry.has_text for entry in entries)
    parts.append(f"{dated} dated")
    if outlet.article_url:
        parts.append(f"{sum(_fits(entry, outlet) for entry in entries)} by article_url")
    if texts:
        parts.append(f"{texts} with their text")
    if channel.looks[-1].error:
        parts.append(f"with a note ({channel.looks[-1].error})")
    return ", ".join(parts)


def _fits(entry: TrialEntry, outlet: Outlet) -> bool:
    return entry.url is not None and is_article_url(outlet, entry.url)


def _listed(channel: TrialChannel, outlet: Outlet, now: datetime) -> Iterator[Remark]:
    yield from _links(channel, outlet)
    yield from _dates(channel, channel.entries, now)


def _nothing_listed(channel: TrialChannel, examined: Examined, agent: str) -> Remark:
    look = channel.looks[-1]
    seen = examined.documents.get(look.fetch_id)
    if seen is not None and seen.barrier is not None:
        return barrier_remark(seen.barrier, channel.slug, agent=agent)
    why = f" ({look.error})" if look.error else ""
    do = "look at it in a browser; where it stays empty, take the outlet's listing page"
    if channel.kind == "listing":
        do = _LOOK_AT_LINKS
    return Remark(Weight.FAULT, "no_entries", channel.slug, f"a valid channel that lists nothing{why}", do)


def _links(channel: TrialChannel, outlet: Outlet) -> Iterator[Remark]:
    entries = channel.entries
    without = sum(entry.url is None for entry in entries)
    if without:
        weight = Weight.FAULT if without * 2 > len(entries) else Weight.NOTE
        what = f"{without} of {len(entries)} entries have no link that can be followed"
        yield Remark(weight, "no_links", channel.slug, what, "without links only the feed's own texts can be kept")
    foreign = [entry for entry in entries if entry.url and entry.target_outlet != outlet.slug]
    if foreign:
        what = f"{len(foreign)} of {len(entries)} links lead to {foreign[0].target_outlet}'s host"
        yield Remark(Weight.NOTE, "foreign_links", channel.slug, what, "they are kept under that outlet")
    if ChannelKind(channel.kind).is_platform:  # posts lie at the platform
        return
    own = [entry for entry in entries if entry.url and entry.target_outlet == outlet.slug]
    outside = [entry for entry in own if not _fits(entry, outlet)]
    if not outside:
        return
    is_most = len(outside) * 2 > len(own)
    shown = outside[0].url
    if outlet.article_url:
        what = f"{len(outside)} of {len(own)} links do not match article_url, such as {shown}"
        do = "correct article_url: what does not match it is no article to listings and canonical addresses"
    else:
        what = f"{len(outside)} of {len(own)} links leave the outlet's hosts, such as {shown}"
        do = "name that host in hosts or edition_hosts if it is the outlet's"
    yield Remark(Weight.FAULT if is_most else Weight.NOTE, "outside", channel.slug, what, do)


def _dates(channel: TrialChannel, entries: Sequence[TrialEntry], now: datetime) -> Iterator[Remark]:
    undated = [entry for entry in entries if entry.published is None]
    unread = [entry for entry in undated if entry.published_raw]
    if unread:
        what = f"{len(unread)} of {len(entries)} dates are not believed: {why_undated(unread[0].published_raw, now)}"
        yield Remark(Weight.FAULT, "dates_unread", channel.slug, what, "they are kept as given; the page's date counts")
    bare = len(undated) - len(unread)
    if bare and channel.kind == "feed":
        what = f"{bare} of {len(entries)} entries have no date"
        yield Remark(Weight.NOTE, "dates_missing", channel.slug, what, "the page's date counts where it has one")
    ahead = [e for e in entries if e.published is not None and e.published.at > now + timedelta(minutes=15)]
    if ahead:
        what = f"{len(ahead)} of {len(entries)} dates lie ahead of now, such as {_iso(ahead[0])}"
        do = "most likely a zone: the outlet's file names it in zone"
        yield Remark(Weight.FAULT, "dates_ahead", channel.slug, what, do)


def _iso(entry: TrialEntry) -> str:
    assert entry.published is not None
    return entry.published.isoformat()
