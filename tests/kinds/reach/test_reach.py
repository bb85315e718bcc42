"""Outlets behind a proxy, crawled as a pass does it: through the proxy or not at all, and the rows are the world's."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from outlets.catalogue import load_catalogue
from schedules.watching import Places, watch
from storage.tables import (
    AlertRow,
    ArticleRow,
    ChannelRow,
    FetchRow,
    GapRow,
    HostRow,
    OutletRow,
    RevisionRow,
    TargetRow,
    TextRow,
)
from tests.hostile_server import answer, stall
from tests.kinds.reach.crawls import AT, Crawled, Home, crawl, rows
from tests.kinds.reach.world import MOVED, PAGES, ReachWorld, text, title
from tests.proxies import SOURCE, LoopbackProxy

pytestmark = pytest.mark.slow
SECRET = "reader:s3cret%2Fword"
PLAIN_SECRET = "reader:s3cret/word"


def articles(home: Home) -> set[tuple[str, str, str]]:
    """(outlet, title, text) of each article's only revision."""
    found = rows(
        home,
        select(ArticleRow.outlet, RevisionRow.title, TextRow.body)
        .join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256),
    )
    assert len(found) == len(set(found))
    return {(outlet, heading, body) for outlet, heading, body in found}


def truth(*outlets: str) -> set[tuple[str, str, str]]:
    return {(o, title(o, n), text(o, n)) for o in outlets for n in range(PAGES[o])}


def outcomes(home: Home) -> Counter[tuple[str, str, str | None]]:
    return Counter(
        (outlet, outcome, proxy)
        for outlet, outcome, proxy in rows(home, select(FetchRow.outlet, FetchRow.outcome, FetchRow.proxy))
    )


def is_secret_kept(home: Home, crawled: Crawled) -> bool:
    """Whether neither password nor the proxy's address is in the log, the archive or the database."""
    files = [path for path in home.folder.rglob("*") if path.is_file() and "world" not in path.parts]
    kept = [crawled.log.encode(), *(path.read_bytes() for path in files)]
    kept += [json.dumps(rows(home, select(FetchRow.error, FetchRow.redirect_to))).encode()]
    kept += [json.dumps(rows(home, select(HostRow.robots_error, HostRow.robots_body))).encode()]
    return not any(secret in one for one in kept for secret in (b"s3cret", b"cmVhZGVyOnMzY3JldC93b3Jk"))


def test_two_hundred_requests_go_through_the_proxy_and_none_directly(home: Home, world: ReachWorld) -> None:
    catalogue = world.catalogue("liman", "qaya", "dag")
    with world.proxy(credentials=PLAIN_SECRET) as proxy:
        crawled = crawl(home, world.authority, catalogue, proxy.address(SECRET))

    assert world.requests >= 200
    assert world.peers == {SOURCE}
    assert crawled.dials == {f"127.0.0.1:{proxy.port}"}
    assert crawled.lookups == set()
    assert articles(home) == truth("liman", "qaya", "dag")
    assert outcomes(home) == {
        ("liman", "ok", "tbilisi"): PAGES["liman"] + 1,
        ("qaya", "ok", "tbilisi"): PAGES["qaya"] + 1,
        ("dag", "ok", "tbilisi"): PAGES["dag"] + 1,
        ("dag", "redirected", "tbilisi"): 2,
    }
    assert rows(home, select(GapRow.reason)) == []
    robots = [one for one in (*world.plain.asked, *world.secure.asked) if one.path == "/robots.txt"]
    assert {one.header("Host") for one in robots} == {
        f"{name}:{port}"
        for name, port in (
            ("liman.example", world.secure.port),
            ("qaya.example", world.plain.port),
            ("dag.example", world.plain.port),
            (MOVED, world.plain.port),
        )
    }
    assert is_secret_kept(home, crawled)


def test_the_certificate_behind_the_tunnel_is_kept_and_the_record_names_the_proxy(
    home: Home, world: ReachWorld
) -> None:
    with world.proxy() as proxy:
        crawl(home, world.authority, world.catalogue("liman"), proxy.address())

    assert all(sha256 for (sha256,) in rows(home, select(HostRow.certificate_sha256)))
    (archived,) = (home.folder / "archive").glob("parallax-crawl-*.warc.gz")
    records = _warc_heads(archived)
    assert len(records) == PAGES["liman"] + 1
    assert all('"proxy":"tbilisi"' in head for head in records)
    assert not any("WARC-IP-Address" in head or "127.0.0" in head or "X-Of-Proxy" in head for head in records)


def _warc_heads(path: Path) -> list[str]:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as stream:
        return [
            str(record.rec_headers) + str(record.http_headers)
            for record in ArchiveIterator(stream)
            if record.rec_type == "response"
        ]


