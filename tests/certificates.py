"""Certificates for servers of the tests, and an authority of our own that signs them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


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


def new_authority(folder: Path) -> Authority:
    """An authority with its certificate in ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = certificate("authority.example", key, None)
    path = folder / "ca.pem"
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
