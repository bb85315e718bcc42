"""Writes rows into a store as the crawler leaves them, so that questions can be asked of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from storage.articles import sha256_of
from storage.tables import (
    ArticleRow,
    ArticleStateRow,
    ArticleUrlRow,
    ChannelRow,
    EntryRow,
    EntryViewsRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    HostRow,
    MentionRow,
    OutletGroupRow,
    OutletRow,
    RevisionRow,
    TargetRow,
    TextRow,
    TopicRow,
    TopicVersionRow,
)

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Writer:
    """Adds rows with what matters given and the rest filled in."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.targets = 0

    def outlet(self, slug: str, group: str | None = "independent", *, enabled: bool = True) -> None:
        self.session.add(
            OutletRow(
                slug=slug, name=slug.title(), languages=["az"], zone="Asia/Baku", enabled=enabled, page_fetch=True,
                first_recorded_at=LONG_AGO,
            )
        )  # fmt: skip
        self.session.add(
            HostRow(key=f"{slug}.example", delay_s=1.0, concurrency=1, timeout_s=30.0, token=0)
        )  # fmt: skip
        self.session.flush()
        if group:
            self.session.add(
                OutletGroupRow(scheme="parallax", outlet=slug, group_name=group, reason="said so", recorded_at=LONG_AGO)
            )

    def channel(
        self,
        outlet: str,
        slug: str = "feed",
        *,
        kind: str = "feed",
        enabled: bool = True,
        not_crawled: str | None = None,
    ) -> int:
        row = ChannelRow(
            outlet=outlet, slug=slug, kind=kind, address=f"https://{outlet}.example/{slug}", enabled=True,
            not_crawled=not_crawled, evidence="A", first_recorded_at=LONG_AGO, failures=0, polls=0,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row.id

    def gap(self, channel_id: int, from_at: datetime, to_at: datetime | None, reason: str = "timeout") -> None:
        self.session.add(GapRow(channel_id=channel_id, from_at=from_at, to_at=to_at, reason=reason))

    def target(
        self, outlet: str, path: str, at: datetime, *, outcome: str | None = None, channel: int | None = None
    ) -> int:
        row = TargetRow(
            outlet=outlet, url_key=f"{outlet}.example/{path}", url=f"https://{outlet}.example/{path}",
            host=f"{outlet}.example", channel_id=channel, redirects=0, reason="poll" if channel else "new", priority=1,
            state="idle", attempts=0, last_outcome=outcome, created_at=at,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row.id

    def fetch(
        self, target_id: int, outlet: str, at: datetime, *, outcome: str = "ok", reading: str | None = None,
        channel: int | None = None, status: int | None = 200,
    ) -> int:  # fmt: skip
        row = FetchRow(
            target_id=target_id, outlet=outlet, channel_id=channel, url=f"https://{outlet}.example/",
            reason="poll" if channel else "new", requested_at=at, received_at=at, conditional=False, status=status,
            outcome=outcome, reading=reading,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row.id

    def poll(
        self, channel_id: int, outlet: str, *times: datetime, outcome: str = "ok", reading: str | None = "listed"
    ) -> None:
        self.targets += 1
        target = self.target(outlet, f"channel-{channel_id}-{self.targets}", LONG_AGO, channel=channel_id)
        for at in times:
            self.fetch(target, outlet, at, outcome=outcome, reading=reading, channel=channel_id)

    def post(self, channel_id: int, outlet: str, at: datetime, *, views: tuple[int, ...]) -> None:
        """A post with these counts of views, an hour apart from ``at`` on."""
        fetch_id = self.fetch(self.target(outlet, f"post-{channel_id}", at, channel=channel_id), outlet, at)
        entry = EntryRow(
            channel_id=channel_id, url_key=f"t.me/{outlet}/7", url=f"https://t.me/{outlet}/7", target_outlet=outlet,
            authors=[], categories=[], first_seen_at=at, last_seen_at=at, first_fetch_id=fetch_id,
        )  # fmt: skip
        self.session.add(entry)
        self.session.flush()
        for hours, count in enumerate(views):
            observed_at = at + timedelta(hours=hours)
            self.session.add(EntryViewsRow(entry_id=entry.id, observed_at=observed_at, views=count))

    def article(self, outlet: str, path: str, at: datetime, *, absent: datetime | None = None, **known: object) -> int:
        row = ArticleRow(
            outlet=outlet, url=f"https://{outlet}.example/{path}", absent_at=absent, first_seen_at=at, last_seen_at=at,
            state="live", state_at=at, text_source="page", revisions=0,
        )  # fmt: skip
        for name, value in known.items():
            setattr(row, name, value)
        self.session.add(row)
        self.session.flush()
        self.session.add(
            ArticleUrlRow(
                outlet=outlet, url_key=f"{outlet}.example/{path}", key_version=1, article_id=row.id, url=row.url,
                kind="listed", first_seen_at=at,
            )
        )  # fmt: skip
        return row.id

    def step(
        self, article_id: int, state: str, at: datetime, how: str, *, fetch: int | None = None,
        seen: datetime | None = None, looks: int = 1,
    ) -> None:  # fmt: skip
        """A step of an article's state; ``seen`` is the last good look before it."""
        self.session.add(
            ArticleStateRow(
                article_id=article_id, state=state, at=at, fetch_id=fetch, how=how, last_seen_at=seen, looks=looks
            )
        )

    def revision(
        self, article_id: int, title: str, text: str, at: datetime, *, extractor: str = "x/1",
        reads: tuple[tuple[str, str, str], ...] = (), absent: datetime | None = None,
    ) -> int:  # fmt: skip
        """``reads`` are (extractor hash, title, text) of further readings of the same fetch."""
        article = self.session.get_one(ArticleRow, article_id)
        self.targets += 1
        target = self.target(article.outlet, f"page-{self.targets}", LONG_AGO, outcome="ok")
        fetch = self.fetch(target, article.outlet, at, reading="article")
        extraction = self._extraction(fetch, article_id, extractor, title, text)
        for other, other_title, other_text in reads:
            self._extraction(fetch, article_id, other, other_title, other_text)
        row = RevisionRow(
            article_id=article_id, number=article.revisions + 1, extraction_id=extraction, fetch_id=fetch,
            text_sha256=sha256_of(text), title=title, language="az", absent_at=absent, first_seen_at=at,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        article.latest_revision_id, article.revisions = row.id, row.number
        article.title, article.language = title, "az"
        return row.id

    def _extraction(self, fetch_id: int, article_id: int, extractor: str, title: str, text: str) -> int:
        sha256 = sha256_of(text)
        if self.session.get(TextRow, sha256) is None:
            self.session.add(TextRow(sha256=sha256, body=text, chars=len(text)))
            self.session.flush()
        row = ExtractionRow(
            fetch_id=fetch_id, article_id=article_id, extractor_hash=extractor, extractor=extractor, settings="{}",
            made_at=LONG_AGO, text_sha256=sha256, text_source="page", title=title, authors=[], links=[],
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row.id

    def topic(self, slug: str, *, version: int = 1) -> int:
        topic = self.session.get(TopicRow, slug)
        if topic is None:
            topic = TopicRow(slug=slug, title=slug.title())
            self.session.add(topic)
            self.session.flush()
        row = TopicVersionRow(
            topic=slug, version=version, topic_hash=f"{slug}{version}", title=slug.title(), queries={"az": slug},
            recorded_at=LONG_AGO,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        topic.current_version_id = row.id
        return row.id

    def mention(self, version_id: int, revision_id: int, start: int, end: int, *, field: str = "text") -> None:
        self.session.add(
            MentionRow(
                topic_version_id=version_id, revision_id=revision_id, field=field, start=start, end=end, surface="…"
            )
        )  # fmt: skip
