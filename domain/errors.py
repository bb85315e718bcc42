"""One error tree. An error carries its subject; its message says what to do where something can be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

OutageKind = Literal["locked", "unreachable", "disk_full"]


class ParallaxError(Exception):
    """Anything Parallax raises on purpose."""


class ConfigError(ParallaxError):
    """A setting is wrong: ``name`` is the setting as the user wrote it."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class CatalogueError(ParallaxError):
    """A catalogue file is wrong: names the file, the field, the value and what is allowed."""

    def __init__(self, path: Path | str, field: str, problem: str) -> None:
        super().__init__(f"{path}: {field}: {problem}")
        self.path = Path(path)
        self.field = field
        self.problem = problem


class BrokenCatalogueError(CatalogueError):
    """Several things in a catalogue are wrong; its message has a line for each, all at once."""

    def __init__(self, errors: Sequence[CatalogueError]) -> None:
        first = errors[0]
        super().__init__(first.path, first.field, first.problem)
        self.args = (f"{len(errors)} things are wrong in the catalogue:\n" + "\n".join(f"  {e}" for e in errors),)
        self.errors = tuple(errors)


class StorageError(ParallaxError):
    """The store can't be used: missing, locked for good, or at another revision."""


class OutageError(StorageError):
    """The store can't be used for now: locked, out of reach, on a full disk. Trying again helps once that is over."""

    def __init__(self, kind: OutageKind, problem: str) -> None:
        super().__init__(problem)
        self.kind: OutageKind = kind


class BackupError(StorageError):
    """A backup can't be made, read or restored: ``path`` is the backup or the folder of backups."""

    def __init__(self, path: Path | str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = Path(path)
        self.problem = problem


class NotEmptyError(StorageError):
    """What was to be filled holds something already, and nothing in it was touched."""


class InUseError(StorageError):
    """Somebody works on the store just now."""


class ArchiveError(ParallaxError):
    """A record of the archive can't be read or written: names the file and, where there is one, the offset in bytes."""

    def __init__(self, path: Path | str, problem: str, *, offset: int | None = None) -> None:
        super().__init__(f"{path}: {problem}" if offset is None else f"{path} at {offset}: {problem}")
        self.path = Path(path)
        self.problem = problem
        self.offset = offset


class ArchiveFullError(ArchiveError):
    """The disk that the archive stands on is full."""


class SlotHeldError(ArchiveError):
    """Another process writes under this slot of the archive; another slot may be free."""


class FetchError(ParallaxError):
    """A request came to nothing; ``url`` is what was asked for."""

    def __init__(self, url: str, problem: str = "") -> None:
        super().__init__(f"{url}: {problem}" if problem else url)
        self.url = url
        self.problem = problem


class RobotsDisallowedError(FetchError):
    """robots.txt does not let us fetch this address."""


class RobotsUnreachableError(FetchError):
    """robots.txt could not be read, so nothing of the host is fetched."""


class AddressRefusedError(FetchError):
    """The address leads to a network that must not be reached."""


class ProxyError(FetchError):
    """Nothing came through the proxy that the outlet is asked through."""


class RenderError(FetchError):
    """A page that came could not be shown by the browser."""


class TooLargeError(FetchError):
    """The body is larger than its kind may be."""


class TruncatedError(FetchError):
    """The body ended before its end."""


class UnsupportedEncodingError(FetchError):
    """The declared character encoding is none that the web platform knows."""


class DeliveryError(ParallaxError):
    """A message about alerts was not taken; ``problem`` is one line without address, token or password."""

    def __init__(self, route: str, problem: str) -> None:
        super().__init__(f"{route}: {problem}")
        self.route = route
        self.problem = problem


class QueryError(ParallaxError):
    """A topic's or a search's query can't be read: says where and why."""
