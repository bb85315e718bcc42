"""From a response to one gzip member of an archive file, in WARC/1.1 (ISO 28500:2017).

The HTTP head is handed to warcio as bytes: it would percent-encode header values that are not ASCII. Digests are
``sha256:`` and base16, the form the database holds too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from ipaddress import ip_address
from urllib.parse import quote
from uuid import UUID, uuid4

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.http_head import HttpHead, http_1_version, written_head
from crawler.archive.metadata import RecordMetadata, metadata_json, read_metadata
from crawler.archive.records import NoteToWrite, RecordRef, RecordToWrite
from domain.fetch import Response

RENDERED_TYPE = "text/html; charset=utf-8"
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
JOURNAL_TYPE = "application/x-ndjson"
_URI_CHARS = "!#$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~"


class _RawHead(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """An HTTP head that is written as it stands."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("as it stands", [], protocol="HTTP/1.1")
        self._raw = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self._raw


def response_member(record: RecordToWrite, payload_sha256: str, *, warcinfo_id: str) -> bytes:
    """``record`` as one gzip member: a response, or a revisit where it is the duplicate of another.

    Raises ValueError when the record id is no ``urn:uuid:``, a time has no zone, or it could not be read back.
    """
    response, original = record.response, record.duplicate_of
    if response.received_at.tzinfo is None:
        raise ValueError(f"a time without a zone: {response.received_at!r}")
    head = written_head(response)
    body = b"" if original else response.body
    fields = {
        "WARC-Record-ID": f"<{_checked_id(record.record_id)}>",
        "WARC-Warcinfo-ID": f"<{warcinfo_id}>",
        "WARC-Target-URI": warc_uri(response.url),
        "WARC-Date": warc_date(response.requested_at),
        "WARC-Payload-Digest": f"sha256:{payload_sha256}",
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(head.raw + body).hexdigest()}",
        **({"WARC-IP-Address": address} if (address := _address(response)) else {}),
        **(_revisit_fields(original) if original else {}),
        "WARC-JSON-Metadata": _readable(metadata_json(_metadata(record, head, address))),
    }
    return _member("revisit" if original else "response", fields, body, _RawHead(head.raw))


def raw_member(record: RecordToWrite, record_id: str, *, warcinfo_id: str) -> bytes:
    """What a rendered page was made of, as it came: a response of its own, which only other tools read as one."""
    raw = record.raw
    assert raw is not None
    head = written_head(raw)
    fields = {
        "WARC-Record-ID": f"<{record_id}>",
        "WARC-Warcinfo-ID": f"<{warcinfo_id}>",
        "WARC-Target-URI": warc_uri(raw.url),
        "WARC-Date": warc_date(raw.requested_at),
        "WARC-Payload-Digest": f"sha256:{hashlib.sha256(raw.body).hexdigest()}",
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(head.raw + raw.body).hexdigest()}",
        **({"WARC-IP-Address": address} if (address := _address(raw)) else {}),
    }
    return _member("response", fields, raw.body, _RawHead(head.raw))


def rendered_member(record: RecordToWrite, payload_sha256: str, *, raw_id: str, warcinfo_id: str) -> bytes:
    """A page as a browser showed it: a conversion of the raw response. Raises ValueError as ``response_member``."""
    response = record.response
    fields = {
        "WARC-Record-ID": f"<{_checked_id(record.record_id)}>",
        "WARC-Warcinfo-ID": f"<{warcinfo_id}>",
        "WARC-Refers-To": f"<{raw_id}>",
        "WARC-Target-URI": warc_uri(response.url),
        "WARC-Date": warc_date(response.requested_at),
        "WARC-Payload-Digest": f"sha256:{payload_sha256}",
        "WARC-Block-Digest": f"sha256:{payload_sha256}",
        "WARC-JSON-Metadata": _readable(metadata_json(_metadata(record, written_head(response), None))),
        "Content-Type": RENDERED_TYPE,
    }
    return _member("conversion", fields, response.body, None)


def warcinfo_member(
    file: str, record_id: str, *, created_at: datetime, software: str, user_agent: str | None, slot: str
) -> bytes:
    """The record at the beginning of every file: what wrote it, under which name and rules."""
    stated = {
        "software": software,
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "isPartOf": f"parallax-{slot}",
        "http-header-user-agent": user_agent,
        "robots": "obey",
    }
    lines = (f"{name}: {' '.join(value.split())}\r\n" for name, value in stated.items() if value)
    block = "".join(lines).encode()
    fields = {
        "WARC-Record-ID": f"<{record_id}>",
        "WARC-Filename": file,
        "WARC-Date": warc_date(created_at),
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
    }
    return _member("warcinfo", fields, block, None)


def note_member(note: NoteToWrite, *, warcinfo_id: str) -> bytes:
    """``note`` as a metadata record: its lines are the block."""
    block = "".join(f"{line}\n" for line in note.lines).encode()
    fields = {
        "WARC-Record-ID": f"<{uuid4().urn}>",
        "WARC-Warcinfo-ID": f"<{warcinfo_id}>",
        "WARC-Date": warc_date(note.at),
        "WARC-Block-Digest": f"sha256:{hashlib.sha256(block).hexdigest()}",
        "Content-Type": JOURNAL_TYPE,
        "WARC-JSON-Metadata": json.dumps({"parallax": 1, "journal": note.kind}, separators=(",", ":")),
    }
    return _member("metadata", fields, block, None)


def warc_uri(url: str) -> str:
    """``url`` with every character escaped that is none of a URI's."""
    return quote(url.encode("utf-8", "surrogatepass"), safe=_URI_CHARS)


def warc_date(at: datetime) -> str:
    """``at`` in UTC with microseconds. Raises ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at!r}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _member(kind: str, fields: Mapping[str, str], body: bytes, head: _RawHead | None) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    record: ArcWarcRecord = writer.create_warc_record(
        "", kind, payload=BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=fields
    )
    writer.write_record(record)
    return out.getvalue()


def _metadata(record: RecordToWrite, head: HttpHead, address: str | None) -> RecordMetadata:
    response, original = record.response, record.duplicate_of
    return RecordMetadata(
        provenance=record.provenance,
        requested_at=response.requested_at,
        received_at=response.received_at,
        url=None if warc_uri(response.url) == response.url else response.url,
        http_version=None if http_1_version(response) == response.http_version else response.http_version,
        ip_address=None if address == response.ip_address else response.ip_address,
        headers=head.as_received,
        refers_to=(original.file, original.offset) if original else None,
    )


def _revisit_fields(original: RecordRef) -> dict[str, str]:
    return {
        "WARC-Profile": REVISIT_PROFILE,
        "WARC-Refers-To": f"<{_checked_id(original.record_id)}>",
        "WARC-Refers-To-Target-URI": warc_uri(original.url),
        "WARC-Refers-To-Date": warc_date(original.requested_at),
    }


def _address(response: Response) -> str | None:
    """The server's address, if it is one."""
    try:
        return str(ip_address(response.ip_address)) if response.ip_address else None
    except ValueError:
        return None


def _readable(line: str) -> str:
    """``line``, tried: a record that can't be read back (a lone surrogate in an address) is never written."""
    read_metadata(line)
    return line


def _checked_id(record_id: str) -> str:
    if not record_id.startswith("urn:uuid:") or UUID(record_id).urn != record_id:
        raise ValueError(f"not a urn:uuid: {record_id!r}")
    return record_id
