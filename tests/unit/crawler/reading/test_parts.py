"""Further documents of a poll: asked once, read like the first, and told apart from it in all that is counted."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from crawler.parts import CATCH_UP_PAGES, MOST_PARTS
from domain.fetch import FetchOutcome
from domain.frontier import Target
from domain.outlet import Channel, ChannelKind
from storage.caught_up import is_caught_up
from storage.digest_looks import channels, day_looks
from storage.frontier import due_targets
from storage.planning import channel_states
from storage.polls import overdue_channels
from storage.tables import ChannelRow, EntryRow, FetchRow, GapRow, TargetRow
from tests.unit.crawler.small_crawl import HOST, HTML, NOW, SmallCrawl, outlet

HOUR = timedelta(hours=1)
PAGE = 6
Web = Mapping[str, bytes | int | str]  # a body, a status, or where it has moved


def at(hours: float) -> datetime:
    return NOW + hours * HOUR


@pytest.fixture
def listing(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The crawl of an outlet that has a listing in pages instead of a feed."""
    channel = Channel("feed", ChannelKind.LISTING, f"https://{HOST}/feed", link_css="article a")
    reading_crawl.outlet = replace(outlet(), channels=(channel,))
    return reading_crawl.start()


def pages(newest: int, *, oldest: int = 1) -> dict[str, bytes]:
    """A listing's pages by path, the newest entry first; each names the one after it."""
    numbers = list(range(newest, oldest - 1, -1))
    found = {}
    for start in range(0, len(numbers), PAGE):
        number = start // PAGE + 1
        links = "".join(
            f"<article><a href='/xeber/{n}'>Şəhərdə {n} nömrəli körpü açılıb</a></article>"
            for n in numbers[start : start + PAGE]
        )
        found["/feed" if number == 1 else f"/feed?page={number}"] = (
            f"<html><body><main>{links}</main><a rel='next' href='/feed?page={number + 1}'>›</a></body></html>"
        ).encode()
    return found


def poll(crawl: SmallCrawl, web: Web, when: datetime, *, is_read: bool = True) -> list[str]:
    """Poll the channel and all that it leads to; gives the paths that were asked for, in order."""
    asked = []
    due = [crawl.target()]
    while due:
        for target in due:
            when += timedelta(seconds=3)
            asked.append(target.url.removeprefix(f"https://{HOST}"))
            answer(crawl, target, web, when, is_read=is_read)
        due = waiting(crawl, when + timedelta(seconds=1))
    return asked


def answer(crawl: SmallCrawl, target: Target, web: Web, when: datetime, *, is_read: bool = True) -> int:
    found = web.get(target.url.removeprefix(f"https://{HOST}"), 404)
    status, body = (found, b"") if isinstance(found, int) else (301, b"") if isinstance(found, str) else (200, found)
    headers = (*HTML, ("Location", found)) if isinstance(found, str) else HTML
    (done,) = crawl.committed(crawl.finished(target, body, at=when, status=status, headers=headers))
    assert done.fetch_id is not None
    if is_read and done.is_read_later:
        crawl.reader.read(done.fetch_id)
    return done.fetch_id


def waiting(crawl: SmallCrawl, when: datetime) -> list[Target]:
    with crawl.store.read() as session:
        due = due_targets(session, HOST, now=when, limit=100)
    return [target for target in due if target.channel_id is not None]


def gaps(crawl: SmallCrawl) -> list[tuple[str, bool, bool | None]]:
    """Reason, whether it is open, whether it was caught up."""
    with crawl.store.read() as session:
        rows = session.execute(select(GapRow.reason, GapRow.to_at, is_caught_up()).order_by(GapRow.id)).all()
    return [(reason, to_at is None, caught_up) for reason, to_at, caught_up in rows]


def entries(crawl: SmallCrawl) -> set[int]:
    rows = crawl.rows(EntryRow)
    return {int(row.url_key.rpartition("/")[2]) for row in rows if isinstance(row, EntryRow)}


def test_a_first_poll_reads_one_page(listing: SmallCrawl) -> None:
    assert poll(listing, pages(20), at(0)) == ["/feed"]
    assert entries(listing) == set(range(15, 21))


