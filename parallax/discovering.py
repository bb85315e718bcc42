"""``parallax discover`` as the door runs it: a home page, then the feeds that it names, through the ordinary pipeline.

The outlet that nobody has described yet is described for as long as it is looked at: a file of its own in the scratch
home, with its home page as a listing and each candidate as a feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.discovery import FeedSeen, HomeSeen, examine_feed, examine_home
from crawler.examine import Examined
from crawler.fetch.robots import RobotsRules, RobotsState
from crawler.pool import Pool
from domain.urls import http_url
from outlets.writing import Draft, draft_text
from parallax.bootstrap import Parallax
from parallax.crawling import OnEvent
from parallax.trials import Examiner, Trial, open_trial
from publish.check.looks import is_good, look_remark
from publish.check.model import Remark
from publish.drafts import FeedFound, Found
from storage.trial_facts import TrialChannel, TrialHost, TrialOutlet

COMMON_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
MOST_FEEDS = 12
_SLUG = "candidate"
_HOME = "home"
_PRELOAD = ("crawler.discovery", "feedparser")


@dataclass(frozen=True, slots=True)
class _Round:
    """What one round left: the store's facts, the home page, the feeds and what was wrong, by channel."""

    outlet: TrialOutlet
    home: HomeSeen | None
    feeds: dict[str, FeedSeen]
    remarks: dict[str, Remark]

    def channel(self, slug: str) -> TrialChannel:
        return next(channel for channel in self.outlet.channels if channel.slug == slug)


def discover(parallax: Parallax, url: str, folder: Path, *, delay_s: float, on_event: OnEvent) -> Found:
    """What the outlet at ``url`` names. Raises ConfigError before anything is asked."""
    zone = str(parallax.settings.time_zone)
    now = parallax.clock.now()
    first = _round(parallax, url, folder, {}, delay_s=delay_s, on_event=on_event)
    looks = first.channel(_HOME).looks
    if first.home is None:
        return Found(url, now, zone, delay_s, remark=first.remarks.get(_HOME))
    at = looks[-1].url
    named = first.home.feeds or tuple(found for path in COMMON_FEEDS if (found := http_url(path, base=at)) is not None)
    candidates = {f"feed-{number}": feed for number, feed in enumerate(named[:MOST_FEEDS], start=1)}
    second = _round(parallax, url, folder, candidates, delay_s=delay_s, on_event=on_event)
    return Found(
        url=at,
        now=now,
        zone=zone,
        delay_s=delay_s,
        home=first.home,
        listed=tuple(entry.url for entry in first.channel(_HOME).entries if entry.url is not None),
        feeds=tuple(_feed(second, slug, asked, is_named=bool(first.home.feeds)) for slug, asked in candidates.items()),
        sitemaps=_sitemaps(second.outlet.hosts, at),
    )


def _round(
    parallax: Parallax, url: str, folder: Path, feeds: dict[str, str], *, delay_s: float, on_event: OnEvent
) -> _Round:
    """Poll what was not polled yet of the home page and the candidates, and look at what came."""
    catalogue = folder / "catalogue"
    catalogue.mkdir(exist_ok=True)
    (catalogue / f"{_SLUG}.toml").write_text(_candidate(url, feeds, delay_s), encoding="utf-8")
    with open_trial(parallax, folder, on_event=on_event, catalogue=catalogue) as trial:
        trial.scratch.require_contact()
        trial.poll()
        return _read(trial, ZoneInfo(str(parallax.settings.time_zone)))


def _read(trial: Trial, zone: ZoneInfo) -> _Round:
    outlet = trial.outlet(_SLUG)
    home: HomeSeen | None = None
    feeds: dict[str, FeedSeen] = {}
    with Pool(1, preload=_PRELOAD) as pool:
        examiner = Examiner(trial, pool)
        examiner.examine(outlet)
        for channel in outlet.channels:
            look = channel.looks[-1] if channel.looks else None
            if look is None or look.outcome != "ok":
                continue
            if channel.slug == _HOME:
                home = examiner.of(look, examine_home)
            elif (seen := examiner.of(look, examine_feed, zone=zone, now=trial.scratch.clock.now())) is not None:
                feeds[channel.slug] = seen
    remarks = {c.slug: found for c in outlet.channels if (found := _remark(trial, c, examiner.found)) is not None}
    return _Round(outlet, home, feeds, remarks)


def _remark(trial: Trial, channel: TrialChannel, examined: Examined) -> Remark | None:
    """Why a channel was not read, if it was not."""
    stated = trial.scratch.catalogue.outlets[_SLUG]
    agent = trial.scratch.user_agent.partition("/")[0]
    return look_remark(channel.looks[-1], channel.address, stated, examined, agent=agent) if channel.looks else None


def _feed(found: _Round, slug: str, asked: str, *, is_named: bool) -> FeedFound:
    looks = found.channel(slug).looks
    is_read = bool(looks) and is_good(looks[-1])
    return FeedFound(
        asked=asked,
        url=looks[-1].url if looks else asked,
        is_named=is_named,
        seen=found.feeds.get(slug) if is_read else None,
        remark=found.remarks.get(slug),
    )


def _sitemaps(hosts: Sequence[TrialHost], url: str) -> tuple[str, ...]:
    """The sitemaps that the hosts' robots.txt name."""
    texts = [host.robots_body for host in hosts if host.robots_outcome == RobotsState.RULES.value and host.robots_body]
    found = (sitemap for text in texts for sitemap in RobotsRules(RobotsState.RULES, text).sitemaps(url))
    return tuple(dict.fromkeys(found))


def _candidate(url: str, feeds: dict[str, str], delay_s: float) -> str:
    """The file under which the outlet is looked at."""
    channels = [{"slug": _HOME, "kind": "listing", "url": url}]
    channels += [{"slug": slug, "kind": "feed", "url": feed} for slug, feed in feeds.items()]
    text = draft_text(Draft((), {"slug": _SLUG, "name": "Candidate", "home": url}, tuple(channels)))
    return f"{text}\n[politeness]\ndelay_s = {delay_s}\n"
