"""The hosts a crawl was told to work on: waiting until there is room, claimed, or refused. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class WantedHosts:
    """Told and not yet claimed, in the order in which they were told."""

    def __init__(self) -> None:
        self._waiting: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, host: str) -> None:
        """``host`` is wanted; told twice is told once."""
        self._waiting[host] = None

    def next(self, room: int) -> tuple[str, ...]:
        """Up to ``room`` of them, those told first."""
        return tuple(self._waiting)[: max(0, room)]

    def settle(self, asked: Collection[str], claimed: Iterable[str]) -> tuple[str, ...]:
        """Forget those that were ``asked`` for; gives those of them that were not ``claimed``."""
        for host in asked:
            self._waiting.pop(host, None)
        got = set(claimed)
        return tuple(host for host in asked if host not in got)
