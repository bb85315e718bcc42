"""Fills a store with articles as earlier days of crawling would have left them, by SQL, without fetching anything.

Each has its address, target, entry, two fetches, a run, a record, a reading, a revision and its place in the search
index, with a text of some 200 characters. Its page answers 304 to its target's validator. No archive stands behind it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import func, select, text

from bench.load_web import FIRST_NUMBER, LANGUAGES, LoadWeb, article, host_of, language_of, slug_of, title_of, url_of
from crawler.extract.identity import EXTRACTOR
from storage import Store
from storage.tables import ChannelRow, TargetRow
from text.tokens import index_terms

_ROOT = 2**0.5  # spreads polls; what spreads the articles (load_web) would have all polls find something new at once
_BATCH = 20_000
_ROBOTS_EVERY = timedelta(hours=3)
_COLUMNS = {
    "target": "id outlet url_key url host redirects reason priority state attempts etag body_sha256 last_fetched_at "
    "last_outcome created_at",
    "run": "id host owner token started_at ended_at outcome counts",
    "record": 'id record_id file "offset" length kind payload_sha256',
    "fetch": "id target_id outlet channel_id run_id record_id url reason requested_at received_at due_at conditional "
    "status outcome reading etag body_sha256 body_bytes listed known",
    "article": "id outlet url absent_at first_seen_at last_seen_at title language published_at published_offset_min "
    "published_precision published_source state state_at text_source latest_revision_id revisions",
    "article_url": "id outlet url_key key_version article_id url kind first_seen_at",
    "text": "sha256 body chars",
    "extraction": "id fetch_id article_id extractor_hash extractor settings made_at text_sha256 text_source title "
    "authors published_at published_offset_min published_precision published_source published_raw language links",
    "revision": "id article_id number extraction_id fetch_id text_sha256 title language absent_at first_seen_at",
    "search_document": "article_id revision_id title_terms text_terms",
    "entry": "id channel_id url_key url target_outlet guid title summary published_at published_offset_min "
    "published_precision published_source published_raw authors categories absent_at first_seen_at last_seen_at "
    "first_fetch_id",
}
_PLANS = """UPDATE channel SET next_poll_at = :at, interval_s = :s, last_polled_at = :before, last_ok_at = :before,
            last_outcome = 'same_content', polls = :polls WHERE id = :id"""
_ROBOTS = """UPDATE host SET robots_fetched_at = :at, robots_outcome = 'allow_all', robots_status = 404
             WHERE key = :host"""


@dataclass(frozen=True, slots=True)
class Stock:
    """What to fill with: the newest articles of ``web`` before its start, dated ``older`` before they appeared.

    ``looked_at``: when the last look at each was, where that is later than its first.
    """

    web: LoadWeb
    port: int
    older: timedelta = timedelta(0)
    looked_at: datetime | None = None


def poll_phase(channel: int) -> float:
    """At which part of the time between two polls the channel's come."""
    return (channel * _ROOT) % 1


def settle(store: Store, web: LoadWeb, *, port: int, poll_s: float) -> None:
    """Plan polls and robots.txt as after days of service: evenly spread, so that no burst stands at the start.

    The topics count as looked for in all that is stored.
    """
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM todo WHERE kind = 'match'"))
        for channel, channel_id in enumerate(_channel_ids(store)):
            at = web.anchor + timedelta(seconds=poll_s * poll_phase(channel))
            before = at - timedelta(seconds=poll_s)
            values = {"id": channel_id, "s": int(poll_s), "polls": 20 + channel % 10}
            connection.execute(text(_PLANS), values | {"at": _stored(at), "before": _stored(before)})
            asked_at = web.anchor - _ROBOTS_EVERY * ((channel * _ROOT * 7) % 1)
            connection.execute(text(_ROBOTS), {"host": f"{host_of(channel)}:{port}", "at": _stored(asked_at)})


def fill(store: Store, stock: Stock) -> int:
    """Put the articles in; gives their number. The store holds the catalogue already, and no article."""
    channels = _channel_ids(store)
    with store.read() as session:
        polls = dict(session.execute(select(TargetRow.channel_id, TargetRow.id)).all())
        first_target = (session.scalar(select(func.max(TargetRow.id))) or 0) + 1
    rows = _articles(stock, channels, polls, first_target)
    connection = store.engine.raw_connection()
    done = 0
    try:
        cursor = connection.cursor()
        if store.dialect == "sqlite":
            for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
                cursor.execute(f"PRAGMA {pragma}")
        else:
            cursor.execute("SET session_replication_role = replica")
        while batch := list(islice(rows, _BATCH)):
            if store.dialect == "sqlite":
                cursor.execute("BEGIN")
            for table, columns in _COLUMNS.items():
                _put(
                    cursor,
                    store.dialect,
                    table,
                    columns.split(),
                    [row for rows_of_one in batch for row in rows_of_one[table]],
                )
            if store.dialect == "sqlite":
                cursor.execute("COMMIT")  # what one transaction writes would stand in the log twice over
            done += len(batch)
        if store.dialect == "sqlite":
            cursor.execute("INSERT INTO search_index(search_index) VALUES('rebuild')")
        else:
            for table in set(_COLUMNS) - {"text", "search_document"}:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")
        connection.commit()
    finally:
        connection.close()
        store.engine.dispose()
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.execute(text("ANALYZE"))
    return done


