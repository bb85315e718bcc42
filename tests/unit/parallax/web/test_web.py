"""/healthz and /metrics over real HTTP and a real store; what is scraped is compared with the database row by row."""

from __future__ import annotations

import http.client
import json
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, func, select

from crawler.owner import this_owner
from domain.errors import ConfigError
from parallax.bootstrap import Parallax
from parallax.config import load_settings
from parallax.metrics import EXTRACTION, Recorder
from parallax.statuses import present_status
from parallax.web.health import health_report
from parallax.web.server import serving
from storage import Session, Store
from storage.metric_queries import SETTLED_AFTER, FetchCounter
from storage.tables import (
    AlertRow,
    ChannelHourRow,
    DigestRow,
    FetchRow,
    GapRow,
    HostRow,
    JobRow,
    ShiftRow,
    TargetRow,
    TodoRow,
)
from tests.backup.keeping import made_backup
from tests.unit.publish.hand_made import DAY, at
from tests.unit.publish.written import Writer

NOW = at("18:00")


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def parallax(database_url: str, tmp_path: Path, port: int) -> Iterator[Parallax]:
    """Parallax on a migrated store, at one moment, with its web."""
    made = Parallax(
        load_settings(
            {
                "PARALLAX_DATABASE_URL": database_url,
                "PARALLAX_HOME": str(tmp_path / "home"),
                "PARALLAX_WEB_PORT": str(port),
                "PARALLAX_CLOCK": f"{NOW.isoformat()}@0",
            }
        )
    )
    yield made
    made.store.close()


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _scrape(port: int) -> dict[tuple[str, str], float]:
    """(name, value of its one label or nothing) → figure."""
    status, body = _get(port, "/metrics")
    assert status == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


def _busy_evening(session: Session) -> None:
    """A service at work: polls in time and late, a queue, gaps, alerts, a digest and a backup."""
    writer = Writer(session)
    for slug in ("sahil", "other"):
        writer.outlet(slug)
    channel = writer.channel("sahil")
    poll = writer.target("sahil", "x", at("00:00"), channel=channel)
    for asked, due, outcome in (("17:10", "17:10", "ok"), ("17:20", "17:19", "not_modified"), ("17:55", "17:30", "ok")):
        fetch = session.get_one(FetchRow, writer.fetch(poll, "sahil", at(asked), outcome=outcome, channel=channel))
        fetch.due_at = at(due)
    waiting = session.get_one(TargetRow, poll)
    waiting.state, waiting.next_at = "due", at("17:58")
    for path, state in (("a", "due"), ("b", "due"), ("c", "dead"), ("d", "idle")):
        row = session.get_one(TargetRow, writer.target("sahil", path, at("00:00")))
        row.state, row.next_at = state, at("17:00") if state == "due" else None
    for outcome, day in (("timeout", -3), ("ok", -3), ("robots_disallowed", -9)):
        writer.fetch(2, "sahil", at("12:00", day=day), outcome=outcome)
    session.add(ChannelHourRow(channel_id=channel, hour_at=at("01:00", day=-40), outcome="ok", polls=700))
    session.add(ChannelHourRow(channel_id=channel, hour_at=at("02:00", day=-40), outcome="not_modified", polls=50))
    writer.gap(channel, at("10:00"), None)
    writer.gap(channel, at("01:00"), at("02:00"))
    session.get_one(HostRow, "other.example").owner = "somebody"
    session.add(TodoRow(kind="read", subject_id=1, created_at=NOW, attempts=0))
    session.add(TodoRow(kind="read", subject_id=2, created_at=NOW, attempts=5, error="broken"))
    session.add(TodoRow(kind="mentions", subject_id=1, created_at=NOW, attempts=0))
    for severity, closed in (("now", None), ("note", None), ("note", None), ("today", NOW)):
        session.add(
            AlertRow(
                kind="failing",
                subject="store",
                severity=severity,
                opened_at=NOW,
                last_seen_at=NOW,
                closed_at=closed,
                summary="s",
                figures={},
            )
        )
    session.add(JobRow(name="backup", schedule="daily at 04:00", last_succeeded_at=at("04:10")))
    session.add(
        DigestRow(name="daily", day=DAY, zone="UTC", made_at=at("02:00"), catalogue_hash="c", versions={}, content="{}")
    )
    _shift(session, owner=this_owner(), tick=datetime.now(UTC))


