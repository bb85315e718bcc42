"""Through a proxy or not at all: measured at the proxy, at the outlet's server, and where sockets are opened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.certificates import Authority, server_context
from tests.hostile_server import HostileServer, answer, raw, stall
from tests.proxies import SOURCE, LoopbackProxy
from tests.unit.crawler.fetch.conftest import ROOT

NAME = "news.outlet.example"
SECRET = "reader:s3cret%2Fword"


@dataclass(frozen=True, slots=True)
class Told:
    """What the engine answered, in order, and what it dialled and looked up."""

    found: Sequence[Mapping[str, Any]]
    dials: Sequence[str]
    lookups: Sequence[str]
    log: str = ""


def ask(
    *urls: str,
    proxies: Mapping[str, str],
    proxy: str | None = "tbilisi",
    kind: str = "page",
    timeout_s: float = 10.0,
    allowed_networks: Sequence[str] = (),
    hosts: Mapping[str, str] | None = None,
    public: bool = True,
    environment: Mapping[str, str] | None = None,
) -> Told:
    asks = [{"url": url, "proxy": proxy, "kind": kind, "timeout_s": timeout_s} for url in urls]
    job = {"asks": asks, "proxies": dict(proxies), "allowed_networks": list(allowed_networks)}
    job |= {"hosts": dict(hosts or {}), "public": public}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.unit.crawler.fetch.engine_child"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    assert ended.returncode == 0, ended.stderr
    return Told(**json.loads(ended.stdout), log=ended.stderr)


@pytest.fixture
def plain() -> Iterator[HostileServer]:
    with HostileServer() as server:
        yield server


@pytest.fixture
def secure(tmp_path: Path, authority: Authority) -> Iterator[HostileServer]:
    with HostileServer(tls=server_context(tmp_path, NAME, authority)) as server:
        yield server


def leading_to(server: HostileServer, **how: Any) -> LoopbackProxy:
    return LoopbackProxy({f"{NAME}:{server.port}": ("127.0.0.1", server.port)}, **how)


def test_http_is_asked_of_the_proxy_by_its_whole_address(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask(plain.url("/page?a=1", host=NAME), proxies={"tbilisi": proxy.address()})
    assert told.found[0]["outcome"] == "ok"
    assert [(one.method, one.path) for one in proxy.asked] == [("GET", plain.url("/page?a=1", host=NAME))]
    assert proxy.asked[0].header("Host") == f"{NAME}:{plain.port}"
    assert plain.peers == [SOURCE]
    assert set(told.dials) == {f"127.0.0.1:{proxy.port}"}
    assert told.lookups == []


def test_https_goes_through_a_tunnel_and_the_outlets_certificate_is_checked_and_kept(
    secure: HostileServer,
    tmp_path: Path,
    trusting: dict[str, str],
) -> None:
    with leading_to(secure) as proxy:
        told = ask(
            secure.url("/page", host=NAME),
            secure.url("/cookies", host=NAME),
            proxies={"tbilisi": proxy.address()},
            environment=trusting,
        )
    shown = x509.load_pem_x509_certificate(next(tmp_path.glob("*.pem")).read_bytes())
    assert [one["outcome"] for one in told.found] == ["ok", "ok"]
    assert told.found[0]["certificate"]["sha256"] == shown.fingerprint(hashes.SHA256()).hex()
    assert {(one.method, one.path) for one in proxy.asked} == {("CONNECT", f"{NAME}:{secure.port}")}
    assert set(secure.peers) == {SOURCE}
    assert set(told.dials) == {f"127.0.0.1:{proxy.port}"}
    assert told.lookups == []


def test_what_the_proxy_says_of_itself_and_its_address_are_no_part_of_the_answer(
    secure: HostileServer,
    trusting: dict[str, str],
) -> None:
    with leading_to(secure) as proxy:
        told = ask(secure.url("/page", host=NAME), proxies={"tbilisi": proxy.address()}, environment=trusting)
    assert "X-Of-Proxy" not in dict(told.found[0]["headers"])
    assert told.found[0]["ip_address"] is None


@pytest.mark.parametrize("subject", ["other.example", None])
def test_a_certificate_of_another_host_ends_a_tunnel_before_anything_is_asked(
    subject: str | None,
    tmp_path: Path,
    authority: Authority,
    trusting: dict[str, str],
) -> None:
    context = server_context(tmp_path, subject or NAME, authority if subject else None)
    with HostileServer(tls=context) as server, leading_to(server) as proxy:
        told = ask(server.url("/page", host=NAME), proxies={"tbilisi": proxy.address()}, environment=trusting)
    assert told.found[0]["outcome"] == "tls_error"
    assert server.asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_credentials_go_to_the_proxy_and_nowhere_else(
    scheme: str,
    plain: HostileServer,
    secure: HostileServer,
    trusting: dict[str, str],
) -> None:
    server = secure if scheme == "https" else plain
    with leading_to(server, credentials="reader:s3cret/word") as proxy:
        told = ask(server.url("/page", host=NAME), proxies={"tbilisi": proxy.address(SECRET)}, environment=trusting)
        refused = ask(server.url("/page", host=NAME), proxies={"tbilisi": proxy.address("reader:wrong")})
    assert told.found[0]["outcome"] == "ok"
    assert server.asked[0].header("Proxy-Authorization") is None
    assert (refused.found[0]["outcome"], refused.found[0]["status"]) == ("proxy_error", None)
    assert refused.found[0]["error"] == (
        "the proxy tbilisi answers 407 Proxy Authentication Required: its user or password is missing or wrong"
    )
    assert len(server.asked) == 1
    assert "s3cret" not in told.log + refused.log + json.dumps([*told.found, *refused.found])


CERTAIN = {
    "502 Bad Gateway": answer(b"<h1>No</h1>", status="502 Bad Gateway"),
    "403 Forbidden": answer(b"<h1>No</h1>", status="403 Forbidden"),
    "407 Proxy Authentication Required": answer(b"", status="407 Proxy Authentication Required"),
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "nothing": raw(b""),
    "a reset": raw(b"", reset=True),
    "half a head": raw(b"HTTP/1.1 200 Connection"),
    "no end": raw(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 400_000),
    "silence": stall,
}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("fault", CERTAIN)
def test_a_broken_proxy_is_an_error_of_the_proxy_in_words(
    fault: str, scheme: str, plain: HostileServer, secure: HostileServer
) -> None:
    server = secure if scheme == "https" else plain
    with leading_to(server, instead=CERTAIN[fault]) as proxy:
        told = ask(server.url("/robots.txt", host=NAME), proxies={"tbilisi": proxy.address(SECRET)}, timeout_s=2)
    (found,) = told.found
    if fault in {"half a head", "no end"} and scheme == "http":
        assert found["outcome"] in {"truncated", "too_large", "proxy_error"}  # an answer had begun
    else:
        assert found["outcome"] == "proxy_error", found
        assert found["error"].startswith("the proxy tbilisi ")
    assert server.connections == 0
    assert set(told.dials) == {f"127.0.0.1:{proxy.port}"}
    assert told.lookups == []
    assert "s3cret" not in told.log + json.dumps(told.found)
    assert str(proxy.port) not in json.dumps([{**one, "url": ""} for one in told.found])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_an_error_and_nothing_is_asked_directly(
    scheme: str, plain: HostileServer, secure: HostileServer
) -> None:
    server = secure if scheme == "https" else plain
    with leading_to(server) as proxy:
        proxy.die()
        told = ask(server.url("/page", host=NAME), server.url("/page", host=NAME), proxies={"tbilisi": proxy.address()})
    assert [(one["outcome"], one["error"]) for one in told.found] == [
        ("proxy_error", "the proxy tbilisi refuses connections")
    ] * 2
    assert server.connections == 0
    assert set(told.dials) == {f"127.0.0.1:{proxy.port}"}
    assert told.lookups == []


def test_a_proxy_that_answers_connect_with_a_page_of_its_own_is_an_error_of_the_proxy(secure: HostileServer) -> None:
    with leading_to(secure, after_connect=b"<h1>Please log in</h1>") as proxy:
        told = ask(secure.url("/page", host=NAME), proxies={"tbilisi": proxy.address()})
    assert told.found[0]["outcome"] == "proxy_error"
    assert told.found[0]["error"].startswith("the proxy tbilisi ")
    assert secure.connections == 0


def test_a_long_page_of_the_proxys_beside_its_refusal_does_not_hide_it(secure: HostileServer) -> None:
    refusing = answer(b"<p>No way</p>" * 20_000, status="503 Service Unavailable")
    with leading_to(secure, instead=refusing) as proxy:
        told = ask(secure.url("/page", host=NAME), proxies={"tbilisi": proxy.address()})
    assert told.found[0]["error"] == "the proxy tbilisi answers 503 Service Unavailable"


def test_a_name_that_the_proxy_does_not_know_is_looked_up_nowhere_else(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask("http://other.example/a", "https://other.example/b", proxies={"tbilisi": proxy.address()})
    assert [one["outcome"] for one in told.found] == ["proxy_error", "proxy_error"]
    assert told.lookups == []


def test_the_outlets_own_refusal_stays_the_outlets_where_the_proxy_names_itself(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask(
            plain.url("/forbidden", host=NAME), plain.url("/missing", host=NAME), proxies={"tbilisi": proxy.address()}
        )
    assert [(one["outcome"], one["status"]) for one in told.found] == [("refused", 403), ("not_found", 404)]


def test_a_slow_outlet_behind_a_tunnel_that_began_its_answer_timed_out_itself(
    secure: HostileServer,
    trusting: dict[str, str],
) -> None:
    with leading_to(secure) as proxy:
        told = ask(
            secure.url("/drip-body", host=NAME),
            proxies={"tbilisi": proxy.address()},
            timeout_s=2,
            environment=trusting,
        )
    assert told.found[0]["outcome"] == "timeout"


REFUSED = (
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://10.0.0.1/",
    "https://[::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/",
    "http://outlet.localhost/",
    "http://intranet/",
    "https://metadata.google.internal/",
    "http://printer.local/",
    "http://router.home.arpa/",
)


def test_addresses_that_must_not_be_reached_are_not_asked_of_a_proxy_either(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask(*REFUSED, proxies={"tbilisi": proxy.address()})
    assert {one["outcome"] for one in told.found} == {"address_refused"}
    assert proxy.connections == 0
    assert told.dials == told.lookups == []


def test_the_proxy_itself_is_reached_though_it_is_on_loopback_and_an_outlet_there_is_not(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask(f"http://127.0.0.1:{proxy.port}/", proxies={"tbilisi": proxy.address()}, proxy=None)
    assert told.found[0]["outcome"] == "address_refused"
    assert proxy.connections == 0


def test_a_proxy_that_no_setting_knows_leads_nowhere(plain: HostileServer) -> None:
    told = ask(plain.url("/page", host=NAME), proxies={}, allowed_networks=["127.0.0.0/8"], hosts={NAME: "127.0.0.1"})
    assert (told.found[0]["outcome"], told.found[0]["error"]) == (
        "proxy_error",
        "the proxy tbilisi stands in no setting (PARALLAX_PROXIES)",
    )
    assert plain.connections == 0


def test_without_a_contact_nothing_public_is_asked_of_a_proxy(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask(plain.url("/page", host=NAME), proxies={"tbilisi": proxy.address()}, public=False)
    assert told.found[0]["outcome"] == "address_refused"
    assert proxy.connections == 0


def test_a_proxys_name_is_looked_up_and_may_lead_to_a_private_network(plain: HostileServer) -> None:
    with leading_to(plain) as proxy:
        told = ask(plain.url("/page", host=NAME), proxies={"tbilisi": f"http://localhost:{proxy.port}"})
    assert told.found[0]["outcome"] == "ok"
    assert set(told.lookups) == {"localhost"}
