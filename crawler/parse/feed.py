"""A feed's bytes to its entries: RSS 0.9x–2.0, RDF, Atom, CDF and JSON Feed. Pure.

What a feed's author meant matters more than what the standard says of his errors: a document is mended and read as far
as it goes, and says so. Work is bounded by counting items and tags before anything parses them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.parse.bounds import MAX_ENTRIES, Bounded, bounded
from crawler.parse.encoding import decode_document
from crawler.parse.feed_json import read_json
from crawler.parse.feed_xml import XmlFeed, read_xml
from crawler.parse.mending import has_end, has_feed_root, mend, names_channel
from domain.entry import ChannelReading, ParsedChannel, older

MAX_BODY_BYTES = 10 << 20
_MAX_ERROR_CHARS = 300


def parse_feed(
    body: bytes, *, base_url: str, zone: ZoneInfo, now: datetime, content_type: str | None = None
) -> ParsedChannel:
    """What a feed lists, in document order, at most 2,000 entries.

    ``body`` is the raw response in any encoding, at most 10 MiB. Relative links are joined to ``xml:base`` and
    ``base_url`` ("" where it is not known: then to the feed's own link). A date without a zone is in ``zone``; one that
    can't be, as of ``now``, is None with its raw text kept. ``content_type`` is the response's header.

    Never raises for what is in ``body``: a document that is no feed (a page, plain text, nothing at all, a feed broken
    off before its first item) is a reading of its own, NOT_A_FEED, with the reason in ``error``. REPAIRED is a feed
    that could be read only after mending; ``error`` says what was mended or left out.
    """
    if len(body) > MAX_BODY_BYTES:
        return ParsedChannel(ChannelReading.TOO_LARGE, error=f"{len(body)} bytes of at most {MAX_BODY_BYTES}")
    decoded = decode_document(body, content_type=content_type)
    notes = [decoded.note] if decoded.note else []
    text = decoded.text.lstrip("\ufeff \t\r\n\x00")
    if not text:
        return _not_a_feed("the body is empty")
    if text.startswith("{"):
        return _from_json(text, notes, base_url=base_url, zone=zone, now=now)
    if not has_feed_root(text):
        return _not_a_feed("no element that a feed begins with")
    mended = mend(text)
    document = bounded(mended.text)
    notes += [*mended.notes, *([document.note] if document.note else [])]
    found = read_xml(document.text, base_url=base_url, zone=zone, now=now)
    return _from_xml(found, notes, document)


def _from_xml(found: XmlFeed, notes: list[str], document: Bounded) -> ParsedChannel:
    if found.problem:
        notes.append(found.problem)
    if not found.entries and document.items:
        return _not_a_feed("; ".join(["none of its items could be read", *notes]))
    if not found.entries and not has_end(document.text):
        return _not_a_feed(f"broken off before its first item: {found.problem}")
    if not found.entries and not found.version and not names_channel(document.text):
        return _not_a_feed("; ".join(["RDF, but no feed", *notes]))
    channel = ParsedChannel(
        ChannelReading.OK if found.entries else ChannelReading.EMPTY,
        entries=found.entries[:MAX_ENTRIES],
        title=found.title,
        language=found.language,
        update_period_s=found.update_period_s,
        more=older(found.next_page),
    )
    return _with_notes(channel, notes)


def _from_json(text: str, notes: list[str], *, base_url: str, zone: ZoneInfo, now: datetime) -> ParsedChannel:
    found = read_json(text, base_url=base_url, zone=zone, now=now, most=MAX_ENTRIES)
    if found is None:
        return _not_a_feed("JSON, but no JSON Feed")
    if found.listed > MAX_ENTRIES:
        notes.append(f"{found.listed} items, the first {MAX_ENTRIES} read")
    channel = ParsedChannel(
        ChannelReading.OK if found.entries else ChannelReading.EMPTY,
        entries=found.entries,
        title=found.title,
        language=found.language,
        more=older(found.next_page),
    )
    return _with_notes(channel, notes)


def _with_notes(channel: ParsedChannel, notes: list[str]) -> ParsedChannel:
    if not notes:
        return channel
    reading = ChannelReading.REPAIRED if channel.entries else channel.reading
    return replace(channel, reading=reading, error=_line("; ".join(notes)))


def _not_a_feed(reason: str) -> ParsedChannel:
    return ParsedChannel(ChannelReading.NOT_A_FEED, error=_line(reason))


def _line(text: str) -> str:
    return " ".join(text.split())[:_MAX_ERROR_CHARS]
