"""The archive's own words: what is written, where it came to lie, and what is read back.

A place is (file, offset) with the file's plain name inside the archive folder, so that the folder can be moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.fetch import Reason, Response


@dataclass(frozen=True, slots=True)
class Provenance:
    """Why a response was asked for: enough to adopt its record where no database row names it."""

    outlet: str  # slug
    reason: Reason
    channel: str | None = None  # slug; None: no channel of the outlet was polled
    target_id: int | None = None  # the frontier's row; None: asked for by hand
    copied_from: str | None = None  # another tool's file, and its record; None: we asked for it
    proxy: str | None = None  # name of the proxy it was asked through; None: directly
    renderer: str | None = None  # the browser that showed the page; None: it is as it came


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """Where one record lies. ``length`` counts compressed bytes; ``payload_sha256`` is hex, of the body as written."""

    file: str
    offset: int
    length: int
    record_id: str
    payload_sha256: str
    is_revisit: bool = False


@dataclass(frozen=True, slots=True)
class RecordRef:
    """An earlier record with the very same body, as a revisit names it."""

    record_id: str
    url: str
    requested_at: datetime  # aware
    file: str
    offset: int
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class RecordToWrite:
    """One response on its way into the archive.

    ``record_id`` is the caller's ``urn:uuid:…`` (``uuid4().urn``). The body is written as ``response`` carries it:
    with its content encoding or without, the record says which (see ``crawler.archive.http_head``). With
    ``duplicate_of`` the body is left out and referred to; a reference to other bytes than these is not followed, the
    body is then written in full.

    With ``raw`` the response is a page as a browser showed it: what it was made of is written before it, and refers to
    nothing of ours.
    """

    record_id: str
    response: Response
    provenance: Provenance
    duplicate_of: RecordRef | None = None
    raw: Response | None = None


@dataclass(frozen=True, slots=True)
class NoteToWrite:
    """Lines of the journal: what no response tells, such as looks that brought none. ``lines``: a JSON object each."""

    kind: str  # see crawler.journal
    at: datetime  # aware
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchivedNote:
    """A note as it was given to the archive, and where it lies."""

    note: NoteToWrite
    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """One response as it was given to the archive; of a revisit, with the body of the record it refers to."""

    response: Response
    provenance: Provenance
    place: RecordPlace
    refers_to: RecordRef | None = None

    @property
    def is_revisit(self) -> bool:
        """Whether the body lies in another record."""
        return self.refers_to is not None

    @property
    def ref(self) -> RecordRef:
        """What a later revisit of the same bytes refers to: always a record that holds them itself."""
        return self.refers_to or RecordRef(
            record_id=self.place.record_id,
            url=self.response.url,
            requested_at=self.response.requested_at,
            file=self.place.file,
            offset=self.place.offset,
            payload_sha256=self.place.payload_sha256,
        )
