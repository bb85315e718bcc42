"""The kept truth is what the script gives, what the wire shows, and holds every turn that the world promises."""

from __future__ import annotations

import gzip
import http.client
import zlib
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest

from domain.fetch import FetchOutcome, PageReading
from tests.unit.world.conftest import Ask
from tests.world import World, load_truth
from tests.world.crawl import RightCrawl
from tests.world.script import Site
from tests.world.truth import CRAWL_MOMENTS, TRUTH, truth_text

TRUTH_ROWS = load_truth()
Row = dict[str, Any]


def _one(table: str, **wanted: str) -> Row:
    rows: list[Row] = TRUTH_ROWS[table]
    [row] = [row for row in rows if all(row.get(name) == value for name, value in wanted.items())]
    return row


def _article(part: str) -> Row:
    rows: list[Row] = TRUTH_ROWS["articles"]
    [row] = [row for row in rows if part in row["url_key"]]
    return row


def test_making_the_truth_again_gives_the_kept_file() -> None:
    assert truth_text(World()) == TRUTH.read_text(encoding="utf-8"), "run: python -m tests.world truth"


def test_every_outcome_and_reading_is_a_word_of_the_domain() -> None:
    for row in TRUTH_ROWS["fetches"]:
        assert {FetchOutcome(word) for word in row["outcomes"]}
        assert [PageReading(word).value for word in row["readings"]] == row["readings"]


def test_every_channel_is_polled_once_a_moment(world: World) -> None:
    channels = sum(len(site.channels) for site in world.script.sites)
    polls = [row for row in TRUTH_ROWS["fetches"] if row["reason"] == "poll"]
    assert len(polls) == channels * len(CRAWL_MOMENTS)


def test_no_address_is_asked_twice_in_one_moment() -> None:
    asked = [(row["moment"], row.get("url_key"), row.get("channel"), row["outlet"]) for row in TRUTH_ROWS["fetches"]]
    assert len(asked) == len(set(asked))


def test_every_article_of_the_script_is_in_the_truth(world: World) -> None:
    assert len(TRUTH_ROWS["articles"]) == len(world.script.articles)


def test_a_renamed_article_has_a_new_title_over_the_old_text() -> None:
    first, second = _article("gazeteci-tugrulzade")["revisions"]
    assert first["title"] != second["title"]
    assert first["text"] == second["text"]


def test_a_number_that_changed_overnight_is_seen_the_next_morning() -> None:
    edit = _one("edits", outlet="su-nazirliyi")
    first, second = _article("sen.example/az/news/520234")["revisions"]
    assert edit["seen_at"] == "2026-03-03T09:05:00+04:00"
    assert "430 nəfər" in first["text"]
    assert second["text"] == first["text"].replace("430", "287")


def test_a_text_that_is_put_back_is_a_third_revision() -> None:
    revisions = _article("aynabulaqda-planli")["revisions"]
    assert [r["number"] for r in revisions] == [1, 2, 3]
    assert revisions[0]["text"] == revisions[2]["text"]


def test_a_text_that_gets_shorter_is_an_edit() -> None:
    before, after = _one("edits", outlet="aciq-defter")["text_chars"]
    assert after < before * 0.8


def test_a_removed_article_keeps_its_last_text() -> None:
    assert _one("removals", outlet="gundem24")["outcome"] == "gone"
    assert "Tuğrulzadə" in _article("xaricden-maliyyelesen")["revisions"][-1]["text"]


def test_a_page_that_comes_back_is_told_with_its_return() -> None:
    assert _one("removals", outlet="rights-ledger")["back_at"] == "2026-03-04T09:05:00+04:00"


