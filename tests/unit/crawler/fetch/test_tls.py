"""A certificate that is not the host's ends the request before anything of the answer is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.certificates import Authority, server_context
from tests.hostile_server import HostileServer
from tests.unit.crawler.fetch.conftest import crawl

NAME = "news.outlet.example"
HOSTS = {NAME: "127.0.0.1"}


@pytest.fixture(params=["self-signed", "another host", "expired"])
def wrong_server(request: pytest.FixtureRequest, tmp_path: Path, authority: Authority) -> Iterator[HostileServer]:
    contexts = {
        "self-signed": lambda: server_context(tmp_path, NAME, None),
        "another host": lambda: server_context(tmp_path, "other.example", authority),
        "expired": lambda: server_context(tmp_path, NAME, authority, age_days=30),
    }
    with HostileServer(tls=contexts[request.param]()) as server:
        yield server


def test_a_certificate_of_a_trusted_authority_for_the_host_is_taken(
    tmp_path: Path, authority: Authority, trusting: dict[str, str]
) -> None:
    with HostileServer(tls=server_context(tmp_path, NAME, authority)) as server:
        found = crawl([server.url("/page", host=NAME)], hosts=HOSTS, environment=trusting).of("/page")
        assert (found["outcome"], found["ip_address"]) == ("ok", "127.0.0.1")


def test_the_certificate_that_was_shown_comes_with_the_answer(
    tmp_path: Path, authority: Authority, trusting: dict[str, str]
) -> None:
    context = server_context(tmp_path, NAME, authority)
    shown = x509.load_pem_x509_certificate(next(tmp_path.glob("*.pem")).read_bytes())
    with HostileServer(tls=context) as server:
        found = crawl([server.url("/page", host=NAME)], hosts=HOSTS, environment=trusting).of("/page")
    assert found["certificate"] == {
        "sha256": shown.fingerprint(hashes.SHA256()).hex(),
        "expires_at": str(shown.not_valid_after_utc),
    }


def test_an_answer_without_tls_has_no_certificate() -> None:
    with HostileServer() as server:
        assert crawl([server.url("/page")]).of("/page")["certificate"] is None


def test_a_server_that_never_shakes_hands_ends_at_the_time_limit(trusting: dict[str, str]) -> None:
    with HostileServer() as server:
        url = f"https://{NAME}:{server.port}/page"
        found = crawl([{"url": url, "timeout_s": 2}], hosts=HOSTS, environment=trusting).of("/page")
    assert (found["outcome"], found["after_s"] < 5) == ("timeout", True)


def test_any_other_certificate_is_a_tls_error_and_no_request_is_sent(
    wrong_server: HostileServer, trusting: dict[str, str]
) -> None:
    url = f"https://{NAME}:{wrong_server.port}/page"
    found = crawl([{"url": url, "timeout_s": 5}], hosts=HOSTS, environment=trusting).of("/page")
    assert found["outcome"] == "tls_error", found
    assert wrong_server.asked == []
