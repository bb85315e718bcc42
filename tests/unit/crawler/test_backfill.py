from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.back_keys import Span, Way, back_key, span_of, way_of
from crawler.backfill import Asked, day_of, leads_back, may_be_of, openings, walked_over
from domain.entry import AskedWhen, Entry, FurtherDocument
from domain.outlet import Channel, ChannelKind, Outlet
from domain.times import Precision, StatedTime, TimeSource
from outlets.platforms import Platforms

BAKU = ZoneInfo("Asia/Baku")
SPAN = Span(date(2026, 2, 9), date(2026, 2, 12))
LIST = Channel("list", ChannelKind.LISTING, "https://x.example/list")
DAILY = Channel("daily", ChannelKind.LISTING, "https://x.example/{yyyy}/{m}/{d}/p{page}")


def stated(at: str, precision: Precision = Precision.SECOND) -> StatedTime:
    return StatedTime(datetime.fromisoformat(at).replace(tzinfo=UTC), precision, TimeSource.FEED, at)


def entry(url: str = "https://x.example/a", published: str | None = None, updated: str | None = None) -> Entry:
    return Entry(url, published=stated(published) if published else None, updated=stated(updated) if updated else None)


@pytest.mark.parametrize(
    ("one", "is_wanted"),
    [
        (entry(published="2026-02-08T19:59:59"), False),  # 23:59:59 of the day before in Baku
        (entry(published="2026-02-08T20:00:00"), True),
        (entry(published="2026-02-12T19:59:59"), True),
        (entry(published="2026-02-12T20:00:00"), False),
        (entry(updated="2026-02-08T10:00:00"), False),
        (entry(updated="2026-02-26T10:00:00"), True),
        (entry(updated="2026-02-27T10:00:00"), False),
        (entry("https://x.example/2026/02/10/a", updated="2026-03-18T10:00:00"), True),
        (entry("https://x.example/2026/2/15/a", updated="2026-02-10T10:00:00"), False),
        (entry("https://x.example/2026/02/31/a"), True),  # no day: it may be any
        (entry("https://x.example/news/20260210"), True),
        (entry("https://x.example/news/20260101"), False),
        (entry("https://x.example/number/202601011"), True),
        (entry(), True),
    ],
)
def test_an_entry_is_wanted_where_it_may_be_of_these_days(one: Entry, *, is_wanted: bool) -> None:
    assert may_be_of(one, SPAN, BAKU) is is_wanted


def test_a_bare_day_is_the_day_it_says() -> None:
    one = Entry("https://x.example/a", published=stated("2026-02-09", Precision.DAY))
    assert day_of(one, ZoneInfo("America/New_York")) == date(2026, 2, 9)


@pytest.mark.parametrize(
    ("name", "mark", "is_asked"),
    [
        ("map-2026-02.xml", "2020-01-01", True),  # its name counts, whatever is said of its change
        ("map-2026-01.xml", None, False),
        ("map-202602.xml", None, True),
        ("map-2026.xml", None, True),
        ("map-2025.xml", None, False),
        ("map-2026-02-13.xml", None, True),  # a day more: clocks differ
        ("map-2026-02-14.xml", None, False),
        ("map-2026-02-30.xml", None, True),
        ("posts-7.xml", "2026-02-07", False),
        ("posts-7.xml", "2026-02-08", True),
        ("posts-7.xml", "2026-11-08T10:00:00+04:00", True),
        ("posts-7.xml", "gestern", True),
        ("posts-20151.xml", None, True),
        ("tag-sitemap.xml", None, False),
    ],
)
def test_a_child_of_an_index_is_asked_for_where_it_may_hold_these_days(
    name: str, mark: str | None, *, is_asked: bool
) -> None:
    channel = Channel("map", ChannelKind.SITEMAP, "https://x.example/index.xml")
    child = FurtherDocument(f"https://x.example/{name}", AskedWhen.STOCK, mark=mark)
    asked = Asked(channel, SPAN, BAKU, channel.address)
    assert leads_back([child], [], asked) == ((child,) if is_asked else ())


NEXT = FurtherDocument("https://x.example/list?page=2", AskedWhen.OLDER)


@pytest.mark.parametrize(
    ("days", "goes_on", "is_proof"),
    [
        (("2026-03-01", "2026-02-20"), True, False),
        (("2026-02-10", "2026-02-07"), True, False),
        (("2026-02-20", "2025-01-01"), True, False),  # an old one is pinned
        (("2026-02-07", "2026-02-06"), False, True),
        (("2026-02-07", None), False, False),
        ((None, None), True, False),
        ((), False, False),
    ],
)
def test_a_list_is_walked_until_a_page_is_wholly_older(
    days: tuple[str | None, ...], *, goes_on: bool, is_proof: bool
) -> None:
    entries = [entry(published=f"{day}T10:00:00" if day else None) for day in days]
    asked = Asked(LIST, SPAN, BAKU, LIST.address)
    assert leads_back([NEXT], entries, asked) == ((NEXT,) if goes_on else ())
    assert (walked_over(entries, asked) is not None) is is_proof


