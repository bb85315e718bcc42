"""Archive files as other tools write them, made byte by byte: WARC/1.0, whole seconds, no digests."""

from __future__ import annotations

import gzip
import uuid

HTML = ("Content-Type", "text/html; charset=utf-8")


def warc_record(
    url: str,
    body: bytes,
    *,
    headers: tuple[tuple[str, str], ...] = (HTML,),
    kind: str = "response",
    date: str = "2026-03-02T08:00:00Z",
    status: str = "200 OK",
    is_gzip: bool = True,
) -> bytes:
    """One record; a response with its head, any other kind with its body alone."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() if kind == "response" else b""
    content_type = "application/http; msgtype=response" if kind == "response" else "text/html"
    block = head + body
    fields = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{uuid.uuid4().urn}>\r\nWARC-Date: {date}\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    record = fields.encode() + block + b"\r\n\r\n"
    return gzip.compress(record) if is_gzip else record
