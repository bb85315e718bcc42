"""Articles of one outlet that are one text in several languages: by a shared number, or as pages and sitemaps say.

A relation between articles, never a merge: each language has texts and edits of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from storage.families import head_of
from storage.readings import NamedAlternate, ReadText
from storage.tables import AlternateRow, ArticleNumberRow, ArticleRow, ArticleUrlRow, EntryRow
from storage.todos import insert_ignoring

_SOME = 200
SHARED_NUMBER, BOTH_WAYS, ONE_WAY = "shared_number", "hreflang", "hreflang_one_way"


@dataclass(frozen=True, slots=True)
class Translation:
    """Two articles of one outlet in two languages, the lower number first, and what says so since when.

    ``evidence``: ``shared_number``, ``hreflang`` (each names the other, by its page or a sitemap) or
    ``hreflang_one_way``.
    """

    article_id: int
    other_id: int
    outlet: str
    evidence: str
    first_seen_at: datetime
    language: str | None
    other_language: str | None


class _Claim(NamedTuple):
    article_id: int
    outlet: str
    url_key: str
    first_seen_at: datetime


def add_alternates(session: Session, article_id: int, read: ReadText) -> None:
    """Note the versions in other languages that a page names, and those that a sitemap named before it was read."""
    _put(session, article_id, read.alternates, at=read.seen_at)
    own = {address.url_key for address in read.addresses}
    query = select(EntryRow.alternates, EntryRow.last_seen_at).where(
        EntryRow.target_outlet == read.outlet, EntryRow.url_key.in_(own)
    )
    for listed, at in session.execute(query.order_by(EntryRow.id)):
        named = (NamedAlternate(key, url, language) for language, key, url in listed or () if key not in own)
        _put(session, article_id, named, at=at)


def add_listed_alternates(
    session: Session, named: Mapping[tuple[str, str], Collection[NamedAlternate]], *, at: datetime
) -> None:
    """Note the versions that a sitemap names of articles that are stored, by (outlet, key of the address).

    Of one that is not stored yet they wait in its entry (``add_alternates``).
    """
    places = sorted(named)
    for start in range(0, len(places), _SOME):
        some = places[start : start + _SOME]
        owners = _owners(
            session,
            ArticleUrlRow.outlet.in_({outlet for outlet, _ in some}),
            ArticleUrlRow.url_key.in_({key for _, key in some}),
        )
        for place in some:
            if place in owners:
                _put(session, owners[place], named[place], at=at)


def _put(session: Session, article_id: int, named: Iterable[NamedAlternate], *, at: datetime) -> None:
    rows: list[dict[str, object]] = [
        {
            "article_id": article_id,
            "url_key": one.url_key,
            "url": one.url,
            "language": one.language,
            "first_seen_at": at.astimezone(UTC),
        }
        for one in named
    ]
    insert_ignoring(session, AlternateRow, rows, ["article_id", "url_key"])


def translations(session: Session, of: Collection[int] | None = None) -> list[Translation]:
    """All translations known, or those of these articles (numbers of articles that stand); in order of the numbers."""
    said: dict[tuple[int, int], list[tuple[int, datetime]]] = defaultdict(list)
    for one, other, at in _named(session, of):
        said[min(one, other), max(one, other)].append((one, at))
    found: dict[tuple[int, int], tuple[str, datetime]] = {}
    for pair, claims in said.items():
        evidence = BOTH_WAYS if len({one for one, _ in claims}) > 1 else ONE_WAY
        found[pair] = (evidence, min(at for _, at in claims))
    for one, other, at in _numbered(session, of):
        found[min(one, other), max(one, other)] = (SHARED_NUMBER, at)
    articles = _articles(session, {number for pair in found for number in pair})
    return [
        Translation(one, other, articles[one][0], evidence, at, articles[one][1], articles[other][1])
        for (one, other), (evidence, at) in sorted(found.items())
        if articles[one][1] is None or articles[one][1] != articles[other][1]
    ]


def text_numbers(session: Session, of: Collection[int]) -> dict[int, int]:
    """The lowest number of those that are one text, for each of these articles that has a translation."""
    lowest: dict[int, int] = {}
    pairs = [(one.article_id, one.other_id) for one in translations(session, of)]
    for one, other in sorted(pairs) * 2:  # once more, for those that a later pair joins
        least = min(lowest.get(one, one), lowest.get(other, other))
        lowest[one] = lowest[other] = least
    return lowest


def _named(session: Session, of: Collection[int] | None) -> Iterator[tuple[int, int, datetime]]:
    """(article, article that its page names, since when) of those that stand."""
    if of is None:
        yield from _matched(_claims(session), _owners(session, _is_named()))
        return
    for members in _members(session, of):  # step by step: no planner is asked which side is the small one
        claims = _claims(session, AlternateRow.article_id.in_(members))
        is_named = ArticleUrlRow.url_key.in_({key for _, _, key, _ in claims})
        yield from _matched(claims, _owners(session, ArticleUrlRow.outlet.in_({o for _, o, _, _ in claims}), is_named))
        owners = _owners(session, ArticleUrlRow.article_id.in_(members))
        yield from _matched(_claims(session, AlternateRow.url_key.in_({key for _, key in owners})), owners)


def _claims(session: Session, *where: ColumnElement[bool]) -> list[_Claim]:
    """(article that stands, its outlet, the key that its page names, since when)."""
    query = select(head_of(), ArticleRow.outlet, AlternateRow.url_key, AlternateRow.first_seen_at)
    query = query.join(ArticleRow, ArticleRow.id == AlternateRow.article_id)
    return [_Claim(*row) for row in session.execute(query.where(*where))]


def _owners(session: Session, *where: ColumnElement[bool]) -> dict[tuple[str, str], int]:
    """The article that stands at each (outlet, key)."""
    query = select(ArticleUrlRow.outlet, ArticleUrlRow.url_key, head_of())
    query = query.join(ArticleRow, ArticleRow.id == ArticleUrlRow.article_id)
    return {(outlet, key): head for outlet, key, head in session.execute(query.where(*where))}


def _is_named() -> ColumnElement[bool]:
    return ArticleUrlRow.url_key.in_(select(AlternateRow.url_key))


def _matched(claims: Iterable[_Claim], owners: Mapping[tuple[str, str], int]) -> Iterator[tuple[int, int, datetime]]:
    for one, outlet, key, at in claims:
        other = owners.get((outlet, key))
        if other is not None and other != one:
            yield one, other, at


def _numbered(session: Session, of: Collection[int] | None) -> Iterator[tuple[int, int, datetime]]:
    """(article, article with its number in another numbering, since when both are known)."""
    mine, other = aliased(ArticleRow), aliased(ArticleRow)
    number, same = aliased(ArticleNumberRow), aliased(ArticleNumberRow)
    query = (
        select(head_of(mine), head_of(other), number.first_seen_at, same.first_seen_at)
        .join(same, (same.outlet == number.outlet) & (same.number == number.number))
        .join(mine, mine.id == number.article_id)
        .join(other, other.id == same.article_id)
        .where(number.is_shared, same.is_shared, number.numbering < same.numbering, head_of(mine) != head_of(other))
    )
    for part in _parts(session, query, of, number.article_id, same.article_id):
        yield from ((one, two, max(at, since)) for one, two, at, since in session.execute(part))


def _parts(
    session: Session, query: Select[*tuple[Any, ...]], of: Collection[int] | None, *sides: InstrumentedAttribute[int]
) -> Iterator[Select[*tuple[Any, ...]]]:
    """The query as it is, or one for each side that may be of the articles asked for: an index serves each."""
    if of is None:
        yield query
        return
    for members in _members(session, of):
        yield from (query.where(side.in_(members)) for side in sides)


def _members(session: Session, of: Collection[int]) -> Iterator[list[int]]:
    """The articles asked for with those merged into them, some at a time: each may name forty addresses."""
    ordered = sorted(of)
    for start in range(0, len(ordered), _SOME):
        some = ordered[start : start + _SOME]
        is_one = or_(ArticleRow.id.in_(some), ArticleRow.merged_into.in_(some))
        yield list(session.scalars(select(ArticleRow.id).where(is_one)))


def _articles(session: Session, numbers: set[int]) -> dict[int, tuple[str, str | None]]:
    found: dict[int, tuple[str, str | None]] = {}
    ordered = sorted(numbers)
    for start in range(0, len(ordered), 500):
        query = select(ArticleRow.id, ArticleRow.outlet, ArticleRow.language)
        for row in session.execute(query.where(ArticleRow.id.in_(ordered[start : start + 500]))):
            found[row.id] = (row.outlet, row.language)
    return found
