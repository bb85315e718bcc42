"""Reports and the press releases that announce them: of one outlet, one links to the other, their dates are near."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.extraction import ArticleKind
from domain.urls import URL_KEY_VERSION, url_key
from storage.families import is_of
from storage.tables import ArticleRow, ArticleUrlRow, ExtractionRow, ReportReleaseRow, RevisionRow
from storage.todos import insert_ignoring

NEAR = timedelta(days=3)
_REPORTS = frozenset({ArticleKind.REPORT.value, ArticleKind.DOCUMENT.value})
_MOST_NEAR = 300  # articles of the outlet that are looked through for a link to a report


def link_reports(session: Session, article_id: int, *, host_aliases: Mapping[str, str], now: datetime) -> None:
    """Note which report this article announces, or which articles announce this report.

    Only where both state when they were published, three days apart at most. ``host_aliases`` are the outlet's.
    """
    article = session.get(ArticleRow, article_id)
    if article is not None and article.merged_into is not None:
        article = session.get(ArticleRow, article.merged_into)
    if article is None or article.published_at is None or article.latest_revision_id is None:
        return
    near = list(_near(session, article, article.published_at))
    if not near:
        return
    own = _keys(_links(session, article), host_aliases)
    pairs = []
    for other in near:
        report, release = (article, other) if article.kind in _REPORTS else (other, article)
        if (report.kind in _REPORTS) == (release.kind in _REPORTS):
            continue
        links_there = bool(own & _addresses(session, other))
        links_here = not links_there and bool(
            _keys(_links(session, other), host_aliases) & _addresses(session, article)
        )
        if links_there or links_here:
            in_report = (report is article) == links_there
            pairs.append({"report_id": report.id, "release_id": release.id, "noted_at": now,
                          "linked_in": "report" if in_report else "release"})  # fmt: skip
    insert_ignoring(session, ReportReleaseRow, pairs, ["report_id", "release_id"])


def _near(session: Session, article: ArticleRow, at: datetime) -> Iterable[ArticleRow]:
    """Articles of the outlet around ``at`` that may belong to this one: reports where it is none, else others."""
    is_report = article.kind in _REPORTS
    kinds = ArticleRow.kind.not_in(_REPORTS) if is_report else ArticleRow.kind.in_(_REPORTS)
    query = (
        select(ArticleRow)
        .where(
            ArticleRow.outlet == article.outlet, ArticleRow.id != article.id, ArticleRow.merged_into.is_(None), kinds
        )
        .where(ArticleRow.published_at.between(at - NEAR, at + NEAR))
        .order_by(ArticleRow.id.desc())
        .limit(_MOST_NEAR)
    )
    return session.scalars(query)


def _links(session: Session, article: ArticleRow) -> Iterable[str]:
    """The links of the article's latest text."""
    links = session.scalar(
        select(ExtractionRow.links)
        .join(RevisionRow, RevisionRow.extraction_id == ExtractionRow.id)
        .where(RevisionRow.id == article.latest_revision_id)
    )
    return links or ()


def _keys(links: Iterable[str], host_aliases: Mapping[str, str]) -> set[str]:
    return {url_key(link, host_aliases=host_aliases) for link in links}


def _addresses(session: Session, article: ArticleRow) -> set[str]:
    """All addresses that are known of it, those of articles merged into it among them."""
    query = select(ArticleUrlRow.url_key).where(
        is_of(ArticleUrlRow.article_id, article.id), ArticleUrlRow.key_version == URL_KEY_VERSION
    )
    return set(session.scalars(query))
