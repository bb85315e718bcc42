"""From the store's figures to metrics in Prometheus' words; docs/MONITORING.md lists each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from domain.fetch import FetchOutcome
from publish.status.concerns import is_leading
from publish.status.model import Rank
from publish.status.words import LATE_AFTER
from storage.metric_queries import MetricFacts

QUANTILES = (0.5, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the store does not know: the system's time, who this process is, and what the disk says."""

    real_now: datetime
    owner: str
    archive_bytes: int
    free_bytes: int
    last_backup_at: datetime | None = None  # of those in the folder


def metrics_of(facts: MetricFacts, moment: Moment) -> Iterator[Metric]:
    """Every metric that is computed when it is asked for."""
    yield from _polls(facts)
    yield from _queues(facts)
    yield from _service(facts, moment)
    yield _labelled(
        "parallax_alerts_open",
        "Open alerts by severity.",
        "severity",
        {rank.value: facts.alerts_open.get(rank.value, 0) for rank in Rank},
    )
    yield GaugeMetricFamily("parallax_gaps_open", "Channels' gaps that are still open.", facts.gaps_open)
    yield GaugeMetricFamily("parallax_store_bytes", "Size of the database.", facts.database_bytes)
    yield GaugeMetricFamily("parallax_archive_bytes", "Size of the archive.", moment.archive_bytes)
    yield GaugeMetricFamily("parallax_disk_free_bytes", "Free space where the archive is.", moment.free_bytes)


def store_up(is_up: bool) -> Metric:
    """Whether the store answered; where it did not, this is all there is of it."""
    return GaugeMetricFamily("parallax_store_up", "1 while the store answers, 0 while it does not.", int(is_up))


def _polls(facts: MetricFacts) -> Iterator[Metric]:
    fetches = CounterMetricFamily("parallax_fetches", "Fetches by outcome, since the store began.", labels=["outcome"])
    for outcome in sorted({*(o.value for o in FetchOutcome), *facts.fetches}):
        fetches.add_metric([outcome], facts.fetches.get(outcome, 0))
    yield fetches
    lag = GaugeMetricFamily(
        "parallax_poll_lag_seconds",
        "How late the planned polls of the last hour began; those that wait count as late as they are.",
        labels=["quantile"],
    )
    lags = sorted((*facts.polls.begun_s, *facts.polls.waiting_s))
    for quantile in QUANTILES if lags else ():
        lag.add_metric([f"{quantile:g}"], lags[max(0, -int(-quantile * len(lags) // 1) - 1)])
    yield lag
    yield GaugeMetricFamily(
        "parallax_polls_due", "Planned polls that were due in the last hour, begun or waiting.", len(lags)
    )
    late = sum(waits_s > LATE_AFTER.total_seconds() for waits_s in facts.polls.waiting_s)
    yield GaugeMetricFamily("parallax_polls_overdue", "Polls that are due for more than 60 s and not begun.", late)


def _queues(facts: MetricFacts) -> Iterator[Metric]:
    waiting = {f"target_{reason}": count for reason, count in facts.frontier.waiting}
    waiting |= {f"todo_{todo.kind}": todo.waiting for todo in facts.frontier.todos}
    yield _labelled("parallax_queue_depth", "Targets that are due and todos that wait, by kind.", "kind", waiting)
    given_up = {todo.kind: todo.given_up for todo in facts.frontier.todos}
    yield _labelled("parallax_todos_given_up", "Todos that failed too often and wait for a person.", "kind", given_up)
    yield GaugeMetricFamily("parallax_targets_dead", "Addresses given up.", facts.frontier.set_aside)
    yield GaugeMetricFamily("parallax_hosts_owned", "Hosts in work.", facts.frontier.hosts_in_work)


def _service(facts: MetricFacts, moment: Moment) -> Iterator[Metric]:
    leader = facts.leader
    leads = leader is not None and leader.owner == moment.owner and is_leading(leader, real_now=moment.real_now)
    yield GaugeMetricFamily("parallax_leader", "1 while this process leads, else 0.", int(leads))
    tick = GaugeMetricFamily("parallax_last_tick_age_seconds", "Seconds since whoever leads gave a sign of life.")
    if leader is not None:
        tick.add_metric([], max(0.0, (moment.real_now - leader.last_tick_real_at).total_seconds()))
    yield tick
    yield _timestamp(
        "parallax_last_digest_timestamp_seconds", "When the last digest was published.", facts.last_digest_at
    )
    backups = [at for at in (facts.last_backup_at, moment.last_backup_at) if at is not None]
    yield _timestamp(
        "parallax_last_backup_timestamp_seconds", "When the last backup succeeded.", max(backups, default=None)
    )


def _timestamp(name: str, meaning: str, at: datetime | None) -> Metric:
    """Seconds since the epoch; without a sample where it never was."""
    return _family(name, meaning, [] if at is None else [at.timestamp()])


def _family(name: str, meaning: str, values: Iterable[float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[])
    for value in values:
        family.add_metric([], value)
    return family


def _labelled(name: str, meaning: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family
