"""Digests as they were published, and the dated notes added to them.

A published digest is never changed, but that the words of an article that is taken down go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.tables import DigestNoteRow, DigestRow


@dataclass(frozen=True, slots=True)
class KeptDigest:
    """A digest as published: its JSON, and (when, what) of each later note, oldest first."""

    digest_id: int
    content: str
    made_at: datetime
    notes: tuple[tuple[datetime, str], ...] = ()


class StoredDigests:
    """A ``KeptDigests`` over one session; the caller owns the transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, name: str, day: date) -> KeptDigest | None:
        """The digest published under ``name`` for ``day``, or None."""
        row = self._session.scalar(select(DigestRow).where(DigestRow.name == name, DigestRow.day == day))
        if row is None:
            return None
        notes = self._session.execute(
            select(DigestNoteRow.noted_at, DigestNoteRow.note)
            .where(DigestNoteRow.digest_id == row.id)
            .order_by(DigestNoteRow.noted_at, DigestNoteRow.id)
        )
        return KeptDigest(row.id, row.content, row.made_at, tuple((note.noted_at, note.note) for note in notes))

    def number(self, name: str) -> int:
        """How many digests were published under ``name``."""
        return self._session.scalar(select(func.count()).select_from(DigestRow).where(DigestRow.name == name)) or 0

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
        """Keep a digest as published. A second one of the same name and day is refused by the database."""
        row = DigestRow(
            name=name,
            day=day,
            zone=zone,
            made_at=made_at,
            catalogue_hash=catalogue_hash,
            versions=dict(versions),
            content=content,
        )
        self._session.add(row)
        self._session.flush()

    def add_note(self, digest_id: int, *, at: datetime, note: str) -> None:
        """Add what became known later."""
        self._session.add(DigestNoteRow(digest_id=digest_id, noted_at=at, note=note))
        self._session.flush()

    def contents(self) -> list[tuple[int, str]]:
        """The number and JSON of every digest."""
        return [(row.id, row.content) for row in self._session.execute(select(DigestRow.id, DigestRow.content))]

    def rewrite(self, digest_id: int, content: str) -> None:
        """Keep a digest without the words of an article that is taken down."""
        self._session.get_one(DigestRow, digest_id).content = content
        self._session.flush()

    def published(self) -> list[tuple[str, date]]:
        """Name and day of every digest."""
        query = select(DigestRow.name, DigestRow.day).order_by(DigestRow.day, DigestRow.name)
        return [(name, day) for name, day in self._session.execute(query)]

    def noted(self, note_like: str) -> list[tuple[str, date]]:
        """Name and day of every digest with a note that holds these words."""
        query = (
            select(DigestRow.name, DigestRow.day)
            .join(DigestNoteRow, DigestNoteRow.digest_id == DigestRow.id)
            .where(DigestNoteRow.note.contains(note_like, autoescape=True))
            .distinct()
            .order_by(DigestRow.day, DigestRow.name)
        )
        return [(name, day) for name, day in self._session.execute(query)]
