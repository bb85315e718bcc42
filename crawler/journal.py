"""The journal: what a rebuild needs and no response tells, as notes in the archive (docs/ARCHIVE.md).

``looks``: a line for each look of a batch, whatever came of it, in the order in which they were stored. Decisions have
kinds of their own: ``catalogue``, ``gap``, ``merge``. Notes of a kind that this version does not know are told of,
never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from crawler.archive import NoteToWrite
from crawler.decide import redirected
from domain.fetch import FetchOutcome, Reason
from domain.frontier import Look, NewTarget, Target
from storage.merge_decisions import Decision

LOOKS = "looks"
CATALOGUE = "catalogue"
GAP = "gap"
MERGE = "merge"

Line = TypeVar("Line", bound=BaseModel)


class LookLine(BaseModel):
    """One look as it was stored. ``key``: of its target; ``record``: of its response; ``follow``: outlet and key."""

    model_config = ConfigDict(frozen=True)

    outlet: str
    key: str
    url: str
    channel: str | None = None
    redirects: int = 0
    attempts: int = 0
    reason: Reason
    requested_at: datetime
    received_at: datetime
    due_at: datetime | None = None
    conditional: bool = False
    outcome: FetchOutcome
    status: int | None = None
    error: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    redirect_to: str | None = None
    follow: tuple[str, str] | None = None
    retry_after_s: int | None = None
    max_age_s: int | None = None
    body_sha256: str | None = None
    body_bytes: int | None = None
    proxy: str | None = None
    record: str | None = None
    is_past: bool = False  # made by another tool and copied in; nothing of the present follows from it

    def look(self, target: Target) -> Look:
        """The look at ``target``, which is the one that ``outlet`` and ``key`` name."""
        return Look(
            target=target,
            requested_at=self.requested_at,
            received_at=self.received_at,
            conditional=self.conditional,
            outcome=self.outcome,
            status=self.status,
            error=self.error,
            content_type=self.content_type,
            etag=self.etag,
            last_modified=self.last_modified,
            redirect_to=self.redirect_to,
            retry_after_s=self.retry_after_s,
            max_age_s=self.max_age_s,
            body_sha256=self.body_sha256,
            body_bytes=self.body_bytes,
            proxy=self.proxy,
        )

    def followed(self, target: Target) -> NewTarget | None:
        """The target that its redirect led to."""
        if self.follow is None or self.redirect_to is None:
            return None
        return redirected(target, self.redirect_to, outlet=self.follow[0], key=self.follow[1])


def look_line(look: Look, *, follow: NewTarget | None, record_id: str | None, is_past: bool = False) -> str:
    """A look as a line of ASCII JSON; what is as usual is left out."""
    target = look.target
    line = LookLine(
        outlet=target.outlet,
        key=target.url_key,
        url=target.url,
        channel=target.channel_slug,
        redirects=target.redirects,
        attempts=target.attempts,
        reason=target.reason,
        requested_at=look.requested_at,
        received_at=look.received_at,
        due_at=target.due_at,
        conditional=look.conditional,
        outcome=look.outcome,
        status=look.status,
        error=look.error,
        content_type=look.content_type,
        etag=look.etag,
        last_modified=look.last_modified,
        redirect_to=look.redirect_to,
        follow=(follow.outlet, follow.url_key) if follow else None,
        retry_after_s=look.retry_after_s,
        max_age_s=look.max_age_s,
        body_sha256=look.body_sha256,
        body_bytes=look.body_bytes,
        proxy=look.proxy,
        record=record_id.removeprefix("urn:uuid:") if record_id else None,
        is_past=is_past,
    )
    return _written(line)


def read_look(line: str) -> LookLine:
    """The look of a line. Raises ValueError when it is none."""
    return _read(LookLine, line, "look")


class GapLine(BaseModel):
    """A gap that no look tells of: nobody looked."""

    model_config = ConfigDict(frozen=True)

    outlet: str
    channel: str
    since: datetime
    until: datetime | None = None
    reason: str


def gap_note(gaps: Iterable[GapLine], *, at: datetime) -> NoteToWrite:
    """Gaps as a note."""
    return NoteToWrite(GAP, at, tuple(_written(gap) for gap in gaps))


def read_gap(line: str) -> GapLine:
    """The gap of a line. Raises ValueError when it is none."""
    return _read(GapLine, line, "gap")


class MergeLine(BaseModel):
    """A person's word that two articles are one or, where it was taken back, that they are two."""

    model_config = ConfigDict(frozen=True)

    outlet: str
    key: str
    into_key: str
    reason: str
    decided_at: datetime
    undone_at: datetime | None = None
    undone_reason: str | None = None

    def decision(self) -> Decision:
        """The noun."""
        return Decision(
            self.outlet,
            self.key,
            self.into_key,
            self.reason,
            self.decided_at,
            self.undone_at,
            self.undone_reason,
        )


def merge_note(decision: Decision, *, at: datetime) -> NoteToWrite:
    """A decision as a note."""
    line = MergeLine(
        outlet=decision.outlet,
        key=decision.url_key,
        into_key=decision.into_url_key,
        reason=decision.reason,
        decided_at=decision.decided_at,
        undone_at=decision.undone_at,
        undone_reason=decision.undone_reason,
    )
    return NoteToWrite(MERGE, at, (_written(line),))


def read_merge(line: str) -> Decision:
    """The decision of a line. Raises ValueError when it is none."""
    return _read(MergeLine, line, "merge").decision()


def _read(kind: type[Line], line: str, name: str) -> Line:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(f"no {name} of the journal: {error.errors()[0]['msg']}") from error


def _written(line: BaseModel) -> str:
    return json.dumps(line.model_dump(mode="json", exclude_defaults=True), separators=(",", ":"))
