"""All tables. ``metadata`` is what Alembic compares a database with."""

from storage.tables.articles import (
    AlternateRow,
    ArticleMergeRow,
    ArticleNumberRow,
    ArticleRow,
    ArticleUrlRow,
    RevisionRow,
    SearchDocumentRow,
)
from storage.tables.base import Table
from storage.tables.catalogue import CatalogueState, ChannelRow, GapRow, OutletGroupRow, OutletRow
from storage.tables.fetches import ExtractionRow, FetchRow, RecordRow, TextRow
from storage.tables.frontier import EntryRow, HostRow, RunRow, TargetRow, TodoRow
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
    "ArticleUrlRow",
    "CatalogueState",
    "ChannelHourRow",
    "ChannelRow",
    "DigestNoteRow",
    "DigestRow",
    "EntryRow",
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
    "RevisionRow",
    "RunRow",
    "SearchDocumentRow",
    "ShiftRow",
    "Table",
    "TargetRow",
    "TextRow",
    "TodoRow",
    "TopicRow",
    "TopicVersionRow",
    "metadata",
]