def _put(cursor: Any, dialect: str, table: str, columns: list[str], rows: list[tuple[object, ...]]) -> None:
    named = ", ".join(columns)
    if dialect == "sqlite":
        cursor.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({", ".join("?" * len(columns))})', rows)
        return
    with cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _channel_ids(store: Store) -> list[int]:
    with store.read() as session:
        return list(session.scalars(select(ChannelRow.id).order_by(ChannelRow.outlet)))


@dataclass(frozen=True, slots=True)
class _One:
    """An article with the ids of its rows: ``n`` of its own ones, the others of what stood there before."""

    n: int
    channel: int
    number: int
    channel_id: int
    poll_id: int
    target_id: int


_Rows = dict[str, list[tuple[object, ...]]]


def _articles(stock: Stock, channels: list[int], polls: dict[int, int], first_target: int) -> Iterator[_Rows]:
    """The rows of each article by table, in the order in which they were published."""
    n = 0
    for number in range(FIRST_NUMBER - stock.web.stored, FIRST_NUMBER):
        for channel, channel_id in enumerate(channels):
            n += 1
            yield _rows(stock, _One(n, channel, number, channel_id, polls[channel_id], first_target + n))


def _rows(stock: Stock, one: _One) -> _Rows:
    n, target = one.n, one.target_id
    title, body, title_terms, text_terms = _words(one.channel, one.number)
    published = stock.web.published_at(one.channel, one.number) - stock.older
    seen_at = published + timedelta(minutes=8)
    at, seen, looked = _stored(published), _stored(seen_at), _stored(max(seen_at, stock.looked_at or seen_at))
    url, slug = url_of(one.channel, one.number, port=stock.port), slug_of(one.channel)
    language, key, host = language_of(one.channel), url.removeprefix("http://"), f"{host_of(one.channel)}:{stock.port}"
    digest, etag = hashlib.sha256(key.encode()).hexdigest(), f'"{one.number}"'
    page, listing = 2 * n, 2 * n - 1
    dated = (at, 0, "second", "feed")
    asked = (seen, seen, seen, False, 200, "ok")
    listed = (listing, one.poll_id, slug, one.channel_id, n, None, f"http://{host}/feed.xml", "poll", *asked)
    read = (page, target, slug, None, n, n, url, "new", *asked)
    return {
        "target": [(target, slug, key, url, host, 0, "new", 1, "idle", 0, etag, digest, looked, "ok", seen)],
        "run": [(n, host, "boot:0:1:1", 1, seen, seen, "done", '{"ok": 2}')],
        "record": [(n, f"urn:load:{n}", "parallax-bulk-00001.warc.gz", n * 48_000, 48_000, "response", digest)],
        "fetch": [
            (*listed, "listed", None, digest, 30_000, 30, 29),
            (*read, "article", etag, digest, 95_000, None, None),
        ],
        "article": [(n, slug, url, at, seen, looked, title, language, *dated, "live", seen, "page", n, 1)],
        "article_url": [(n, slug, key, 1, n, url, "listed", seen)],
        "text": [(digest, body, len(body))],
        "extraction": [
            (n, page, n, "bulk", EXTRACTOR, "{}", seen, digest, "page", title, "[]", *dated, at, language, "[]")
        ],
        "revision": [(n, n, 1, n, page, digest, title, language, at, seen)],
        "search_document": [(n, n, title_terms, text_terms)],
        "entry": [
            (n, one.channel_id, key, url, slug, url, title, body, *dated, at, "[]", "[]", at, seen, seen, listing)
        ],
    }


def _words(channel: int, number: int) -> tuple[str, str, str, str]:
    """Title, text and their index terms: a text that no other article has, put together from what is folded already."""
    title, own = title_of(channel, number), f"{channel} {number}"
    bank = _bank(language_of(channel))
    body, text_terms = bank[number % len(bank)]
    return title, f"{body} {own}", f"{_terms(title.rpartition(' ')[0])} {number}", f"{text_terms} {own}"


@cache
def _bank(language: str) -> list[tuple[str, str]]:
    bodies = ["\n\n".join(article(LANGUAGES.index(language), number)[1][:3]) for number in range(97)]
    return [(body, index_terms(body)) for body in bodies]


@cache
def _terms(title: str) -> str:
    return index_terms(title)


def _stored(at: datetime) -> str:
    """A time as both databases read it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
