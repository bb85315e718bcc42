"""What each file gave, and how that is written: one line of JSON a file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from domain.entry import Entry, ParsedChannel
from domain.extraction import Extraction, ExtractionOutcome
from domain.times import StatedTime

_UNPRINTABLE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


@dataclass(frozen=True, slots=True)
class ExtractedFile:
    """What was extracted from one file; ``extraction`` is None where it never came to one."""

    file: str
    url: str | None
    outcome: ExtractionOutcome
    error: str | None = None
    extraction: Extraction | None = None

    def as_json(self) -> str:
        """One line of JSON, valid UTF-8, without its line end."""
        found = self.extraction
        return _json_line(
            {
                "file": self.file,
                "url": self.url,
                "title": found.title if found else None,
                "text": found.text if found else None,
                "authors": list(found.authors) if found else [],
                "published_at": _stated(found.published) if found else None,
                "published_precision": str(found.published.precision) if found and found.published else None,
                "published_source": str(found.published.source) if found and found.published else None,
                "modified_at": _stated(found.modified) if found else None,
                "language": (found.language or found.declared_language) if found else None,
                "canonical_url": found.canonical_url if found else None,
                "outcome": str(self.outcome),
                "error": self.error,
                "kind": str(found.kind) if found else None,
                "sections": [asdict(section) for section in found.sections] if found else [],
                "footnotes": list(found.footnotes) if found else [],
                "pages": found.pages if found else None,
                "scanned_pages": found.scanned_pages if found else None,
            }
        )


@dataclass(frozen=True, slots=True)
class ParsedFeedFile:
    """What the feed in one file lists."""

    file: str
    channel: ParsedChannel

    def as_json(self) -> str:
        """One line of JSON, valid UTF-8, without its line end."""
        return _json_line(
            {
                "file": self.file,
                "outcome": str(self.channel.reading),
                "error": self.channel.error,
                "title": self.channel.title,
                "entries": [_entry_fields(entry) for entry in self.channel.entries],
            }
        )


def _entry_fields(entry: Entry) -> Mapping[str, object]:
    return {
        "url": entry.url,
        "guid": entry.guid,
        "title": entry.title,
        "summary": entry.summary,
        "published_at": _stated(entry.published),
        "updated_at": _stated(entry.updated),
        "authors": list(entry.authors),
    }


def _stated(time: StatedTime | None) -> str | None:
    return time.isoformat() if time else None


def _json_line(fields: Mapping[str, object]) -> str:
    """``fields`` as JSON that any reader of lines takes for one line."""
    line = json.dumps(fields, ensure_ascii=False)
    return _UNPRINTABLE.sub("\ufffd", line).translate(_LINE_ENDS)
