"""What reading one fetch gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.fetch import PageReading
from domain.intents import AddRevision, InsertArticle
from storage.articles import Applied


@dataclass(frozen=True, slots=True)
class ReadResult:
    """For the counts of a crawl, and for whoever waits for new targets at a host."""

    host: str
    reading: PageReading
    new_entries: int = 0
    new_articles: int = 0
    new_revisions: int = 0


def counted(host: str, reading: PageReading, applied: Iterable[Applied], *, new_entries: int = 0) -> ReadResult:
    """The result of a reading that stored these texts."""
    intents = [a.intent for a in applied]
    inserted = sum(isinstance(i, InsertArticle) for i in intents)
    added = sum(isinstance(i, AddRevision) for i in intents)
    return ReadResult(host, reading, new_entries, inserted, inserted + added)
