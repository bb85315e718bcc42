"""What evidence of an article says besides its history: the texts, who published it, under which catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.outlet import DEFAULT_SCHEME
from storage.history_facts import GroupFact, OutletFact
from storage.tables import CatalogueState, OutletGroupRow, OutletRow, TextRow


def texts(session: Session, digests: Iterable[str]) -> dict[str, str]:
    """The texts with these digests, by digest; one that had to go is left out."""
    rows = session.execute(select(TextRow.sha256, TextRow.body).where(TextRow.sha256.in_(sorted(set(digests)))))
    return {row.sha256: row.body for row in rows}


def outlet_fact(session: Session, slug: str, *, day: date) -> OutletFact:
    """Who publishes under ``slug``, with its group on ``day``; of several statements the last recorded one counts."""
    outlet = session.get_one(OutletRow, slug)
    row = session.scalars(
        select(OutletGroupRow)
        .where(OutletGroupRow.outlet == slug, OutletGroupRow.scheme == DEFAULT_SCHEME)
        .where(OutletGroupRow.withdrawn_at.is_(None))
        .where(or_(OutletGroupRow.valid_from.is_(None), OutletGroupRow.valid_from <= day))
        .where(or_(OutletGroupRow.valid_to.is_(None), OutletGroupRow.valid_to > day))
        .order_by(OutletGroupRow.recorded_at.desc(), OutletGroupRow.id.desc())
        .limit(1)
    ).one_or_none()
    group = (
        GroupFact(row.scheme, row.group_name, row.reason, row.valid_from, row.valid_to, row.recorded_at)
        if row
        else None
    )
    return OutletFact(slug, outlet.name, outlet.home, group)


def last_catalogue_hash(session: Session) -> str | None:
    """The catalogue that came into force last; None where there was none."""
    return session.scalar(select(CatalogueState.catalogue_hash).order_by(CatalogueState.id.desc()).limit(1))
