"""The articles of ``make bench-recheck``: put into a store by SQL, with nothing behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, text

from domain.planning import ArticleState, Since
from schedules.recheck_plan import AGES_SINCE, ages_of
from storage import Store
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ExtractionRow,
    FetchRow,
    HostRow,
    MentionRow,
    OutletRow,
    RevisionRow,
    TargetRow,
    TextRow,
    TopicRow,
    TopicVersionRow,
)
from storage.tables.base import Table

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
DAYS_BEFORE, DAYS = 90, 7
ARTICLES = 100_000  # on the first day of the week
_BATCH = 5_000
_IN_TOPIC, _CHANGED, _MISSING = 0.15, 0.05, 0.004


@dataclass(frozen=True, slots=True)
class Kind:
    """Hosts of a kind: how many, the seconds between two requests, and which share of all articles they publish."""

    name: str
    hosts: int
    delay_s: float
    share: float

    def names(self) -> list[str]:
        """The hosts."""
        return [f"{self.name.replace(' ', '-')}-{number}.example" for number in range(self.hosts)]


KINDS = (
    Kind("large agency", 4, 2.0, 0.30),
    Kind("site", 90, 5.0, 0.62),
    Kind("small slow site", 10, 60.0, 0.05),
    Kind("large slow site", 1, 60.0, 0.03),
)


def fill(store: Store) -> Counter[str]:
    """Put the articles in; gives how many looks fall due in the week, by kind of host."""
    due: Counter[str] = Counter()
    made = _articles(Random(24))
    with store.engine.begin() as connection:
        for table, rows in _framework().items():
            connection.execute(insert(table), rows)
        while batch := list(islice(made, _BATCH)):
            rows_of: dict[type[Table], list[dict[str, Any]]] = {}
            for kind, article in batch:
                due[kind.name] += sum(START < moment <= START + DAYS * DAY for moment in moments(article))
                for table, row in _rows(article):
                    rows_of.setdefault(table, []).append(row)
            for table, rows in rows_of.items():
                connection.execute(insert(table), rows)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.execute(text("ANALYZE"))
    return due


def moments(article: ArticleState) -> set[datetime]:
    """When an article is to be looked at."""
    found = {article.first_seen_at + age for age in ages_of(article, 90)}
    if article.changed_at is not None:
        found |= {article.changed_at + age for age in AGES_SINCE[Since.CHANGE]}
    if article.missing is not None and article.state_at is not None:
        found |= {article.state_at + age for age in AGES_SINCE[article.missing]}
    return found


def _articles(chance: Random) -> Iterator[tuple[Kind, ArticleState]]:
    """As many a day before the week as in it, each looked at last when it was due last before the week."""
    a_day = ARTICLES / DAYS_BEFORE
    for number in range(1, ARTICLES + int(DAYS * a_day) + 1):
        kind = chance.choices(KINDS, [kind.share for kind in KINDS])[0]
        seen = START - DAYS_BEFORE * DAY + timedelta(days=number / a_day)
        article = ArticleState(
            article_id=number, outlet="sample", url="", url_key="", target_id=number, first_seen_at=seen,
            last_looked_at=seen, host=chance.choice(kind.names()), is_watched=chance.random() < _IN_TOPIC,
            changed_at=_later(seen, chance, _CHANGED), state_at=_later(seen, chance, _MISSING),
        )  # fmt: skip
        yield kind, _with_past(article)


def _later(seen: datetime, chance: Random, share: float) -> datetime | None:
    """A time in the days after ``seen``, before the week, for a share of all; None for the others."""
    at = seen + timedelta(days=chance.uniform(0.2, 10))
    return at if chance.random() < share and at < START else None


def _with_past(article: ArticleState) -> ArticleState:
    missing = None
    if article.state_at is not None:
        missing = Since.SUSPECTED if START - article.state_at < 3 * DAY else Since.REMOVED
    article = replace(article, missing=missing)
    looked = max((at for at in moments(article) if at <= START), default=article.first_seen_at)
    return replace(article, last_looked_at=looked)


def _framework() -> dict[type[Table], list[dict[str, Any]]]:
    """What articles stand on: an outlet, its hosts, a topic, and one look with one text that all cite."""
    poll = {"id": 0, "outlet": "sample", "url_key": "", "url": "", "host": KINDS[0].names()[0]} | _PAGE
    look = {"target_id": 0, "outlet": "sample", "url": "", "reason": "new", "requested_at": START, "received_at": START}
    reading = {"fetch_id": 1, "extractor_hash": "x", "extractor": "x", "settings": "{}", "made_at": START}
    return {
        OutletRow: [
            {"slug": "sample", "name": "Sample", "languages": ["en"], "zone": "UTC", "enabled": True}
            | {"page_fetch": True, "first_recorded_at": START}
        ],
        HostRow: [
            {"key": name, "delay_s": kind.delay_s, "concurrency": 1, "timeout_s": 30.0, "token": 0}
            for kind in KINDS
            for name in kind.names()
        ],
        TopicRow: [{"slug": "sample", "title": "Sample", "current_version_id": 1}],
        TopicVersionRow: [
            {"id": 1, "topic": "sample", "version": 1, "topic_hash": "x", "title": "Sample", "queries": {}}
            | {"recorded_at": START}
        ],
        TextRow: [{"sha256": "x", "body": "A text.", "chars": 7}],
        TargetRow: [poll | {"created_at": START}],
        FetchRow: [look | {"id": number, "conditional": False, "outcome": "ok"} for number in (1, 2)],
        ArticleRow: [_article(ArticleState(0, "sample", "", "", None, START - 400 * DAY, START))],
        ExtractionRow: [
            reading | {"id": 1, "article_id": 0, "text_sha256": "x", "text_source": "page", "authors": [], "links": []}
        ],
    }


_PAGE = {"redirects": 0, "reason": "new", "priority": 1, "state": "idle", "attempts": 0}


def _article(article: ArticleState) -> dict[str, Any]:
    return {
        "id": article.article_id, "outlet": "sample", "url": _url(article), "first_seen_at": article.first_seen_at,
        "last_seen_at": article.last_looked_at, "state": article.missing.value if article.missing else "live",
        "state_at": article.state_at or article.first_seen_at, "text_source": "page",
        "revisions": 1 if article.changed_at is None else 2,
    }  # fmt: skip


def _url(article: ArticleState) -> str:
    return f"https://{article.host}/{article.article_id}"


def _rows(article: ArticleState) -> Iterator[tuple[type[Table], dict[str, Any]]]:
    number, key, seen = article.article_id, f"{article.host}/{article.article_id}", article.first_seen_at
    at = {"outlet": "sample", "url_key": key, "url": _url(article)}
    looked = {"last_fetched_at": article.last_looked_at, "last_outcome": "ok", "created_at": seen}
    yield TargetRow, {"id": number, "host": article.host} | at | _PAGE | looked
    yield ArticleRow, _article(article)
    yield ArticleUrlRow, {"key_version": 1, "article_id": number, "kind": "listed", "first_seen_at": seen} | at
    cites = {"article_id": number, "extraction_id": 1, "text_sha256": "x"}
    first = 2 * number
    yield RevisionRow, cites | {"id": first, "number": 1, "fetch_id": 1, "first_seen_at": seen}
    if article.changed_at is not None:
        yield RevisionRow, cites | {"id": first + 1, "number": 2, "fetch_id": 2, "first_seen_at": article.changed_at}
    if article.is_watched:
        span = {"field": "text", "start": 0, "end": 1, "surface": "A"}
        yield MentionRow, {"topic_version_id": 1, "revision_id": first} | span
