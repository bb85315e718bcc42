"""Three days of the sample world, crawled over real HTTP, end in exactly what its truth says; on both databases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from crawler.archive import read_record
from storage import Session
from storage.tables import FetchRow, RecordRow
from tests.acceptance import compare
from tests.acceptance.conftest import CrawledWorld
from tests.world_run import ROOT

pytestmark = pytest.mark.slow
Truth = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def truth() -> Truth:
    """The world's own account."""
    return json.loads((ROOT / "tests/world/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def crawled(crawled_world: CrawledWorld) -> Iterator[Session]:
    """A session on the store after twelve crawls on three days."""
    with crawled_world.store.read() as session:
        yield session


def test_articles_and_revisions_are_exact(crawled: Session, truth: Truth) -> None:
    want = {(a["outlet"], a["url_key"]): _article(a) for a in truth["articles"]}
    got = {
        key: {name: value for name, value in article.items() if name != "published"}
        for key, article in compare.articles(crawled).items()
    }

    assert compare.differences("article", want, got) == []


def _article(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": row["title"],
        "language": row["language"],
        "first_listed": row["first_listed"],
        "revisions": [
            {
                "number": r["number"],
                "title": r["title"],
                "text": compare.words_of(r["text"]),
                "first_seen": r["first_seen"],
                "source": r["source"],
            }
            for r in row["revisions"]
        ],
    }


def test_publication_times_are_among_those_the_outlet_states_in_the_best_precision(
    crawled: Session, truth: Truth
) -> None:
    wrong = []
    got = compare.articles(crawled)
    for row in truth["articles"]:
        published = got[row["outlet"], row["url_key"]]["published"]
        accepted = [a for a in row["published_accepted"] if a["precision"] == row["published_precision"]]
        if (published is None) != (not accepted) or (published is not None and published not in accepted):
            wrong.append((row["url_key"], published, accepted))

    assert wrong == []


def test_every_look_ended_as_the_world_meant_it_to(crawled: Session, truth: Truth) -> None:
    got = compare.fetches(crawled, truth["moments"])
    unexpected = Counter(got)
    missing = []
    for row in truth["fetches"] + [f for f in truth["failures"] if f not in truth["fetches"]]:
        what = row.get("channel") or row["url_key"]
        fits = [
            key
            for outcome in row["outcomes"]
            for reading in row["readings"] or [""]
            if unexpected[key := (row["moment"], row["outlet"], what, outcome, reading if outcome == "ok" else "")]
        ]
        if fits:
            unexpected[fits[0]] -= 1
        else:
            missing.append(row)

    assert missing == []
    assert [key for key, count in unexpected.items() if count] == []


def test_gaps_are_exact(crawled: Session, truth: Truth) -> None:
    got = compare.gaps(crawled)
    want = sorted((g["outlet"], g["channel"], g["from"], g["to"]) for g in truth["gaps"])
    reasons = {(g["outlet"], g["channel"], g["from"]): g["reasons"] for g in truth["gaps"]}

    assert [g[:4] for g in got] == want
    assert all(g[4] in reasons[g[:3]] for g in got)


def test_mentions_are_exact(crawled: Session, truth: Truth) -> None:
    want = {(m["topic"], m["outlet"], m["url_key"], m["revision"]): m["words"] for m in truth["mentions"]}
    got = compare.mentions(crawled)

    assert sorted(got.keys() ^ want.keys()) == []
    assert [key for key in want if not compare.in_order(want[key], got[key])] == []


def test_removals_are_suspected_and_their_texts_stay(crawled: Session, truth: Truth) -> None:
    want = {(r["outlet"], r["url_key"]) for r in truth["removals"] if r["back_at"] is None}

    assert compare.suspected(crawled) == want


def test_nothing_is_left_to_do(crawled: Session) -> None:
    assert compare.left_to_do(crawled) == []


def test_a_look_and_its_record_tell_the_same_moments(crawled_world: CrawledWorld, crawled: Session) -> None:
    """What is adopted from a record after a crash is then what the crawl would have stored."""
    kept = select(FetchRow, RecordRow).join(RecordRow, RecordRow.id == FetchRow.record_id)
    differing = []
    for fetch, record in crawled.execute(kept):
        response = read_record(crawled_world.home / "archive", record.file, record.offset).response
        if (response.requested_at, response.received_at) != (fetch.requested_at, fetch.received_at):
            differing.append((fetch.url, response.requested_at, fetch.requested_at))

    assert differing == []
