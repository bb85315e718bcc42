"""Facts of a status written by hand: four outlets on an evening. All invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from publish.status.build import build_status
from publish.status.model import Status
from storage.digest_facts import GapFact
from storage.status_alerts import AlertFact
from storage.status_facts import (
    ChannelHealth,
    FrontierFacts,
    JobFact,
    LeaderFact,
    OutletHealth,
    PollTimes,
    StatusFacts,
    StoreFacts,
)
from storage.status_queries import TodoCount
from tests.unit.publish.status.looks import NOW

BAKU = ZoneInfo("Asia/Baku")


def ago(**length: float) -> datetime:
    """So long before the status."""
    return NOW - timedelta(**length)


def channel(slug: str = "feed", **known: object) -> ChannelHealth:
    """A channel that answered well five minutes ago."""
    seen = ChannelHealth(
        slug=slug, kind="feed", is_polled=True, last_polled_at=ago(minutes=5), last_ok_at=ago(minutes=5)
    )
    return replace(seen, **known)  # type: ignore[arg-type]


def blind(slug: str = "feed", **known: object) -> ChannelHealth:
    """A channel with an open gap."""
    return channel(slug, **{"gap_since": ago(hours=2), "gap_reason": "challenge", "failures": 6, **known})


def outlet(slug: str = "sahil", *channels: ChannelHealth, **known: object) -> OutletHealth:
    """An outlet with these channels, or with one that is seen well."""
    seen = OutletHealth(
        slug=slug,
        name=slug.title(),
        languages=("az",),
        is_enabled=True,
        refusing_since=None,
        articles_today=4,
        usual=(5, 4, 3, 6, 5, 4, 4),
        channels=channels or (channel(),),
    )
    return replace(seen, **known)  # type: ignore[arg-type]


def alert(**known: object) -> AlertFact:
    """An alert about the outlet's one channel."""
    open_one = AlertFact(
        alert_id=1,
        kind="blocked",
        subject="sahil/feed",
        outlet="sahil",
        channel="sahil/feed",
        severity="now",
        opened_at=ago(hours=2),
        since_at=ago(hours=3),
        last_seen_at=NOW,
        summary="Sahil answers with a challenge page",
        detail="Write to the outlet.",
        figures={},
    )
    return replace(open_one, **known)  # type: ignore[arg-type]


def leader(**known: object) -> LeaderFact:
    """A shift that ticked a second ago."""
    leads = LeaderFact("boot:4026:4242:99", ago(days=5), NOW, ago(seconds=1), None, None, 12)
    return replace(leads, **known)  # type: ignore[arg-type]


def job(**known: object) -> JobFact:
    """A backup that went well this morning."""
    good = JobFact("backup", "daily at 04:00", ago(hours=-4), ago(hours=19), ago(hours=19), "done", None)
    return replace(good, **known)  # type: ignore[arg-type]


def facts(*outlets: OutletHealth, **known: object) -> StatusFacts:
    """A status of these outlets, with a leader, a backup and a gap of the morning."""
    told = StatusFacts(
        at=NOW,
        outlets=outlets or (outlet(),),
        alerts=(),
        leader=leader(),
        jobs=(job(),),
        polls=PollTimes((0.5, 3.0, 104.0), ()),
        frontier=FrontierFacts(
            (("new", 37), ("poll", 2)), ago(minutes=6), 5, 4, (("ok", 9751), ("robots_disallowed", 61)),
            (TodoCount("read", 3, 0),), 2,
        ),
        lags_s=(10.0, 290.0, 680.0, 2520.0),
        store=StoreFacts(18_400_000_000, 90_000_000_000, 211 * 10**9, 10**9, ago(hours=18), "0003", "0003"),
        gaps=(GapFact("sahil", "feed", ago(hours=10), ago(hours=4), "http_error", "503", is_caught_up=True),),
    )  # fmt: skip
    return replace(told, **known)  # type: ignore[arg-type]


def status(*outlets: OutletHealth, **known: object) -> Status:
    """The status these facts make."""
    return build_status(facts(*outlets, **known), real_now=NOW, zone=BAKU)
