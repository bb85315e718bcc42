"""What a proxy is, and what of an answer is its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.fetch.outcome import FetchVerdict
from crawler.fetch.proxies import Proxy, connect_request, seen_through, tunnel_refusal
from domain.fetch import FetchOutcome, Response

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "host", "port", "authorization"),
    [
        ("http://proxy.example:3128", "proxy.example", 3128, None),
        ("http://10.1.2.3:8080/", "10.1.2.3", 8080, None),
        ("http://[fd00::1]:8080", "fd00::1", 8080, None),
        ("http://reader:pass%3Aword%2F@proxy.example:3128", "proxy.example", 3128, b"Basic cmVhZGVyOnBhc3M6d29yZC8="),
        ("http://reader@proxy.example:3128", "proxy.example", 3128, b"Basic cmVhZGVyOg=="),
    ],
)
def test_an_address_says_where_the_proxy_is_and_who_asks(
    address: str, host: str, port: int, authorization: bytes | None
) -> None:
    proxy = Proxy.parse("tbilisi", address)
    assert (proxy.host, proxy.port, proxy.authorization) == (host, port, authorization)
    assert repr(proxy) == "Proxy(name='tbilisi')"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "proxy.example:3128",
        "https://proxy.example:3128",
        "http://proxy.example",
        "http://proxy.example:0",
        "http://proxy.example:99999",
        "http://proxy.example:3128/path",
        "http://proxy.example:3128?x=1",
        "http://pass/word@proxy.example:3128",
        "http://a b:3128",
        "http://a\r\nb:3128",
        "http://:3128",
        "http://[::1:3128",
    ],
)
def test_anything_else_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ValueError, match="http://USER:PASSWORD@HOST:PORT") as refused:
        Proxy.parse("tbilisi", address)
    assert "example" not in str(refused.value)


def test_a_socks_proxy_is_told_what_to_put_before_it() -> None:
    with pytest.raises(ValueError, match=r"local HTTP proxy before it \(docs/OPERATIONS\.md\)"):
        Proxy.parse("tbilisi", "socks5://127.0.0.1:9050")


@pytest.mark.parametrize("name", ["", "Tbilisi", "a b", "a\nb", "-a", "a--b", "x" * 61])
def test_a_name_that_would_not_stand_in_an_outlets_file_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Proxy.parse(name, "http://proxy.example:3128")


def test_connect_names_the_authority_and_who_asks() -> None:
    proxy = Proxy.parse("tbilisi", "http://a:b@proxy.example:3128")
    assert connect_request(proxy, b"outlet.example:443") == (
        b"CONNECT outlet.example:443 HTTP/1.1\r\nHost: outlet.example:443\r\nProxy-Authorization: Basic YTpi\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        (b"HTTP/1.1 200 Connection established\r\n\r\n", None),
        (b"HTTP/1.0 200\r\nProxy-Agent: x\r\nContent-Length: 5\r\n\r\n", None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "answers with a page of its own"),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "answers 502 Bad Gateway"),
        (b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", "answers 302 Found"),
        (b"HTTP/1.1 799 Own\r\n\r\n", "answers 799"),
        (b"HTTP/2 200\r\n\r\n", "does not answer in HTTP"),
        (b"\x05\x00\r\n\r\n", "does not answer in HTTP"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "does not answer in HTTP"),
    ],
)
def test_only_a_bare_2xx_opens_a_way(reply: bytes, refusal: str | None) -> None:
    assert tunnel_refusal(reply) == refusal


def response(status: int, *headers: tuple[str, str]) -> Response:
    return Response("http://outlet.example/", status, headers, b"", AT, AT)


VIA = ("Via", "1.1 tbilisi")
REFUSED = FetchVerdict(FetchOutcome.REFUSED, error="403 Forbidden")


@pytest.mark.parametrize(
    ("answer", "is_own"),
    [
        (response(407, VIA), True),
        (response(511, VIA), True),
        (response(403), True),
        (response(403, VIA), False),
        (response(502), True),
        (response(503, VIA), False),
        (response(503, VIA, ("X-Squid-Error", "ERR_DNS_FAIL 0")), True),
        (response(500, VIA, ("Server", "squid/6.1")), True),
        (response(502, VIA, ("Proxy-Status", "cdn; received-status=200, tbilisi; error=dns_error")), True),
        (response(502, VIA, ("Proxy-Status", "cdn; error=http_request_denied, tbilisi")), False),
        (response(404), False),
        (response(410), False),
        (response(429), False),
        (response(500), False),
        (response(200, ("Server", "squid/6.1")), False),
    ],
)
def test_an_error_in_the_clear_is_the_outlets_where_something_says_that_it_was_passed_on(
    answer: Response, is_own: bool
) -> None:
    seen = seen_through("tbilisi", REFUSED, answer, is_tunnelled=False, has_begun=True)
    assert (seen.outcome is FetchOutcome.PROXY_ERROR) is is_own
    assert seen is REFUSED or (seen.error or "").startswith(f"the proxy tbilisi answers {answer.status}")


def test_within_a_tunnel_every_answer_is_the_outlets() -> None:
    for status in (403, 407, 502):
        assert seen_through("tbilisi", REFUSED, response(status), is_tunnelled=True, has_begun=True) is REFUSED


@pytest.mark.parametrize("is_tunnelled", [True, False])
@pytest.mark.parametrize("outcome", [FetchOutcome.TIMEOUT, FetchOutcome.CONNECT_ERROR])
def test_no_answer_at_all_is_not_put_down_to_the_outlet(outcome: FetchOutcome, is_tunnelled: bool) -> None:
    verdict = FetchVerdict(outcome, error="took too long")
    seen = seen_through("tbilisi", verdict, None, is_tunnelled=is_tunnelled, has_begun=False)
    assert seen == FetchVerdict(FetchOutcome.PROXY_ERROR, error="the proxy tbilisi brought no answer (took too long)")
    assert seen_through("tbilisi", verdict, None, is_tunnelled=is_tunnelled, has_begun=True) is verdict


def test_a_bad_certificate_is_the_outlets_and_no_tls_at_all_the_proxys() -> None:
    bad = FetchVerdict(FetchOutcome.TLS_ERROR, error="TLS: certificate verify failed")
    none = FetchVerdict(FetchOutcome.TLS_ERROR, error="TLS: wrong version number")
    assert seen_through("tbilisi", bad, None, is_tunnelled=True, has_begun=False) is bad
    told = seen_through("tbilisi", none, None, is_tunnelled=True, has_begun=False)
    assert told.outcome is FetchOutcome.PROXY_ERROR
