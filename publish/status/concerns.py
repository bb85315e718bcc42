"""What needs a person, most urgent first: open alerts, and what is wrong though no alert says so. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from publish.digest.words import plural
from publish.status.health import LATE_AFTER, gap_words, health_of, polled_channels
from publish.status.model import Concern, Health, Rank
from publish.status.words import told_cause
from storage.status_alerts import AlertFact
from storage.status_facts import ChannelHealth, LeaderFact, OutletHealth, StatusFacts

_NOT_LOOKED_AT = {Health.NEVER_LOOKED, Health.NOT_CRAWLED, Health.PAUSED}
_MANY = 4
LEADER_SILENT_AFTER = timedelta(seconds=30)  # real time; a shift ticks once a second


def concerns_of(facts: StatusFacts, *, real_now: datetime, zone: ZoneInfo) -> tuple[Concern, ...]:
    """By rank, in each the oldest first; what is not known since when comes last."""
    found = [
        *map(_alert, facts.alerts),
        *_service(facts, real_now),
        *_joined(list(_uncovered_gaps(facts)), facts.at, zone),
        *_refusals(facts),
        *_jobs(facts),
        *_given_up(facts),
    ]
    order = list(Rank)
    return tuple(sorted(found, key=lambda c: (order.index(c.rank), c.since is None, c.since or facts.at, c.subject)))


def is_leading(leader: LeaderFact | None, *, real_now: datetime) -> bool:
    """Whether the last shift is under way, by its sign of life."""
    return leader is not None and leader.ended_at is None and real_now - leader.last_tick_real_at <= LEADER_SILENT_AFTER


def _alert(alert: AlertFact) -> Concern:
    return Concern(
        rank=Rank(alert.severity),
        subject=alert.subject,
        since=alert.since_at or alert.opened_at,
        words=alert.summary,
        detail=alert.detail,
        alert_id=alert.alert_id,
    )


def _service(facts: StatusFacts, real_now: datetime) -> Iterator[Concern]:
    """A service that ran and does not any more: nobody else can say so."""
    leader = facts.leader
    if leader is None:
        yield from _nobody_looks(facts)
        return
    if is_leading(leader, real_now=real_now):
        return
    until = leader.ended_at or leader.last_tick_at
    if leader.outcome == "stopped":
        yield Concern(Rank.NOTE, "service", until, "The service is stopped: nothing is looked at by itself")
    else:
        detail = "Nothing is looked at by itself. Start `parallax run`; it goes on where it was."
        yield Concern(Rank.NOW, "service", until, "Nobody leads: the service vanished", detail)


def _nobody_looks(facts: StatusFacts) -> Iterator[Concern]:
    """No service ever ran, and the last pass by hand is long ago."""
    looked = [h for outlet in facts.outlets if (h := health_of(outlet, now=facts.at)) not in _NOT_LOOKED_AT]
    polled = [channel for outlet in facts.outlets for channel in polled_channels(outlet)]
    if polled and not looked:
        words = "Nothing was looked at yet"
        yield Concern(Rank.NOTE, "service", None, words, "parallax crawl looks once; parallax run goes on looking.")
    well = [at for channel in polled if (at := channel.last_ok_at or channel.gap_since) is not None]  # or tried first
    is_long = bool(well) and facts.at - max(well) > LATE_AFTER
    if is_long and looked and all(health in {Health.LATE, Health.NOT_SEEN} for health in looked):
        words = "No outlet was looked at well for more than three hours, and no service runs"
        yield Concern(Rank.NOTE, "service", None, words, "parallax crawl looks once; parallax run goes on looking.")


@dataclass(frozen=True, slots=True)
class _Blind:
    """An open gap that no alert is about."""

    outlet: OutletHealth
    channel: ChannelHealth
    rank: Rank

    @property
    def subject(self) -> str:
        return f"{self.outlet.slug}/{self.channel.slug}"


def _refusals(facts: StatusFacts) -> Iterator[Concern]:
    """Outlets that refuse us, of which no alert is about."""
    alarmed = {alert.outlet for alert in facts.alerts}
    for outlet in facts.outlets:
        if outlet.is_enabled and outlet.refusing_since is not None and outlet.slug not in alarmed:
            words = f"{outlet.name} refuses our user agent"
            detail = "A block is recorded and never evaded: write to the outlet, or switch it off in the catalogue."
            yield Concern(Rank.TODAY, outlet.slug, outlet.refusing_since, words, detail)


def _uncovered_gaps(facts: StatusFacts) -> Iterator[_Blind]:
    for outlet in facts.outlets:
        about = [alert for alert in facts.alerts if alert.outlet == outlet.slug]
        is_told = any(alert.channel is None for alert in about) or (outlet.refusing_since is not None and not about)
        if is_told or not outlet.is_enabled:
            continue
        named = {alert.channel for alert in about}
        rank = Rank.TODAY if health_of(outlet, now=facts.at) is Health.NOT_SEEN else Rank.NOTE
        for channel in polled_channels(outlet):
            if channel.gap_since is not None and f"{outlet.slug}/{channel.slug}" not in named:
                yield _Blind(outlet, channel, rank)


def _joined(blind: list[_Blind], now: datetime, zone: ZoneInfo) -> Iterator[Concern]:
    """A line a gap; four or more of one rank and cause share a line: the trouble is likely one, and likely ours."""
    for (rank, reason, detail), gaps in _by_cause(blind).items():
        if len(gaps) >= _MANY:
            since = min(g.channel.gap_since for g in gaps if g.channel.gap_since is not None)
            outlets = plural(len({g.outlet.slug for g in gaps}), "outlet")
            words = f"{len(gaps)} channels of {outlets} are not seen: {told_cause(reason or 'failed', detail)}"
            yield Concern(rank, "channels", since, words, ", ".join(g.subject for g in gaps))
            continue
        for gap in gaps:
            seen = "not seen" if gap.rank is Rank.TODAY else "partly seen"
            words = f"{gap.outlet.name} is {seen}: {gap_words(gap.channel, now=now, zone=zone)}"
            yield Concern(rank, gap.subject, gap.channel.gap_since, words, f"parallax channel {gap.subject}")


def _by_cause(blind: list[_Blind]) -> dict[tuple[Rank, str | None, str | None], list[_Blind]]:
    groups: dict[tuple[Rank, str | None, str | None], list[_Blind]] = {}
    for gap in blind:
        groups.setdefault((gap.rank, gap.channel.gap_reason, gap.channel.gap_detail), []).append(gap)
    return groups


def told_together(facts: StatusFacts) -> frozenset[str]:
    """The channels (``outlet/slug``) whose gaps share a line above the outlets: it need not be said of each again."""
    groups = _by_cause(list(_uncovered_gaps(facts))).values()
    return frozenset(gap.subject for gaps in groups if len(gaps) >= _MANY for gap in gaps)


def _jobs(facts: StatusFacts) -> Iterator[Concern]:
    """Calendar jobs whose last run did not end well; alerts name the digest and the backup themselves."""
    for job in facts.jobs:
        if job.last_outcome in {"failed", "lost"} and not any(job.name in alert.kind for alert in facts.alerts):
            words = f"The last run of the job {job.name} ended as {job.last_outcome}"
            yield Concern(Rank.TODAY, job.name, job.last_started_at, words, job.last_detail)


def _given_up(facts: StatusFacts) -> Iterator[Concern]:
    for todo in facts.frontier.todos:
        if todo.given_up and not any(alert.kind == "todos_given_up" for alert in facts.alerts):
            words = f"{plural(todo.given_up, 'todo')} of the kind {todo.kind} failed too often and waits for a person"
            yield Concern(Rank.NOTE, "store", None, words, "parallax db check names them")
