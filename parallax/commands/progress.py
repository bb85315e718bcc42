"""What a long command says meanwhile, and how findings are listed at its end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Protocol

import typer

MOST_SHOWN = 20  # findings of a kind; --json has all
_EVERY_S = 5.0


class Progress:
    """A line on standard error every five seconds, however often there is something to say."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_S

    def say(self, words: Callable[[], str]) -> None:
        """Say ``words`` where it is time; they are only put together then."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_S
            typer.echo(words(), err=True)


class Finding(Protocol):
    """What is wrong, and which check found it."""

    @property
    def check(self) -> str: ...
    @property
    def problem(self) -> str: ...


def tell_findings(findings: Iterable[Finding]) -> str:
    """A line for each finding, of a kind the first twenty; gives how many there are, in words."""
    from publish.digest.words import plural

    counts: Counter[str] = Counter()
    for finding in findings:
        counts[finding.check] += 1
        if counts[finding.check] <= MOST_SHOWN:
            typer.echo(f"✗ {finding.check}: {finding.problem}")
    for name, count in counts.items():
        if count > MOST_SHOWN:
            typer.echo(f"✗ {name}: and {count - MOST_SHOWN} more; --json has all")
    return plural(counts.total(), "finding") if counts else "all is well"
