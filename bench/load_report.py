"""What the runs under load gave, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from bench.load_queries import QUESTIONS
from bench.load_run import Result
from bench.load_sampling import ROLES, Sample, slope_per_hour

AIM_LAG_S, AIM_MB, AIM_MB_AN_HOUR = 10.0, 1000.0, 5.0
SETTLED_S = 1_200.0  # caches fill until then, and the hour's and the day's work is done for the first time
GROWTH_OF_S = 1_200.0  # a shorter time after that tells nothing of an hour
_FEWEST_ARTICLES = 50


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so many lie at or below; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)] if ordered else 0.0


def lags(result: Result) -> list[float]:
    """Wall seconds by which polls began late, after warming up; those that waited at the end as late as they were."""
    return [late_s for at_s, late_s in result.lags_s if at_s >= result.warm_s]


def total_mb(result: Result) -> float:
    """Resident megabytes of all processes, the most that was seen after warming up."""
    return max(sample.total_mb for sample in result.window)


def held_mb(result: Result) -> float:
    """The same with pages that processes share counted once: what the machine must have."""
    return max(sum(sample.pss_mb.values()) for sample in result.window)


def growth(result: Result, role: str | None = None) -> float:
    """Megabytes an hour of wall time once settled, pages that processes share counted once: of all, or of one role."""
    return slope_per_hour([(s.at_s, _pss_mb(s, role)) for s in _settled(result)])


def settling_mb(result: Result) -> float:
    """What all of it holds more once settled than at the end of warming up, in megabytes: medians of two minutes."""
    early = [s for s in result.window if s.at_s < result.warm_s + 120]
    late = [s for s in _settled(result) if s.at_s < SETTLED_S + 120]
    return median(_pss_mb(s) for s in late) - median(_pss_mb(s) for s in early)


def _settled(result: Result) -> list[Sample]:
    return [s for s in result.window if s.at_s >= SETTLED_S]


def _pss_mb(sample: Sample, role: str | None = None) -> float:
    return sum(sample.pss_mb.values()) if role is None else sample.pss_mb.get(role, 0.0)


def wall_s(result: Result) -> float:
    """Seconds between the first and the last sample after warming up."""
    return result.window[-1].at_s - result.window[0].at_s


def cpu_an_article(result: Result) -> str:
    """Milliseconds of CPU of all that Parallax does, for each article that it stored; of a few they say nothing."""
    if result.articles < _FEWEST_ARTICLES:
        return "too few to tell"
    return f"{1000 * result.cpu_s / result.articles:.0f} ms"


def cpu_ms_a_look(result: Result) -> float:
    """The same for each request of any kind."""
    return 1000 * result.cpu_s / max(1, sum(result.fetches.values()))


def runs_table(results: Sequence[Result]) -> str:
    """A row a figure, a column a run."""
    rows: list[tuple[str, list[str]]] = [
        ("simulated time", [f"{r.load.rate:g} times real" for r in results]),
        ("measured, after warming up", [f"{wall_s(r) / 60:.1f} min" for r in results]),
        ("articles stored before", [f"{r.articles_before:,}" for r in results]),
        ("requests a wall second", [f"{sum(r.fetches.values()) / wall_s(r):.1f}" for r in results]),
        ("of these polls, new pages, rechecks", [_shares(r) for r in results]),
        *(
            (f"poll lag p{round(q * 100)}, wall", [f"{quantile(lags(r), q):.2f} s" for r in results])
            for q in _QUANTILES
        ),
        ("polls that waited at the end", [str(r.unbegun) for r in results]),
        *((f"memory, {role}", [_memory(r, role) for r in results]) for role in ROLES),
        ("memory, all, the most", [f"{total_mb(r):.0f} MB" for r in results]),
        (
            "memory, all, shared pages once",
            [f"{max(sum(s.pss_mb.values()) for s in r.window):.0f} MB" for r in results],
        ),
        ("growth of all, until it has settled", [_settling(r) for r in results]),
        ("growth of all, then", [_growth(r) for r in results]),
        *((f"growth then, {role}", [_growth(r, role) for r in results]) for role in ROLES),
        ("CPU, cores", [f"{r.cpu_s / wall_s(r):.2f}" for r in results]),
        *((f"CPU, {role}", [_cpu(r, role) for r in results]) for role in ROLES),
        ("CPU an article stored", [cpu_an_article(r) for r in results]),
        ("CPU a request of any kind", [f"{cpu_ms_a_look(r):.1f} ms" for r in results]),
        ("a batch into archive and store, mean", [_mean(r, "parallax_store_seconds") for r in results]),
        (
            "reading a body, waiting and storing included, mean",
            [_mean(r, "parallax_extraction_seconds") for r in results],
        ),
        ("scrape of the metrics, median", [f"{median(r.scrape_ms or [0]):.0f} ms" for r in results]),
        ("database grew by", [f"{r.database_mb:.1f} MB" for r in results]),
        ("archive grew by", [f"{r.archive_mb:.1f} MB" for r in results]),
        ("warnings and errors in the log", [_problems(r) for r in results]),
    ]
    return _table(["", *(r.load.name for r in results)], [(name, *cells) for name, cells in rows])


_QUANTILES = (0.5, 0.95, 0.99)


def curve_table(results: Sequence[Result]) -> str:
    """A row a run: what an article and a request cost."""
    head = [
        "run",
        "channels",
        "articles before",
        "requests a second",
        "lag p95",
        "CPU an article",
        "CPU a request",
        "all MB",
    ]
    rows = [
        (
            r.load.name,
            f"{r.load.channels:,}",
            f"{r.articles_before:,}",
            f"{sum(r.fetches.values()) / wall_s(r):.1f}",
            f"{quantile(lags(r), 0.95):.2f} s",
            cpu_an_article(r),
            f"{cpu_ms_a_look(r):.1f} ms",
            f"{total_mb(r):.0f}",
        )
        for r in results
    ]
    return _table(head, rows)


def questions_table(results: Sequence[Result]) -> str:
    """A row a question that the service asks its store, a column a run."""
    rows = [(name, *(f"{r.queries_ms.get(name, 0.0):,.1f} ms" for r in results)) for name in QUESTIONS]
    return _table(["asked of the store", *(r.load.name for r in results)], rows)


def aims(results: Iterable[Result]) -> list[str]:
    """A line a run: which of the aims it met."""
    return [
        f"{r.load.name}: lag p95 {quantile(lags(r), 0.95):.2f} s ({_met(quantile(lags(r), 0.95) < AIM_LAG_S)} < 10 s), "
        f"memory {held_mb(r):.0f} MB ({_met(held_mb(r) < AIM_MB)} < 1 GB), "
        f"growth {_growth(r)}{_growth_met(r)}"
        for r in results
    ]


def _growth(result: Result, role: str | None = None) -> str:
    return f"{growth(result, role):+.1f} MB/h" if _is_long(result) else "too short to tell"


def _settling(result: Result) -> str:
    return f"{settling_mb(result):+.1f} MB" if _is_long(result) else "too short to tell"


def _is_long(result: Result) -> bool:
    return bool(result.window) and result.window[-1].at_s >= SETTLED_S + GROWTH_OF_S


def _growth_met(result: Result) -> str:
    return f" ({_met(growth(result) < AIM_MB_AN_HOUR)} < 5 MB/h)" if _is_long(result) else ""


def _met(is_met: bool) -> str:
    return "met:" if is_met else "NOT met:"


def _shares(result: Result) -> str:
    polls, new = result.fetches.get("poll", 0), result.fetches.get("new", 0)
    return f"{polls:,}, {new:,}, {result.fetches.get('recheck', 0):,}"


def _memory(result: Result, role: str) -> str:
    held = [sample.rss_mb.get(role, 0.0) for sample in result.window]
    return f"{median(held):.0f} MB, at most {max(held):.0f}"


def _cpu(result: Result, role: str) -> str:
    return f"{result.cpu_by_role.get(role, 0.0):.0f} s of all {sum(result.cpu_by_role.values()):.0f} s"


def _mean(result: Result, name: str) -> str:
    return f"{result.means_ms[name]:.0f} ms" if name in result.means_ms else "not told"


def _problems(result: Result) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(result.problems.items())) or "none"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def machine_line(load_before: float, cores: int) -> str:
    """What the runs were made on."""
    return f"{cores} cores, load of {load_before:.1f} before the first run; the invented web's server runs beside it."
