"""Listing pages of outlets without a feed."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parse.listing import MAX_ENTRIES, parse_listing
from domain.entry import ChannelReading, ParsedChannel, older

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
PAGE = "https://outlet.example/xeberler?page=2"
PATTERN = r"^https?://(?:www\.)?outlet\.example/xeber/[^/?#]+-\d+$"

FRAME_TOP = """<!doctype html><html lang="az"><head><title>Xəbərlər</title></head><body>
<header><a href="/xeber/header-1">Bu ən yuxarıdakı uzun bir keçid mətnidir</a></header>
<nav><a href="/">Ana səhifə</a><a href="/xeber/menu-basliq-2">Menyunun içində duran keçid</a></nav>"""
FRAME_END = """<footer><a href="/haqqimizda">Haqqımızda</a>
<a href="/xeber/footer-3">Altlıqda duran uzun keçid</a></footer>
</body></html>"""


def card(number: int, title: str, when: str) -> str:
    return (
        f'<div class="news_item"><a href="/xeber/yeni-xeber-{number}"><img src="/i/{number}.jpg" alt="şəkil"></a>'
        f'<h3><a href="/xeber/yeni-xeber-{number}">{title}</a></h3><span class="news_date">{when}</span>'
        f'<a href="/xeber/yeni-xeber-{number}">Ətraflı</a><a href="/category/siyaset">Siyasət</a></div>'
    )


CARDS = (
    card(11, "Nazirlik yeni qaydaları açıqladı", "Bu gün / 12:18")
    + card(12, "Şəhərdə metro stansiyası açılıb", "Dünən / 22:30")
    + card(13, "Göldə suyun səviyyəsi azalır", "09.11.2025 | 10:59")
    + card(14, "Kənddə məktəb təmir edilib", "5 İyun 2025")
)


def read(
    content: str | bytes, *, link_css: str | None = None, article_url: str | None = PATTERN, base_url: str = PAGE
) -> ParsedChannel:
    body = content if isinstance(content, bytes) else (FRAME_TOP + content + FRAME_END).encode()
    return parse_listing(body, base_url=base_url, link_css=link_css, article_url=article_url, zone=BAKU, now=NOW)


def listed(channel: ParsedChannel) -> list[tuple[str | None, str | None]]:
    return [(entry.url, entry.published.isoformat() if entry.published else None) for entry in channel.entries]


EXPECTED = [
    ("https://outlet.example/xeber/yeni-xeber-11", "2026-09-14T12:18+04:00"),
    ("https://outlet.example/xeber/yeni-xeber-12", "2026-09-13T22:30+04:00"),
    ("https://outlet.example/xeber/yeni-xeber-13", "2025-11-09T10:59+04:00"),
    ("https://outlet.example/xeber/yeni-xeber-14", "2025-06-05"),
]


@pytest.mark.parametrize(
    ("link_css", "article_url"),
    [
        (".news_item h3 a", PATTERN),
        (".news_item h3 a", None),
        ("div.news_item", PATTERN),
        (None, PATTERN),
        (None, None),
    ],
)
def test_links_dates_and_order_are_the_pages_own(link_css: str | None, article_url: str | None) -> None:
    channel = read(CARDS, link_css=link_css, article_url=article_url)
    assert channel.reading is ChannelReading.OK
    assert listed(channel) == EXPECTED
    assert [entry.title for entry in channel.entries][:2] == [
        "Nazirlik yeni qaydaları açıqladı",
        "Şəhərdə metro stansiyası açılıb",
    ]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("21 февраля 2026, 17:44", "2026-02-21T17:44+04:00"),
        ("вчера, 09:05", "2026-09-13T09:05+04:00"),
        ("21 Şubat 2026", "2026-02-21"),
        ("Feb 21, 2026", "2026-02-21"),
        ("2 saat əvvəl", "2026-09-14"),
        ("22:30", None),
        ("30.02.2026", None),
    ],
)
def test_a_date_beside_the_link_is_read_in_each_language(when: str, expected: str | None) -> None:
    channel = read(card(1, "Bir başlıq ki, kifayət qədər uzundur", when))
    (entry,) = channel.entries
    assert (entry.published.isoformat() if entry.published else None) == expected
    assert entry.published_raw == when


def test_a_machine_readable_time_comes_first_and_keeps_its_offset() -> None:
    inside = '<time datetime="2026-09-01T08:00:00+03:00">bu yaxınlarda</time>'
    (entry,) = read(f'<article><h2><a href="/xeber/a-1">Başlıq</a></h2>{inside}</article>').entries
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-09-01T08:00:00+03:00"


def test_a_day_and_a_time_in_two_elements_are_one_date() -> None:
    (entry,) = read('<li><a href="/xeber/a-1">Başlıq budur</a><b>21.02.2026</b><i>19:22</i></li>').entries
    assert entry.published is not None
    assert entry.published.isoformat() == "2026-02-21T19:22+04:00"


def test_a_date_belongs_to_its_own_link() -> None:
    channel = read(
        "<ul><li><a href='/xeber/a-1'>Birinci</a></li><li><a href='/xeber/b-2'>İkinci</a> 21.02.2026</li></ul>"
    )
    assert [date for _, date in listed(channel)] == [None, "2026-02-21"]


def test_a_picture_link_and_a_headline_link_are_one_entry_with_the_headline() -> None:
    content = '<a href="/xeber/a-1?utm_source=x"><img alt="şəkil"></a><p>x</p><a href="/xeber/a-1">Əsl başlıq</a>'
    (entry,) = read(content, article_url=None, link_css="a[href*=xeber]:not(nav a):not(footer a):not(header a)").entries
    assert entry.title == "Əsl başlıq"


def test_a_card_that_is_all_link_gives_its_heading() -> None:
    (entry,) = read(
        '<a href="/xeber/a-1"><img><h3>Başlıq budur</h3><p>Uzun bir təsvir.</p><span>21.02.2026</span></a>'
    ).entries
    assert entry.title == "Başlıq budur"
    assert entry.published is not None


@pytest.mark.parametrize(
    "href",
    [
        "javascript:void(0)",
        "mailto:a@outlet.example",
        "tel:+994",
        "#top",
        PAGE,
        PAGE + "#comments",
        "",
        "data:text/html,x",
        "https://elsewhere.example/xeber/a-1",
        "/xeber/a-1/x/a-1/x/a-1/x/a-1",
        "/x" * 30,
        f"/xeber/{'a' * 2000}",
        "/xeber/sekil-1.jpg",
        "http://[::1/",
        "/xeber/a-b-1/a-b-1/a-b-1",
        "/calendar/2031-05",
        "/t%C9%99qvim/2031/05/some-long-day",
        "/hadiseler?tribe-bar-date=2031-05-06",
        "/arxiv-gun?ay=2031-5",
        "/xeber/bir-iki-uc?replytocom=5",
    ],
)
def test_a_trap_is_not_followed(href: str) -> None:
    content = f'<div class="list"><a href="{href}">Bir başlıq ki, kifayət qədər uzundur</a></div>'
    channel = read(content, link_css=".list a", article_url=None)
    assert channel.entries == ()


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/xeber/bir-iki-uc;jsessionid=0A1B2C", "/xeber/bir-iki-uc"),
        ("/xeber?id=12345&PHPSESSID=abc", "/xeber?id=12345"),
        ("/xeber?sid=0123456789abcdef0123&id=12345", "/xeber?id=12345"),
        ("/xeber?sid=12345", "/xeber?sid=12345"),  # too short for the number of a visit
        ("/en/en/bir-iki-uc", "/en/en/bir-iki-uc"),
    ],
)
def test_the_number_of_a_visit_is_no_part_of_an_address(href: str, expected: str) -> None:
    content = f'<div class="list"><a href="{href}">Bir başlıq ki, kifayət qədər uzundur</a></div>'
    (entry,) = read(content, link_css=".list a", article_url=None).entries
    assert entry.url == f"https://outlet.example{expected}"


def test_a_day_of_a_calendar_that_is_an_article_by_the_outlets_pattern_is_one() -> None:
    content = '<div class="list"><a href="/calendar/2031-05">Bir başlıq ki, kifayət qədər uzundur</a></div>'
    channel = read(content, link_css=".list a", article_url=r"^https://outlet\.example/calendar/\d{4}-\d{2}$")
    assert len(channel.entries) == 1


@pytest.mark.parametrize(
    ("pager", "expected"),
    [
        ('<a rel="next" href="?page=3">3</a>', "https://outlet.example/xeberler?page=3"),
        (
            '<a href="?page=1">1</a><a href="?page=3">3</a><a href="?page=9">9</a>',
            "https://outlet.example/xeberler?page=3",
        ),
        ('<a href="/xeberler/page/3/">Növbəti ›</a>', "https://outlet.example/xeberler/page/3/"),
        ('<a href="/kohne">Следующая</a>', "https://outlet.example/kohne"),
        ('<a href="?page=1">1</a>', None),
        ('<a href="https://elsewhere.example/?page=3">»</a>', None),
    ],
)
def test_the_next_page_is_found(pager: str, expected: str | None) -> None:
    assert read(CARDS + f"<div class='pagination'>{pager}</div>").more == older(expected)


def test_links_inside_sentences_are_no_listing() -> None:
    link = "<a href='/yazi/uzun-bir-slug-{}'>ətraflı bir yazı hazırlamışdıq</a>"
    sentence = f"<p>Bu barədə daha əvvəl {link} və onu bu gün yeniləyirik, çünki yeni məlumatlar meydana çıxıb.</p>"
    content = "".join(sentence.format(number) for number in range(5))
    assert read(content, article_url=None).entries == ()


def test_a_selector_that_matches_nothing_falls_back_and_says_so() -> None:
    channel = read(CARDS, link_css=".gone a")
    assert channel.reading is ChannelReading.REPAIRED
    assert channel.error == "link_css selects no link"
    assert listed(channel) == EXPECTED


@pytest.mark.parametrize("link_css", ["a[", ":::", "div >>> a"])
def test_a_selector_that_cannot_be_read_falls_back_too(link_css: str) -> None:
    assert listed(read(CARDS, link_css=link_css)) == EXPECTED


CHALLENGE = b"""<!doctype html><html><head><title>Just a moment...</title></head><body>
<h1>Checking your browser before accessing outlet.example</h1><div id="cf-challenge-running"></div>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1"></script></body></html>"""


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"plain words", b'{"a": 1}', b"%PDF-1.4 <", b"\x89PNG\r\n\x1a\n<", CHALLENGE]
)
def test_what_is_no_listing_says_so(body: bytes) -> None:
    channel = read(body)
    assert (channel.reading, channel.entries) == (ChannelReading.NOT_A_FEED, ())
    assert channel.error


def test_a_challenge_is_named() -> None:
    assert "challenge" in (read(CHALLENGE).error or "")


def test_many_links_are_read_in_bounded_time() -> None:
    started = time.monotonic()
    channel = read("".join(card(number, f"Başlıq {number}", "5 İyun 2025") for number in range(10_000)))
    assert len(channel.entries) == MAX_ENTRIES
    assert time.monotonic() - started < 20


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([None, "a", "div a"]))
def test_no_bytes_make_it_fail(noise: bytes, link_css: str | None) -> None:
    read(noise, link_css=link_css)
    read(b"<div><a href='" + noise + b"'>" + noise + b"</a></div>", link_css=link_css, article_url=None)
