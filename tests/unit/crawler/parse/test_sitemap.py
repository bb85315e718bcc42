"""Sitemaps: what they list and lead to, what is left out, and what stands in their place."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parse.sitemap import MAX_BODY_BYTES, parse_sitemap
from domain.entry import AskedWhen, ChannelReading, ParsedChannel
from domain.times import Precision

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
SITE = "https://xeber.example"
NEWS = "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'"
NS = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"


def read(body: bytes | str, *, url: str = f"{SITE}/sitemap.xml", article_url: str | None = None) -> ParsedChannel:
    raw = body.encode() if isinstance(body, str) else body
    return parse_sitemap(
        raw, base_url=url, hosts=("xeber.example", "xeber.info"), article_url=article_url, zone=BAKU, now=NOW
    )


def urlset(*urls: str, head: str = NS) -> str:
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<urlset {head}>{''.join(urls)}</urlset>"


def url(loc: str, more: str = "") -> str:
    return f"<url><loc>{loc}</loc>{more}</url>"


def index(*children: str) -> str:
    return f"<?xml version='1.0'?><sitemapindex {NS}>{''.join(children)}</sitemapindex>"


def child(loc: str, lastmod: str | None = None) -> str:
    return f"<sitemap><loc>{SITE}{loc}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"


def paths(parsed: ParsedChannel) -> list[str]:
    return [(entry.url or "").removeprefix(SITE) for entry in parsed.entries]


def wanted(parsed: ParsedChannel) -> dict[str, AskedWhen]:
    return {further.url.removeprefix(SITE): further.when for further in parsed.more}


def version(hreflang: str, href: str, rel: str = "alternate") -> str:
    return f"<xhtml:link rel='{rel}' hreflang='{hreflang}' href='{href}'/>"


def versions(parsed: ParsedChannel) -> list[list[tuple[str, str]]]:
    return [[(one.language, one.url.removeprefix(SITE)) for one in entry.alternates] for entry in parsed.entries]


@pytest.mark.parametrize("broken", ["", "<b>"])
def test_versions_in_other_languages_are_read_of_the_address_they_stand_under(broken: str) -> None:
    first = (
        version("az", f"{SITE}/az/a?x=1&amp;y=2") + version("ru-RU", "/ru/a") + version("EN_gb", "http://xeber.info/a")
    )
    document = urlset(url(f"{SITE}/a", first + broken), url(f"{SITE}/b"), url(f"{SITE}/c", version("tr", "/tr/c")))
    parsed = read(document)
    expected = [("az", "/az/a?x=1&y=2"), ("ru", "/ru/a"), ("en", "http://xeber.info/a")]
    assert paths(parsed) == ["/a", "/b", "/c"]
    assert versions(parsed) == [expected, [], [("tr", "/tr/c")]]


@pytest.mark.parametrize(
    "element",
    [
        version("x-default", "/a"),
        version("", "/a"),
        version("ru", ""),
        version("ru", "https://elsewhere.example/ru/a"),
        version("ru", "https://xeber.example.evil.example/ru/a"),
        version("ru", "javascript:alert(1)"),
        version("ru", "/ru/a", rel="canonical"),
        version("r1", "/ru/a"),
        "<xhtml:link rel='alternate' href='/ru/a'/>",
        "<xhtml:link rel='alternate' hreflang='ru'/>",
        "<image:image><xhtml:link rel='alternate' hreflang='ru' href='/ru/a'/></image:image>",
        "<xhtml:link/>",
    ],
)
def test_what_names_no_version_of_the_outlets_own_is_none(element: str) -> None:
    assert versions(read(urlset(url(f"{SITE}/a", element), url(f"{SITE}/b")))) == [[], []]


def test_one_address_has_forty_versions_at_most_and_each_once() -> None:
    many = "".join(version("ru", f"/ru/{number // 2}") for number in range(500))
    assert versions(read(urlset(url(f"{SITE}/a", many)))) == [[("ru", f"/ru/{number}") for number in range(20)]]


def test_addresses_come_in_document_order_and_lastmod_is_no_publication() -> None:
    parsed = read(urlset(url(f"{SITE}/a", "<lastmod>2026-03-01T10:00:00+04:00</lastmod>"), url(f"{SITE}/b")))
    first, _ = parsed.entries

    assert (parsed.reading, paths(parsed)) == (ChannelReading.OK, ["/a", "/b"])
    assert (first.published, first.updated_raw) == (None, "2026-03-01T10:00:00+04:00")
    assert first.updated is not None
    assert first.updated.utc == datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_a_news_sitemap_gives_title_date_with_its_precision_and_language() -> None:
    told = (
        "<news:news><news:publication><news:name>Xəbər</news:name><news:language>AZ</news:language></news:publication>"
        "<news:publication_date>2026-03-02</news:publication_date><news:title>Körpü &amp; yol</news:title></news:news>"
    )
    (entry,) = read(urlset(url(f"{SITE}/a", told), head=f"{NS} {NEWS}")).entries

    assert (entry.title, entry.language) == ("Körpü & yol", "az")
    assert entry.published is not None
    assert (entry.published.precision, entry.published.isoformat()) == (Precision.DAY, "2026-03-02")


def test_pictures_videos_and_other_languages_are_no_addresses_of_their_own() -> None:
    around = (
        "<image:image><image:loc>https://xeber.example/a.jpg</image:loc><image:title>Şəkil</image:title></image:image>"
        "<video:video><video:title>Video</video:title></video:video>"
        "<xhtml:link rel='alternate' hreflang='ru' href='https://xeber.example/ru/a'/>"
    )
    (entry,) = read(urlset(url(f"{SITE}/a", around))).entries

    assert (entry.url, entry.title) == (f"{SITE}/a", None)


@pytest.mark.parametrize(
    ("loc", "expected"),
    [
        ("\n   https://xeber.example/a  \n", f"{SITE}/a"),
        ("/a", f"{SITE}/a"),
        ("https://xeber.example/a?x=1&amp;amp;y=2", f"{SITE}/a?x=1&y=2"),
        ("<![CDATA[https://xeber.example/a?x=1&y=2]]>", f"{SITE}/a?x=1&y=2"),
        ("https://xeber.example/a?x=1&amp;section=2&amp;copy=3", f"{SITE}/a?x=1&section=2&copy=3"),  # no § and no ©
        ("https://xeber.example/a?x=1&region=2", f"{SITE}/a?x=1&region=2"),
        ("https://www.xeber.example/a", "https://www.xeber.example/a"),
        ("http://xeber.info/a", "http://xeber.info/a"),
        ("https://xeber.example/xəbər", f"{SITE}/x%C9%99b%C9%99r"),
    ],
)
def test_an_address_is_read_as_it_was_meant(loc: str, expected: str) -> None:
    assert [entry.url for entry in read(urlset(url(loc))).entries] == [expected]


def test_other_hosts_and_what_is_no_address_are_left_out_and_counted() -> None:
    parsed = read(urlset(*(url(loc) for loc in (f"{SITE}/a", "https://other.example/b", "javascript:x", f"{SITE}/"))))

    assert paths(parsed) == ["/a"]
    assert parsed.reading is ChannelReading.REPAIRED
    assert parsed.error == "1 addresses can't be followed; 1 addresses on hosts that are not the outlet's"


@pytest.mark.parametrize("raw", ["soon", "0000-00-00", "2026-02-30", "1970-01-01T00:00:00Z", "3026-01-01", ""])
def test_a_date_that_can_not_be_is_none_and_its_text_is_kept(raw: str) -> None:
    (entry,) = read(urlset(url(f"{SITE}/a", f"<lastmod>{raw}</lastmod>"))).entries

    assert (entry.updated, entry.updated_raw) == (None, raw or None)


def test_addresses_that_are_no_articles_are_left_out_where_others_are() -> None:
    body = urlset(url(f"{SITE}/haqqimizda"), url(f"{SITE}/xeber/1"))

    assert paths(read(body, article_url=r"^https?://xeber\.example/xeber/\d+$")) == ["/xeber/1"]
    lost = read(body, article_url=r"^https?://xeber\.example/news/\d+$")
    assert (len(lost.entries), lost.error) == (2, "no address matches article_url")


@pytest.mark.parametrize("layers", [1, 2])
def test_gzip_is_known_by_its_first_bytes(layers: int) -> None:
    body = urlset(url(f"{SITE}/a")).encode()
    for _ in range(layers):
        body = gzip.compress(body)

    assert paths(read(body, url=f"{SITE}/sitemap.xml.gz")) == ["/a"]


def test_gzip_that_is_cut_short_is_read_as_far_as_it_goes() -> None:
    body = gzip.compress(urlset(*(url(f"{SITE}/{n}-{n * 7919 % 1009}") for n in range(3000))).encode())
    parsed = read(body[: len(body) // 2])

    assert parsed.reading is ChannelReading.REPAIRED
    assert 0 < len(parsed.entries) < 3000
    assert "its gzip is cut short" in (parsed.error or "")


def test_a_bomb_is_too_large() -> None:
    assert read(gzip.compress(b" " * (MAX_BODY_BYTES + 1))).reading is ChannelReading.TOO_LARGE
    assert read(b" " * (MAX_BODY_BYTES + 1)).reading is ChannelReading.TOO_LARGE


def test_more_than_fifty_thousand_addresses_are_cut_and_said() -> None:
    parsed = read(urlset(*(url(f"{SITE}/{n}") for n in range(50_001))))

    assert (parsed.reading, len(parsed.entries)) == (ChannelReading.REPAIRED, 50_000)
    assert parsed.error == "more than 50000 addresses, the first ones read"


def test_a_list_of_addresses_is_a_sitemap() -> None:
    assert paths(read(f"\ufeff{SITE}/a\r\n\r\n{SITE}/b\n")) == ["/a", "/b"]


def test_a_feed_may_be_a_sitemap() -> None:
    body = (
        "<rss version='2.0'><channel><title>X</title><item><title>Körpü</title><link>https://xeber.example/a</link>"
        "<pubDate>Mon, 02 Mar 2026 08:00:00 +0400</pubDate></item>"
        "<item><title>Y</title><link>https://other.example/b</link></item></channel></rss>"
    )
    parsed = read(body)
    (entry,) = parsed.entries

    assert (entry.url, entry.title, entry.published is not None) == (f"{SITE}/a", "Körpü", True)
    assert parsed.error == "1 addresses on hosts that are not the outlet's"


def test_robots_names_sitemaps_in_any_spelling() -> None:
    robots = (
        "User-agent: *\nDisallow: /admin\nSITEMAP : https://xeber.example/a.xml # news\r\nsitemap:/b.xml\n"
        "Sitemap: https://other.example/c.xml\nSitemap: https://xeber.example/a.xml\n#Sitemap: https://xeber.example/d.xml"
    )
    parsed = read(robots, url=f"{SITE}/robots.txt")

    assert wanted(parsed) == {"/a.xml": AskedWhen.EACH_POLL, "/b.xml": AskedWhen.EACH_POLL}
    assert all(further.is_needed for further in parsed.more)


def test_robots_without_a_sitemap_says_so() -> None:
    parsed = read("User-agent: *\nAllow: /", url=f"{SITE}/robots.txt")

    assert (parsed.reading, parsed.error) == (ChannelReading.NOT_A_FEED, "robots.txt names no sitemap")


def test_a_home_page_leads_to_robots() -> None:
    assert wanted(read("<!doctype html><html><body>Salam</body></html>", url=f"{SITE}/")) == {
        "/robots.txt": AskedWhen.EACH_POLL
    }


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<!DOCTYPE html><html><body><urlset></urlset></body></html>", "a page of HTML, no sitemap"),
        ("{}", "JSON, no sitemap"),
        ("", "the body is empty"),
        ("%PDF-1.7", "no element that a sitemap begins with, and no list of addresses"),
        (f"<!DOCTYPE x [<!ENTITY a 'b'>]>{urlset(url('&a;'))}", "declares entities of its own"),
    ],
)
def test_what_stands_in_its_place_is_no_sitemap(body: str, says: str) -> None:
    parsed = read(body)

    assert (parsed.reading, parsed.error) == (ChannelReading.NOT_A_FEED, says)


@pytest.mark.parametrize(
    "body",
    [
        urlset(url(f"{SITE}/a?x=1&y=2"), url(f"{SITE}/b")),
        urlset(url(f"{SITE}/a"), url(f"{SITE}/b")).replace("</urlset>", ""),
        urlset(url(f"{SITE}/a"), url(f"{SITE}/b")) + "<p>Warning: mysql",
        "\n\n<br />Notice: x" + urlset(url(f"{SITE}/a"), url(f"{SITE}/b")),
        urlset(url(f"{SITE}/a").replace("</url>", ""), url(f"{SITE}/b")),
        urlset(url(f"{SITE}/a", "<title>R&D &copy; \x0b</title>"), url(f"{SITE}/b")),
        urlset(url(f"{SITE}/a", "<n:news><n:title>x</n:title></n:news>"), url(f"{SITE}/b")).replace(
            "</urlset>", "<url><loc>ht"
        ),
    ],
)
def test_a_broken_sitemap_is_read_as_far_as_it_goes(body: str) -> None:
    parsed = read(body)

    assert [path.partition("?")[0] for path in paths(parsed)][:2] == ["/a", "/b"]
    assert len(parsed.entries) == 2


def test_many_comments_before_a_sitemap_take_no_time() -> None:
    began = time.process_time()
    parsed = read("<?xml version='1.0'?>\n" + "<!-- x -->\n" * 24 + "<urlset>" + url(f"{SITE}/a") + "</urlset>")

    assert paths(parsed) == ["/a"]
    assert time.process_time() - began < 1


def test_an_empty_sitemap_is_valid() -> None:
    assert read(urlset()).reading is ChannelReading.EMPTY
    assert read(index()).reading is ChannelReading.EMPTY


def test_an_index_of_months_leads_to_the_last_two_at_each_poll() -> None:
    parsed = read(index(*(child(f"/sitemap-{year}-{month:02}.xml") for year in (2024, 2025) for month in range(1, 13))))

    each = {path for path, when in wanted(parsed).items() if when is AskedWhen.EACH_POLL}
    assert each == {"/sitemap-2025-11.xml", "/sitemap-2025-12.xml"}
    assert sum(when is AskedWhen.STOCK for when in wanted(parsed).values()) == 22


def test_a_counted_series_may_begin_with_the_newest() -> None:
    parsed = read(index(*(child(f"/sitemap.xml?page={n}") for n in range(1, 61))))

    each = {path for path, when in wanted(parsed).items() if when is AskedWhen.EACH_POLL}
    assert each == {"/sitemap.xml?page=1", "/sitemap.xml?page=59", "/sitemap.xml?page=60"}


def test_children_that_changed_lately_are_asked_when_they_move_and_marked() -> None:
    parsed = read(
        index(
            *(child(f"/post-{n}.xml", "2020-01-01") for n in range(1, 9)),
            child("/post-9.xml", "2026-03-01T10:00:00Z"),
            *(child(f"/post-{n}.xml", "2021-01-01") for n in range(10, 12)),
        )
    )

    assert wanted(parsed)["/post-9.xml"] is AskedWhen.MOVED
    assert next(further.mark for further in parsed.more if further.url.endswith("post-9.xml")) == "2026-03-01T10:00:00Z"
    assert wanted(parsed)["/post-5.xml"] is AskedWhen.STOCK
    assert [further.is_needed for further in parsed.more if further.when is AskedWhen.STOCK] == [False] * 7


def test_sections_and_authors_are_not_asked_for_articles() -> None:
    parsed = read(index(*(child(f"/{n}-sitemap.xml") for n in ("post", "category", "post_tag", "author", "page"))))

    assert [path for path, when in wanted(parsed).items() if when is not AskedWhen.STOCK] == ["/post-sitemap.xml"]


def test_an_index_that_names_itself_does_not_lead_to_itself() -> None:
    assert wanted(read(index(child("/sitemap.xml"), child("/news.xml")))) == {"/news.xml": AskedWhen.EACH_POLL}


def test_depth_without_end_is_no_harm() -> None:
    assert read(f"<urlset>{'<url>' * 100_000}").reading in (ChannelReading.EMPTY, ChannelReading.NOT_A_FEED)


@settings(max_examples=200)
@given(st.text(alphabet="<>/&;urlset locnews:'\"![]CDATA?xm0-9\x00é\n", max_size=400))
def test_whatever_stands_in_a_sitemap_is_a_reading(inside: str) -> None:
    parsed = read(f"<urlset>{inside}<url><loc>{SITE}/a</loc></url></urlset>")

    assert parsed.reading in set(ChannelReading)
    assert all((entry.url or "").startswith("https://xeber.") for entry in parsed.entries)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_reading(body: bytes) -> None:
    assert read(body).reading in set(ChannelReading)
    assert read(b"\x1f\x8b\x08" + body).reading in set(ChannelReading)
