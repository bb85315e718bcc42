"""The bench under load at a tiny size: it measures a real service, and what it prints and draws is whole."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from bench.load import HALVES, PAGE, with_report
from bench.load_bulk import poll_phase
from bench.load_picture import picture
from bench.load_queries import QUESTIONS
from bench.load_report import aims, curve_table, growth, lags, questions_table, runs_table, settling_mb
from bench.load_run import Result, run
from bench.load_sampling import ROLES, Sample, slope_per_hour
from bench.load_setup import Load
from bench.load_web import FIRST_NUMBER, LoadWeb, url_of
from crawler.extract.article import extract_article
from crawler.parse.feed import parse_feed
from domain.outlet import PageHints

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
WEB = LoadWeb(channels=8, articles_a_day=8 * 48, anchor=NOON, stored=5)


def test_articles_appear_as_the_clock_goes_on_and_keep_their_number() -> None:
    def listed(moment: datetime) -> list[str]:
        body = WEB.feed(3, moment, port=80)
        return [entry.url for entry in parse_feed(body, base_url="", zone=BAKU, now=moment).entries if entry.url]

    before, after = listed(NOON), listed(NOON + timedelta(hours=1))

    assert len(before) >= 5
    assert len(after) - len(before) == 2  # one each half hour
    assert after[-5:] == before[-5:]
    moment = WEB.published_at(3, FIRST_NUMBER + 7)
    assert [WEB.next_number(3, moment + timedelta(seconds=s)) - FIRST_NUMBER for s in (-1, 1)] == [7, 8]


def test_at_any_time_as_many_polls_find_something_new() -> None:
    web, every = LoadWeb(channels=2_000, articles_a_day=100_000, anchor=NOON), timedelta(minutes=15)
    found: dict[tuple[int, int], list[int]] = {}
    for channel in range(web.channels):
        for turn in (1, 2, 3):
            at = NOON + every * (turn + poll_phase(channel))
            new = web.next_number(channel, at) - web.next_number(channel, at - every)
            found.setdefault((turn, int(10 * poll_phase(channel))), []).append(new)

    assert len(found) == 30
    assert all(sum(new) / len(new) == pytest.approx(every / web.interval, abs=0.05) for new in found.values())


@pytest.mark.parametrize("channel", range(4))
def test_a_page_is_of_real_size_and_its_text_is_found_in_its_language(channel: int) -> None:
    body = WEB.page(channel, FIRST_NUMBER + channel, port=80)
    url = url_of(channel, FIRST_NUMBER + channel, port=80)
    found = extract_article(body, url=url, content_type=None, hints=PageHints(), zone=BAKU, now=NOON, languages=())

    assert 50_000 < len(body) < 160_000
    assert found.language == ("az", "ru", "en", "tr")[channel]
    assert 2_000 < len(found.text) < 4_000
    assert body == WEB.page(channel, FIRST_NUMBER + channel, port=80)


def test_a_slope_is_that_of_most_points() -> None:
    points = [(float(second), 100 + second / 360) for second in range(600)]
    points[300] = (300.0, 900.0)

    assert slope_per_hour(points) == pytest.approx(10.0, rel=0.01)


def test_growth_is_told_of_a_run_that_is_long_enough_and_from_when_it_has_settled() -> None:
    def result(minutes: int) -> Result:
        held = {60.0 * at: 500 + 5.0 * min(at, 20) + at / 60 * 3 for at in range(minutes + 1)}
        samples = [Sample(at_s, {"service": mb}, {"service": mb}, 0.0) for at_s, mb in held.items()]
        return Result(Load("long", 1, 1, 1, minutes, 3), 0, samples, 180.0)

    assert growth(result(80)) == pytest.approx(3.0)
    assert settling_mb(result(80)) == pytest.approx(5 * 16.5, abs=2)
    assert "(met: < 5 MB/h)" in aims([result(80)])[0]
    assert aims([result(30)])[0].endswith("growth too short to tell")


@pytest.mark.slow
def test_a_service_is_measured_under_load(tmp_path: Path) -> None:
    load = Load("tiny", 6, 6 * 288, 60.0, 0.5, 0.1, stored=120, older=timedelta(days=5))
    result = run(load, tmp_path / "run")

    assert result.articles_before == 120
    assert result.fetches["poll"] > 0
    assert result.articles > 0
    assert result.cpu_s > 0
    assert max(lags(result)) < 60
    assert all(role in result.samples[-1].rss_mb for role in ROLES)
    assert set(result.queries_ms) == set(QUESTIONS)
    assert result.scrape_ms
    tables = "\n\n".join([runs_table([result]), curve_table([result]), questions_table([result]), *aims([result])])
    assert "CPU an article stored" in tables
    ElementTree.fromstring(picture([result]))


@pytest.mark.parametrize("half", HALVES)
def test_the_page_has_one_place_for_the_figures_of_each_half(half: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    written = with_report(page, half, "figures")

    assert [written.count(f"<!-- {name} -->") for name in HALVES] == [1, 1]
    assert with_report(written, half, "figures") == written
    assert len(written) < len(page)
