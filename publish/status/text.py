"""The status as plain text of 80 to 120 columns: for a terminal, a pipe and a mail. No colour, no markup. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from publish.digest.paragraphs import Paragraphs
from publish.digest.safe import columns_of
from publish.digest.words import plural, zone_name
from publish.status.model import Gaps, OutletLine, Runs, Status
from publish.status.words import (
    age_words,
    brief_age_words,
    brief_moment_words,
    bytes_words,
    count_words,
    moment_words,
    short_words,
    span_words,
)

_KEY_WIDTH = 27
_HEAD = ("outlet", "health", "last good", "age", "next due", "today", "usual")


def status_text(status: Status, *, width: int, is_worst: bool = False) -> str:
    """The whole status, in the order of the model. With ``is_worst`` only what is not seen well."""
    return _Text(status, width).page(is_worst=is_worst)


class _Text:
    def __init__(self, status: Status, width: int) -> None:
        self._status = status
        self._zone = ZoneInfo(status.zone)
        self._page = Paragraphs(width)

    def page(self, *, is_worst: bool) -> str:
        status = self._status
        outlets = [o for o in status.outlets if not is_worst or not o.health.is_seen or o.why]
        self._page.say(status.sentence)
        self._concerns()
        self._outlets(outlets)
        if not is_worst:
            self._facts("Runs", _run_lines(status.runs, status.at, self._zone))
            self._facts("Frontier", _frontier_lines(status, self._zone))
            self._facts("Lag, listed → stored", _lag_lines(status))
            self._facts("Store", _store_lines(status, self._zone))
            self._gaps(status.gaps)
        return self._page.text()

    def _at(self, at: datetime | None, never: str = "never") -> str:
        return moment_words(at, self._zone, now=self._status.at, never=never)

    def _concerns(self) -> None:
        self._page.heading("What needs a person")
        if not self._status.concerns:
            self._page.say("Nothing.")
        for concern in self._status.concerns:
            since = f", since {self._at(concern.since)}" if concern.since and "since" not in concern.words else ""
            self._page.keyed(f"{concern.rank.glyph} {concern.rank.value}", f"{concern.words}{since}", column=8)
            if concern.detail:
                self._page.say(concern.detail, indent=8)

    def _outlets(self, outlets: Sequence[OutletLine]) -> None:
        shown = f"{len(outlets)} of {len(self._status.outlets)} shown, worst first"
        self._page.heading(f"Outlets ({zone_name(self._zone, self._status.at)})", shown)
        if not outlets:
            self._page.say("Every outlet is seen well." if self._status.outlets else "None is known.")
            return
        rows = [_HEAD, *(self._row(outlet) for outlet in outlets)]
        widths = [max(columns_of(row[i]) for row in rows) for i in range(len(_HEAD))]
        widths[0] = min(widths[0], self._page.width - sum(widths[1:]) - 2 * (len(widths) - 1))
        for row, outlet in zip(rows, (None, *outlets), strict=True):
            self._page.lines.append(_line(row, widths))
            for why in outlet.why if outlet else ():
                self._page.say(why, indent=4)

    def _row(self, outlet: OutletLine) -> tuple[str, ...]:
        now = self._status.at
        return (
            outlet.slug,
            f"{outlet.health.glyph} {outlet.health.value}",
            brief_moment_words(outlet.last_good_at, self._zone, now=now),
            brief_age_words(outlet.age_s) if outlet.age_s is not None else "–",
            brief_moment_words(outlet.next_at, self._zone, now=now, never="–"),
            f"{outlet.articles_today:,}",
            f"{outlet.usual:,.1f}" if outlet.usual is not None else "–",
        )

    def _facts(self, title: str, lines: Iterator[tuple[str, str]]) -> None:
        self._page.heading(title)
        for key, value in lines:
            self._page.keyed(key, value, column=_KEY_WIDTH)

    def _gaps(self, gaps: Gaps) -> None:
        self._page.heading("Gaps in the last 7 days")
        if not gaps.count:
            self._page.say("None.")
            return
        longest = f"; {count_words(len(gaps.longest))} longest" if len(gaps.longest) > 1 else ""
        self._page.say(f"{plural(gaps.count, 'gap')}, {age_words(gaps.total_s)} in all{longest}:")
        for gap in gaps.longest:
            caught_up = {None: "still open", True: "caught up", False: "caught up: not known"}[gap.is_caught_up]
            span = span_words(gap.started_at, gap.ended_at, self._zone, now=self._status.at)
            self._page.say(f"{gap.where}, {span}: {gap.cause} · {caught_up}", indent=2, hang=4)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    """Cells side by side; the last two, counts, are set to the right, and a long name is cut."""
    name = row[0] if len(row[0]) <= widths[0] else row[0][: widths[0] - 1] + "…"
    cells = [
        cell.rjust(width) if i >= len(row) - 2 else cell.ljust(width)
        for i, (cell, width) in enumerate(zip((name, *row[1:]), widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _run_lines(runs: Runs, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield "due in the last hour", f"{runs.due:,}" + (f"; {runs.waiting:,} wait for their host" if runs.waiting else "")
    yield "started on time (≤ 60 s)", f"{runs.on_time:,}"
    yield "latest start", short_words(runs.latest_s) if runs.latest_s is not None else "–"
    since = moment_words(runs.leader_since, zone, now=now)
    if runs.leader is not None:
        yield "leader", f"{leader_words(runs.leader)}, since {since}"
    else:
        yield "leader", f"none since {since}" if runs.leader_since else "none: no service ever ran on this store"
    for job in runs.jobs:
        good = moment_words(job.last_succeeded_at, zone, now=now)
        planned = moment_words(job.next_at, zone, now=now, never="not planned")
        ended = f"; the last run: {job.last_outcome}" if job.last_outcome not in {None, "done"} else ""
        yield f"job {job.name}", f"next {planned}, last success {good}{ended}"


def leader_words(owner: str) -> str:
    """``process 4242``: what of an owner (boot, process namespace, process, start) a person can use."""
    parts = owner.split(":")
    return f"process {parts[-2]}" if len(parts) >= 3 else owner


def _frontier_lines(status: Status, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    frontier = status.frontier
    later = f"; {frontier.later:,} planned for later" if frontier.later else ""
    yield "pages waiting", f"{frontier.waiting:,}{later}"
    oldest = frontier.oldest_due_at
    yield "oldest", age_words((status.at - oldest).total_seconds()) if oldest else "–"
    yield "set aside", f"{frontier.set_aside:,}"
    yield "fetched today", f"{frontier.fetched_today:,}"
    yield "refused by robots.txt", f"{frontier.refused_by_robots_today:,}"
    yield "hosts in work", f"{frontier.hosts_in_work:,}"
    given_up = f"; {frontier.todos_given_up:,} given up" if frontier.todos_given_up else ""
    yield "still to be read, indexed", f"{frontier.todos_waiting:,}{given_up}"


def _lag_lines(status: Status) -> Iterator[tuple[str, str]]:
    lag = status.lag
    if lag.median_s is None or lag.ninety_of_100_s is None or lag.slowest_s is None:
        yield "today", "no article yet"
        return
    yield "median", f"{short_words(lag.median_s)} ({plural(lag.articles, 'article')} today)"
    yield "90 of 100", short_words(lag.ninety_of_100_s)
    yield "slowest today", short_words(lag.slowest_s)


def _store_lines(status: Status, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    store = status.store
    yield "size", f"database {bytes_words(store.database_bytes)}, archive {bytes_words(store.archive_bytes)}"
    room = "not known yet: too little history" if store.days_of_room is None else f"{store.days_of_room:,}"
    yield "days of room left", f"{room} ({bytes_words(store.free_bytes)} free)"
    yield "last digest", moment_words(store.last_digest_at, zone, now=status.at)
    yield "last backup", moment_words(store.last_backup_at, zone, now=status.at)
    yield "schema", f"{store.revision} {'= head' if store.is_head else '≠ head: run `parallax db upgrade`'}"
