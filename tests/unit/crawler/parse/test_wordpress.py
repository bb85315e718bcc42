from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.wordpress import MAX_BODY_BYTES, parse_posts
from domain.entry import AskedWhen, ChannelReading, FurtherDocument, ParsedChannel
from domain.times import Precision

NOW = datetime(2026, 3, 20, 8, tzinfo=UTC)
CALL = "https://www.x.example/wp-json/wp/v2/posts?per_page=100&page=2&_fields=id,link"
NEXT = "https://www.x.example/wp-json/wp/v2/posts?per_page=100&page=3&_fields=id,link"


def post(**fields: object) -> dict[str, object]:
    stated = {"id": 7, "date_gmt": "2026-02-10T09:00:00", "modified_gmt": "2026-02-11T10:00:00"}
    return {**stated, "link": "https://x.example/a", "title": {"rendered": "Körpü &#8220;köhnə&#8221;"}, **fields}


def read(document: object, *headers: tuple[str, str], url: str = CALL) -> ParsedChannel:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_posts(body, headers, url=url, hosts=["x.example", "ru.x.example"], now=NOW)


def test_a_post_leads_to_its_page_with_the_times_of_the_api() -> None:
    parsed = read([post()], ("X-WP-TotalPages", "2"))
    entry = parsed.entries[0]
    assert (parsed.reading, parsed.error, parsed.more) == (ChannelReading.OK, None, ())
    assert (entry.url, entry.title) == ("https://x.example/a", "Körpü “köhnə”")
    assert entry.published is not None
    assert (entry.published.at, entry.published.precision) == (datetime(2026, 2, 10, 9, tzinfo=UTC), Precision.SECOND)
    assert entry.updated is not None
    assert entry.updated.at == datetime(2026, 2, 11, 10, tzinfo=UTC)
    assert (entry.content_html, entry.summary) == (None, None)


@pytest.mark.parametrize(
    ("posts", "headers", "is_more"),
    [
        (1, [("X-WP-TotalPages", "3")], True),
        (1, [("x-wp-totalpages", " 2 ")], False),
        (1, [], True),  # it does not say: until a page is empty
        (0, [], False),
        (0, [("X-WP-TotalPages", "99")], False),
        (1, [("X-WP-TotalPages", "-1")], True),
        (1, [("X-WP-TotalPages", "1" * 5000)], True),
        (1, [("X-WP-TotalPages", "٣")], True),
        (1, [("X-WP-TotalPages", "drei")], True),
        (1, [("X-WP-TotalPages", "0")], False),
    ],
)
def test_the_next_page_follows_until_the_last(posts: int, headers: list[tuple[str, str]], *, is_more: bool) -> None:
    expected = (FurtherDocument(NEXT, AskedWhen.OLDER),) if is_more else ()
    assert read([post()] * posts, *headers).more == expected


@pytest.mark.parametrize(
    ("date_gmt", "at"),
    [
        ("2026-02-10T09:00:00Z", datetime(2026, 2, 10, 9, tzinfo=UTC)),
        ("2026-02-10T09:00:00+04:00", datetime(2026, 2, 10, 5, tzinfo=UTC)),
        ("0000-00-00T00:00:00", None),
        ("2026-02-30T00:00:00", None),
        ("1970-01-01T00:00:00", None),
        ("2031-01-01T00:00:00", None),
        ("9" * 100_000, None),
        ("", None),
        (None, None),
        (1770714000, None),
        ({"gmt": 1}, None),
    ],
)
def test_a_date_is_believed_where_it_can_be(date_gmt: object, at: datetime | None) -> None:
    published = read([post(date_gmt=date_gmt)]).entries[0].published
    assert (published.utc if published else None) == at


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://ru.x.example/b?p=7", "https://ru.x.example/b?p=7"),
        ("https://www.x.example/c#more", "https://www.x.example/c"),
        ("/d", "https://www.x.example/d"),
        ("?p=9", "https://www.x.example/wp-json/wp/v2/posts?p=9"),
        ("//x.example/e", "https://x.example/e"),
        ("https://other.example/a", None),
        ("https://x.example.evil.example/a", None),
        ("https://x.example@evil.example/a", None),
        ("http://127.0.0.1/a", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://x.example/" + "a" * 5000, None),
    ],
)
def test_only_links_on_the_outlets_hosts_are_followed(link: str, url: str | None) -> None:
    found = read([post(link=link), post()])
    assert [entry.url for entry in found.entries] == ([url] if url else []) + ["https://x.example/a"]
    assert (found.reading is ChannelReading.OK) is (url is not None)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", "the body is empty"),
        (b"\xef\xbb\xbf <!doctype html><html>", "a page of HTML, no JSON"),
        (b"Notice: [{}", "no JSON that can be read"),
        (b"[" * 200_000, "no JSON that can be read"),
        (b"[" + b"9" * 5000 + b"]", "no JSON that can be read"),
        (b"\xff\xfe\x00", "no JSON that can be read"),
        ({"code": "rest_forbidden", "message": "<b>no</b>"}, "WordPress REST refuses: rest_forbidden"),
        ({"code": "<script>"}, "JSON, but no list of posts"),
        ({"code": ["rest_forbidden"]}, "JSON, but no list of posts"),
        ("posts", "JSON, but no list of posts"),
        (None, "JSON, but no list of posts"),
        (
            [1, None, "a", [], {}, {"link": 7}, {"link": None}],
            "none of its 7 posts has an address that can be followed",
        ),
    ],
)
def test_what_is_no_list_of_posts_says_why(document: object, error: str) -> None:
    parsed = read(document, ("X-WP-TotalPages", "9"))
    assert (parsed.reading, parsed.error, parsed.entries, parsed.more) == (ChannelReading.NOT_A_FEED, error, (), ())


def test_too_large_a_body_is_not_read() -> None:
    assert read(b" " * (MAX_BODY_BYTES + 1)).reading is ChannelReading.TOO_LARGE


def test_more_posts_than_were_asked_for_are_left_out_and_told() -> None:
    parsed = read([post(link=f"/{number}") for number in range(150)])
    assert (parsed.reading, len(parsed.entries)) == (ChannelReading.REPAIRED, 100)
    assert parsed.error == "150 posts where 100 were asked for, the first ones read"


def test_titles_of_other_types_are_not_said() -> None:
    titles = ["Körpü", None, {"rendered": 7}, {"raw": "x"}, {"rendered": ""}, {"rendered": "a\ud800\x00b"}]
    found = read([post(title=title, link=f"/{number}") for number, title in enumerate(titles)])
    assert [entry.title for entry in found.entries] == [None, None, None, None, None, "a\ufffdb"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
_FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys(("link", "title", "date_gmt", "modified_gmt"), _JSON))


@given(st.lists(_FIELDS | _JSON, max_size=5) | _JSON)
def test_whatever_json_comes_is_read_without_an_error(document: object) -> None:
    assert all(entry.url for entry in read(document).entries)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_without_an_error(body: bytes) -> None:
    assert read(body).entries == ()
