"""A crawl's store, archive, claim and readers without its wire: what came is handed over as it would have come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select

from crawler.archive import ArchiveWriter
from crawler.away import away_of
from crawler.committer import Acknowledged, Committer
from crawler.fetch.engine import Answer, Order
from crawler.fetch.kinds import fetch_kind
from crawler.fetch.outcome import outcome_of_response
from crawler.finished import Finished
from crawler.looking import followed, look_of
from crawler.pool import Pool
from crawler.reading import Reader, ReadResult
from crawler.reading.room import ReadingRoom
from domain.fetch import Reason, Response
from domain.frontier import NewTarget, Target
from domain.outlet import Channel, ChannelKind, FeedBody, Group, GroupPeriod, Outlet, PageHints, Politeness
from domain.urls import host_key, url_key
from outlets.catalogue import Catalogue
from storage import Session, Store
from storage.catalogue import CatalogueInForce, put_catalogue
from storage.frontier import add_targets, as_target, make_due
from storage.hosts import claim_hosts, open_run
from storage.tables import ChannelRow, FetchRow, TargetRow, TodoRow

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
HOST = "xeber.example"
OWNER = "boot-1:1:1:1"
HTML = (("Content-Type", "text/html; charset=utf-8"),)
RSS = (("Content-Type", "application/rss+xml; charset=utf-8"),)
SENTENCES = (
    "Şuşada yeni körpü bazar ertəsi günü səhər açılıb və sakinlər artıq ondan istifadə edirlər.",
    "Körpünün uzunluğu yüz iyirmi metrdir, tikintisi isə düz iki il davam edib.",
    "Rəsmilər deyirlər ki, növbəti ildə daha üç körpünün təmiri başa çatacaq.",
    "Kənd sakinləri uzun müddət çaydan qayıqla keçməli olduqlarını xatırladırlar.",
)


def outlet(
    *, body: FeedBody | None = FeedBody.SUMMARY, page_fetch: bool = True, hints: PageHints | None = None
) -> Outlet:
    """The one outlet, with a feed that carries so much."""
    return Outlet(
        slug="xeber",
        name="Xəbər",
        groups=(GroupPeriod(Group.INDEPENDENT, "Invented."),),
        home=f"https://{HOST}/",
        languages=("az",),
        hosts=(HOST,),
        channels=(Channel("feed", ChannelKind.FEED, f"https://{HOST}/feed", body=body),),
        politeness=Politeness(delay_s=3.0),
        hints=hints or PageHints(),
        page_fetch=page_fetch,
    )


def catalogue(one: Outlet) -> Catalogue:
    """A catalogue of one outlet."""
    return Catalogue(
        MappingProxyType({one.slug: one}), MappingProxyType({}), "c1", (), MappingProxyType({HOST: one.slug})
    )


def page(*paragraphs: str, title: str = "Şuşada yeni körpü açılıb", head: str = "") -> bytes:
    """An article's page."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or SENTENCES)
    return (
        f"<!doctype html><html lang='az'><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>"
        f"<main><article><h1>{title}</h1><div class='body'>{text}</div></article></main></body></html>"
    ).encode()


def feed(*items: str) -> bytes:
    """An RSS document of these items."""
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>Xəbər</title><link>https://{HOST}/</link>{''.join(items)}</channel></rss>"
    ).encode()


def item(path: str, title: str = "Şuşada yeni körpü açılıb", *, text: str | None = None) -> str:
    """An item of it; ``text`` is the full text it carries."""
    full = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if text else ""
    return (
        f"<item><title>{title}</title><link>https://{HOST}{path}</link><guid>https://{HOST}{path}</guid>{full}</item>"
    )


def paragraphs(*sentences: str) -> str:
    """HTML of a full text."""
    return "".join(f"<p>{sentence}</p>" for sentence in sentences or SENTENCES)


