"""Where things stand on the digest's time lines, in percent of their width. Pure numbers and words; no markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.outlet import GROUP_TITLES, Group
from publish.digest.lines import Wording, column_words
from publish.digest.model import Coverage, GlanceRow, GroupColumn

TICK_HOURS = 3
MARKS_SHOWN = 200  # of one group; more would be one bar
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 72, 20, 3


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled hour."""

    x: float
    label: str
    anchor: str
    is_odd: bool  # left out on narrow screens


@dataclass(frozen=True, slots=True)
class Mark:
    """An article: a sign at the first look with it, and a bar from the last look without it."""

    start: float
    x: float
    words: str

    @property
    def width(self) -> float:
        """Length of the bar; 0 where none is drawn."""
        return self.x - self.start


class Lanes:
    """The day as a line from its start to its end."""

    def __init__(self, wording: Wording) -> None:
        digest = wording.digest
        self._wording = wording
        self._start = digest.window_start
        self._length_s = (digest.window_end - digest.window_start).total_seconds()
        self._coverage = {covered.group: covered for covered in digest.coverage}
        self.ticks = tuple(self._ticks())
        self.until = self._x(digest.observed_until)  # nothing is drawn beyond: those hours are still to come

    def _ticks(self) -> Iterable[Tick]:
        hours = int(self._length_s // 3600)
        for hour in range(0, hours + 1, TICK_HOURS):
            at = self._start + timedelta(hours=hour)
            anchor = "start" if hour == 0 else "end" if hour + TICK_HOURS > hours else "middle"
            yield Tick(self._x(at), self._wording.clock(at), anchor, hour % (2 * TICK_HOURS) != 0)

    def _x(self, at: datetime) -> float:
        share = (at - self._start).total_seconds() / self._length_s
        return round(100 * min(1.0, max(0.0, share)), 2)

    def blind(self, group: Group) -> list[tuple[float, float]]:
        """Stretches in which something of the group was not seen: start and width."""
        covered = self._coverage.get(group)
        spans = covered.spans if covered else ()
        return [(self._x(one.start), round(self._x(one.end) - self._x(one.start), 2)) for one in spans]

    def blind_shapes(self, covered: Coverage, *, height: int = 18) -> list[tuple[float, float, float]]:
        """The same for the bar of coverage, each as deep as the share of the group's outlets that was not seen."""
        shapes = []
        for one in covered.spans:
            depth = max(3.0, height * one.outlets / max(covered.outlets, one.outlets))
            shapes.append((self._x(one.start), round(self._x(one.end) - self._x(one.start), 2), round(depth, 1)))
        return shapes

    def marks(self, column: GroupColumn) -> list[Mark]:
        """The group's articles of the day, the first 200 of them."""
        marks = []
        for article in column.articles[:MARKS_SHOWN]:
            earliest, latest = article.bounds
            start = self._x(earliest) if earliest is not None else self._x(latest)
            marks.append(Mark(start, self._x(latest), f"{article.outlet_name}, {self._wording.time(article)}"))
        return marks

    def edits(self, column: GroupColumn) -> list[tuple[float, str]]:
        """Changes to the group's articles on this topic."""
        shown = {article.article_id for article in column.articles}
        return [
            (self._x(edit.seen.by), f"{edit.outlet_name}: edited {self._wording.between(edit)}")
            for edit in self._wording.digest.edits
            if edit.article_id in shown
        ]

    def words(self, column: GroupColumn) -> str:
        """What the lane shows, for those who do not see it."""
        times = ", ".join(self._wording.time(article) for article in column.articles[:8])
        blind = "; something was not seen" if self.blind(column.group) else ""
        said = f"{column_words(column)}: {times}" if times else "no article seen"
        return f"{GROUP_TITLES[column.group]}: {said}{blind}"

    def blind_words(self, covered: Coverage) -> str:
        """The stretches not seen, in words."""
        spans = [f"{self._wording.clock(one.start)} to {self._wording.clock(one.end)}" for one in covered.spans]
        name = GROUP_TITLES[covered.group]
        return f"{name}: not completely seen {', '.join(spans)}" if spans else f"{name}: no gap"


def spark(row: GlanceRow) -> tuple[str, tuple[float, float]] | None:
    """Points of a small line over the days before and the day itself, and its last point; None without days before."""
    if not row.days:
        return None
    values: Sequence[int] = (*row.days, row.articles.value)
    low, high = min(values), max(values)
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / (len(values) - 1)
    room = SPARK_HEIGHT - 2 * SPARK_EDGE - 2
    points = [
        (
            round(SPARK_EDGE + i * step, 1),
            round(SPARK_HEIGHT - SPARK_EDGE - 1 - room * ((value - low) / (high - low) if high > low else 0.5), 1),
        )
        for i, value in enumerate(values)
    ]
    return " ".join(f"{x},{y}" for x, y in points), points[-1]
