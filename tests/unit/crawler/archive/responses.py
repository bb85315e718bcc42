"""Invented responses for the tests of the archive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from crawler.archive import Provenance, RecordRef, RecordToWrite
from domain.fetch import Reason, Response

NOON = datetime(2026, 3, 2, 8, 0, 0, 123456, tzinfo=UTC)
PAGE = "<html><title>Şuşada yeni körpü</title><p>Körpü bazar ertəsi açıldı.</p></html>".encode()
PROVENANCE = Provenance(outlet="numune-xeber", reason=Reason.NEW, channel="feed-az", target_id=41)


def response(
    body: bytes = PAGE,
    *,
    url: str = "https://numune.example/xeber/17",
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"a1"')),
    requested_at: datetime = NOON,
    status: int = 200,
    http_version: str = "HTTP/1.1",
    ip_address: str | None = "192.0.2.7",
) -> Response:
    return Response(
        url=url,
        status=status,
        headers=headers,
        body=body,
        requested_at=requested_at,
        received_at=requested_at + timedelta(milliseconds=250),
        http_version=http_version,
        ip_address=ip_address,
    )


def record(
    number: int = 1,
    given: Response | None = None,
    *,
    provenance: Provenance = PROVENANCE,
    duplicate_of: RecordRef | None = None,
) -> RecordToWrite:
    return RecordToWrite(UUID(int=number).urn, given or response(), provenance, duplicate_of)
