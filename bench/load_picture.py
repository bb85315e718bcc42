"""The picture of the runs under load, as SVG made by hand: memory and lag over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from bench.load_report import AIM_LAG_S, AIM_MB, aims, quantile
from bench.load_run import Result
from bench.load_sampling import ROLES

_COLOURS = dict(zip((*ROLES, "all"), ("#1d2a4d", "#a04a1c", "#8b98b8", "#4f7a3a", "#111111"), strict=True))
_LATE = {"median": "#1d2a4d", "95 %": "#a04a1c"}
_WIDTH, _PANEL, _LEFT, _TOP = 460, 190, 56, 64


def picture(results: Sequence[Result]) -> str:
    """An SVG: above the memory of each role over time, below how late polls began, one column a run."""
    width, height = _LEFT + len(results) * (_WIDTH + _LEFT), _TOP + 2 * (_PANEL + 62)
    style = (
        ".bg{fill:#fcfbf8}.h{font-size:15px;font-weight:700;fill:#1d2a4d}.s{font-size:12px;fill:#46423a}"
        ".g{stroke:#d8d4c8;stroke-width:1}.l{fill:none;stroke-width:1.8}.aim{stroke:#b3261e;stroke-dasharray:5 4}"
        ".r{text-anchor:end}.m{text-anchor:middle}"
    )
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    fonts = "'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d" font-family="{fonts}">'
    parts = [
        head,
        '<title id="t">The service under load: memory and lag of polls</title>',
        f'<desc id="d">{escape("; ".join(aims(results)))}</desc>',
        f"<style>{style}</style>",
        f'<rect class="bg" width="{width}" height="{height}"/>',
    ]
    for place, result in enumerate(results):
        parts += _column(result, _LEFT + place * (_WIDTH + _LEFT))
    parts += _legend(height - 14)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _column(result: Result, x: int) -> list[str]:
    load, minutes = result.load, max(result.samples[-1].at_s / 60, 1e-9)
    lines = {role: [(s.at_s / 60, s.rss_mb.get(role, 0.0)) for s in result.samples] for role in ROLES}
    lines["all"] = [(s.at_s / 60, sum(s.pss_mb.values())) for s in result.samples]
    late = {name: _by_minute(result, share) for name, share in (("median", 0.5), ("95 %", 0.95))}
    title = f"{load.channels:,} channels, {load.articles_a_day:,.0f} articles a day, {load.rate:g} times real time"
    memory = _Panel(x, _TOP, minutes, AIM_MB, lines)
    lag = _Panel(x, _TOP + _PANEL + 52, minutes, AIM_LAG_S, late)
    return [
        f'<text class="h" x="{x}" y="26">{escape(title)}</text>',
        *memory.drawn("MB that each holds; all: shared pages once"),
        *lag.drawn("wall seconds that polls began late: median (blue) and 95 %"),
    ]


def _by_minute(result: Result, share: float) -> list[tuple[float, float]]:
    minutes: dict[int, list[float]] = {}
    for at_s, late_s in result.lags_s:
        minutes.setdefault(int(at_s // 60), []).append(late_s)
    return [(minute + 0.5, quantile(late, share)) for minute, late in sorted(minutes.items())]


@dataclass(frozen=True, slots=True)
class _Panel:
    """One diagram: lines of (minute, value) by name, with the aim as a broken line."""

    x: int
    y: int
    minutes: float
    aim: float
    lines: Mapping[str, Sequence[tuple[float, float]]]

    @property
    def most(self) -> float:
        """The value at the upper edge."""
        return 1.08 * max([self.aim, *(value for points in self.lines.values() for _, value in points)])

    def drawn(self, title: str) -> list[str]:
        """Its elements."""
        parts = [f'<text class="s" x="{self.x}" y="{self.y - 8}">{escape(title)}</text>']
        for step in range(5):
            level, at = self._level(self.most * step / 4), self.x + _WIDTH * step / 4
            parts.append(f'<path class="g" d="M{self.x} {level}h{_WIDTH}"/>')
            parts.append(f'<text class="s r" x="{self.x - 6}" y="{level}">{self.most * step / 4:.0f}</text>')
            minute = f"{self.minutes * step / 4:.{0 if self.minutes >= 8 else 1}f} min"
            parts.append(f'<text class="s m" x="{at:.0f}" y="{self.y + _PANEL + 16}">{minute}</text>')
        parts.append(f'<path class="l aim" d="M{self.x} {self._level(self.aim)}h{_WIDTH}"/>')
        for name, points in self.lines.items():
            drawn = " ".join(f"{self._across(at)},{self._level(value)}" for at, value in points)
            parts.append(f'<polyline class="l" stroke="{(_COLOURS | _LATE)[name]}" points="{drawn}"/>')
        return parts

    def _level(self, value: float) -> float:
        return round(self.y + _PANEL * (1 - value / self.most), 1)

    def _across(self, minute: float) -> float:
        return round(self.x + _WIDTH * min(minute, self.minutes) / self.minutes, 1)


def _legend(y: int) -> list[str]:
    parts, x = [], _LEFT
    for name, colour in _COLOURS.items():
        parts.append(f'<path class="l" stroke="{colour}" d="M{x} {y - 4}h22"/>')
        parts.append(f'<text class="s" x="{x + 28}" y="{y}">{name}</text>')
        x += 44 + 8 * len(name)
    parts.append(f'<path class="aim" d="M{x} {y - 4}h22"/><text class="s" x="{x + 28}" y="{y}">aim</text>')
    return parts