def test_a_failed_first_fetch_is_made_good_at_the_next_moment() -> None:
    retried = {
        row["url_key"].split("/")[0]: revision["first_seen"]
        for row in TRUTH_ROWS["articles"]
        for revision in row["revisions"]
        if revision["reason"] == "retry"
    }
    assert retried == {
        "arazpress.example": "2026-03-04T18:05:00+04:00",  # a wall in front of its pages
        "bogazajansi.example": "2026-03-03T09:05:00+04:00",  # truncated
        "gundem24.example": "2026-03-02T23:50:00+04:00",  # empty
        "meridianwire.example": "2026-03-03T23:50:00+04:00",  # a cut gzip stream
        "sabahinfo.example": "2026-03-03T18:05:00+04:00",  # 429
        "uzakkiyi.example": "2026-03-02T18:05:00+04:00",  # stalled
    }


def test_a_failing_channel_leaves_a_gap_between_its_successes() -> None:
    gap = _one("gaps", outlet="korpu-media")
    assert (gap["from"], gap["to"]) == ("2026-03-02T23:50:00+04:00", "2026-03-04T09:05:00+04:00")
    assert {row["outlet"] for row in TRUTH_ROWS["gaps"]} == {
        "araz-press",
        "korpu-media",
        "rights-ledger",
        "xezer-vestnik",
    }


def test_the_mirror_and_the_second_feed_add_no_article() -> None:
    assert [row for row in TRUTH_ROWS["articles"] if "dalga-ayna" in row["url_key"]] == []
    keys = [row["url_key"] for row in TRUTH_ROWS["articles"]]
    assert len(keys) == len(set(keys))


def test_a_link_to_another_outlet_is_that_outlets_article() -> None:
    assert _article("villages-evacuated-after-dam-leak-410233")["outlet"] == "meridian-wire"


def test_an_impossible_time_is_no_time() -> None:
    untimed = {row["url_key"].split("/")[0] for row in TRUTH_ROWS["articles"] if row["published_at"] is None}
    assert untimed == {"dagbloqu.example", "xeberci.example"}


def test_a_page_with_a_bare_day_has_a_time_of_day_precision() -> None:
    row = _article("emekdasimiz-nergiz")
    assert (row["published_at"], row["published_precision"]) == ("2026-03-03", "day")


@pytest.mark.parametrize("day", ["2026-03-03", "2026-03-04"])
def test_the_official_group_was_wholly_seen_and_silent_on_the_arrest(day: str) -> None:
    row = _one("silence", topic="tugrulzade", day=day)
    assert "official" in row["silent_groups"]
    assert row["not_fully_seen"]["official"] == []


def test_a_group_that_was_not_wholly_seen_is_named_beside_its_silence() -> None:
    row = _one("silence", topic="demir-yolu", day="2026-03-03")
    assert row["not_fully_seen"] == {"exile": [], "independent": ["araz-press", "korpu-media"]}


def test_an_article_of_a_feed_that_was_down_is_seen_late() -> None:
    row = _article("reporter-investigating-dam-repair-detained")
    assert row["published_at"].startswith("2026-03-03T14:50")
    assert row["first_listed"] == "2026-03-04T09:05:00+04:00"


def test_namesakes_are_no_mentions() -> None:
    mentioned = {row["url_key"] for row in TRUTH_ROWS["mentions"]}
    pianist = next(r for r in TRUTH_ROWS["articles"] if r["title"].startswith("Pianoçu"))
    club = next(r for r in TRUTH_ROWS["articles"] if r["title"].startswith("«Aynabulaq» yeni"))
    assert not mentioned & {pianist["url_key"], club["url_key"]}


def test_the_truth_is_what_the_wire_shows(world: World, ask: Ask) -> None:
    words = _RobotsWords(ask)
    wrong = []
    for row in TRUTH_ROWS["fetches"]:
        if row["outcomes"] == ["address_refused"]:
            continue
        world.at(datetime.fromisoformat(row["moment"]))
        host, path = _address(world, world.script.site(row["outlet"]), row)
        seen = words.refusal(host, path, row["moment"]) or _page_word(ask, host, path)
        expected = ["ok"] if row["outcomes"][-1] == "same_content" else row["outcomes"]
        if expected == ["not_modified"]:  # asked here without its validator, it has a body that is cut off
            expected = ["truncated"]
        if seen not in expected:
            wrong.append((row, seen))
    assert wrong == []


