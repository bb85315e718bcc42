"""One look of the archive into the store, as its crawl stored it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawler.adopt import look_of_record
from crawler.archive import ArchivedResponse
from crawler.archive.rounds import DroppedLine
from crawler.away import away_of
from crawler.channels.place import place_url
from crawler.decide import after_look
from crawler.journal import LookLine
from crawler.rebuild.dropped import dropped_at, dropped_record
from domain.fetch import FetchOutcome, Reason
from domain.frontier import AGAIN, BACK, NO_POLL, NewTarget, Target, TargetState
from domain.outlet import Politeness
from domain.urls import host_key, url_key
from outlets.catalogue import Catalogue
from storage import Session
from storage.catalogue import is_known_outlet
from storage.channels_by_name import channel_id_of
from storage.fetches import put_fetch, put_past_fetch
from storage.frontier import add_targets, target_at
from storage.page_looks import leads_away
from storage.parts import follow_redirect
from storage.post_rechecks import ask_at_place, is_place, post_channels
from storage.records import StoredRecord
from storage.takedowns import keys_taken_down, refuse_look


def put_told_look(
    session: Session,
    line: LookLine,
    record: StoredRecord | None,
    catalogue: Catalogue,
    *,
    at: datetime,
    dropped: DroppedLine | None = None,
) -> int | None:
    """Store a look that was stored ``at`` a time; gives its fetch, None where its outlet or channel is not known.

    ``dropped``: what is noted of its record, whose bytes are gone.

    A body that the journal names and the archive lacks leaves the look without one to be read.
    """
    outlet = catalogue.outlets.get(line.outlet)
    politeness = outlet.politeness if outlet else Politeness()
    target = _target_of(session, line, politeness, at=at)
    if target is None:
        return None
    look = line.look(target)
    if line.is_past:
        went_at = dropped_at(dropped) if dropped is not None else None
        lies = dropped_record(dropped) if dropped is not None else record
        return put_past_fetch(session, look, lies, dropped_at=went_at) if lies is not None else None
    went_at = None
    is_taken_down = dropped is not None and bool(dropped.taken_down)
    if dropped is not None:
        record, went_at = dropped_record(dropped), dropped_at(dropped)
    is_refused = target.channel_id is None and bool(keys_taken_down(session, [(target.outlet, target.url_key)]))
    if look.outcome.has_body and record is None and not is_refused:
        problem = "its record is not in the archive any more"
        look = replace(look, outcome=FetchOutcome.CRASHED, error=problem, body_sha256=None, body_bytes=None)
    look = replace(look, away=away_of(look, catalogue))
    next_look = after_look(target, look.outcome, look.received_at)
    fetch_id = put_fetch(session, look, record, next_look, run_id=None, dropped_at=went_at, is_taken_down=is_taken_down)
    if look.outcome.has_body and record is None and is_refused:
        refuse_look(session, fetch_id)
    follow = line.followed(target)
    if follow is not None and not leads_away(session, look):
        follow_redirect(session, follow, politeness, now=look.received_at)
    return fetch_id


def _target_of(session: Session, line: LookLine, politeness: Politeness, *, at: datetime) -> Target | None:
    """The target as it was when it was asked; what nothing listed (it was planned, or added by hand) is made."""
    channel_id = None
    if line.channel is not None:
        channel_id = channel_id_of(session, line.outlet, line.channel)
        if channel_id is None:
            return None
    if channel_id is not None and is_place(line.key):
        channel = post_channels(session, [channel_id])[channel_id]
        ask_at_place(session, channel, line.key, line.url, now=line.due_at or line.requested_at)
    target = target_at(session, line.outlet, line.key)
    if target is None and not is_known_outlet(session, line.outlet):
        return None  # its catalogue is not in the journal
    if target is None:
        poll = target_at(session, line.outlet, f"poll:{line.channel}") if _is_of_no_poll(line.key) else None
        made = NewTarget(
            line.outlet,
            line.url,
            line.key,
            host_key(line.url),
            line.reason,
            channel_id,
            via_target_id=poll.id if poll is not None else None,
            redirects=line.redirects,
            part_of=NO_POLL if _is_of_no_poll(line.key) else None,
        )
        now = at if line.is_past else line.due_at or line.requested_at
        add_targets(session, [made], politeness, now=now, state=TargetState.IDLE if line.is_past else TargetState.DUE)
        target = target_at(session, line.outlet, line.key)
        assert target is not None
    return replace(
        target,
        url=line.url,
        reason=line.reason,
        attempts=line.attempts,
        redirects=line.redirects,
        due_at=line.due_at,
        channel_slug=line.channel,
        part_of=NO_POLL if _is_of_no_poll(line.key) else target.part_of,
    )


def _is_of_no_poll(key: str) -> bool:
    """Whether a key is of a channel's document that no poll led to."""
    return key.startswith((f"{BACK}:", f"{AGAIN}:"))


def put_found_record(
    session: Session, found: ArchivedResponse, record: StoredRecord, catalogue: Catalogue
) -> int | None:
    """Store a record that no journal names as the look it was, by what it says of itself; None where it is unknown.

    So is a list that was asked for a backfill, or for posts that were due: the journal alone says for what, and it was
    no poll.
    """
    provenance, response = found.provenance, found.response
    outlet = catalogue.outlets.get(provenance.outlet)
    if outlet is None or (provenance.channel is not None and provenance.reason in {Reason.BACKFILL, Reason.RECHECK}):
        return None
    if provenance.channel is not None:
        key = _channel_key(session, provenance.outlet, provenance.channel, response.url)
    else:
        key = place_url(response.url, listed_by=outlet, catalogue=catalogue).url_key
    line = LookLine(
        outlet=provenance.outlet,
        key=key,
        url=response.url,
        channel=provenance.channel,
        reason=provenance.reason,
        requested_at=response.requested_at,
        received_at=response.received_at,
        outcome=FetchOutcome.OK,
    )
    target = _target_of(session, line, outlet.politeness, at=line.requested_at)
    if target is None:
        return None
    look = look_of_record(target, response, previous_sha256=target.body_sha256, proxy=provenance.proxy)
    return put_fetch(session, look, record, after_look(target, look.outcome, look.received_at), run_id=None)


def _channel_key(session: Session, outlet: str, channel: str, url: str) -> str:
    """The key of a channel's document at ``url``: of a further one, or of where one moved, if one led there before."""
    keys = [f"{lead}:{channel}>{url_key(url)}" for lead in ("more", "poll")]
    return next((key for key in keys if target_at(session, outlet, key) is not None), f"poll:{channel}")
