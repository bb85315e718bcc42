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

    One of versions 1 and 2 is read too. Raises StorageError when ``content`` is no digest of a known version.
    """
    try:
        digest = _DIGEST.validate_python(_with_changes(json.loads(content)))
    except (ValidationError, ValueError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise StorageError(f"a stored digest can't be read: {said}") from error
    if digest.schema_version == 1:
        return replace(digest, unseen=tuple(_of_version_1(one) for one in digest.unseen))
    if digest.schema_version not in {2, SCHEMA_VERSION}:
        raise StorageError(f"a stored digest has schema version {digest.schema_version}, not {SCHEMA_VERSION}")
    return digest


def _with_changes(document: Any) -> Any:
    """A document of versions 1 and 2 with its compared words as changes; another one as it is."""
    if not isinstance(document, dict) or document.get("schema_version") not in {1, 2}:
        return document
    return {**document, "edits": [_edit_of_version_2(edit) for edit in document.get("edits", ())]}


def _edit_of_version_2(edit: dict[str, Any]) -> dict[str, Any]:
    """There an edit held stretches of words, some of them out, some in, and classes were not told."""
    title, places = edit.get("title"), edit.get("text") or ()
    changes = [("headline", title)] if title else []
    changes += [("text", place) for place in places]
    return {
        **{name: value for name, value in edit.items() if name not in {"title", "text", "more_places"}},
        "changes": [
            {"kind": kind, "before": _words(parts, without="in"), "after": _words(parts, without="out")}
            for kind, parts in changes
        ],
        "more_changes": edit.get("more_places", 0),
        "is_headline": bool(title),
    }


def _words(parts: list[dict[str, str]], *, without: str) -> str:
    return " ".join(part["text"] for part in parts if part["kind"] != without)


def _of_version_1(one: Unseen) -> Unseen:
    """There false stood also where it was not known whether a gap was caught up; more than that was not said."""
    return replace(one, is_caught_up=one.is_caught_up or None)


def digest_json_schema() -> dict[str, Any]:
    """The JSON Schema of the document, for the documentation and for those who read it."""
    return _DIGEST.json_schema(mode="serialization")
