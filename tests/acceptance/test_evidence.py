"""Every figure of a digest leads to rows: its command, run as printed, gives what the figure was made from."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from publish.digest.build import build_digest
from publish.digest.model import Evidence
from storage.digest_queries import StoredFacts
from tests.acceptance.conftest import CrawledWorld
from tests.acceptance.evening import url_of
from tests.door import parallax
from tests.world import ZONE
from tests.world.truth import CRAWL_MOMENTS
from tests.world_days import published_at, settings_of

pytestmark = pytest.mark.slow
LAST_DAY = max(moment.date() for moment in CRAWL_MOMENTS)


def every_page(world: CrawledWorld, day: date) -> tuple[Evidence, ...]:
    """What stands behind the figures of a day's digest."""
    with world.store.read() as session:
        return build_digest(StoredFacts(session), day=day, zone=ZONE, now=published_at(day)).evidence


def pages(world: CrawledWorld, day: date) -> list[Evidence]:
    """Of what stands behind the digest's figures the largest page of each kind and each set of options."""
    largest: dict[tuple[str, ...], Evidence] = {}
    for page in sorted(every_page(world, day), key=lambda page: page.total):
        options = [word for word in shlex.split(page.command) if word.startswith("--")]
        largest[page.key.partition(".")[0], *options] = page
    return [page for page in largest.values() if page.total]


def rows_of(command: str, home: Path, url: str) -> Sequence[Mapping[str, object]]:
    """What a command prints."""
    program, *words = shlex.split(command)
    assert program == "parallax"
    environ = {name: value for name, value in settings_of(home, url).items() if name != "PARALLAX_HOME"}
    done = parallax(*words, "--format", "jsonl", home=home, **environ)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_command_of_a_figure_gives_its_rows(crawled_world: CrawledWorld) -> None:
    url = url_of(crawled_world)
    kinds = set()
    for page in pages(crawled_world, LAST_DAY):
        found = rows_of(page.command, crawled_world.home, url)
        kind = page.key.partition(".")[0]
        kinds.add(kind)
        if kind == "looks":  # the digest counts the good ones, a redirect is no look of its own
            assert len(found) >= sum(int(row[4]) for row in page.rows), page.key
            assert all(row["channel"] for row in found), page.key
        elif kind == "edits":  # those of spacing alone and our own are not counted
            assert {row[0] for row in page.rows} <= {str(row["article_id"]) for row in found}, page.key
            assert all(row["number"] > 1 for row in found), page.key  # type: ignore[operator]
        else:
            assert sorted(row[0] for row in page.rows) == sorted(str(row["article_id"]) for row in found), page.key
    assert kinds >= {"looks", "edits", "articles", "topic", "gone", "missing"}


def test_the_command_of_what_is_no_longer_served_gives_exactly_that_on_each_day(crawled_world: CrawledWorld) -> None:
    url = url_of(crawled_world)
    totals = set()
    for day in sorted({moment.date() for moment in CRAWL_MOMENTS}):
        of_day = every_page(crawled_world, day)
        for page in (page for page in of_day if page.key in {"gone.all", "missing.still", "missing.passed"}):
            found = rows_of(page.command, crawled_world.home, url)
            got = sorted((str(r["article_id"]), r["outlet"], r["state"], str(r["looks"])) for r in found)
            assert got == sorted((row[0], row[1], row[2], row[6]) for row in page.rows), page.key
            assert len(found) == page.total
            totals.add((day == LAST_DAY, page.key, page.total))
    assert {(True, "gone.all", 1), (True, "missing.still", 1), (True, "missing.passed", 1)} <= totals
    assert (False, "gone.all", 2) in totals
