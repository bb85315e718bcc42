"""Real crawls against a server that misbehaves on purpose."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.hostile_server import PAGE, Asked, HostileServer, head
from tests.unit.crawler.fetch.conftest import Crawled, crawl

TIMEOUT_S = 3.0

OUTCOMES = {
    "/page": "ok",
    "/gzip": "ok",
    "/x-gzip": "ok",
    "/deflate": "ok",
    "/deflate-raw": "ok",
    "/br": "ok",
    "/zstd": "ok",
    "/stacked": "ok",
    "/chunks": "ok",
    "/until-close": "ok",
    "/cookies": "ok",
    "/gzip-truncated": "truncated",
    "/gzip-damaged": "bad_response",
    "/bomb-gzip": "too_large",
    "/bomb-deflate": "too_large",
    "/bomb-br": "too_large",
    "/bomb-zstd": "too_large",
    "/bomb-double": "too_large",
    "/body-endless": "too_large",
    "/length-huge": "too_large",
    "/length-too-long": "truncated",
    "/length-garbage": "bad_response",
    "/length-twice": "bad_response",
    "/chunks-bad": "bad_response",
    "/chunks-cut": "truncated",
    "/chunks-tiny": "bad_response",
    "/chunks-unending": "truncated",
    "/transfer-unknown": "bad_response",
    "/http09": "bad_response",
    "/not-http": "bad_response",
    "/icy": "bad_response",
    "/status-word": "bad_response",
    "/close-at-once": "connect_error",
    "/close-in-headers": "truncated",
    "/reset-in-body": "truncated",
    "/continues": "too_large",
    "/headers-many": "too_large",
    "/header-endless": "too_large",
    "/stall": "timeout",
    "/drip-headers": "timeout",
    "/drip-body": "timeout",
    "/drip-chunks": "timeout",
    "/redirect": "redirected",
    "/redirect-self": "redirect_loop",
    "/redirect-nowhere": "bad_response",
    "/redirect-mailto": "bad_response",
    "/redirect-letters": "redirected",
    "/too-many": "rate_limited",
    "/busy": "rate_limited",
    "/forbidden": "refused",
    "/missing": "not_found",
    "/not-modified": "http_error",
    "/rot13": "unsupported_encoding",
}


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


@pytest.fixture(scope="module")
def crawled(hostile: HostileServer) -> Crawled:
    """Every misbehaviour asked for once, in one crawl."""
    return crawl([{"url": hostile.url(path), "timeout_s": TIMEOUT_S} for path in OUTCOMES])


@pytest.mark.parametrize(("path", "outcome"), OUTCOMES.items())
def test_each_misbehaviour_ends_in_its_outcome(crawled: Crawled, path: str, outcome: str) -> None:
    found = crawled.of(path)
    assert found["outcome"] == outcome, found
    assert (found["error"] is None) == (outcome in {"ok", "redirected"})
    if outcome == "ok":
        assert found["body"] == PAGE.decode()


@pytest.mark.parametrize("path", ["/stall", "/drip-headers", "/drip-body", "/drip-chunks"])
def test_the_time_limit_is_on_the_whole_request_not_on_silence(crawled: Crawled, path: str) -> None:
    assert TIMEOUT_S <= crawled.of(path)["after_s"] < TIMEOUT_S + 2


@pytest.mark.parametrize(
    "path", ["/chunks-tiny", "/continues", "/headers-many", "/header-endless", "/body-endless", "/length-huge"]
)
def test_a_flood_is_ended_long_before_the_time_limit(crawled: Crawled, path: str) -> None:
    assert crawled.of(path)["after_s"] < TIMEOUT_S - 1


def test_each_address_is_asked_once_whatever_comes_back(crawled: Crawled, hostile: HostileServer) -> None:
    assert sorted(asked.path for asked in hostile.asked) == sorted(OUTCOMES)


def test_the_request_is_honest_and_bare(crawled: Crawled, hostile: HostileServer) -> None:
    asked = next(asked for asked in hostile.asked if asked.path == "/page")
    assert asked.header("User-Agent") == "Parallax/0.1 (+https://example.org/crawler)"
    assert asked.header("Accept-Encoding") == "gzip, deflate"
    assert {name.lower() for name, _ in asked.headers} == {"host", "user-agent", "accept", "accept-encoding"}


def test_no_cookie_comes_back_and_no_referer_is_sent(crawled: Crawled, hostile: HostileServer) -> None:
    names = {name.lower() for asked in hostile.asked for name, _ in asked.headers}
    assert not names & {"cookie", "referer", "authorization", "proxy-authorization"}


def test_headers_are_kept_in_order_with_their_spelling_and_repetition(crawled: Crawled) -> None:
    assert crawled.of("/cookies")["headers"] == [
        ["Content-Type", "text/html; charset=utf-8"],
        ["Set-Cookie", "a=1"],
        ["X-Two", "1"],
        ["x-two", "2"],
        ["Set-Cookie", "b=2"],
        ["Content-Length", str(len(PAGE))],
        ["Connection", "close"],
    ]


def test_the_body_is_handed_over_as_received(crawled: Crawled) -> None:
    assert crawled.of("/gzip")["received_bytes"] != crawled.of("/gzip")["body_bytes"]
    assert ["Content-Encoding", "gzip"] in crawled.of("/gzip")["headers"]


def test_a_response_says_where_it_came_from(crawled: Crawled) -> None:
    found = crawled.of("/page")
    assert (found["ip_address"], found["http_version"], found["status"]) == ("127.0.0.1", "HTTP/1.1", 200)


def test_waiting_times_are_read_from_both_forms(crawled: Crawled) -> None:
    assert crawled.of("/too-many")["retry_after_s"] == 30
    assert crawled.of("/busy")["retry_after_s"] == 86_400


def test_a_redirect_is_an_outcome_and_is_not_followed(crawled: Crawled, hostile: HostileServer) -> None:
    assert crawled.of("/redirect")["redirect_to"] == hostile.url("/page")
    assert [asked.path for asked in hostile.asked].count("/page") == 1


def test_no_traceback_reaches_the_log(crawled: Crawled) -> None:
    assert "Traceback" not in crawled.log
    assert "Unhandled" not in crawled.log


def test_validators_are_sent_and_a_304_is_then_a_success(server: HostileServer) -> None:
    found = crawl([{"url": server.url("/not-modified"), "etag": '"v1"'}]).of("/not-modified")
    assert (found["outcome"], found["etag"]) == ("not_modified", '"v1"')
    assert server.asked[-1].header("If-None-Match") == '"v1"'


def test_a_robots_file_without_an_end_is_read_up_to_its_limit(server: HostileServer) -> None:
    found = crawl([{"url": server.url("/robots-long"), "kind": "robots"}]).of("/robots-long")
    assert (found["outcome"], found["body_bytes"]) == ("ok", 500 * 1024)


def test_a_configured_name_leads_to_its_address_and_is_never_looked_up(server: HostileServer) -> None:
    url = server.url("/page", host="news.outlet.example")
    found = crawl([url], hosts={"News.Outlet.Example.": "127.0.0.1"}).of("/page")
    assert (found["outcome"], found["ip_address"]) == ("ok", "127.0.0.1")
    assert server.asked[-1].header("Host") == f"news.outlet.example:{server.port}"


def test_a_name_that_nobody_knows_is_a_look_up_error() -> None:
    assert crawl(["http://nobody.invalid/"]).of("/")["outcome"] == "dns_error"


def test_only_http_is_fetched() -> None:
    crawled = crawl(["file:///etc/hostname", "ftp://a.example/x", "data:text/plain,hello", "s3://b/k"])
    assert [found["outcome"] for found in crawled.found] == ["address_refused"] * 4
    assert not crawled.dials


def echo_path(connection: socket.socket, asked: Asked) -> None:
    body = asked.path.encode()
    connection.sendall(head("200 OK", [("X-Path", asked.path), ("Content-Length", str(len(body)))]) + body)


def test_requests_over_one_kept_connection_have_their_own_headers() -> None:
    with HostileServer(behaviours={"/a": echo_path, "/b": echo_path}, keeps_alive=True) as server:
        crawled = crawl([server.url("/a"), server.url("/b")], settings={"CONCURRENT_REQUESTS_PER_DOMAIN": 1})
        assert server.connections == 1
    for path in ("/a", "/b"):
        assert crawled.of(path)["headers"][0] == ["X-Path", path]
        assert crawled.of(path)["body"] == path
