"""From one whole member back to the response it was made of. Knows nothing of files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from crawler.archive.http_head import read_head
from crawler.archive.members import Member
from crawler.archive.metadata import RecordMetadata, read_metadata
from crawler.archive.records import ArchivedNote, ArchivedResponse, NoteToWrite, RecordPlace, RecordRef
from domain.fetch import Response


def is_response(member: Member) -> bool:
    """Whether the record is one that a response was archived in."""
    return (
        member.fields.get("warc-type") in {"response", "revisit", "conversion"}
        and "warc-json-metadata" in member.fields
    )


def is_note(member: Member) -> bool:
    """Whether the record is one of the journal."""
    return member.fields.get("warc-type") == "metadata" and "warc-json-metadata" in member.fields


def archived_note(file: str, member: Member) -> ArchivedNote:
    """The note in ``member``. Raises ValueError when it is none of ours or its digest does not fit."""
    fields = member.fields
    try:
        stated = json.loads(fields["warc-json-metadata"])
        kind, at = stated["journal"], datetime.fromisoformat(fields["warc-date"])
        block_sha256 = _sha256(fields["warc-block-digest"])
    except (KeyError, TypeError) as e:
        raise ValueError(f"no note of the journal: {e} is missing") from e
    if not isinstance(kind, str):
        raise ValueError("no note of the journal: it names no kind")
    _check(member.block, block_sha256)
    return ArchivedNote(NoteToWrite(kind, at, tuple(member.block.decode().splitlines())), file, member.offset)


def response_place(file: str, member: Member) -> RecordPlace:
    """Where a response lies and what it says of itself; its digests are not looked at. Raises ValueError."""
    fields = member.fields
    try:
        return RecordPlace(
            file=file,
            offset=member.offset,
            length=member.length,
            record_id=fields["warc-record-id"].strip("<>"),
            payload_sha256=_sha256(fields["warc-payload-digest"]),
            is_revisit=fields["warc-type"] == "revisit",
        )
    except KeyError as e:
        raise ValueError(f"the header {e} is missing") from e


def archived_response(file: str, member: Member) -> ArchivedResponse:
    """The response in ``member``; of a revisit, with no body yet.

    Raises ValueError when it holds no response of ours or its digests do not fit.
    """
    if not is_response(member):
        raise ValueError(f"a record of type {member.fields.get('warc-type')} holds no response of ours")
    fields = member.fields
    try:
        metadata = read_metadata(fields["warc-json-metadata"])
        place = response_place(file, member)
        refers_to = _refers_to(member, metadata, place) if place.is_revisit else None
        response = _response(member, metadata)
        block_sha256 = _sha256(fields["warc-block-digest"])
    except KeyError as e:
        raise ValueError(f"the header {e} is missing") from e
    _check(member.block, block_sha256)
    if not place.is_revisit:
        _check(response.body, place.payload_sha256)
    return ArchivedResponse(response, metadata.provenance, place, refers_to)


def with_body_of(revisit: ArchivedResponse, original: ArchivedResponse) -> ArchivedResponse:
    """``revisit`` with the body it refers to. Raises ValueError when ``original`` holds other bytes."""
    if original.place.payload_sha256 != revisit.place.payload_sha256:
        raise ValueError("the record it refers to holds other bytes")
    return replace(revisit, response=replace(revisit.response, body=original.response.body))


def _response(member: Member, metadata: RecordMetadata) -> Response:
    if member.fields["warc-type"] == "conversion":  # a page as a browser showed it: its block is the page
        return Response(
            url=metadata.url if metadata.url is not None else member.fields["warc-target-uri"],
            status=200,
            headers=(("Content-Type", member.fields["content-type"]),),
            body=member.block,
            requested_at=metadata.requested_at,
            received_at=metadata.received_at,
        )
    raw_head, _, body = member.block.partition(b"\r\n\r\n")
    version, status, headers = read_head(raw_head, metadata.headers)
    return Response(
        url=metadata.url if metadata.url is not None else member.fields["warc-target-uri"],
        status=status,
        headers=headers,
        body=body,
        requested_at=metadata.requested_at,
        received_at=metadata.received_at,
        http_version=metadata.http_version or version,
        ip_address=metadata.ip_address or member.fields.get("warc-ip-address"),
    )


def _refers_to(member: Member, metadata: RecordMetadata, place: RecordPlace) -> RecordRef:
    if metadata.refers_to is None:
        raise ValueError("a revisit that does not say where its body lies")
    file, offset = metadata.refers_to
    return RecordRef(
        record_id=member.fields["warc-refers-to"].strip("<>"),
        url=member.fields["warc-refers-to-target-uri"],
        requested_at=datetime.fromisoformat(member.fields["warc-refers-to-date"]),
        file=file,
        offset=offset,
        payload_sha256=place.payload_sha256,
    )


def _sha256(digest: str) -> str:
    algorithm, _, value = digest.partition(":")
    if algorithm != "sha256":
        raise ValueError(f"a digest that is no sha256: {digest}")
    return value.lower()


def _check(content: bytes, expected: str) -> None:
    if hashlib.sha256(content).hexdigest() != expected:
        raise ValueError("the bytes do not have the digest that the record names")