def _shift(session: Session, *, owner: str, tick: datetime, ended: datetime | None = None) -> None:
    session.add(
        ShiftRow(
            owner=owner,
            started_at=at("06:00"),
            last_tick_at=NOW,
            last_tick_real_at=tick,
            ended_at=ended,
            outcome=None if ended is None else "stopped",
            ticks=1,
        )
    )


def test_what_is_scraped_agrees_with_the_database_row_by_row(parallax: Parallax, port: int) -> None:
    parallax.store.write(_busy_evening)
    with serving(parallax, Recorder()):
        scraped = _scrape(port)
    with parallax.store.read() as session:
        fetches = Counter(session.scalars(select(FetchRow.outcome)))
        for row in session.scalars(select(ChannelHourRow)):
            fetches[row.outcome] += row.polls
        due = Counter(
            f"target_{row.reason}"
            for row in session.scalars(select(TargetRow))
            if row.state == "due" and row.next_at is not None and row.next_at <= NOW
        )
        todos = Counter(f"todo_{row.kind}" for row in session.scalars(select(TodoRow)) if row.attempts < 5)
        severities = Counter(row.severity for row in session.scalars(select(AlertRow)) if row.closed_at is None)
        gaps_open = sum(row.to_at is None for row in session.scalars(select(GapRow)))
        owned = sum(row.owner is not None for row in session.scalars(select(HostRow)))

    def labelled(name: str) -> dict[str, float]:
        return {label: value for (found, label), value in scraped.items() if found == name and value}

    assert labelled("parallax_fetches_total") == fetches
    assert labelled("parallax_queue_depth") == due + todos
    assert labelled("parallax_alerts_open") == severities
    assert labelled("parallax_todos_given_up") == {"read": 1}
    single = {name: value for (name, label), value in scraped.items() if not label}
    assert (single["parallax_gaps_open"], single["parallax_hosts_owned"], single["parallax_targets_dead"]) == (
        gaps_open,
        owned,
        1,
    )
    assert (single["parallax_polls_due"], single["parallax_polls_overdue"]) == (4, 1)
    assert labelled("parallax_poll_lag_seconds") == {"0.5": 60, "0.95": 1500, "0.99": 1500, "1": 1500}
    assert (single["parallax_leader"], single["parallax_store_up"]) == (1, 1)
    assert 0 <= single["parallax_last_tick_age_seconds"] < 30
    assert single["parallax_last_digest_timestamp_seconds"] == at("02:00").timestamp()
    assert single["parallax_last_backup_timestamp_seconds"] == at("04:10").timestamp()
    assert single["parallax_store_bytes"] > 0
    assert single["parallax_archive_bytes"] == 0


def test_a_backup_made_by_hand_counts_too(parallax: Parallax, port: int) -> None:
    parallax.store.write(_busy_evening)
    later = NOW + timedelta(minutes=5)
    made_backup(parallax.settings.backup_folder, later)
    with serving(parallax, Recorder()):
        scraped = _scrape(port)

    assert scraped["parallax_last_backup_timestamp_seconds", ""] == later.timestamp()
    assert present_status(parallax).store.last_backup_at == later


def test_an_empty_store_can_be_scraped(parallax: Parallax, port: int) -> None:
    with serving(parallax, Recorder()):
        scraped = _scrape(port)

    assert scraped["parallax_fetches_total", "ok"] == 0
    assert scraped["parallax_alerts_open", "now"] == 0
    assert ("parallax_last_digest_timestamp_seconds", "") not in scraped
    assert ("parallax_poll_lag_seconds", "0.5") not in scraped