def test_every_revision_is_on_the_wire_when_it_is_first_seen(world: World, ask: Ask) -> None:
    missing = []
    for row in TRUTH_ROWS["articles"]:
        site = world.script.site(row["outlet"])
        for revision in row["revisions"]:
            world.at(datetime.fromisoformat(revision["first_seen"]))
            path = _path(world, site, row["url_key"])
            if revision["source"] == "feed":
                path = site.channels[0].path
            page = unescape(ask(site.host, path).body.decode(site.charset))
            missing += [p for p in revision["text"].split("\n\n") if p not in page]
    assert missing == []


def _address(world: World, site: Site, row: Row) -> tuple[str, str]:
    if "channel" in row:
        channel = next(c for c in site.channels if c.slug == row["channel"])
        return channel.host or site.host, channel.path
    return site.host, _path(world, site, row["url_key"])


def _path(world: World, site: Site, key: str) -> str:
    """The path behind a url key, whose trailing slash is gone."""
    bare = "/" + key.split("/", 1)[1]
    return next((a.path for a in world.script.articles if a.outlet == site.slug and a.path.rstrip("/") == bare), bare)


class _RobotsWords:
    """What robots.txt says, asked once a host and moment."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._read: dict[tuple[str, str], RobotFileParser | None] = {}

    def refusal(self, host: str, path: str, moment: str) -> str | None:
        """Why ``path`` may not be asked for; None when it may."""
        if (host, moment) not in self._read:
            self._read[host, moment] = self._rules(host)
        rules = self._read[host, moment]
        if rules is None:
            return "robots_unreachable"
        return None if rules.can_fetch("Parallax", path) else "robots_disallowed"

    def _rules(self, host: str) -> RobotFileParser | None:
        answer = self._ask(host, "/robots.txt")
        if answer.status >= 500:
            return None
        rules = RobotFileParser()
        rules.parse(answer.body.decode().splitlines())
        return rules


def _page_word(ask: Ask, host: str, path: str) -> str:
    """How a plain client would name what came."""
    try:
        answer = ask(host, path, headers={"Accept-Encoding": "gzip"}, timeout_s=0.4)
        if answer.headers.get("content-encoding") == "gzip":
            gzip.decompress(answer.body)
    except TimeoutError:
        return "timeout"
    except (http.client.IncompleteRead, EOFError, zlib.error):
        return "truncated"
    if answer.status == 429 or "retry-after" in answer.headers:
        return "rate_limited"
    words = {200: "ok", 302: "redirected", 404: "not_found", 410: "gone"}
    return words.get(answer.status, "http_error")


@pytest.mark.parametrize("step", [timedelta(minutes=25), timedelta(hours=3)])
def test_looking_more_often_ends_with_the_same_texts(world: World, step: timedelta) -> None:
    """No edit, removal or article of the truth may hang on when exactly a crawler looks."""
    between = [CRAWL_MOMENTS[0] + step * n for n in range(int((CRAWL_MOMENTS[-1] - CRAWL_MOMENTS[0]) / step))]
    crawl = RightCrawl(world, is_eager=True).run(sorted({*between, *CRAWL_MOMENTS}))
    assert _texts(crawl) == _texts(RightCrawl(World()).run(CRAWL_MOMENTS))


def _texts(crawl: RightCrawl) -> dict[str, tuple[list[tuple[str, str]], list[str]]]:
    """Titles and texts of every article's revisions and the outcomes of its removals, by url key."""
    return {
        target.key: (
            [(r.title, r.text) for r in target.revisions],
            [outcome.value for _, outcome, _ in target.removals],
        )
        for target in crawl.targets.values()
        if target.revisions
    }
