"""All tables. ``metadata`` is what Alembic compares a database with."""

from storage.tables.articles import (
    AlternateRow,
    ArticleMergeRow,
    ArticleNumberRow,
    ArticleRow,
    ArticleUrlRow,
    ReportReleaseRow,
    RevisionRow,
    SearchDocumentRow,
)
from storage.tables.base import Table
from storage.tables.catalogue import CatalogueState, ChannelRow, GapRow, OutletGroupRow, OutletRow
from storage.tables.fetches import ExtractionPartRow, ExtractionRow, FetchRow, RecordRow, TextRow
from storage.tables.frontier import EntryRow, EntryViewsRow, HostRow, RunRow, TargetRow, TodoRow
from storage.tables.ledger import ArticleStateRow, ChangeRow, EditRow, TakedownRow, TakedownUrlRow
from storage.tables.service import AlertDeliveryRow, AlertRow, ChannelHourRow, JobRow, JobRunRow, ShiftRow
from storage.tables.topics import DigestNoteRow, DigestRow, MentionRow, TopicRow, TopicVersionRow

metadata = Table.metadata

__all__ = [
    "AlertDeliveryRow",
    "AlertRow",
    "AlternateRow",
    "ArticleMergeRow",
    "ArticleNumberRow",
    "ArticleRow",
    "ArticleStateRow",
    "ArticleUrlRow",
    "CatalogueState",
    "ChangeRow",
    "ChannelHourRow",
    "ChannelRow",
    "DigestNoteRow",
    "DigestRow",
    "EditRow",
    "EntryRow",
    "EntryViewsRow",
    "ExtractionPartRow",
    "ExtractionRow",
    "FetchRow",
    "GapRow",
    "HostRow",
    "JobRow",
    "JobRunRow",
    "MentionRow",
    "OutletGroupRow",
    "OutletRow",
    "RecordRow",
    "ReportReleaseRow",
    "RevisionRow",
    "RunRow",
    "SearchDocumentRow",
    "ShiftRow",
    "Table",
    "TakedownRow",
    "TakedownUrlRow",
    "TargetRow",
    "TextRow",
    "TodoRow",
    "TopicRow",
    "TopicVersionRow",
    "metadata",
]
