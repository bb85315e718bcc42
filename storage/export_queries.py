"""Streams the rows of an export, in the order of their first look, so that two exports of one state are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from domain.outlet import Group
from storage.caught_up import is_caught_up
from storage.export_facts import (
    ANY_TOPIC,
    ArticleExport,
    ExportFilter,
    FetchExport,
    FootnoteExport,
    GapExport,
    MentionExport,
    RevisionExport,
    SectionExport,
    TranslationExport,
    ViewsExport,
)
from storage.export_filters import of_outlets, on_topic, report_of, revisions_of_all, within
from storage.families import head_of, place_in_history
from storage.groups import groups_on
from storage.looks import is_counted_poll
from storage.stated import stated_time
from storage.tables import (
    ArticleRow,
    ChannelRow,
    EntryRow,
    EntryViewsRow,
    ExtractionRow,
    FetchRow,
    GapRow,
    MentionRow,
    OutletRow,
    RecordRow,
    RevisionRow,
    TextRow,
    TopicRow,
    TopicVersionRow,
)
from storage.translations import translations

BATCH = 500
Ts = TypeVarTuple("Ts")


class StoredExports:
    """An ``ExportSource`` over one session. It only reads; the caller owns the transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def outlets_of(self, group: Group, day: date) -> frozenset[str]:
        """Outlets that belonged to ``group`` on ``day``; unknown also holds those of which nobody said anything."""
        said = groups_on(self._session, day)
        slugs = self._session.scalars(select(OutletRow.slug))
        return frozenset(slug for slug in slugs if said.get(slug, Group.UNKNOWN) is group)

    def articles(self, wanted: ExportFilter) -> Iterator[ArticleExport]:
        """Articles, merged ones left out."""
        query = (
            select(
                ArticleRow.id, ArticleRow.outlet, ArticleRow.url, ArticleRow.absent_at, ArticleRow.first_seen_at,
                ArticleRow.last_seen_at, ArticleRow.published_at, ArticleRow.published_offset_min,
                ArticleRow.published_precision, ArticleRow.published_source, ArticleRow.language, ArticleRow.title,
                ArticleRow.state, ArticleRow.state_at, ArticleRow.state_status, revisions_of_all(),
                RevisionRow.text_sha256, ArticleRow.kind, report_of(ArticleRow.id),
            )
            .outerjoin(RevisionRow, RevisionRow.id == ArticleRow.latest_revision_id)
            .where(ArticleRow.merged_into.is_(None), *within(ArticleRow.first_seen_at, wanted))
            .where(*of_outlets(ArticleRow.outlet, wanted), *on_topic(ArticleRow.id, wanted))
            .order_by(ArticleRow.first_seen_at, ArticleRow.id)
        )  # fmt: skip
        for row in self._stream(query):
            id_, outlet, url, absent, first, last, at, offset, precision, source, *rest = row
            stated = stated_time(at, offset, precision, source)
            if wanted.dated_before is not None and (stated is None or not stated.is_before(*wanted.dated_before)):
                continue
            said = stated.isoformat() if stated else None
            yield ArticleExport(id_, outlet, url, absent, first, last, said, precision, source, *rest)

    def revisions(self, wanted: ExportFilter) -> Iterator[RevisionExport]:
        """Revisions with their texts."""
        query = (
            select(
                RevisionRow.id, head_of(), ArticleRow.outlet, ArticleRow.url, place_in_history(RevisionRow, ArticleRow),
                RevisionRow.absent_at, RevisionRow.first_seen_at, RevisionRow.language, RevisionRow.title,
                RevisionRow.text_sha256, ExtractionRow.extractor, RevisionRow.fetch_id, TextRow.body,
                ExtractionRow.kind, ExtractionRow.pages, ExtractionRow.scanned_pages,
            )
            .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
            .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
            .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
            .where(*within(RevisionRow.first_seen_at, wanted), *of_outlets(ArticleRow.outlet, wanted))
            .where(*on_topic(head_of(), wanted))
            .order_by(RevisionRow.first_seen_at, RevisionRow.id)
        )  # fmt: skip
        if wanted.edits:
            query = query.where(RevisionRow.number > 1)
        for row in self._stream(query):
            yield RevisionExport(*tuple(row))

    def sections(self, wanted: ExportFilter) -> Iterator[SectionExport]:
        """Headings inside the texts of revisions, in the order of the texts."""
        for revision_id, article_id, outlet, number, sections, _ in self._stream(_apart(wanted)):
            for section in sections or ():
                level, start = int(section["level"]), int(section["start"])
                yield SectionExport(revision_id, article_id, outlet, number, level, str(section["title"]), start)

    def footnotes(self, wanted: ExportFilter) -> Iterator[FootnoteExport]:
        """Footnotes of the texts of revisions, in the order of their marks."""
        for revision_id, article_id, outlet, number, _, footnotes in self._stream(_apart(wanted)):
            for footnote in footnotes or ():
                yield FootnoteExport(revision_id, article_id, outlet, number, footnote)

    def mentions(self, wanted: ExportFilter) -> Iterator[MentionExport]:
        """Mentions under the current wording of each topic."""
        query = (
            select(
                TopicVersionRow.topic, TopicVersionRow.version, head_of(), ArticleRow.outlet, RevisionRow.id,
                place_in_history(RevisionRow, ArticleRow), RevisionRow.first_seen_at, MentionRow.field,
                MentionRow.start, MentionRow.end, MentionRow.surface,
            )
            .join(TopicVersionRow, TopicVersionRow.id == MentionRow.topic_version_id)
            .join(TopicRow, TopicRow.current_version_id == TopicVersionRow.id)
            .join(RevisionRow, RevisionRow.id == MentionRow.revision_id)
            .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
            .where(*within(RevisionRow.first_seen_at, wanted), *of_outlets(ArticleRow.outlet, wanted))
            .order_by(RevisionRow.first_seen_at, RevisionRow.id, TopicVersionRow.topic)
            .order_by(MentionRow.field, MentionRow.start)
        )  # fmt: skip
        if wanted.topic not in {None, ANY_TOPIC}:
            query = query.where(TopicVersionRow.topic == wanted.topic)
        for row in self._stream(query):
            yield MentionExport(*row)

    def fetches(self, wanted: ExportFilter) -> Iterator[FetchExport]:
        """Requests, of channels and pages. A topic does not narrow them."""
        query = (
            select(
                FetchRow.id, FetchRow.outlet, ChannelRow.slug, FetchRow.url, FetchRow.reason, FetchRow.requested_at,
                FetchRow.received_at, FetchRow.status, FetchRow.outcome, FetchRow.reading, FetchRow.error,
                FetchRow.body_sha256, FetchRow.body_bytes, RecordRow.file, RecordRow.offset, FetchRow.proxy,
            )
            .outerjoin(ChannelRow, ChannelRow.id == FetchRow.channel_id)
            .outerjoin(RecordRow, (RecordRow.id == FetchRow.record_id) & RecordRow.dropped_at.is_(None))
            .where(*within(FetchRow.requested_at, wanted), *of_outlets(FetchRow.outlet, wanted))
            .order_by(FetchRow.requested_at, FetchRow.id)
        )  # fmt: skip
        if wanted.channels:
            query = query.where(is_counted_poll())
        if wanted.outcomes is not None:
            query = query.where(FetchRow.outcome.in_(sorted(wanted.outcomes)))
        for row in self._stream(query):
            yield FetchExport(*tuple(row))

    def views(self, wanted: ExportFilter) -> Iterator[ViewsExport]:
        """Counts of views as they were observed. A topic does not narrow them."""
        query = (
            select(
                ChannelRow.outlet, ChannelRow.slug, EntryRow.url, EntryRow.published_at, EntryViewsRow.observed_at,
                EntryViewsRow.views, EntryRow.duration_s, EntryRow.forwarded_from, EntryRow.is_edited,
            )
            .join(EntryRow, EntryRow.id == EntryViewsRow.entry_id)
            .join(ChannelRow, ChannelRow.id == EntryRow.channel_id)
            .where(*within(EntryViewsRow.observed_at, wanted), *of_outlets(ChannelRow.outlet, wanted))
            .order_by(EntryViewsRow.observed_at, EntryViewsRow.id)
        )  # fmt: skip
        for row in self._stream(query):
            yield ViewsExport(
                row.outlet, row.slug, row.url, row.published_at, row.observed_at, row.views, row.duration_s,
                row.forwarded_from, row.is_edited,
            )  # fmt: skip

    def gaps(self, wanted: ExportFilter) -> Iterator[GapExport]:
        """Gaps that touch the span asked for. A topic does not narrow them."""
        query = (
            select(
                ChannelRow.outlet, ChannelRow.slug, GapRow.from_at, GapRow.to_at, GapRow.reason, GapRow.detail,
                is_caught_up().label("caught_up"),
            )
            .join(ChannelRow, ChannelRow.id == GapRow.channel_id)
            .where(*of_outlets(ChannelRow.outlet, wanted))
            .order_by(GapRow.from_at, GapRow.id)
        )  # fmt: skip
        if wanted.until is not None:
            query = query.where(GapRow.from_at < wanted.until)
        if wanted.since is not None:
            query = query.where(or_(GapRow.to_at.is_(None), GapRow.to_at > wanted.since))
        for row in self._stream(query):
            yield GapExport(
                row.outlet, row.slug, row.from_at, row.to_at, row.reason, row.detail, caught_up=row.caught_up
            )

    def translations(self, wanted: ExportFilter) -> Iterator[TranslationExport]:
        """Pairs of articles that are one text in two languages. A topic does not narrow them."""
        for one in translations(self._session):
            is_late = wanted.until is not None and one.first_seen_at >= wanted.until
            is_early = wanted.since is not None and one.first_seen_at < wanted.since
            if is_late or is_early or (wanted.outlets is not None and one.outlet not in wanted.outlets):
                continue
            yield TranslationExport(
                one.outlet, one.article_id, one.language, one.other_id, one.other_language, one.evidence,
                one.first_seen_at,
            )  # fmt: skip

    def _stream(self, query: Select[*Ts]) -> Iterator[Row[*Ts]]:
        """Rows a batch at a time: the whole of them may not fit in memory."""
        yield from self._session.execute(query.execution_options(yield_per=BATCH))


def _apart(
    wanted: ExportFilter,
) -> Select[int, int, str, int, Sequence[Mapping[str, str | int]] | None, Sequence[str] | None]:
    """What revisions have beside their texts: sections and footnotes."""
    return (
        select(
            RevisionRow.id, head_of(), ArticleRow.outlet, place_in_history(RevisionRow, ArticleRow),
            ExtractionRow.sections, ExtractionRow.footnotes,
        )
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        .join(ExtractionRow, ExtractionRow.id == RevisionRow.extraction_id)
        .where(or_(ExtractionRow.sections.is_not(None), ExtractionRow.footnotes.is_not(None)))
        .where(*within(RevisionRow.first_seen_at, wanted), *of_outlets(ArticleRow.outlet, wanted))
        .where(*on_topic(head_of(), wanted))
        .order_by(RevisionRow.first_seen_at, RevisionRow.id)
    )  # fmt: skip
