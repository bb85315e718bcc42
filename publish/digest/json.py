"""The digest as JSON and back, so that what is kept as published can be read again.

Keys are the names of the dataclasses' fields and do not change within one ``schema_version``; times are ISO 8601 in
UTC (a stated time keeps the source's offset), spans count code points, absent values are null.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.errors import StorageError
from publish.digest.model import SCHEMA_VERSION, Digest, Unseen

_DIGEST = TypeAdapter(Digest)


def digest_json(digest: Digest, *, indent: int | None = 2) -> str:
    """The digest as one JSON document with a line feed at its end."""
    return json.dumps(_DIGEST.dump_python(digest, mode="json"), ensure_ascii=False, indent=indent) + "\n"


def digest_from_json(content: str) -> Digest:
    """A digest as it was published.

    One of version 1 is read too. Raises StorageError when ``content`` is no digest of a known version.
    """
    try:
        digest = _DIGEST.validate_json(content)
    except ValidationError as error:
        raise StorageError(f"a stored digest can't be read: {error.errors()[0]['msg']}") from error
    if digest.schema_version == 1:
        return replace(digest, unseen=tuple(_of_version_1(one) for one in digest.unseen))
    if digest.schema_version != SCHEMA_VERSION:
        raise StorageError(f"a stored digest has schema version {digest.schema_version}, not {SCHEMA_VERSION}")
    return digest


def _of_version_1(one: Unseen) -> Unseen:
    """There false stood also where it was not known whether a gap was caught up; more than that was not said."""
    return replace(one, is_caught_up=one.is_caught_up or None)


def digest_json_schema() -> dict[str, Any]:
    """The JSON Schema of the document, for the documentation and for those who read it."""
    return _DIGEST.json_schema(mode="serialization")
