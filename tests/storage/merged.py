"""Texts of articles that turn out to be one, as they are read at several addresses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from crawler.decide import decide
from storage import Session, Store
from storage.articles import Applied, store_text
from storage.readings import Address, ReadText
from storage.search import search
from storage.tables import ArticleRow
from tests.kinds.same.sentences import paragraphs
from tests.storage.filling import HOST, NOW, _target_at, fill, look, read_text, stored_fetch
from tests.storage.filling import store as put
from text.search import search_query, to_fts5, to_tsquery

LATER = NOW + timedelta(hours=4)
TEXT = "\n\n".join(paragraphs("anbar"))
EDITED = "\n\n".join(paragraphs("anbar", edited=True))
OTHER = "\n\n".join(paragraphs("festival"))


def read_at(
    session: Session, text: str, path: str, *also: tuple[str, str], at: datetime = NOW, **how: object
) -> ReadText:
    """A text that was read at ``path``, with further (path, kind) addresses."""
    fetch_id = stored_fetch(session, look(_target_at(session, path, at), at=at))
    read = read_text(fetch_id, text, path=path, at=at)
    more = tuple(Address(f"{HOST}{path_}", f"https://{HOST}{path_}", kind) for path_, kind in also)
    return replace(read, addresses=(*read.addresses, *more), **how)  # type: ignore[arg-type]


def store_at(
    session: Session, text: str, path: str, *also: tuple[str, str], at: datetime = NOW, **how: object
) -> Applied:
    """The same, put into the store."""
    return store_text(session, read_at(session, text, path, *also, at=at, **how), decide)


def two_apart(session: Session) -> None:
    """Two articles, 1 at /a and 2 at /b, of one text."""
    fill(session)
    put(session, TEXT, path="/a")
    put(session, TEXT, path="/b", at=NOW + timedelta(minutes=1))


def merged_into(session: Session) -> dict[int, int | None]:
    """Each article and what it is merged into."""
    return {row.id: row.merged_into for row in session.execute(select(ArticleRow.id, ArticleRow.merged_into))}


def found_by(store: Store, words: str) -> list[int]:
    """The articles that a search for ``words`` finds."""
    query = search_query(words)
    with store.read() as session:
        return [f.article_id for f in search(session, fts5=to_fts5(query), tsquery=to_tsquery(query), limit=9)]