BROKEN = {
    "down": None,
    "502": answer(b"<h1>No</h1>", status="502 Bad Gateway"),
    "403": answer(b"<h1>No</h1>", status="403 Forbidden"),
    "407": answer(b"<h1>Who?</h1>", status="407 Proxy Authentication Required"),
    "silent": stall,
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_proxy_that_fails_means_no_request_at_all_and_a_gap_that_is_ours(
    fault: str, home: Home, world: ReachWorld
) -> None:
    with LoopbackProxy(world.names, instead=BROKEN[fault]) as proxy:
        if fault == "down":
            proxy.die()
        catalogue = world.catalogue("liman", "qaya", "dag")
        crawled = crawl(home, world.authority, catalogue, proxy.address(SECRET))

    assert world.connections == 0
    assert crawled.dials == {f"127.0.0.1:{proxy.port}"}
    assert crawled.lookups == set()
    assert outcomes(home) == {(o, "proxy_error", "tbilisi"): 1 for o in ("liman", "qaya", "dag")}
    assert all("the proxy tbilisi " in error for (error,) in rows(home, select(FetchRow.error)))
    assert rows(home, select(GapRow.reason)) == [("proxy_error",)] * 3
    assert rows(home, select(HostRow.robots_outcome)) == [(None,)] * 3  # no word of the hosts' was heard
    assert set(rows(home, select(OutletRow.refusing_since))) == {(None,)}
    assert rows(home, select(ArticleRow.id)) == []
    assert is_secret_kept(home, crawled)


def test_a_proxy_that_dies_in_the_midst_loses_no_page_and_the_next_pass_goes_on(home: Home, world: ReachWorld) -> None:
    catalogue = world.catalogue("qaya")
    with world.proxy() as proxy:
        serve = proxy._ask

        def dying(connection: Any, asked: Any) -> None:
            if len(proxy.asked) > 30:
                proxy.die()
            serve(connection, asked)

        proxy._ask = dying  # type: ignore[method-assign]
        crawled = crawl(home, world.authority, catalogue, proxy.address())
    seen = world.requests

    assert {outcome for _, outcome, _ in outcomes(home)} == {"ok", "proxy_error"}
    assert 30 <= seen < 40
    assert crawled.dials == {f"127.0.0.1:{proxy.port}"}
    waiting = rows(home, select(TargetRow.state, TargetRow.attempts).where(TargetRow.last_outcome == "proxy_error"))
    assert set(waiting) == {("due", 0)}

    with world.proxy() as proxy:
        crawl(home, world.authority, catalogue, proxy.address(), at=AT + timedelta(hours=1))
    assert articles(home) == truth("qaya")


def test_on_a_shared_host_each_outlet_goes_its_own_way(home: Home, world: ReachWorld) -> None:
    environ = {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.1/32", "PARALLAX_HOSTS": "meydan.example=127.0.0.1"}
    with world.proxy() as proxy:
        crawl(home, world.authority, world.catalogue("birbasa", "uzaq"), proxy.address(), environ=environ)

    assert articles(home) == truth("birbasa", "uzaq")
    ways = {one.path.split("/")[1]: peer for one, peer in zip(world.plain.asked, world.plain.peers, strict=True)}
    assert (ways["birbasa"], ways["uzaq"]) == ("127.0.0.1", SOURCE)
    assert [one.path for one in world.plain.asked].count("/robots.txt") == 1  # the host's word holds for both


def test_a_proxy_that_is_down_does_not_keep_a_shared_host_from_those_who_go_directly(
    home: Home, world: ReachWorld
) -> None:
    environ = {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.1/32", "PARALLAX_HOSTS": "meydan.example=127.0.0.1"}
    with world.proxy() as proxy:
        proxy.die()
        crawl(home, world.authority, world.catalogue("birbasa", "uzaq"), proxy.address(), environ=environ)

    assert articles(home) == truth("birbasa")
    assert outcomes(home)["uzaq", "proxy_error", "tbilisi"] == 1
    assert not any("uzaq" in one.path for one in world.plain.asked)


def test_a_host_that_is_closed_to_us_directly_is_open_through_the_proxy(home: Home, world: ReachWorld) -> None:
    environ = {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.9/32", "PARALLAX_HOSTS": "meydan.example=127.0.0.9"}
    with world.proxy() as proxy:
        crawl(home, world.authority, world.catalogue("birbasa", "uzaq"), proxy.address(), environ=environ)

    assert articles(home) == truth("uzaq")
    assert outcomes(home)["birbasa", "connect_error", None] == 1


def test_an_outlet_whose_proxy_no_setting_knows_is_not_asked_and_that_is_told(home: Home, world: ReachWorld) -> None:
    with world.proxy() as proxy:
        environ = {"PARALLAX_PROXIES": f"riga={proxy.address()}"}
        crawled = crawl(home, world.authority, world.catalogue("qaya"), proxy.address(), environ=environ)

    assert outcomes(home) == {("qaya", "proxy_error", "tbilisi"): 1}
    assert world.connections == proxy.connections == 0
    assert '"proxy.unknown"' in crawled.log
    assert crawled.dials == set()


def test_the_watch_tells_of_the_proxy_once_and_calls_no_outlet_failing_or_silent(home: Home, world: ReachWorld) -> None:
    catalogue = world.catalogue("liman", "qaya")
    with world.proxy() as proxy:
        proxy.die()
        for hours in range(4):
            crawl(home, world.authority, catalogue, proxy.address(), at=AT + timedelta(hours=hours))

    places = Places(home.folder / "archive", home.folder / "parallax.db")
    moment = AT + timedelta(hours=4)
    watch(home.store, load_catalogue([catalogue], mode="only"), FixedClock(moment), places=places, routes=[])

    found = rows(home, select(AlertRow.kind, AlertRow.subject, AlertRow.outlet))
    assert [one for one in found if one[0] not in _OF_THE_MACHINE] == [("proxy", "tbilisi", None)]
    assert set(rows(home, select(ChannelRow.last_outcome, ChannelRow.failures))) == {("proxy_error", 4)}


_OF_THE_MACHINE = {"disk_full", "digest_missing", "backup_missing"}


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at
