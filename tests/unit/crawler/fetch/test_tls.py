"""A certificate that is not the host's ends the request before anything of the answer is read."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.hostile_server import HostileServer
from tests.unit.crawler.fetch.conftest import crawl

NAME = "news.outlet.example"
HOSTS = {NAME: "127.0.0.1"}


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of our own, which a crawl trusts when told so."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    path: Path


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: Authority | None, *, age_days: int = 0
) -> x509.Certificate:
    now = datetime.now(UTC) - timedelta(days=age_days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(issuer.certificate.subject if issuer else named(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
    )
    return builder.sign(issuer.key if issuer else key, hashes.SHA256())


def pem(each: x509.Certificate) -> bytes:
    return each.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate("authority.example", key, None)
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    path.write_bytes(pem(own))
    return Authority(key, own, path)


def server_context(folder: Path, subject: str, issuer: Authority | None, *, age_days: int = 0) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{subject}-{age_days}-{issuer is not None}.pem"
    path.write_bytes(private + pem(certificate(subject, key, issuer, age_days=age_days)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def trusting(authority: Authority) -> dict[str, str]:
    return {"SSL_CERT_FILE": str(authority.path)}


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
