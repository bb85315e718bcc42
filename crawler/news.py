"""What the crawl's threads tell its loop. Each piece of news is passed on to the method that takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from crawler.committer import Acknowledged
from crawler.fetch.engine import Answer
from crawler.reading import ReadResult
from crawler.slot import HostSlot
from domain.frontier import Target


class Listener(Protocol):
    """The loop."""

    def robots_answered(self, slot: HostSlot, answer: Answer, hops: int) -> None: ...

    def answered(self, slot: HostSlot, target: Target, answer: Answer) -> None: ...

    def let_go(self, slot: HostSlot, target: Target) -> None: ...

    def stored(self, acknowledged: Acknowledged) -> None: ...

    def batch_stored(self, looks: int, seconds: float) -> None: ...

    def was_read(self, fetch_id: int, result: ReadResult | None, seconds: float) -> None: ...

    def told(self, host: str) -> None: ...


@dataclass(frozen=True, slots=True)
class RobotsAnswered:
    """News: robots.txt came, or did not."""

    slot: HostSlot
    answer: Answer
    hops: int

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        listener.robots_answered(self.slot, self.answer, self.hops)


@dataclass(frozen=True, slots=True)
class Answered:
    """News: a request ended."""

    slot: HostSlot
    target: Target
    answer: Answer

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        listener.answered(self.slot, self.target, self.answer)


@dataclass(frozen=True, slots=True)
class LetGo:
    """News: a page came and was not shown, for the crawl ends."""

    slot: HostSlot
    target: Target

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        listener.let_go(self.slot, self.target)


@dataclass(frozen=True, slots=True)
class Stored:
    """News: a batch of looks is in the store."""

    batch: Sequence[Acknowledged]

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        for acknowledged in self.batch:
            listener.stored(acknowledged)


@dataclass(frozen=True, slots=True)
class BatchStored:
    """News: how long the batch before took to be stored."""

    looks: int
    seconds: float

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        listener.batch_stored(self.looks, self.seconds)


@dataclass(frozen=True, slots=True)
class Read:
    """News: a fetch was read, in so many seconds."""

    fetch_id: int
    result: ReadResult | None
    seconds: float

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        listener.was_read(self.fetch_id, self.result, self.seconds)


@dataclass(frozen=True, slots=True)
class Told:
    """News: a host that is to be worked on."""

    host: str

    def tell(self, listener: Listener) -> None:
        """Pass it on."""
        listener.told(self.host)


@dataclass(frozen=True, slots=True)
class Broken:
    """News: nothing can be stored any more."""

    error: Exception

    def tell(self, _listener: Listener) -> None:
        """End the crawl with it."""
        raise self.error


News = RobotsAnswered | Answered | LetGo | Stored | BatchStored | Read | Told | Broken


def told_of_look(acknowledged: Acknowledged) -> Mapping[str, object]:
    """The fields of the event ``fetch.stored``."""
    look = acknowledged.finished.look
    return {
        "fetch": acknowledged.fetch_id,
        "run": acknowledged.finished.run_id,
        "host": look.target.host,
        "outlet": look.target.outlet,
        "channel": look.target.channel_slug,
        "url": look.target.url,
        "outcome": look.outcome.value,
        "error": look.error,
    }
