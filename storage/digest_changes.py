"""What was edited after it was published."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.takedown import TOMBSTONE
from storage.digest_facts import EditFact
from storage.edit_pairs import pairs_seen
from storage.ledger import ledger_of
from storage.ledger_facts import LedgerEdit
from storage.tables import ArticleRow, RevisionRow

Window = tuple[datetime, datetime]


def edits_taken_down(session: Session, window: Window) -> list[tuple[str, LedgerEdit]]:
    """Outlet and judgement of the edits seen in the window whose words went with their article."""
    query = (
        select(RevisionRow.id, ArticleRow.outlet)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .where(RevisionRow.first_seen_at >= window[0], RevisionRow.first_seen_at < window[1], RevisionRow.number > 1)
        .where(RevisionRow.text_sha256.startswith(TOMBSTONE))
    )
    outlets = dict(session.execute(query).all())
    told = ledger_of(session, list(outlets))
    return [(outlets[revision_id], told[revision_id]) for revision_id in sorted(told)]


def edits(session: Session, window: Window) -> tuple[EditFact, ...]:
    """Second and later revisions first seen in the window, each beside the one before and with what the ledger says."""
    found = pairs_seen(session, window)
    told = ledger_of(session, [pair.revision_id for pair in found])
    return tuple(
        EditFact(
            article_id=pair.article_id,
            outlet=pair.outlet,
            url=pair.url,
            last_old_at=pair.last_old_at,
            first_new_at=pair.first_new_at,
            old_revision=pair.old_number,
            new_revision=pair.new_number,
            old_title=pair.old.title,
            new_title=pair.new.title,
            old_text=pair.old.text,
            new_text=pair.new.text,
            new_sha256=pair.new_sha256,
            language=pair.language,
            is_ours=pair.is_ours,
            old_authors=pair.old.authors,
            new_authors=pair.new.authors,
            is_confirmed=pair.is_confirmed,
            ledger=told.get(pair.revision_id),
        )
        for pair in found
    )
