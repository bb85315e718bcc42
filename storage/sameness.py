"""Which article a text belongs to: what is known of its addresses and its number, and which claims are believed.

The rules and what was rejected stand in docs/adr/0019. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from domain.sameness import Evidence
from domain.urls import URL_KEY_VERSION, url_key
from storage.families import family_of
from storage.readings import Address, ReadText
from storage.tables import (
    ArticleMergeRow,
    ArticleNumberRow,
    ArticleRow,
    ArticleUrlRow,
    ExtractionRow,
    FetchRow,
    RevisionRow,
    TargetRow,
    TextRow,
)
from text.likeness import likeness

_CLAIMS = {"canonical": Evidence.CANONICAL, "form": Evidence.FORM, "redirect": Evidence.REDIRECT}


class Join(NamedTuple):
    """That another article turned out to be this one, and what says so."""

    article_id: int
    evidence: Evidence
    reason: str


@dataclass(slots=True)
class Found:
    """Where a text belongs. ``article`` None: to a new one. ``addresses`` are those that are believed.

    ``joins`` are articles that it shows to be the same; ``notes`` say what was not believed and why. With
    ``is_withdrawn`` its address was claimed by an article that it is not of.
    """

    article: ArticleRow | None
    addresses: list[Address]
    joins: list[Join] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_withdrawn: bool = False
    is_number_known: bool = False


class _Known(NamedTuple):
    article_id: int
    kind: str


def find(session: Session, read: ReadText) -> Found:
    """The article that a text belongs to: by its own address, what led there, its forms, its canonical, its number."""
    known = _known(session, read)
    found = Found(None, [read.own])
    if read.own.url_key in known:
        _take_own(session, read, known[read.own.url_key], found)
    for address in read.addresses[1:]:
        owner, evidence = known.get(address.url_key), _CLAIMS.get(address.kind, Evidence.REDIRECT)
        if owner is None or _joins(session, read, Join(owner.article_id, evidence, address.url), found):
            found.addresses.append(address)
    numbered = _numbered(session, read)
    if numbered is not None and read.number is not None:
        found.is_number_known = True
        if found.article is None or found.article.id != numbered:
            _joins(session, read, Join(numbered, Evidence.NUMBER, f"number {read.number.number}"), found)
    return found


def _known(session: Session, read: ReadText) -> dict[str, _Known]:
    rows = session.execute(
        select(ArticleUrlRow.url_key, ArticleUrlRow.article_id, ArticleUrlRow.kind).where(
            ArticleUrlRow.outlet == read.outlet,
            ArticleUrlRow.url_key.in_([a.url_key for a in read.addresses]),
            ArticleUrlRow.key_version == URL_KEY_VERSION,
        )
    )
    return {row.url_key: _Known(row.article_id, row.kind) for row in rows}


def _numbered(session: Session, read: ReadText) -> int | None:
    """The article that has the text's number in its numbering."""
    if read.number is None:
        return None
    return session.scalar(
        select(ArticleNumberRow.article_id).where(
            ArticleNumberRow.outlet == read.outlet,
            ArticleNumberRow.number == read.number.number,
            ArticleNumberRow.numbering == read.number.numbering,
        )
    )


def _take_own(session: Session, read: ReadText, known: _Known, found: Found) -> None:
    """The article at the text's own address, unless that only claimed the address and the page shows another."""
    article = session.get_one(ArticleRow, known.article_id, populate_existing=True)
    evidence = _CLAIMS.get(known.kind)
    if evidence in {Evidence.CANONICAL, Evidence.FORM} and not _was_read_at(session, article, read.own.url_key):
        is_chain = evidence is Evidence.CANONICAL and read.names_another
        why = "it names another canonical itself" if is_chain else unlike(session, read.text, article, evidence)
        if why is not None:
            found.is_withdrawn = True
            found.notes.append(f"article {article.id} claimed this address as its {evidence}; not believed: {why}")
            return
    found.article = article


def _joins(session: Session, read: ReadText, join: Join, found: Found) -> bool:
    """Take the article that is joined, or note that it is another one; False where it is not believed."""
    other = session.get_one(ArticleRow, join.article_id, populate_existing=True)
    mine = found.article
    if mine is not None and _head(mine) == _head(other):
        return True
    why = _chained(session, read, other, join.reason) if join.evidence is Evidence.CANONICAL else None
    why = why or (is_barred(session, _head(mine), _head(other)) if mine is not None else None)
    why = why or unlike(session, read.text, other, join.evidence)
    if why is not None:
        found.notes.append(f"its {join.evidence} {join.reason} is that of article {other.id}; not believed: {why}")
        return False
    if mine is None:
        found.article = other
    else:
        found.joins.append(join._replace(article_id=_head(other)))
    return True


def _head(article: ArticleRow) -> int:
    return article.merged_into or article.id


def unlike(session: Session, text: str, article: ArticleRow, evidence: Evidence) -> str | None:
    """That a text speaks against being the article's, where it does."""
    stored = latest_text(session, article)
    alike = likeness(stored, text) if stored is not None else 1.0
    return f"the texts are {alike:.0%} alike" if alike < evidence.least_likeness else None


def latest_text(session: Session, article: ArticleRow) -> str | None:
    """The latest text of the article that stands; None where there is none."""
    return session.scalar(
        select(TextRow.body)
        .join(RevisionRow, RevisionRow.text_sha256 == TextRow.sha256)
        .join(ArticleRow, ArticleRow.latest_revision_id == RevisionRow.id)
        .where(ArticleRow.id == _head(article))
    )


def is_barred(session: Session, one: int, other: int) -> str | None:
    """That a person said of these two articles that stand, or of any merged into them, that they are two."""
    ones, others = (family_of(session, session.get_one(ArticleRow, head)) for head in (one, other))
    pair = and_(ArticleMergeRow.article_id.in_(ones), ArticleMergeRow.into_id.in_(others))
    turned = and_(ArticleMergeRow.article_id.in_(others), ArticleMergeRow.into_id.in_(ones))
    undone = select(ArticleMergeRow.id).where(or_(pair, turned), ArticleMergeRow.undone_at.is_not(None))
    return "a person said that they are two" if session.scalar(undone.limit(1)) is not None else None


def _chained(session: Session, read: ReadText, article: ArticleRow, canonical: str) -> str | None:
    """That the page at a canonical address names another one in turn: a chain or a loop says nothing."""
    key = url_key(canonical, host_aliases=read.host_aliases)
    says = session.scalar(_readings_at(session, article, read.outlet, key).limit(1))
    if says is None or url_key(says, host_aliases=read.host_aliases) == key:
        return None
    return f"that page names {says}"


def _was_read_at(session: Session, article: ArticleRow, key: str) -> bool:
    query = _readings_at(session, article, article.outlet, key).with_only_columns(ExtractionRow.id)
    return session.scalar(query.limit(1)) is not None


def _readings_at(session: Session, article: ArticleRow, outlet: str, key: str) -> Select[*tuple[Any, ...]]:
    """The canonicals that the article's page at this address named, latest first."""
    return (
        select(ExtractionRow.canonical_url)
        .join(FetchRow, FetchRow.id == ExtractionRow.fetch_id)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .where(
            ExtractionRow.article_id.in_(family_of(session, article)),
            TargetRow.outlet == outlet,
            TargetRow.url_key == key,
        )
        .order_by(FetchRow.requested_at.desc(), ExtractionRow.fetch_id.desc(), ExtractionRow.id.desc())
    )
