"""Keys that go with requests to one place alone: added where the request is made, known to nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A secret header of requests whose address begins with ``below``, which ends in a slash."""

    below: str
    name: str
    value: str = field(repr=False)


def key_headers(url: str, keys: Iterable[RequestKey]) -> Mapping[str, str]:
    """The headers with keys that a request for ``url`` has."""
    return {key.name: key.value for key in keys if url.startswith(key.below)}
