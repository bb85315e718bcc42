"""Work that one process at a time may do, where several share a database."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from storage.engine import Store

_NUMBERS = {"read": 7265713, "match": 7265714}
_TAKE = text("SELECT pg_try_advisory_xact_lock(:number, :subject)")
_WITHOUT_LIMIT = text("SET LOCAL lock_timeout = 0")
_WAIT_FOR_CATALOGUE = text("SELECT pg_advisory_xact_lock(7265716)")
_WAIT = text(
    "SELECT pg_advisory_xact_lock(7265715, (id & 2147483647)::int) FROM (SELECT unnest(:ids) AS id ORDER BY 1) AS s"
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


@contextmanager
def alone_with(store: Store, work: Literal["read", "match"], subject_id: int = 0) -> Iterator[bool]:
    """Whether nobody else does this work just now; while this is open, nobody else begins to.

    On PostgreSQL a lock of a transaction of its own, which holds no row and no snapshot and goes with its process. On
    SQLite, where one machine's processes follow each other, nothing is asked.
    """
    if store.dialect == "sqlite":
        yield True
        return
    with store.read() as session:
        taken = session.scalar(_TAKE, {"number": _NUMBERS[work], "subject": subject_id & 0x7FFFFFFF})
        yield bool(taken)


def wait_for_catalogue(session: Session) -> None:
    """Have the catalogue to this transaction: of several processes that begin at once, each finds what another put.

    On SQLite a writer is alone anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_WAIT_FOR_CATALOGUE).all()


def wait_for_articles(session: Session, article_ids: Collection[int]) -> None:
    """Have the search documents of these articles to this transaction: what is read of them from now on is the latest.

    On SQLite a writer is alone anyhow.
    """
    if session.get_bind().dialect.name == "postgresql" and article_ids:
        session.execute(_WITHOUT_LIMIT)  # one of ours holds it, for as long as it takes to index a batch
        session.execute(_WAIT, {"ids": sorted(set(article_ids))}).all()
