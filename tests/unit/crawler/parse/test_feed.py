"""Feeds of every kind, as their authors meant them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parse.bounds import MAX_ENTRIES
from crawler.parse.feed import MAX_BODY_BYTES, parse_feed
from domain.entry import ChannelReading, Entry, ParsedChannel, older

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
BASE = "https://outlet.example/feed/"


def read(body: str | bytes, *, base_url: str = BASE, content_type: str | None = None) -> ParsedChannel:
    raw = body.encode() if isinstance(body, str) else body
    return parse_feed(raw, base_url=base_url, zone=BAKU, now=NOW, content_type=content_type)


def rss(items: str, *, channel: str = "<title>Xəbərlər</title>", attributes: str = "") -> str:
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    return f'{declaration}<rss version="2.0" {attributes}><channel>{channel}{items}</channel></rss>'


def item(inside: str, **options: str) -> Entry:
    channel = read(rss(f"<item>{inside}</item>", **options))
    assert len(channel.entries) == 1, channel
    return channel.entries[0]


def test_an_rss_item_is_read_whole() -> None:
    entry = item(
        "<title>Paytaxtda yağış</title><link>https://outlet.example/a/1</link><guid isPermaLink='false'>n-1</guid>"
        "<description>Bir &lt;b&gt;cümlə&lt;/b&gt;.</description>"
        "<content:encoded><![CDATA[<p>Tam mətn.</p>]]></content:encoded>"
        "<pubDate>Mon, 14 Sep 2026 09:30:00 +0400</pubDate><category>Hava</category><category>Şəhər</category>"
        "<dc:creator>Aygün M.</dc:creator><dc:creator>Rauf Q.</dc:creator>",
        attributes='xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    )
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-09-14T09:30:00+04:00"
    assert (entry.title, entry.url, entry.guid) == ("Paytaxtda yağış", "https://outlet.example/a/1", "n-1")
    assert (entry.summary, entry.content_html) == ("Bir cümlə.", "<p>Tam mətn.</p>")
    assert entry.authors == ("Aygün M.", "Rauf Q.")
    assert entry.categories == ("Hava", "Şəhər")


def test_an_atom_entry_keeps_published_and_updated_apart() -> None:
    channel = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="az" xml:base="https://other.example/x/"><title>T</title>'
        '<entry><id>urn:1</id><title type="html">A &amp;amp; B</title><link href="y.html"/>'
        "<published>2026-09-01T10:00:00+04:00</published><updated>2026-09-02T11:00:00Z</updated>"
        "<author><name>Leyla</name></author><summary>S</summary></entry></feed>"
    )
    (entry,) = channel.entries
    assert (entry.title, entry.url, entry.language) == ("A & B", "https://other.example/x/y.html", "az")
    assert entry.published is not None
    assert entry.updated is not None
    assert entry.published.isoformat() == "2026-09-01T10:00:00+04:00"
    assert entry.updated.isoformat() == "2026-09-02T11:00:00+00:00"


def test_rdf_states_its_day_of_publication_as_dc_date() -> None:
    channel = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel>'
        "<item><title>A</title><link>https://outlet.example/1</link><dc:date>2026-09-01</dc:date></item></rdf:RDF>"
    )
    assert channel.entries[0].published is not None
    assert channel.entries[0].published.isoformat() == "2026-09-01"
    assert channel.entries[0].updated is None


def test_a_json_feed_is_read() -> None:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "language": "en",
        "next_url": "/older",
        "items": [
            {
                "id": 7,
                "url": "/a",
                "title": "A &amp; B",
                "content_html": "<p>x</p>",
                "date_published": "2026-09-01T10:00:00+04:00",
                "authors": [{"name": "N"}],
                "tags": ["t", 3],
            },
            {"id": "https://outlet.example/b", "author": {"name": "O"}, "title": None},
            "no item",
        ],
    }
    channel = read(json.dumps(document))
    first, second = channel.entries
    assert (channel.reading, channel.more) == (ChannelReading.OK, older("https://outlet.example/older"))
    assert (first.url, first.guid, first.title, first.authors, first.categories) == (
        "https://outlet.example/a",
        "7",
        "A & B",
        ("N",),
        ("t",),
    )
    assert (second.url, second.authors, second.title) == ("https://outlet.example/b", ("O",), None)


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n ",
        "just words",
        "<!doctype html><html><body><item>x</item></body></html>",
        "<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>",
        "<?xml version='1.0'?><urlset><url><loc>https://outlet.example/</loc></url></urlset>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>',
        "{}",
        '{"items": 3}',
        "[1, 2",
        "{" * 100_000,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        b"%PDF-1.7 " + b"\x00" * 50,
        "<rss version='2.0'><channel><title>cut of",
    ],
)
def test_what_is_no_feed_says_so(body: str | bytes) -> None:
    channel = read(body)
    assert (channel.reading, channel.entries) == (ChannelReading.NOT_A_FEED, ())
    assert channel.error


@pytest.mark.parametrize("body", [rss(""), '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title></feed>'])
def test_a_feed_that_lists_nothing_is_empty(body: str) -> None:
    assert read(body).reading is ChannelReading.EMPTY


def test_a_body_over_the_limit_is_too_large() -> None:
    assert read(b"<rss>" + b" " * MAX_BODY_BYTES).reading is ChannelReading.TOO_LARGE


@pytest.mark.parametrize(
    "broken",
    [
        "x&#xD800;y",
        "x&#x110000;y",
        "x&#99999999999;y",
        f"x&#{'9' * 5000};y",
        "x\x0by",
        "x &amp y & z",
        "x&undefined;y",
        "x&nbsp;y",
        "x<![CDATA[ y",
        "x<br>y<p>z",
        "<![CDATA[x&#xD800;y]]>",
    ],
)
def test_a_broken_description_loses_no_entry(broken: str) -> None:
    link = "<link>https://outlet.example/{}</link>"
    body = f"<item>{link.format(1)}<description>{broken}</description></item><item>{link.format(2)}</item>"
    channel = read(rss(body))
    assert [entry.url for entry in channel.entries] == ["https://outlet.example/1", "https://outlet.example/2"]
    assert channel.reading is ChannelReading.REPAIRED
    assert channel.error


@pytest.mark.parametrize("before", ["\n\n ", "\ufeff", "<br />\n<b>Warning</b>: include(): failed\n", "junk\n"])
def test_what_stands_before_the_document_is_left_out(before: str) -> None:
    assert read(before + rss("<item><title>A</title></item>")).entries[0].title == "A"


def test_unclosed_tags_and_a_missing_end_still_give_entries() -> None:
    whole = rss("<item><title>A</title></item><item><title>B</title></item>")
    channel = read(whole[: whole.index("</title></item></channel>")])
    assert [entry.title for entry in channel.entries][:1] == ["A"]
    assert channel.reading is ChannelReading.REPAIRED


def test_a_description_escaped_twice_is_not_lost() -> None:
    entry = item("<title>A</title><description>&lt;![CDATA[Nazirlik açıqlama verdi]]&gt;</description>")
    assert entry.summary == "Nazirlik açıqlama verdi"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("&lt;b&gt;Qalın&lt;/b&gt; söz", "Qalın söz"),
        ("&amp;lt;b&amp;gt;Qalın&amp;lt;/b&amp;gt; söz", "Qalın söz"),
        ("&amp;ldquo;Söz&amp;rdquo; &amp;amp; iş", "“Söz” & iş"),
        ("<![CDATA[A & B <i>c</i>]]>", "A & B c"),
        ("5 &lt; 7 &amp;&amp; 9 &gt; 8", "5 < 7 && 9 > 8"),
        ("List&lt;String&gt; &lt;3", "List<String> <3"),
        ("?a=1&amp;copy=2&amp;lt=3", "?a=1&copy=2&lt=3"),
        ("Bir\n   iki", "Bir iki"),
        ("x&#8217;y&#146;z", "x’y’z"),
        ("<![CDATA[<script>alert(1)</script>A]]>", "A"),
    ],
)
def test_a_title_is_plain_text_whatever_it_was(title: str, expected: str) -> None:
    assert item(f"<title>{title}</title>").title == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Mon, 14 Sep 2026 09:30:00", "2026-09-14T09:30:00+04:00"),
        ("Mon, 14 Sep 2026 09:30:00 GMT", "2026-09-14T09:30:00+00:00"),
        ("2026-09-14", "2026-09-14"),
        ("14 Sentyabr 2026, 09:30", "2026-09-14T09:30+04:00"),
        ("Mon, 30 Feb 2026 09:30:00 +0400", None),
        ("0000-00-00 00:00:00", None),
        ("10000-01-01T00:00:00Z", None),
        ("Mon, 14 Sep 2099 09:30:00 +0400", None),
        ("some day", None),
    ],
)
def test_a_date_is_in_the_outlets_zone_or_none_with_its_raw_text(stated: str, expected: str | None) -> None:
    entry = item(f"<title>A</title><pubDate>{stated}</pubDate>")
    assert (entry.published.isoformat() if entry.published else None) == expected
    assert entry.published_raw == stated


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<link>/a/1</link>", "https://outlet.example/a/1"),
        ("<link>\n https://outlet.example/a/1 \n</link>", "https://outlet.example/a/1"),
        ("<link>https://outlet.example/a?x=1&amp;amp;y=2</link>", "https://outlet.example/a?x=1&y=2"),
        ("<guid>https://outlet.example/g</guid>", "https://outlet.example/g"),
        ("<link/><guid>https://outlet.example/g</guid>", "https://outlet.example/g"),
        ("<guid isPermaLink='true'>https://outlet.example/g</guid><link> </link>", "https://outlet.example/g"),
        ("<guid isPermaLink='false'>https://outlet.example/g</guid>", None),
        ("<guid>17</guid>", None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>mailto:a@outlet.example</link>", None),
        ("<enclosure url='https://outlet.example/a.mp3' type='audio/mpeg' length='1'/>", None),
        (f"<link>https://outlet.example/{'a' * 5000}</link>", None),
        ("<link>https://outlet.example:99999/</link>", None),
        ("<link>http://[::1</link>", None),
    ],
)
def test_an_entry_leads_to_a_web_address_or_nowhere(inside: str, expected: str | None) -> None:
    assert item(f"<title>A</title>{inside}").url == expected


def test_without_a_base_links_are_joined_to_the_feeds_own() -> None:
    channel = read(rss("<item><link>/a</link></item>", channel="<link>https://own.example/</link>"), base_url="")
    assert channel.entries[0].url == "https://own.example/a"


def test_repeated_namespaced_values_are_all_kept() -> None:
    entry = item(
        "<title>A</title><amn:countries>Azerbaijan</amn:countries><amn:countries>Georgia</amn:countries>",
        attributes='xmlns:amn="https://amn.example/ns"',
    )
    assert entry.categories == ("Azerbaijan", "Georgia")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss("<item><title>Şəki</title></item>").encode(), "text/xml; charset=iso-8859-1"),
        (rss("<item><title>Şəki</title></item>").replace("utf-8", "iso-8859-9").encode(), None),
        (b"\xef\xbb\xbf" + rss("<item><title>Şəki</title></item>").encode(), None),
        (rss("<item><title>Şəki</title></item>").encode("utf-16"), None),
        (rss("<item><title>Şəki</title></item>").replace("utf-8", "utf-16").encode("utf-16-le"), None),
        (rss("<item><title>Şəki</title></item>").encode("utf-32"), None),
    ],
)
def test_the_bytes_decide_the_encoding(body: bytes, content_type: str | None) -> None:
    assert read(body, content_type=content_type).entries[0].title == "Şəki"


@pytest.mark.parametrize("declared", ["windows-1251", "utf-8"])
def test_cyrillic_in_a_legacy_encoding_is_read_even_if_undeclared(declared: str) -> None:
    words = "Погода в столице осталась прежней, сообщили синоптики. " * 5
    body = rss(f"<item><title>{words}</title></item>").replace("utf-8", declared).encode("cp1251", errors="ignore")
    assert read(body).entries[0].title == words.strip()


@pytest.mark.parametrize("codec", ["rot13", "zlib", "unicode_escape", "idna", "punycode", "no-such-thing"])
def test_a_codec_that_is_no_character_set_is_not_followed(codec: str) -> None:
    body = rss(r"<item><title>\x3cb\x3e</title></item>").replace("utf-8", codec).encode()
    assert read(body, content_type=f"text/xml; charset={codec}").entries[0].title == r"\x3cb\x3e"


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>30</ttl>", 1800),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<ttl>-5</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", None),
        ("<ttl>soon</ttl>", None),
    ],
)
def test_a_feed_says_how_often_it_changes(channel: str, seconds: int | None) -> None:
    namespace = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    assert read(rss("", channel=channel, attributes=namespace)).update_period_s == seconds


def test_entities_that_grow_without_end_do_no_harm() -> None:
    bomb = "<!DOCTYPE rss [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 20}'>" for n in range(8)
    )
    started = time.monotonic()
    channel = read(f"{bomb}]><rss version='2.0'><channel><item><title>&i;</title></item></channel></rss>")
    assert time.monotonic() - started < 5
    assert len(channel.entries) <= 1


def test_an_entity_of_a_file_is_not_read() -> None:
    body = (
        "<!DOCTYPE rss [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel>"
        "<item><title>&f;x</title></item></channel></rss>"
    )
    assert "root" not in str(read(body))


@pytest.mark.parametrize("namespace", ["", ' xmlns="http://purl.org/rss/1.0/"'])
def test_a_huge_feed_is_read_as_far_as_it_may_be(namespace: str) -> None:
    many = "".join(f"<item><title>T{n}</title><link>https://outlet.example/{n}</link></item>" for n in range(30_000))
    started = time.monotonic()
    channel = read(rss(many, attributes=namespace))
    assert time.monotonic() - started < 10
    assert len(channel.entries) == MAX_ENTRIES
    assert channel.reading is ChannelReading.REPAIRED
    assert "30000 items" in (channel.error or "")


@pytest.mark.parametrize(
    "hostile",
    [
        "<a>" * 100_000,
        "<a/>" * 300_000,
        "<!--" * 200_000,
        "<![CDATA[" * 100_000,
        "&lt;" * 500_000,
        "\n" * 2_000_000,
        "<a '" * 100_000,
        "<" * 500_000,
        "<?" * 200_000,
        "&" * 300_000,
        "&#" * 200_000,
        "<a b='" + "c='" * 100_000,
    ],
)
def test_no_attack_on_the_parser_costs_more_than_seconds(hostile: str) -> None:
    started = time.monotonic()
    read(
        f"<rss version='2.0'><channel><item><title>A</title><description>{hostile}</description></item></channel></rss>"
    )
    assert time.monotonic() - started < 15


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(noise: bytes) -> None:
    read(noise)
    read(b"<rss version='2.0'><channel><item><title>" + noise + b"</title></item></channel></rss>")


@settings(max_examples=150)
@given(st.data())
def test_no_damage_to_a_feed_makes_it_fail(data: st.DataObject) -> None:
    whole = rss(
        "<item><title>A &amp; B</title><link>/a</link><description><![CDATA[<p>x</p>]]></description></item>" * 3
    )
    body = bytearray(whole.encode())
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(body) - 1))
        body[position : position + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=4))
    read(bytes(body))