def test_counters_do_not_go_down_when_old_polls_are_folded(store: Store) -> None:
    def fill(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel = writer.channel("sahil")
        target = writer.target("sahil", "x", at("00:00"), channel=channel)
        for day in (-40, -35, -2):
            writer.fetch(target, "sahil", at("12:00", day=day), channel=channel)
        writer.fetch(target, "sahil", at("17:50"), channel=channel)

    def fold(session: Session) -> None:
        gone = FetchRow.requested_at < at("12:00", day=-30)
        count = session.scalar(select(func.count()).select_from(FetchRow).where(gone)) or 0
        session.execute(delete(FetchRow).where(gone))
        session.add(ChannelHourRow(channel_id=1, hour_at=at("12:00", day=-40), outcome="ok", polls=count))

    def more(session: Session) -> None:
        Writer(session).fetch(1, "sahil", at("20:00"), outcome="timeout", channel=1)

    store.write(fill)
    counter = FetchCounter()
    seen = []
    for change, now in ((None, NOW), (fold, NOW), (more, at("20:01")), (None, NOW + 3 * SETTLED_AFTER)):
        if change is not None:
            store.write(change)
        with store.read() as session:
            seen.append(counter.counts(session, now=now))
    with store.read() as session:
        afresh = FetchCounter().counts(session, now=NOW + 3 * SETTLED_AFTER)
        set_back = counter.counts(session, now=at("12:00"))

    assert seen == [{"ok": 4}, {"ok": 4}, {"ok": 4, "timeout": 1}, {"ok": 4, "timeout": 1}]
    assert afresh == set_back == seen[-1]


def test_what_a_crawl_tells_becomes_histograms(parallax: Parallax, port: int) -> None:
    recorder = Recorder()
    recorder.on_event("reading.done", {"fetch": 1, "seconds": 0.05})
    recorder.on_event("batch.stored", {"looks": 3, "seconds": 0.02})
    recorder.on_event("fetch.stored", {"fetch": 1})
    recorder.on_event("reading.done", {"fetch": 2})
    recorder.observe(EXTRACTION, 1.0)
    with serving(parallax, recorder):
        scraped = _scrape(port)

    assert scraped["parallax_extraction_seconds_count", ""] == 2
    assert scraped["parallax_extraction_seconds_sum", ""] == pytest.approx(1.05)
    assert scraped["parallax_store_seconds_count", ""] == 1


@pytest.mark.parametrize(
    ("owner", "age_s", "ended", "is_well", "leads"),
    [
        (None, 0, False, True, False),
        ("me", 1, False, True, True),
        ("me", 45, False, False, True),
        ("me", 45, True, True, False),
        ("you", 3600, False, True, False),  # another's trouble, which its own /healthz tells
    ],
)
def test_a_process_is_well_while_the_store_answers_and_its_own_lead_is_fresh(
    store: Store, *, owner: str | None, age_s: int, ended: bool, is_well: bool, leads: bool
) -> None:
    if owner is not None:
        tick = NOW - timedelta(seconds=age_s)
        store.write(lambda session: _shift(session, owner=owner, tick=tick, ended=NOW if ended else None))
    report = health_report(store, owner="me", real_now=NOW)

    assert (report.is_well, report.leads) == (is_well, leads)
    assert bool(report.problems) == (not is_well)


def test_health_is_told_as_json(parallax: Parallax, port: int) -> None:
    with serving(parallax, Recorder()):
        status, body = _get(port, "/healthz")
        assert _get(port, "/")[0] == 404
    told = json.loads(body)

    assert status == 200
    assert (told["is_well"], told["problems"], told["leads"]) == (True, [], False)
    assert datetime.fromisoformat(told["at"]).isoformat() == told["at"]


def test_a_store_that_is_gone_is_told_and_neither_page_breaks(tmp_path: Path, port: int) -> None:
    from tests.databases import migrated_store, sqlite_url

    with migrated_store(sqlite_url(tmp_path)):
        pass
    made = Parallax(load_settings({"PARALLAX_HOME": str(tmp_path), "PARALLAX_WEB_PORT": str(port)}))
    with serving(made, Recorder()):
        assert made.store.dialect == "sqlite"
        made.store.close()
        for file in tmp_path.glob("parallax.db*"):
            file.unlink()
        status, body = _get(port, "/healthz")
        scraped = _scrape(port)

    assert status == 503
    assert "the database does not answer" in json.loads(body)["problems"][0]
    assert scraped["parallax_store_up", ""] == 0


def test_a_port_that_is_taken_is_an_error_that_names_it_and_zero_serves_nothing(tmp_path: Path, port: int) -> None:
    environ = {"PARALLAX_HOME": str(tmp_path), "PARALLAX_WEB_PORT": str(port)}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with (
            pytest.raises(ConfigError, match=f"127.0.0.1:{port} can't be used"),
            serving(Parallax(load_settings(environ)), Recorder()),
        ):
            pass
    with serving(Parallax(load_settings({"PARALLAX_HOME": str(tmp_path)})), Recorder()) as served:
        assert served is None
