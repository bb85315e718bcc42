"""What is published stays as published. A second request for a day gives the same digest; later knowledge is a note.

A day that is not over has no published digest yet: what is made of it is shown and not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from publish.digest.json import digest_from_json, digest_json
from publish.digest.model import Digest, Note, UnseenKind
from publish.digest.words import plural
from storage.kept_digests import KeptDigest

DAILY = "daily"


class KeptDigests(Protocol):
    """Where published digests are kept."""

    def find(self, name: str, day: date) -> KeptDigest | None:
        """The digest published under ``name`` for ``day``, or None."""
        ...

    def number(self, name: str) -> int:
        """How many were published under ``name``."""
        ...

    def put(
        self,
        name: str,
        day: date,
        *,
        zone: str,
        made_at: datetime,
        catalogue_hash: str,
        versions: Mapping[str, str],
        content: str,
    ) -> None:
        """Keep a digest as published."""
        ...

    def add_note(self, digest_id: int, *, at: datetime, note: str) -> None:
        """Add what became known later."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """A digest and whether this call published it (False: it stood already, or its day is not over)."""

    digest: Digest
    is_new: bool


def published_digest(
    kept: KeptDigests,
    make: Callable[[int | None], Digest],
    *,
    day: date,
    name: str = DAILY,
    looks_again: bool = False,
) -> Published:
    """The digest of ``day``: as published where it was, otherwise made by ``make(edition)`` and kept.

    ``looks_again`` makes a published one anew beside it and adds what differs as a dated note; the published figures
    stay. ``make`` is called once at most.
    """
    stored = kept.find(name, day)
    if stored is None:
        return _publish(kept, make, day=day, name=name)
    digest = as_published(stored)
    if looks_again:
        anew = make(digest.edition)
        learned = later_knowledge(digest, anew)
        if learned and learned not in {note.text for note in digest.notes}:
            kept.add_note(stored.digest_id, at=anew.made_at, note=learned)
            digest = replace(digest, notes=(*digest.notes, Note(anew.made_at, learned)))
    return Published(digest, is_new=False)


def _publish(kept: KeptDigests, make: Callable[[int | None], Digest], *, day: date, name: str) -> Published:
    digest = make(kept.number(name) + 1)
    if digest.is_open or _was_before_us(digest):
        return Published(replace(digest, edition=None), is_new=False)
    kept.put(
        name,
        day,
        zone=digest.zone,
        made_at=digest.made_at,
        catalogue_hash=digest.catalogue_hash or "",
        versions={version.name: version.value for version in digest.versions},
        content=digest_json(digest, indent=None),
    )
    return Published(digest, is_new=True)


def _was_before_us(digest: Digest) -> bool:
    """Whether nothing was looked at and nothing missed: a day before the first look has nothing to be kept."""
    return not digest.checks_due and not any(one.kind is UnseenKind.GAP for one in digest.unseen)


def as_published(stored: KeptDigest) -> Digest:
    """A stored digest with the notes added since. Raises StorageError when it can't be read."""
    notes = tuple(Note(at, text) for at, text in stored.notes)
    return replace(digest_from_json(stored.content), notes=notes)


def later_knowledge(published: Digest, anew: Digest) -> str | None:
    """What is known now of the same day and was not when it was published, in one sentence; None where nothing is."""
    before, after = _figures(published), _figures(anew)
    changes = [f"{name} {before[name]:,} → {after[name]:,}" for name in before if before[name] != after[name]]
    closed = sum(one.ended_at is None for one in published.unseen) - sum(one.ended_at is None for one in anew.unseen)
    if closed > 0:
        changes.append(f"{plural(closed, 'gap')} closed since")
    if not changes:
        return None
    return f"Known later, the figures above stand as published: {'; '.join(changes)}."


def _figures(digest: Digest) -> dict[str, int]:
    return {
        "articles": sum(row.articles.value for row in digest.glance),
        "on topics": sum(row.on_topics.value for row in digest.glance),
        "edits": len(digest.edits),
        "no longer served": sum(removal.is_gone and removal.back_at is None for removal in digest.removals),
        "links not read": digest.unread_links,
    }
