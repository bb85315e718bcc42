"""Articles of an outlet out of archives that others made: copied into ours, then read as any page.

A copied look counts as made when its record says; it changes nothing of what is known of the present: target, outlet
and channels stay as they are, and a text older than a stored one is kept beside it, no edit claimed. Doing it twice,
or again after a kill, is harmless.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from crawler.adopt import look_of_record, stored_place
from crawler.archive import ArchiveWriter, NoteToWrite, Provenance, RecordToWrite
from crawler.archive.foreign import ForeignRecord, Unusable, foreign_responses
from crawler.channels.place import place_url
from crawler.fetch.kinds import FetchKind
from crawler.journal import LOOKS, look_line
from crawler.reading.page import read_past_page
from crawler.reading.result import ReadResult
from crawler.reading.room import ReadingRoom
from domain.fetch import FetchOutcome, Reason, Response
from domain.frontier import Look, NewTarget, Target, TargetState
from domain.outlet import Outlet
from domain.urls import host_key, http_url, url_key
from outlets.articles import is_article_url
from storage import Session
from storage.fetches import past_fetch, put_past_fetch
from storage.frontier import add_targets, target_at
from storage.takedowns import keys_taken_down
from storage.unread import any_fetch

SLOT = "warc"
_LISTED_PROBLEMS = 200


@dataclass(slots=True)
class Copied:
    """What came of files. ``others``: records of other outlets or of no article; ``known``: copied in before."""

    records: int = 0
    others: int = 0
    known: int = 0
    read: dict[str, int] = field(default_factory=dict)
    articles: int = 0
    revisions: int = 0
    unusable: int = 0
    problems: list[str] = field(default_factory=list)
    broken_files: int = 0

    def tell(self, path: Path, found: Unusable) -> None:
        """Count what can't be used; the first ones are kept in words."""
        self.unusable += int(not found.is_file)
        self.broken_files += int(found.is_file)
        if found.is_file or len(self.problems) < _LISTED_PROBLEMS:
            self.problems.append(f"{path.name}: {found.problem}")


class Copier:
    """Copies one outlet's articles. ``now`` is when they are copied in."""

    def __init__(
        self, room: ReadingRoom, writer: ArchiveWriter, outlet: Outlet, *, now: Callable[[], datetime]
    ) -> None:
        self._room = room
        self._writer = writer
        self._outlet = outlet
        self._lists = frozenset(url_key(one.address) for one in outlet.channels if http_url(one.address) is not None)
        self._now = now
        self.done = Copied()

    def run(self, paths: Iterable[Path], *, on_record: Callable[[Copied], None]) -> Copied:
        """All files, each to its end or to where it can't be read."""
        for path in paths:
            for found in foreign_responses(path, most_bytes=FetchKind.PAGE.max_bytes):
                self.done.records += 1
                if isinstance(found, Unusable):
                    self.done.tell(path, found)
                elif not self._is_wanted(found.response):
                    self.done.others += 1
                elif found.response.requested_at > self._now():
                    at = f"{found.response.requested_at:%Y-%m-%d %H:%M} UTC"
                    self.done.tell(path, Unusable(f"{found.response.url}: a date that is still to come: {at}"))
                else:
                    self._copy(path, found)
                on_record(self.done)
        return self.done

    def _is_wanted(self, response: Response) -> bool:
        owner = self._room.catalogue.outlet_of_host(host_key(response.url))
        is_ours = owner is not None and owner.slug == self._outlet.slug
        is_page = is_article_url(self._outlet, response.url) and url_key(response.url) not in self._lists
        return is_ours and response.status == 200 and is_page and not self._is_taken_down(response)

    def _is_taken_down(self, response: Response) -> bool:
        place = place_url(response.url, listed_by=self._outlet, catalogue=self._room.catalogue)
        address = (place.outlet, place.url_key)
        return bool(self._room.store.ask(lambda session: keys_taken_down(session, [address])))

    def _copy(self, path: Path, found: ForeignRecord) -> None:
        target = self._room.store.write(lambda session: self._target(session, found.response))
        look = look_of_record(target, found.response)
        if look.outcome is not FetchOutcome.OK:
            self.done.tell(path, Unusable(f"{found.response.url}: {look.error or look.outcome.value}"))
            return
        at = look.requested_at
        known = self._room.store.ask(
            lambda session: past_fetch(session, target.id, at=at, body_sha256=look.body_sha256)
        )
        if known is not None and known[1]:
            self.done.known += 1
            return
        fetch_id = known[0] if known is not None else self._store(path, found, look)
        self._count(read_copied(self._room, fetch_id, self._outlet))

    def _target(self, session: Session, response: Response) -> Target:
        place = place_url(response.url, listed_by=self._outlet, catalogue=self._room.catalogue)
        new = NewTarget(place.outlet, response.url, place.url_key, host_key(response.url), Reason.BACKFILL)
        add_targets(session, [new], self._outlet.politeness, now=self._now(), state=TargetState.IDLE)
        target = target_at(session, place.outlet, place.url_key)
        assert target is not None
        return as_copied(target, response.url)

    def _store(self, path: Path, found: ForeignRecord, look: Look) -> int:
        """To the archive with its note, synced; then its row."""
        copied_from = f"{path.name} {found.record_id}" if found.record_id else path.name
        provenance = Provenance(self._outlet.slug, Reason.BACKFILL, None, look.target.id, copied_from)
        record = RecordToWrite(uuid.uuid4().urn, found.response, provenance)
        line = look_line(look, follow=None, record_id=record.record_id, is_past=True)
        now = self._now()
        (place,) = self._writer.append([record], [NoteToWrite(LOOKS, now, (line,))], at=now)
        return self._room.store.write(lambda session: put_past_fetch(session, look, stored_place(place)))

    def _count(self, result: ReadResult) -> None:
        self.done.read[result.reading.value] = self.done.read.get(result.reading.value, 0) + 1
        self.done.articles += result.new_articles
        self.done.revisions += result.new_revisions


def as_copied(target: Target, url: str) -> Target:
    """The target as a copied look had it: asked for at ``url``, for no reason of the present."""
    return replace(target, url=url, reason=Reason.BACKFILL, attempts=0, due_at=None)


def read_copied(room: ReadingRoom, fetch_id: int, outlet: Outlet) -> ReadResult:
    """Read a copied page. Raises ArchiveError when its record can't be read."""
    fetch = room.store.ask(lambda session: any_fetch(session, fetch_id))
    return read_past_page(room, fetch, outlet, room.body(fetch))