def test_a_list_that_joins_the_last_one_asks_for_no_older_page(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))

    assert poll(listing, pages(25), at(1)) == ["/feed"]
    assert gaps(listing) == []


def test_older_pages_are_read_until_one_joins_and_the_gap_is_caught_up(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))

    assert poll(listing, pages(35), at(1)) == ["/feed", "/feed?page=2", "/feed?page=3"]
    assert gaps(listing) == [("rollover", False, True)]
    assert entries(listing) == set(range(15, 36))


def test_what_came_between_two_polls_was_absent_at_the_first_whatever_page_lists_it(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    poll(listing, pages(35), at(1))

    with listing.store.read() as session:
        absent = dict(session.execute(select(EntryRow.url_key, EntryRow.absent_at)).all())
    assert {absent[f"{HOST}/xeber/{n}"] for n in range(21, 36)} == {at(0) + timedelta(seconds=3)}


def test_pages_that_never_join_end_at_the_limit_and_the_gap_stays(listing: SmallCrawl) -> None:
    poll(listing, pages(6), at(0))

    assert len(poll(listing, pages(200, oldest=50), at(1))) == CATCH_UP_PAGES
    assert gaps(listing) == [("rollover", False, False)]


def test_the_catalogue_may_want_more_pages_of_each_poll(listing: SmallCrawl) -> None:
    (channel,) = listing.outlet.channels
    listing.outlet = replace(listing.outlet, channels=(replace(channel, max_pages=2),))

    assert poll(listing, pages(20), at(0)) == ["/feed", "/feed?page=2"]
    assert poll(listing, pages(20), at(1)) == ["/feed"]  # nothing on it is unknown


def test_a_page_that_fails_leaves_the_gap_and_is_asked_again_by_the_next_poll(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    poll(listing, {**pages(35), "/feed?page=2": 500}, at(1))
    assert gaps(listing) == [("rollover", False, False)]

    assert poll(listing, pages(36), at(2)) == ["/feed", "/feed?page=2"]
    assert 29 in entries(listing)


def test_a_further_document_counts_as_no_poll_anywhere(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    poll(listing, pages(35), at(1))

    with listing.store.read() as session:
        (channel,) = session.scalars(select(ChannelRow))
        (fact,) = channels(session, (at(-1), at(3)))
        (looks,) = day_looks(session, [(at(-1), at(3))])
        (overdue,) = overdue_channels(session, now=at(9)) or [None]
        (state,) = channel_states(session)
        polls, last = channel.polls, channel.last_polled_at
    assert (polls, last) == (2, at(1) + timedelta(seconds=3))
    assert (fact.looks_done, fact.looks_good, looks.looks_good) == (2, 2, 2)
    assert (overdue, state.last_polled_at) == (None, last)


def test_a_poll_that_was_caught_up_leaves_no_blind_stretch(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    poll(listing, pages(35), at(1))

    with listing.store.read() as session:
        (fact,) = channels(session, (at(0), at(1) + timedelta(seconds=30)))
    assert fact.blind_s < 60


def test_reading_a_document_twice_asks_for_nothing_twice(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    first = answer(listing, listing.target(), pages(35), at(1))
    (second,) = waiting(listing, at(1))
    with listing.store.engine.begin() as connection:  # as if it had been killed before it said that it was done
        connection.execute(FetchRow.__table__.update().where(FetchRow.id == first).values(reading=None))  # type: ignore[attr-defined]
    listing.reader.read(first)

    assert [target.id for target in waiting(listing, at(1))] == [second.id]
    answer(listing, second, pages(35), at(1.1))
    listing.reader.read(first)
    assert [target.url[-6:] for target in waiting(listing, at(1.1))] == ["page=3"]


def test_a_killed_crawl_goes_on_with_the_documents_that_its_poll_led_to(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    answer(listing, listing.target(), pages(35), at(1))
    (second,) = waiting(listing, at(1))
    fetch_id = answer(listing, second, pages(35), at(1.1), is_read=False)
    assert listing.waits() == [fetch_id]

    listing.reader.read(fetch_id)
    for target in waiting(listing, at(1.2)):
        answer(listing, target, pages(35), at(1.2))
    assert entries(listing) == set(range(15, 36))
    assert gaps(listing) == [("rollover", False, True)]


def test_a_poll_that_waits_to_be_read_is_not_made_again_by_the_next_pass(listing: SmallCrawl) -> None:
    """As a crawl leaves it that was killed before its body was read."""

    def last_polled_at() -> datetime | None:
        with listing.store.read() as session:
            (state,) = channel_states(session)
        return state.last_polled_at

    assert last_polled_at() is None
    fetch_id = answer(listing, listing.target(), pages(5), at(1), is_read=False)
    assert last_polled_at() == at(1)
    listing.reader.read(fetch_id)
    assert last_polled_at() == at(1)


def test_a_redirect_of_a_further_document_is_a_further_document(listing: SmallCrawl) -> None:
    poll(listing, pages(20), at(0))
    answer(listing, listing.target(), pages(35), at(1))
    (second,) = waiting(listing, at(1))
    moved = listing.finished(second, b"", at=at(1.1), status=302, headers=(("Location", "/arxiv/2"),))
    assert moved.look.outcome is FetchOutcome.REDIRECTED
    listing.committed(moved)

    (followed,) = waiting(listing, at(1.2))
    assert (followed.url, followed.part_of) == (f"https://{HOST}/arxiv/2", second.part_of)
    rows = [row for row in listing.rows(TargetRow) if isinstance(row, TargetRow) and row.channel_id is not None]
    assert [row.url_key.partition(">")[0] for row in rows] == ["poll:feed", "more:feed", "more:feed"]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_between_two_polls_is_read_as_far_as_pages_are(listing: SmallCrawl, seed: int) -> None:
    chance = random.Random(seed)
    newest = 12
    poll(listing, pages(newest), at(0))
    for hour in range(1, 5):
        newest += chance.choice((0, 1, PAGE, PAGE + 1, 3 * PAGE, (CATCH_UP_PAGES - 1) * PAGE))
        poll(listing, pages(newest), at(hour))

    assert entries(listing) == set(range(12 - PAGE + 1, newest + 1))
    assert all(told == ("rollover", False, True) for told in gaps(listing))


def index(*children: str) -> bytes:
    items = "".join(f"<sitemap><loc>https://{HOST}{path}</loc></sitemap>" for path in children)
    return f"<sitemapindex>{items}</sitemapindex>".encode()


def urlset(*numbers: int) -> bytes:
    items = "".join(f"<url><loc>https://{HOST}/xeber/{number}</loc></url>" for number in numbers)
    return f"<urlset>{items}</urlset>".encode()


@pytest.fixture
def sitemap(reading_crawl: SmallCrawl) -> SmallCrawl:
    """The crawl of an outlet that has an index of sitemaps instead of a feed."""
    channel = Channel("feed", ChannelKind.SITEMAP, f"https://{HOST}/feed")
    reading_crawl.outlet = replace(outlet(), channels=(channel,))
    return reading_crawl.start()


def news(crawl: SmallCrawl) -> set[int]:
    """The pages that were put on the frontier."""
    rows = [row for row in crawl.rows(TargetRow) if isinstance(row, TargetRow) and row.channel_id is None]
    return {int(row.url_key.rpartition("/")[2]) for row in rows}


def test_an_old_sitemap_floods_nothing_and_what_comes_later_is_news(sitemap: SmallCrawl) -> None:
    poll(sitemap, {"/feed": index("/a.xml"), "/a.xml": urlset(*range(2_000))}, at(0))
    assert (len(entries(sitemap)), news(sitemap)) == (2_000, set())

    poll(sitemap, {"/feed": index("/a.xml"), "/a.xml": urlset(*range(2_003))}, at(1))
    assert news(sitemap) == {2_000, 2_001, 2_002}


def test_a_needed_document_that_fails_is_a_gap_until_it_is_read(sitemap: SmallCrawl) -> None:
    web: dict[str, bytes | int] = {"/feed": index("/a.xml", "/b.xml"), "/a.xml": urlset(1), "/b.xml": urlset(2)}
    poll(sitemap, web, at(0))
    poll(sitemap, {**web, "/b.xml": 503}, at(1))
    poll(sitemap, {**web, "/b.xml": b"<html><body>Maintenance</body></html>"}, at(2))
    assert gaps(sitemap) == [("http_error", True, None)]

    poll(sitemap, web, at(3))
    assert gaps(sitemap) == [("http_error", False, True)]


def test_a_needed_document_that_moved_to_where_it_fails_is_a_gap_too(sitemap: SmallCrawl) -> None:
    web: Web = {"/feed": index("/a.xml", "/b.xml"), "/a.xml": urlset(1), "/b.xml": "/c.xml", "/c.xml": urlset(2)}
    poll(sitemap, web, at(0))
    poll(sitemap, {**web, "/c.xml": 503}, at(1))
    assert gaps(sitemap) == [("http_error", True, None)]

    poll(sitemap, web, at(2))
    assert gaps(sitemap) == [("http_error", False, True)]


@pytest.mark.parametrize("seen", [urlset(1, 2), 500])
def test_what_a_later_poll_asks_for_while_an_earlier_ones_look_is_under_way_is_asked_for(
    sitemap: SmallCrawl, seen: bytes | int
) -> None:
    web: dict[str, bytes | int] = {"/feed": index("/a.xml"), "/a.xml": urlset(1)}
    poll(sitemap, web, at(0))
    answer(sitemap, sitemap.target(), web, at(1))
    (under_way,) = waiting(sitemap, at(1) + timedelta(seconds=1))
    later = answer(sitemap, sitemap.target(), web, at(2))
    answer(sitemap, under_way, {"/a.xml": seen}, at(2))

    (again,) = waiting(sitemap, at(2) + timedelta(seconds=1))
    assert again.part_of == later
    answer(sitemap, again, {"/a.xml": 500}, at(2.1))
    assert waiting(sitemap, at(3)) == []
    assert gaps(sitemap) == [("http_error", True, None)]


def test_a_document_that_is_not_there_or_no_longer_named_is_no_gap(sitemap: SmallCrawl) -> None:
    web: dict[str, bytes | int] = {"/feed": index("/a.xml", "/b.xml"), "/a.xml": urlset(1), "/b.xml": urlset(2)}
    poll(sitemap, web, at(0))
    poll(sitemap, {**web, "/b.xml": 404}, at(1))
    assert gaps(sitemap) == []

    poll(sitemap, {**web, "/b.xml": 500}, at(2))
    poll(sitemap, {"/feed": index("/a.xml"), "/a.xml": urlset(1)}, at(3))
    assert [told[:2] for told in gaps(sitemap)] == [("http_error", False)]


def test_an_index_without_end_is_cut_and_says_so(sitemap: SmallCrawl) -> None:
    names = [f"/{chr(97 + n % 26) * (n // 26 + 1)}.xml" for n in range(60)]
    asked = poll(sitemap, {"/feed": index(*names)}, at(0))

    assert len(asked) == 1 + MOST_PARTS
    polled = next(row for row in sitemap.rows(FetchRow) if isinstance(row, FetchRow) and row.part_of is None)
    assert polled.error == "leads to 20 more documents than are read in one poll"


def test_indexes_that_name_each_other_end(sitemap: SmallCrawl) -> None:
    web = {"/feed": index("/a.xml"), "/a.xml": index("/b.xml", "/feed"), "/b.xml": index("/a.xml")}

    assert sorted(poll(sitemap, web, at(0))) == ["/a.xml", "/b.xml", "/feed", "/feed"]


def test_what_the_documents_of_an_index_list_is_counted_for_its_poll(sitemap: SmallCrawl) -> None:
    web = {"/feed": index("/a.xml", "/b.xml"), "/a.xml": urlset(1, 2), "/b.xml": urlset(3)}
    poll(sitemap, web, at(0))
    poll(sitemap, {**web, "/a.xml": urlset(1, 2, 4), "/b.xml": urlset(3, 5)}, at(1))

    *_, polled = [row for row in sitemap.rows(FetchRow) if isinstance(row, FetchRow) and row.part_of is None]
    assert (polled.listed, polled.known) == (5, 3)
