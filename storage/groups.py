"""Which group each outlet belonged to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.outlet import DEFAULT_SCHEME, Group
from storage.tables import OutletGroupRow


def groups_on(session: Session, day: date, *, scheme: str = DEFAULT_SCHEME) -> Mapping[str, Group]:
    """Each outlet's group on ``day``; of several statements that hold, the last recorded one counts."""
    rows = session.execute(
        select(OutletGroupRow.outlet, OutletGroupRow.group_name)
        .where(OutletGroupRow.scheme == scheme, OutletGroupRow.withdrawn_at.is_(None))
        .where(or_(OutletGroupRow.valid_from.is_(None), OutletGroupRow.valid_from <= day))
        .where(or_(OutletGroupRow.valid_to.is_(None), OutletGroupRow.valid_to > day))
        .order_by(OutletGroupRow.recorded_at, OutletGroupRow.id)
    )
    return {row.outlet: Group(row.group_name) for row in rows}


def group_by_day(session: Session) -> Callable[[str, date], Group]:
    """The group of an outlet on a day, each day asked for once; unknown where nobody said."""

    @cache
    def said(day: date) -> Mapping[str, Group]:
        return groups_on(session, day)

    return lambda outlet, day: said(day).get(outlet, Group.UNKNOWN)
