"""The catalogue: the shipped files and the user's own, read, checked together and frozen.

A user's file replaces the shipped one of its slug as a whole; nothing is merged key by key, so what a file says is
all there is to know about its outlet.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from domain.errors import BrokenCatalogueError, CatalogueError
from domain.outlet import Outlet
from domain.topic import Topic
from outlets.claims import claimed_hosts, outlet_claiming, repeated_channels
from outlets.problems import broken_toml, schema_errors, shown, told_together
from outlets.schema import OutletFacts, TopicFacts
from outlets.warnings import warnings_of

MAX_FILE_BYTES = 256 * 1024
_LOOKALIKES = (".yaml", ".yml", ".json")
Mode = Literal["add", "only"]
Facts = TypeVar("Facts", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Outlets and topics by slug, in the order of their slugs.

    ``catalogue_hash`` is the SHA-256 (hex) of what the files say, whatever their comments and order.
    ``warnings`` are lines for the operator: nothing in them stops the program.
    """

    outlets: Mapping[str, Outlet]
    topics: Mapping[str, Topic]
    catalogue_hash: str
    warnings: tuple[str, ...] = ()
    _hosts: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __reduce__(self) -> tuple[object, ...]:
        # A read-only view can't be pickled, and crawl processes are handed the catalogue.
        plain = (dict(self.outlets), dict(self.topics), self.catalogue_hash, self.warnings, dict(self._hosts))
        return frozen_catalogue, plain

    def outlet_of_host(self, host: str) -> Outlet | None:
        """The outlet that publishes at ``host`` (with or without ``www.`` and port), or at a host above it.

        None for strangers and for platforms that many share.
        """
        slug = outlet_claiming(host, self._hosts)
        return self.outlets[slug] if slug else None


@dataclass(slots=True)
class _Read:
    """What was read so far; paths are kept to name the file in an error found between files."""

    outlets: dict[str, tuple[Path, Outlet]] = field(default_factory=dict)
    topics: dict[str, tuple[Path, Topic]] = field(default_factory=dict)
    errors: list[CatalogueError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def load_catalogue(folders: Sequence[Path] = (), *, mode: Mode = "add") -> Catalogue:
    """The catalogue of the shipped files and of ``folders``, a later folder's file replacing an earlier one's by slug.

    With ``mode="only"`` the shipped files are left out. A folder holds ``<slug>.toml`` for outlets and
    ``topics/<slug>.toml`` for topics. Raises CatalogueError; where several things are wrong, all are told at once.
    """
    if mode not in ("add", "only"):
        raise CatalogueError("catalogue", "mode", f"{shown(mode)} is not allowed; allowed: add or only")
    read = _Read()
    with as_file(files("outlets") / "data") as shipped:
        for folder in [*([shipped] if mode == "add" else []), *folders]:
            _read_folder(folder, read)
    if not read.errors and not read.outlets:
        where = folders[0] if folders else "catalogue"
        read.errors.append(CatalogueError(where, "folder", "holds no outlet; allowed: at least one <slug>.toml"))
    outlets = {slug: outlet for slug, (_, outlet) in sorted(read.outlets.items())}
    topics = {slug: topic for slug, (_, topic) in sorted(read.topics.items())}
    hosts, collisions = claimed_hosts(read.outlets)
    if errors := [*read.errors, *collisions, *repeated_channels(read.outlets)]:
        raise told_together(errors)
    warnings = (*read.warnings, *warnings_of(outlets.values()))
    return frozen_catalogue(outlets, topics, _hash_of(outlets, topics), warnings, hosts)


def frozen_catalogue(
    outlets: dict[str, Outlet],
    topics: dict[str, Topic],
    catalogue_hash: str,
    warnings: tuple[str, ...],
    hosts: dict[str, str],
) -> Catalogue:
    """A catalogue of these, which nobody can change."""
    views = MappingProxyType(outlets), MappingProxyType(topics)
    return Catalogue(*views, catalogue_hash, warnings, MappingProxyType(hosts))


def read_outlet(path: Path) -> Outlet:
    """The outlet of one file. Raises CatalogueError."""
    return _read_facts(path, OutletFacts).outlet()


def read_topic(path: Path) -> Topic:
    """The topic of one file. Raises CatalogueError."""
    return _read_facts(path, TopicFacts).topic()


def _read_folder(folder: Path, read: _Read) -> None:
    try:
        if not folder.is_dir():
            read.errors.append(CatalogueError(folder, "folder", "is no folder; allowed: a folder of <slug>.toml files"))
            return
        lookalikes = sorted(p for p in folder.iterdir() if p.suffix in _LOOKALIKES)
        outlets, topics = list(_toml_files(folder)), list(_toml_files(folder / "topics"))
    except OSError as error:
        read.errors.append(CatalogueError(error.filename or folder, "folder", f"can't be read: {error.strerror}"))
        return
    for path in lookalikes:
        read.warnings.append(f"{path}: is not read; a catalogue file ends in .toml")
    for path in outlets:
        with _collected(read.errors):
            read.outlets[path.stem] = (path, read_outlet(path))
    for path in topics:
        with _collected(read.errors):
            read.topics[path.stem] = (path, read_topic(path))


@contextmanager
def _collected(errors: list[CatalogueError]) -> Iterator[None]:
    try:
        yield
    except BrokenCatalogueError as error:
        errors.extend(error.errors)
    except CatalogueError as error:
        errors.append(error)


def _toml_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if p.suffix == ".toml" and not p.name.startswith("."))


def _read_facts(path: Path, model: type[Facts]) -> Facts:
    table = _table(path)
    errors: list[CatalogueError] = []
    if isinstance(slug := table.get("slug"), str) and slug != path.stem:
        problem = f"{shown(slug)} is not the file's name; allowed: {path.stem!r}, or rename the file to {slug}.toml"
        errors.append(CatalogueError(path, "slug", problem))
    try:
        facts = model.model_validate(table)
    except ValidationError as invalid:
        raise told_together([*errors, *schema_errors(path, model, invalid)]) from None
    if errors:
        raise errors[0]
    return facts


def _table(path: Path) -> Mapping[str, object]:
    """A file's content. Raises CatalogueError when it can't be read as TOML in UTF-8."""
    try:
        body = path.read_bytes()
        if len(body) > MAX_FILE_BYTES:
            raise CatalogueError(path, "file", f"is {len(body)} bytes long; allowed: at most {MAX_FILE_BYTES}")
        return tomllib.loads(body.decode("utf-8-sig"))
    except OSError as error:
        raise CatalogueError(path, "file", f"can't be read ({error.strerror}); allowed: a readable file") from error
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise CatalogueError(path, f"line {line}", "is not UTF-8; allowed: text saved as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise broken_toml(path, error) from error
    except RecursionError as error:
        raise CatalogueError(path, "file", "is nested too deeply; allowed: tables as in the schema") from error


def _hash_of(outlets: Mapping[str, Outlet], topics: Mapping[str, Topic]) -> str:
    content = {
        "outlets": {slug: asdict(outlet) for slug, outlet in outlets.items()},
        "topics": {slug: asdict(topic) for slug, topic in topics.items()},
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
