"""A catalogue as one line of JSON and back: so that what was in force on a day can be known later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.outlet import Outlet
from domain.topic import Topic
from outlets.catalogue import Catalogue, frozen_catalogue
from outlets.claims import claimed_hosts

_OUTLETS: TypeAdapter[dict[str, Outlet]] = TypeAdapter(dict[str, Outlet])
_TOPICS: TypeAdapter[dict[str, Topic]] = TypeAdapter(dict[str, Topic])
_NOWHERE = Path("the journal")


def catalogue_to_json(catalogue: Catalogue) -> str:
    """All that ``catalogue`` says, as a line of ASCII JSON in canonical order."""
    content = {
        "hash": catalogue.catalogue_hash,
        "outlets": {slug: asdict(outlet) for slug, outlet in catalogue.outlets.items()},
        "topics": {slug: asdict(topic) for slug, topic in catalogue.topics.items()},
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=_plain)


def catalogue_from_json(written: str) -> Catalogue:
    """The catalogue that was written; what a later version added to outlets is passed over.

    Raises ValueError when it is none.
    """
    try:
        content = json.loads(written)
        outlets = _OUTLETS.validate_python(content["outlets"])
        topics = _TOPICS.validate_python(content["topics"])
        catalogue_hash = str(content["hash"])
    except (ValidationError, KeyError, TypeError) as error:
        raise ValueError(f"no catalogue of the journal: {error}") from error
    hosts, _ = claimed_hosts({slug: (_NOWHERE, outlet) for slug, outlet in outlets.items()})
    return frozen_catalogue(outlets, topics, catalogue_hash, (), hosts)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
