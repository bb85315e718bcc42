"""The ``WARC-JSON-Metadata`` header: provenance, and what of a response a WARC record has no other place for.

It makes a record complete by itself: a response is read back exactly as it was given, and a record that no database
row names can be adopted. Keys are left out where the record already says the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from crawler.archive.http_head import Header
from crawler.archive.records import Provenance
from domain.fetch import Reason


class _Fields(BaseModel):
    """The JSON document, version 1; keys of later versions are passed over."""

    model_config = ConfigDict(frozen=True, strict=False)

    parallax: int = 1
    outlet: str
    channel: str | None = None
    target: int | None = None
    reason: Reason
    proxy: str | None = None
    renderer: str | None = None
    requested_at: datetime
    received_at: datetime
    url: str | None = None
    http_version: str | None = None
    ip_address: str | None = None
    headers: dict[int, Header] = {}
    refers_to: tuple[str, int] | None = None
    copied_from: str | None = None


@dataclass(frozen=True, slots=True)
class RecordMetadata:
    """What one record says about itself beyond its WARC fields.

    ``url``, ``http_version`` and ``ip_address`` are None where the record's own fields give them exactly; ``headers``
    holds those that were written otherwise than received; ``refers_to`` is the place of a revisit's body.
    """

    provenance: Provenance
    requested_at: datetime
    received_at: datetime
    url: str | None = None
    http_version: str | None = None
    ip_address: str | None = None
    headers: Mapping[int, Header] = field(default_factory=dict)
    refers_to: tuple[str, int] | None = None


def metadata_json(metadata: RecordMetadata) -> str:
    """One line of ASCII JSON."""
    provenance = metadata.provenance
    document = {
        "parallax": 1,
        "outlet": provenance.outlet,
        "channel": provenance.channel,
        "target": provenance.target_id,
        "reason": provenance.reason.value,
        "requested_at": metadata.requested_at.isoformat(),
        "received_at": metadata.received_at.isoformat(),
    }
    optional = {
        "proxy": provenance.proxy,
        "renderer": provenance.renderer,
        "url": metadata.url,
        "http_version": metadata.http_version,
        "ip_address": metadata.ip_address,
        "headers": metadata.headers or None,
        "refers_to": metadata.refers_to,
        "copied_from": provenance.copied_from,
    }
    given = {name: value for name, value in optional.items() if value is not None}
    return json.dumps(document | given, separators=(",", ":"))


def read_metadata(line: str) -> RecordMetadata:
    """The metadata that ``metadata_json`` wrote. Raises ValueError when it is none of ours."""
    try:
        fields = _Fields.model_validate(json.loads(line))
    except ValidationError as e:
        raise ValueError(f"not the metadata of a Parallax record: {e.errors()[0]['msg']}") from e
    return RecordMetadata(
        provenance=Provenance(
            fields.outlet,
            fields.reason,
            fields.channel,
            fields.target,
            copied_from=fields.copied_from,
            proxy=fields.proxy,
            renderer=fields.renderer,
        ),
        requested_at=fields.requested_at,
        received_at=fields.received_at,
        url=fields.url,
        http_version=fields.http_version,
        ip_address=fields.ip_address,
        headers=fields.headers,
        refers_to=fields.refers_to,
    )
