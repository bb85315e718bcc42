"""Further documents of a poll in a rebuild: they are parts of it again, whether a journal tells of them or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.fetch import Reason
from domain.frontier import NO_POLL
from domain.outlet import Channel, ChannelKind
from storage import Store
from storage.frontier import due_targets
from storage.tables import ChannelRow, EntryRow, FetchRow
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, SmallCrawl, catalogue, outlet
from tests.unit.crawler.test_rebuild import different, rebuilt, without_notes

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=3)
OLDER = "/feed?page=2"
Web = dict[str, bytes | str]


@pytest.fixture
def listing(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The crawl of an outlet whose listing is read two pages deep."""
    channel = Channel("feed", ChannelKind.LISTING, f"https://{HOST}/feed", link_css="article a", max_pages=2)
    reading_crawl.outlet = replace(outlet(), channels=(channel,), page_fetch=False)
    return reading_crawl.start()


def page(*numbers: int, older: str | None = None) -> bytes:
    links = "".join(f"<article><a href='/xeber/{n}'>Şəhərdə {n} nömrəli körpü açılıb</a></article>" for n in numbers)
    following = f"<a rel='next' href='{older}'>›</a>" if older else ""
    return f"<html><body><main>{links}</main>{following}</body></html>".encode()


def poll(crawl: SmallCrawl, web: Web, at: datetime) -> None:
    """Poll the listing and all that it leads to; an address in place of a page is where it has moved."""
    due = [crawl.target()]
    while due:
        for target in due:
            at += SECOND
            found = web[target.url.removeprefix(f"https://{HOST}")]
            is_page = isinstance(found, bytes)
            how = {} if is_page else {"status": 301, "headers": (("Location", found),)}
            look = crawl.finished(target, found if is_page else b"", at=at, **{"headers": HTML, **how})  # type: ignore[arg-type]
            (done,) = crawl.committed(look)
            if done.is_read_later:
                assert done.fetch_id is not None
                crawl.reader.read(done.fetch_id)
        with crawl.store.read() as session:
            due = [t for t in due_targets(session, HOST, now=at + SECOND, limit=100) if t.channel_id is not None]


def polls_and_entries(store: Store) -> tuple[list[tuple[str, bool]], int, list[datetime | None]]:
    with store.read() as session:
        fetches = session.execute(select(FetchRow.url, FetchRow.part_of).order_by(FetchRow.id)).all()
        absent = session.scalars(select(EntryRow.absent_at).order_by(EntryRow.url_key)).all()
        return (
            [(url.removeprefix(f"https://{HOST}"), part_of is not None) for url, part_of in fetches],
            session.scalars(select(ChannelRow.polls)).one(),
            list(absent),
        )


def test_an_older_page_that_moved_is_a_part_of_its_poll_again(listing: SmallCrawl, tmp_path: Path) -> None:
    web: Web = {"/feed": page(4, 3, older=OLDER), OLDER: "/kohne", "/kohne": page(2, 1)}
    poll(listing, web, NOW)
    poll(listing, web | {"/feed": page(6, 5, older=OLDER), "/kohne": page(4, 3)}, NOW + HOUR)

    with rebuilt(listing, tmp_path) as (store, _):
        assert polls_and_entries(store) == polls_and_entries(listing.store)
        assert different(listing, store) == set()


def test_an_older_page_of_which_no_journal_tells_is_no_poll(listing: SmallCrawl, tmp_path: Path) -> None:
    web: Web = {"/feed": page(4, 3, older=OLDER), OLDER: page(2, 1)}
    poll(listing, web, NOW)
    listing.writer.close()
    without_notes(listing.archive)

    with rebuilt(listing, tmp_path, catalogue(listing.outlet)) as (store, _):
        assert polls_and_entries(store) == polls_and_entries(listing.store)


def test_a_list_that_a_backfill_asked_for_is_no_poll_where_no_journal_tells_of_it(
    listing: SmallCrawl, tmp_path: Path
) -> None:
    asked = replace(listing.target(), reason=Reason.BACKFILL, part_of=NO_POLL)
    listing.committed(listing.finished(asked, page(2, 1), headers=HTML))
    listing.writer.close()
    without_notes(listing.archive)

    with rebuilt(listing, tmp_path, catalogue(listing.outlet)) as (store, done):
        assert (done.unplaced, polls_and_entries(store)) == (1, ([], 0, []))
