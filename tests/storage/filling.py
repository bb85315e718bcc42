"""Puts outlets, fetches and texts into a store the way a crawl does."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from crawler.decide import after_look, decide
from domain.entry import Entry
from domain.extraction import Extraction, ExtractionOutcome, TextSource
from domain.fetch import FetchOutcome, Reason
from domain.frontier import Look, NewTarget, Target
from domain.outlet import Channel, ChannelKind, Group, GroupPeriod, Outlet, Politeness
from domain.topic import Topic
from storage import Session
from storage.articles import Applied, store_text
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.entries import PlacedEntry
from storage.fetches import put_fetch
from storage.frontier import add_targets, due_targets, target_by_id
from storage.readings import Address, ReadText
from storage.records import StoredRecord

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
HOST = "xeber.example"
OUTLET = Outlet(
    slug="xeber",
    name="Xəbər",
    groups=(GroupPeriod(Group.INDEPENDENT, "Invented."),),
    home=f"https://{HOST}/",
    hosts=(HOST,),
    channels=(Channel("feed", ChannelKind.FEED, f"https://{HOST}/feed"),),
    politeness=Politeness(delay_s=3.0),
)


def catalogue(*outlets: Outlet, topics: tuple[Topic, ...] = (), name: str = "c1") -> CatalogueInForce:
    """A catalogue of these outlets and topics."""
    hashes = {topic.slug: f"{topic.slug}-{sorted(topic.queries.items())}" for topic in topics}
    return CatalogueInForce(name, outlets or (OUTLET,), topics, hashes, {})


def fill(session: Session, *, now: datetime = NOW) -> None:
    """The one outlet."""
    put_catalogue(session, catalogue(), now=now)


def page_target(session: Session, path: str = "/a", *, now: datetime = NOW) -> Target:
    """A page of the outlet, due now."""
    url = f"https://{HOST}{path}"
    add_targets(session, [NewTarget("xeber", url, f"{HOST}{path}", HOST, Reason.NEW)], Politeness(), now=now)
    return next(t for t in due_targets(session, HOST, now=now, limit=100) if t.url == url)


def look(target: Target, outcome: FetchOutcome = FetchOutcome.OK, *, at: datetime = NOW, status: int = 200) -> Look:
    """A look at a target that ended so."""
    return Look(target, at, at, conditional=False, outcome=outcome, status=status, body_sha256="0" * 64, body_bytes=1)


def stored_fetch(session: Session, made: Look) -> int:
    """The look as a fetch with a record."""
    record = StoredRecord(uuid.uuid4().urn, f"{uuid.uuid4().hex}.warc.gz", 0, 10, "response", "1" * 64)
    return put_fetch(session, made, record, after_look(made.target, made.outcome, made.received_at), run_id=None)


def read_text(
    fetch_id: int,
    text: str,
    *,
    path: str = "/a",
    title: str = "Başlıq",
    at: datetime = NOW,
    source: TextSource = TextSource.PAGE,
    extractor: str = "x1",
) -> ReadText:
    """A text as a reader hands it over."""
    extraction = Extraction(ExtractionOutcome.OK, "test/1", text=text, title=title, text_source=source, language="az")
    address = Address(f"{HOST}{path}", f"https://{HOST}{path}", "listed")
    return ReadText("xeber", (address,), extraction, extractor, fetch_id, at)


def store(session: Session, text: str, **how: object) -> Applied:
    """A fetch and the text read from it."""
    at = how.get("at", NOW)
    assert isinstance(at, datetime)
    path = str(how.get("path", "/a"))
    target = _target_at(session, path, at)
    fetch_id = stored_fetch(session, look(target, at=at))
    return store_text(session, read_text(fetch_id, text, **how), decide)  # type: ignore[arg-type]


def _target_at(session: Session, path: str, at: datetime) -> Target:
    from sqlalchemy import select

    from storage.tables import TargetRow

    known = session.scalar(select(TargetRow.id).where(TargetRow.url_key == f"{HOST}{path}"))
    if known is None:
        return page_target(session, path, now=at)
    found = target_by_id(session, known)
    assert found is not None
    return replace(found, reason=Reason.RECHECK)


def entry(path: str = "/a", title: str = "Başlıq", content: str | None = None) -> PlacedEntry:
    """What the feed lists."""
    return PlacedEntry(Entry(f"https://{HOST}{path}", title=title, content_html=content), f"{HOST}{path}", "xeber")