@dataclass
class SmallCrawl:
    """One outlet's claim, so that looks can be handed over and read. ``pool`` may be shared."""

    store: Store
    archive: Path
    writer: ArchiveWriter
    pool: Pool | None
    outlet: Outlet = field(default_factory=outlet)
    token: int = 0
    run_id: int = 0
    deadline_s: float = 20.0

    def start(self) -> SmallCrawl:
        """Put the catalogue into the store and claim the outlet's host."""

        def work(session: Session) -> None:
            put_catalogue(session, CatalogueInForce("c1", (self.outlet,), (), {}, {}), now=NOW)
            (host,) = claim_hosts(
                session, [HOST], owner=OWNER, is_alive=lambda *_: False, real_now=datetime.now(UTC), now=NOW
            )
            self.token, self.run_id = host.token, open_run(session, host, OWNER, now=NOW)

        self.store.write(work)
        return self

    def target(self, path: str | None = None, reason: Reason = Reason.NEW) -> Target:
        """The target of a page, or of the feed's poll; put on the frontier where it is not."""
        url = f"https://{HOST}{path or '/feed'}"
        key = url_key(url) if path else "poll:feed"

        def work(session: Session) -> Target:
            if path:
                new = NewTarget("xeber", url, key, host_key(url), reason)
                add_targets(session, [new], self.outlet.politeness, now=NOW)
            row = session.scalars(select(TargetRow).where(TargetRow.url_key == key)).one()
            make_due(session, [row.id], reason if path else Reason.POLL, now=NOW)
            session.refresh(row)
            polls = session.scalar(select(ChannelRow.polls))
            found = as_target(
                row, None if path else "feed", polls or 0, None if path else self.outlet.channels[0].kind.value
            )
            return replace(found, reason=reason) if path else found

        return self.store.write(work)

    def finished(self, target: Target, body: bytes, *, at: datetime = NOW, **how: object) -> Finished:
        """A look at ``target`` that was answered; ``status`` and ``headers`` as given, else a whole page or feed."""
        headers = how.get("headers", RSS if target.channel_id is not None else HTML)
        status = how.get("status", 200)
        assert isinstance(headers, tuple)
        assert isinstance(status, int)
        response = Response(target.url, status, headers, body, at, at + timedelta(milliseconds=200))
        kind = fetch_kind(target.channel_kind)
        verdict = outcome_of_response(response, kind=kind, previous_sha256=target.body_sha256)
        answer = Answer(Order(target.url, HOST, kind, at, None), verdict, response, False, response.received_at)
        look = look_of(target, answer)
        look = replace(look, away=away_of(look, catalogue(self.outlet)))
        follow = followed(look, catalogue(self.outlet))
        return Finished(look, response, self.run_id, self.token, self.outlet.politeness, follow)

    def committed(self, *looks: Finished) -> list[Acknowledged]:
        """What the committer acknowledges of these looks."""
        done: list[Acknowledged] = []
        errors: list[Exception] = []
        committer = Committer(self.store, self.writer, OWNER, acknowledge=done.extend, failed=errors.append)
        committer.start()
        for one in looks:
            committer.put(one)
        committer.close()
        if errors:
            raise errors[0]
        return done

    def fetched(self, path: str | None, body: bytes, *, at: datetime = NOW, **how: object) -> int:
        """The number of the stored fetch of a page, or (path None) of a poll."""
        reason = how.pop("reason", Reason.NEW)
        assert isinstance(reason, Reason)
        (done,) = self.committed(self.finished(self.target(path, reason), body, at=at, **how))
        assert done.fetch_id is not None
        return done.fetch_id

    @property
    def reader(self) -> Reader:
        """A reader with the present catalogue."""
        assert self.pool is not None
        return Reader(ReadingRoom(self.store, self.archive, self.pool, catalogue(self.outlet), self.deadline_s))

    def read(self, path: str | None, body: bytes, *, at: datetime = NOW, **how: object) -> ReadResult | None:
        """Fetch and read."""
        return self.reader.read(self.fetched(path, body, at=at, **how))

    def waits(self, kind: str = "read") -> list[int]:
        """Subjects of the todos of that kind."""
        with self.store.read() as session:
            return list(session.scalars(select(TodoRow.subject_id).where(TodoRow.kind == kind)))

    def fetch(self, fetch_id: int) -> FetchRow:
        """A fetch as it is stored."""
        with self.store.read() as session:
            row = session.get_one(FetchRow, fetch_id)
            session.expunge(row)
            return row

    def rows(self, table: type, *order: object) -> list[object]:
        """All rows of a table."""
        with self.store.read() as session:
            found = list(session.scalars(select(table).order_by(*(order or (table.id,)))))  # type: ignore[attr-defined, arg-type]
            session.expunge_all()
            return found
