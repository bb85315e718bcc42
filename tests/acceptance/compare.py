"""What a crawl of the sample world left in its tables, in the words of the world's truth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select

from storage import Session
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    ChannelRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    HostRow,
    MentionRow,
    RevisionRow,
    RunRow,
    TargetRow,
    TextRow,
    TodoRow,
    TopicRow,
)

BAKU = timezone(timedelta(hours=4))
Row = Mapping[str, Any]
_PORT = re.compile(r":\d+(?=/)")


def plain_key(key: str) -> str:
    """A url key without the port, which changes from run to run."""
    return _PORT.sub("", key, count=1)


def local(at: datetime | None) -> str | None:
    """A time as the truth writes it."""
    return at.astimezone(BAKU).isoformat() if at else None


def words_of(text: str) -> str:
    """A text with its white space evened out."""
    return "\n\n".join(" ".join(p.split()) for p in text.split("\n\n") if p.strip())


def articles(session: Session) -> dict[tuple[str, str], Row]:
    """Each article with its revisions, by (outlet, first url key)."""
    found: dict[tuple[str, str], Row] = {}
    for row in session.scalars(select(ArticleRow).where(ArticleRow.merged_into.is_(None)).order_by(ArticleRow.id)):
        found[row.outlet, key_of(session, row.id)] = {
            "title": row.title,
            "language": row.language,
            "first_listed": local(row.first_seen_at),
            "published": _published(row),
            "revisions": revisions(session, row.id),
        }
    return found


def key_of(session: Session, article_id: int) -> str:
    """The key an article is known by: of all its addresses the first that was listed or read."""
    key = session.scalar(
        select(ArticleUrlRow.url_key).where(ArticleUrlRow.article_id == article_id).order_by(ArticleUrlRow.id)
    )
    return plain_key(key or "")


def _published(row: ArticleRow) -> Row | None:
    if row.published_at is None:
        return None
    at = row.published_at.astimezone(timezone(timedelta(minutes=row.published_offset_min or 0)))
    timespec = "minutes" if row.published_precision == "minute" else "seconds"
    text = at.date().isoformat() if row.published_precision == "day" else at.isoformat(timespec=timespec)
    return {"at": text, "precision": row.published_precision, "source": row.published_source}


def revisions(session: Session, article_id: int) -> list[Row]:
    """The revisions of an article, first to last."""
    query = (
        select(RevisionRow, TextRow.body, ExtractionRow.text_source, FetchRow.reason)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .join(FetchRow, FetchRow.id == RevisionRow.fetch_id)
        .where(RevisionRow.article_id == article_id)
        .order_by(RevisionRow.number)
    )
    return [
        {
            "number": row.number,
            "title": row.title,
            "text": words_of(body),
            "first_seen": local(row.first_seen_at),
            "source": source,
        }
        for row, body, source, _reason in session.execute(query)
    ]


def fetches(session: Session, moments: Sequence[str]) -> Counter[tuple[str, ...]]:
    """(moment, outlet, channel or url key, outcome, reading) of every look but rechecks and retries."""
    query = (
        select(FetchRow, TargetRow.url_key, ChannelRow.slug)
        .join(TargetRow, TargetRow.id == FetchRow.target_id)
        .join(ChannelRow, ChannelRow.id == FetchRow.channel_id, isouter=True)
    )
    rows: Counter[tuple[str, ...]] = Counter()
    for fetch, key, channel in session.execute(query):
        at = local(fetch.requested_at)
        assert at in moments, at
        rows[str(at), fetch.outlet, channel or plain_key(key), fetch.outcome, fetch.reading or ""] += 1
    return rows


def gaps(session: Session) -> list[tuple[str, str, str | None, str | None, str]]:
    """(outlet, channel, from, to, reason)."""
    query = select(GapRow, ChannelRow).join(ChannelRow, ChannelRow.id == GapRow.channel_id)
    return sorted(
        (channel.outlet, channel.slug, local(gap.from_at), local(gap.to_at), gap.reason)
        for gap, channel in session.execute(query)
    )


def mentions(session: Session) -> dict[tuple[str, str, str, int], list[str]]:
    """The words that prove a topic, by (topic, outlet, url key, revision number)."""
    query = (
        select(TopicRow.slug, MentionRow, RevisionRow)
        .join(TopicRow, TopicRow.current_version_id == MentionRow.topic_version_id)
        .join(RevisionRow, RevisionRow.id == MentionRow.revision_id)
        .order_by(MentionRow.revision_id, MentionRow.field.desc(), MentionRow.start)
    )
    found: dict[tuple[str, str, str, int], list[str]] = {}
    for topic, mention, revision in session.execute(query):
        outlet = session.get(ArticleRow, revision.article_id)
        assert outlet is not None
        key = (topic, outlet.outlet, key_of(session, revision.article_id), revision.number)
        found.setdefault(key, []).append(mention.surface)
    return found


def differences(kind: str, want: Mapping[Any, Any], got: Mapping[Any, Any]) -> list[str]:
    """One line for each thing missing, unexpected or different."""
    lines = [f"{kind} missing: {key}" for key in want.keys() - got.keys()]
    lines += [f"{kind} unexpected: {key}: {got[key]}" for key in got.keys() - want.keys()]
    lines += [
        f"{kind} {key}: want {want[key]!r}, got {got[key]!r}"
        for key in want.keys() & got.keys()
        if want[key] != got[key]
    ]
    return sorted(lines)


def in_order(words: Sequence[str], spans: Sequence[str]) -> bool:
    """Whether each of the words that prove a topic stands in one of the spans, in this order."""
    rest = iter(spans)
    return all(any(word in span for span in rest) for word in words)


def suspected(session: Session) -> set[tuple[str, str]]:
    """(outlet, url key) of the articles that are no longer served."""
    rows = session.scalars(select(ArticleRow).where(ArticleRow.state == "suspected"))
    return {(row.outlet, key_of(session, row.id)) for row in rows}


def left_to_do(session: Session) -> list[tuple[str, int, str | None]]:
    """Todos, open runs and owned hosts that a crawl left behind."""
    left: list[tuple[str, int, str | None]] = [
        (t.kind, t.subject_id, t.error) for t in session.scalars(select(TodoRow))
    ]
    left += [("run", r.id, r.host) for r in session.scalars(select(RunRow).where(RunRow.ended_at.is_(None)))]
    left += [("host", h.token, h.key) for h in session.scalars(select(HostRow).where(HostRow.owner.is_not(None)))]
    return left


def untruths(session: Session, truth: Row, *, but_gaps: str | None = None) -> list[str]:
    """Where texts, mentions and gaps differ from the world's truth, a line each; gaps of reason ``but_gaps`` aside."""
    want = {(a["outlet"], a["url_key"]): _said(a["revisions"]) for a in truth["articles"]}
    got = {key: _said(article["revisions"]) for key, article in articles(session).items()}
    found = differences("article", want, got)
    told = {(m["topic"], m["outlet"], m["url_key"], m["revision"]) for m in truth["mentions"]}
    found += [f"mention {key}" for key in sorted(told ^ mentions(session).keys())]
    lost = {(g["outlet"], g["channel"], g["from"], g["to"]) for g in truth["gaps"]}
    seen = {gap[:4] for gap in gaps(session) if gap[4] != but_gaps}
    found += [f"gap {key}" for key in sorted(lost ^ seen, key=str)]
    return [line[:300] for line in found]


def _said(revisions_: Sequence[Row]) -> list[tuple[object, str]]:
    return [(r["title"], words_of(str(r["text"]))) for r in revisions_]
