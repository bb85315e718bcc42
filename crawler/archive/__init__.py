"""What came over the wire, byte for byte: WARC/1.1 files that any web archive tool reads.

The archive is the authority for bytes; the database only points into it. A response is written here before anything
reads it, and can be read back exactly as it was given.
"""

from crawler.archive.reader import archive_files, next_record, read_record, scan
from crawler.archive.records import (
    ArchivedNote,
    ArchivedResponse,
    NoteToWrite,
    Provenance,
    RecordPlace,
    RecordRef,
    RecordToWrite,
)
from crawler.archive.slot import Slot, slot_names
from crawler.archive.writer import ArchiveWriter, TornTail, open_writer

__all__ = [
    "ArchiveWriter",
    "ArchivedNote",
    "ArchivedResponse",
    "NoteToWrite",
    "Provenance",
    "RecordPlace",
    "RecordRef",
    "RecordToWrite",
    "Slot",
    "TornTail",
    "archive_files",
    "next_record",
    "open_writer",
    "read_record",
    "scan",
    "slot_names",
]
