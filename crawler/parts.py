"""Which further documents of a channel a poll asks for. Pure; see docs/adr/0015-further-documents-of-a-poll.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.entry import AskedWhen, FurtherDocument
from domain.frontier import KnownPart
from domain.urls import url_key

MOST_PARTS = 40  # further documents of one poll
MOST_REMEMBERED = 500  # at one reading: no writer waits for thousands; the next reading remembers the ones after them
MOST_FAILURES = 8  # in a row; then it is asked again only when its mark moves or each poll wants it
CATCH_UP_PAGES = 10  # pages of a list, the first one included, that are read until one joins what was listed before


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of the document that leads further, as far as older pages are asked for by it.

    ``joins``: an entry of it was listed before this poll. ``has_unknown``: one was not. ``is_first``: the channel never
    listed anything before.
    """

    joins: bool
    has_unknown: bool
    is_first: bool
    max_pages: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What to ask for, in order; what to write down and not to ask for; how many were wanted beyond the limit."""

    ask: tuple[FurtherDocument, ...] = ()
    remember: tuple[FurtherDocument, ...] = ()
    cut: int = 0


def part_key(channel_slug: str | None, further: FurtherDocument) -> str:
    """The key of a further document on the frontier; no page and no poll has one like it."""
    return f"more:{channel_slug}>{further.name or url_key(further.url)}"


def choose_parts(
    more: Sequence[FurtherDocument],
    known: Mapping[str, KnownPart],
    listed: Listed,
    *,
    channel_slug: str | None,
    poll_id: int,
    asked: int,
) -> Choice:
    """Choose of what a document leads to; ``known`` by ``part_key``, ``asked`` documents by this poll so far.

    One that the poll asked for already is not asked for again: reading a document twice changes nothing.
    """
    wanted, others = [], []
    for further in {part_key(channel_slug, one): one for one in reversed(more)}.values():
        before = known.get(part_key(channel_slug, further))
        if before is not None and before.part_of == poll_id:
            continue
        if _is_wanted(further, before, listed, asked):
            wanted.append(further)
        elif before is None and further.when is AskedWhen.STOCK:
            others.append(further)
    wanted.reverse()
    others.reverse()
    room = max(0, MOST_PARTS - asked)
    return Choice(tuple(wanted[:room]), tuple(others[:MOST_REMEMBERED]), max(0, len(wanted) - room))


def _is_wanted(further: FurtherDocument, before: KnownPart | None, listed: Listed, asked: int) -> bool:
    if before is not None and 0 < before.attempts < MOST_FAILURES:
        return True
    match further.when:
        case AskedWhen.EACH_POLL:
            return True
        case AskedWhen.MOVED:
            return before is None or before.part_of is None or before.mark != further.mark
        case AskedWhen.STOCK:
            return before is not None and before.mark != further.mark
        case AskedWhen.OLDER:
            return _goes_on(listed, pages=asked + 1)


def _goes_on(listed: Listed, *, pages: int) -> bool:
    """Whether an older page is read after so many: up to what the catalogue wants, or until it joins."""
    if not listed.has_unknown:
        return False
    if pages < listed.max_pages:
        return True
    return not listed.joins and not listed.is_first and pages < CATCH_UP_PAGES