def test_the_page_of_a_day_leads_to_its_next_page_and_never_to_another_day() -> None:
    asked = Asked(DAILY, Span(date(2026, 2, 9), date(2026, 2, 9)), BAKU, "https://x.example/2026/2/9/p1")
    another = FurtherDocument("https://x.example/2026/2/10/p1", AskedWhen.OLDER)
    assert [one.url for one in leads_back([another], [entry()], asked)] == ["https://x.example/2026/2/9/p2"]
    assert walked_over([entry(published="2026-01-01T10:00:00")], asked) is None
    plain = Channel("daily", ChannelKind.LISTING, "https://x.example/{yyyy}/{m}/{d}")
    asked = Asked(plain, asked.span, BAKU, "https://x.example/2026/2/9")
    assert leads_back([FurtherDocument("https://x.example/2026/2/10", AskedWhen.OLDER)], [entry()], asked) == ()


def test_a_key_names_its_days_and_a_day_has_one_key_whatever_was_asked() -> None:
    assert span_of(back_key("list", SPAN, "https://x.example/a>b")) == SPAN
    wide, narrow = (
        openings(Outlet("x", "X", (), channels=(DAILY,)), Span(date(2026, 2, day), date(2026, 2, 12)), Platforms())[
            0
        ].documents
        for day in (9, 12)
    )
    assert len(wide) == 4
    assert wide[0] == narrow[0]
    assert wide[0].url == "https://x.example/2026/2/12/p1"


def test_each_channel_says_what_is_asked_of_it_or_why_nothing_is() -> None:
    channels = (
        LIST,
        Channel("tube", ChannelKind.YOUTUBE, "UCx"),
        Channel("hand", ChannelKind.MANUAL, ""),
        Channel("off", ChannelKind.FEED, "https://x.example/feed", enabled=False),
        Channel("gone", ChannelKind.LISTING, "https://x.example/{handle}"),
    )
    found = openings(Outlet("x", "X", (), channels=channels), SPAN, Platforms())
    assert [bool(opening.documents) for opening in found] == [True, False, False, False, False]
    assert all(opening.says for opening in found)


FEED = Channel("feed", ChannelKind.FEED, "https://x.example/feed")
TELEGRAM = Channel("posts", ChannelKind.TELEGRAM, "x_example")
WORDPRESS = Outlet(
    "x",
    "X",
    (),
    home="https://www.x.example/",
    hosts=("x.example",),
    channels=(TELEGRAM, replace(FEED, enabled=False), LIST),
)
STATED = replace(WORDPRESS, wordpress_api=("https://api.example/wp-json/",))


def of_wordpress(outlet: Outlet) -> list[tuple[str, tuple[str, ...]]]:
    found = [opening for opening in openings(outlet, SPAN, Platforms()) if opening.kind == "wordpress"]
    assert all(opening.says for opening in found)
    return [(opening.channel, tuple(document.url for document in opening.documents)) for opening in found]


def test_the_front_page_is_asked_where_nobody_said_whether_it_offers_posts() -> None:
    assert of_wordpress(WORDPRESS) == [("list", ("https://www.x.example/",))]


@pytest.mark.parametrize(
    "outlet",
    [
        replace(WORDPRESS, home=None),
        replace(WORDPRESS, home="https://t.me/x_example"),
        replace(WORDPRESS, page_fetch=False),
        replace(WORDPRESS, channels=(TELEGRAM,)),
    ],
)
def test_no_front_page_is_asked_where_it_could_not_help(outlet: Outlet) -> None:
    assert of_wordpress(outlet) == []


def test_what_the_catalogue_states_is_asked_in_its_place() -> None:
    [(channel, (url,))] = of_wordpress(STATED)
    assert channel == "list"
    assert url.startswith(
        "https://api.example/wp-json/wp/v2/posts?after=2026-02-08T00:00:00&before=2026-02-14T00:00:00&"
    )


@pytest.mark.parametrize(
    ("outlet", "channel"),
    [(replace(STATED, page_fetch=False), "list"), (replace(STATED, channels=(TELEGRAM,)), "none")],
)
def test_what_is_stated_in_vain_says_why(outlet: Outlet, channel: str) -> None:
    assert of_wordpress(outlet) == [(channel, ())]


@pytest.mark.parametrize("way", list(Way))
def test_a_key_names_its_way_and_its_days(way: Way) -> None:
    key = back_key("feed-az", SPAN, "https://x.example/a?b=front:2020-01-01:2020-01-02>", way)
    assert (way_of(key), span_of(key)) == (way, SPAN)


@pytest.mark.parametrize("key", ["poll:feed", "more:feed>x.example/a", "x.example/back:feed:2026-02-09:2026-02-12>"])
def test_other_keys_are_no_documents_of_a_backfill(key: str) -> None:
    assert way_of(key) is None
