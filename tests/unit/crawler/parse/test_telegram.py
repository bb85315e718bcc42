"""Preview pages of Telegram channels."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.parse.post_text import as_markup, lines_in
from crawler.parse.telegram import MAX_BODY_BYTES, MAX_POSTS, parse_telegram
from crawler.parse.telegram_post import count_of
from domain.entry import ChannelReading, Entry, ParsedChannel
from tests.kinds.platforms.telegram_pages import Shown, closed_page, contact_page, page

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AT = "2026-03-02T08:15:30+00:00"
URL = "https://t.me/s/limanxeber"


def read(content: str | bytes, *, handle: str = "limanxeber", base_url: str = URL) -> ParsedChannel:
    body = content if isinstance(content, bytes) else content.encode()
    return parse_telegram(body, base_url=base_url, handle=handle, zone=BAKU, now=NOW, content_type="text/html")


def one(shown: Shown) -> Entry:
    (entry,) = read(page("limanxeber", [shown])).entries
    return entry


def older_page(channel: ParsedChannel) -> str | None:
    (found,) = channel.more or (None,)
    return found.url if found else None


def lines(text: str) -> tuple[str, ...]:
    return lines_in(one(Shown(7, AT, text)).content_html or "")


def test_a_post_has_its_address_text_time_and_views() -> None:
    entry = one(Shown(7, AT, "Liman yenidən açılıb.", views="2.65K"))

    assert (entry.url, entry.guid) == ("https://t.me/limanxeber/7", "limanxeber/7")
    assert (entry.title, entry.content_html) == (None, "<p>Liman yenidən açılıb.</p>")
    assert entry.published is not None
    assert (entry.published.isoformat(), entry.views) == (AT, 2650)
    assert (entry.is_edited, entry.forwarded_from, entry.links) == (False, None, ())


def test_the_newest_post_comes_first_whatever_the_page_does() -> None:
    found = read(page("limanxeber", [Shown(7, AT, "a"), Shown(12, AT, "b"), Shown(9, AT, "c")]))

    assert [entry.guid for entry in found.entries] == ["limanxeber/12", "limanxeber/9", "limanxeber/7"]


def test_the_address_spells_the_handle_as_the_catalogue_does() -> None:
    (entry,) = read(page("LimanXeber", [Shown(7, AT, "a")])).entries

    assert entry.url == "https://t.me/limanxeber/7"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Bir<br/><br/>İki<br>Üç", ("Bir", "İki", "Üç")),
        ('Dəniz <i class="emoji" style="x"><b>🌊</b></i> qalxır', ("Dəniz 🌊 qalxır",)),
        ('<tg-emoji emoji-id="5"><i class="emoji"><b>⚡</b></i></tg-emoji>Təcili', ("⚡Təcili",)),
        ('<img class="emoji" alt="🔥">Yanğın', ("🔥Yanğın",)),
        ("Ad: <tg-spoiler>Əli</tg-spoiler>", ("Ad: Əli",)),
        ("Kod:<pre><code>a = 1\nb = 2</code></pre>", ("Kod:", "a = 1", "b = 2")),
        (
            "Dedi:<blockquote>Gəlmirəm.<br>Heç vaxt.</blockquote>Sonra getdi.",
            ("Dedi:", "Gəlmirəm.", "Heç vaxt.", "Sonra getdi."),
        ),
        ("sətir\n   içində  boşluq", ("sətir içində boşluq",)),
        ('<div class="tgme_widget_message_text js-message_text">İç-içə</div>', ("İç-içə",)),
        ("5 &lt; 7 &amp; 3", ("5 < 7 & 3",)),
        ("<script>alert(1)</script>Mətn", ("Mətn",)),
        ("Bir<!-- iki --> üç", ("Bir üç",)),
    ],
)
def test_a_text_is_its_lines_as_a_reader_sees_them(markup: str, expected: tuple[str, ...]) -> None:
    assert lines(markup) == expected


def test_a_quoted_reply_is_no_text_of_the_post() -> None:
    entry = one(Shown(7, AT, "Cavab budur.", quoted="Köhnə sual"))

    assert entry.content_html == "<p>Cavab budur.</p>"


def test_what_a_link_previews_is_no_text_of_the_post() -> None:
    preview = (
        '<a class="tgme_widget_message_link_preview" href="https://sahil.example/a"><div class="link_preview_title">'
        'Başqa başlıq</div><div class="tgme_widget_message_text">Başqa mətn</div></a>'
    )

    assert one(Shown(7, AT, "Mətn.", after=preview)).content_html == "<p>Mətn.</p>"


def test_links_lose_their_second_escape_and_hashtags_are_none() -> None:
    text = (
        '<a href="https://sahil.example/x?a=1&amp;amp;b=2" onclick="return confirm()">https://sahil.example/x?a=1&amp;amp;b=2'
        '</a> <a href="?q=%23liman">#liman</a> <a href="https://t.me/digər">@digər</a> <a href="javascript:x()">x</a>'
    )
    entry = one(Shown(7, AT, text))

    assert entry.links == ("https://sahil.example/x?a=1&b=2", "https://t.me/dig%C9%99r")
    assert lines_in(entry.content_html or "") == ("https://sahil.example/x?a=1&b=2 #liman @digər x",)


def test_a_forwarded_post_says_whose_it_was() -> None:
    assert one(Shown(7, AT, "a", forwarded_from="Dəniz xəbərləri")).forwarded_from == "Dəniz xəbərləri"


def test_an_edited_mark_is_no_authors_name() -> None:
    assert one(Shown(7, AT, "a", is_edited=True, author="Leyla")).is_edited is True
    entry = one(Shown(7, AT, "a", author="Edited by Leyla"))
    assert (entry.is_edited, entry.authors) == (False, ("Edited by Leyla",))


def test_an_album_is_one_post() -> None:
    album = '<div class="tgme_widget_message_grouped_wrap">' + "".join(
        f'<a class="tgme_widget_message_photo_wrap" href="https://t.me/limanxeber/{n}?single" '
        "style=\"background-image:url('https://cdn.example/1.jpg')\"></a>"
        for n in (7, 8, 9)
    )
    found = read(page("limanxeber", [Shown(7, AT, "Üç şəkil", media=album + "</div>")]))

    assert [(e.guid, e.content_html) for e in found.entries] == [("limanxeber/7", "<p>Üç şəkil</p>")]


def test_an_album_in_several_messages_is_one_post_with_its_text() -> None:
    found = read(page("limanxeber", [Shown(7, AT, None), Shown(7, AT, "Üç şəkil"), Shown(7, AT, None)]))

    assert [(e.guid, e.content_html) for e in found.entries] == [("limanxeber/7", "<p>Üç şəkil</p>")]


def test_a_lone_video_is_an_entry_without_a_text() -> None:
    video = '<a class="tgme_widget_message_video_player"><time class="message_video_duration">1:02:03</time></a>'
    entry = one(Shown(7, AT, None, media=video))

    assert (entry.content_html, entry.duration_s, entry.published_raw) == (None, 3723, AT)


def test_a_poll_is_its_question_and_options_and_not_its_votes() -> None:
    poll = (
        '<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Liman açılsın?</div>'
        '<div class="tgme_widget_message_poll_type">Anonymous poll</div><div class="tgme_widget_message_poll_options">'
        '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">31%</div>'
        '<div class="tgme_widget_message_poll_option_text">Hə</div></div><div class="tgme_widget_message_poll_option">'
        '<div class="tgme_widget_message_poll_option_percent">69%</div>'
        '<div class="tgme_widget_message_poll_option_text">Yox</div></div></div></div>'
    )

    assert lines_in(one(Shown(7, AT, None, after=poll)).content_html or "") == ("Liman açılsın?", "– Hə", "– Yox")


def test_service_messages_are_left_out_and_a_channel_of_them_alone_is_empty() -> None:
    pinned = Shown(8, AT, "Kanal pinned «a»", is_service=True)

    assert [e.guid for e in read(page("limanxeber", [Shown(7, AT, "a"), pinned])).entries] == ["limanxeber/7"]
    assert read(page("limanxeber", [pinned])).reading is ChannelReading.EMPTY


def test_posts_that_can_not_be_read_beside_service_messages_are_no_empty_channel() -> None:
    pinned = Shown(8, AT, "Kanal pinned «a»", is_service=True)
    changed = page("limanxeber", [Shown(7, AT, "a"), pinned]).replace('data-post="limanxeber/7"', "")

    assert read(changed).reading is ChannelReading.NOT_A_FEED


def test_older_posts_are_before_the_one_that_the_page_names() -> None:
    assert older_page(read(page("limanxeber", [Shown(7, AT, "a")], before=5))) == f"{URL}?before=5"


def test_older_posts_are_before_the_oldest_where_the_page_names_none() -> None:
    assert older_page(read(page("limanxeber", [Shown(9, AT, "b"), Shown(7, AT, "a")]))) == f"{URL}?before=7"
    assert older_page(read(page("limanxeber", [Shown(1, AT, "a")]))) is None
    later = read(page("limanxeber", [Shown(4, AT, "a")]), base_url=f"{URL}?before=7")
    assert older_page(later) == f"{URL}?before=4"


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        ("853", 853), ("2.65K", 2650), ("2,65K", 2650), ("1.2M", 1_200_000), ("12 345", 12_345), ("1,204", 1_204),
        ("0", 0), ("", None), ("çox", None), ("-5", None), ("9" * 40, None), ("9999999B", None),
        ("1.2.3K", None), ("٣", None), pytest.param("9" * 2_000_000 + "K", None, id="a number without end"),
    ],
)  # fmt: skip
def test_a_count_is_read_as_it_is_shown(shown: str, count: int | None) -> None:
    assert count_of(shown) == count


@pytest.mark.parametrize("at", ["", "bir gün", "2026-13-45T99:00", "1066-01-01T00:00:00+00:00"])
def test_a_time_that_can_not_be_is_none(at: str) -> None:
    assert one(Shown(7, at, "a")).published is None


@pytest.mark.parametrize(
    ("content", "reading", "words"),
    [
        (closed_page("limanxeber"), ChannelReading.PREVIEWS_OFF, "12 345 subscribers"),
        (contact_page("limanxeber"), ChannelReading.NO_CHANNEL, "no public channel"),
        (page("limanxeber", []), ChannelReading.PREVIEWS_OFF, "previews are off"),
        (
            page("limanxeber", []) + '<div class="tme_no_messages_found">No posts found</div>',
            ChannelReading.PREVIEWS_OFF,
            "shows no posts",
        ),
        (
            page("limanxeber", [Shown(n, AT, "Uzun bir mətn. " * 20) for n in range(1, 12)]).replace(
                "tgme_widget_message", "tgw_post"
            ),
            ChannelReading.NOT_A_FEED,
            "markup has changed",
        ),
        (page("limanxeber", [Shown(7, AT, "a")]).replace("data-post", "data-id"), ChannelReading.NOT_A_FEED, "markup"),
        ("<html><body><p>Salam</p></body></html>", ChannelReading.NOT_A_FEED, "no page of a Telegram channel"),
        ('{"ok": false}', ChannelReading.NOT_A_FEED, "no page of HTML"),
        ("", ChannelReading.NOT_A_FEED, "no page of HTML"),
        ("%PDF-1.7", ChannelReading.NOT_A_FEED, "no page of HTML"),
        (b"<" + b"a" * MAX_BODY_BYTES, ChannelReading.TOO_LARGE, "bytes"),
    ],
)  # fmt: skip
def test_a_page_without_posts_is_a_failure_in_words(content: str | bytes, reading: ChannelReading, words: str) -> None:
    found = read(content)

    assert found.reading is reading
    assert words in (found.error or "")


def test_a_page_that_broke_off_gives_the_posts_before() -> None:
    whole = page("limanxeber", [Shown(n, AT, f"Mətn {n} {'söz ' * 30}") for n in range(1, 10)])

    found = read(whole[: whole.index("Mətn 6") + 40])

    assert (found.reading, found.error) == (
        ChannelReading.REPAIRED,
        "the page broke off: its last message was left out",
    )
    assert [entry.guid for entry in found.entries] == [f"limanxeber/{n}" for n in (5, 4, 3, 2, 1)]


@pytest.mark.parametrize(
    "content",
    [
        page("limanxeber", [Shown(7, AT, "<b>" * 100_000)]),
        page("limanxeber", [Shown(7, AT, "<div class='tgme_widget_message_text'>" * 30_000)]),
        "<div class='tgme_widget_message' data-post='limanxeber/7'>" * 30_000,
        page("limanxeber", [Shown(n, AT, "a") for n in range(1, 8_000)]),
        page("limanxeber", [Shown(7, AT, "<a href='https://sahil.example/'>x</a>" * 50_000)]),
        page("limanxeber", [Shown(7, AT, "mətn " * 800_000)]),
    ],
    ids=["deep", "texts in texts", "messages in messages", "many", "links", "long"],
)
def test_hostile_pages_take_seconds_at_most(content: str) -> None:
    began = time.process_time()

    found = read(content)

    assert time.process_time() - began < 10
    assert len(found.entries) <= MAX_POSTS


PIECES = st.sampled_from(
    ["<br>", "<b>", "</b>", "</div>", "<div class='tgme_widget_message_text'>", "<pre>", "</pre>", "&amp;amp;", "&#0;",
     "&#xD800;", "<a href='?q=1'>", "</a>", "<tg-emoji>", "\x00", "\u2028", "<!--", "-->", "]]>", "<svg>", "İ", "🙂",
     "<a href='http://[::1'>", "<img class=emoji alt=x>", "<time datetime='2026'>", "<script>"]
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=25).map("".join))
def test_any_text_gives_entries_that_can_be_stored(text: str) -> None:
    found = read(page("limanxeber", [Shown(7, AT, text, views=text[:8], author=text), Shown(9, AT, "son")]))

    assert found.reading in set(ChannelReading)
    for entry in found.entries:
        stored = "".join((entry.content_html or "", *entry.authors, *(entry.links or ())))
        assert "\x00" not in stored
        stored.encode()
        assert as_markup(lines_in(entry.content_html or "")) == entry.content_html


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_reading(body: bytes) -> None:
    assert read(body).reading in set(ChannelReading)
    read(page("limanxeber", [Shown(7, AT, "a")]).encode()[:-7] + body)


def grouped(*numbers: int) -> str:
    """Pictures of an album as a page joins them in one message."""
    return "".join(
        f'<a class="tgme_widget_message_photo_wrap grouped_media_wrap js-message_photo" '
        f'href="https://t.me/limanxeber/{number}?single"></a>'
        for number in numbers
    )


def test_a_page_numbers_all_it_shows_the_posts_of_an_album_and_service_messages_too() -> None:
    album = Shown(9, AT, "Açılışdan şəkillər.", media=grouped(9, 10, 11))
    found = read(page("limanxeber", [Shown(7, AT, "a"), album, Shown(14, AT, "ad dəyişdi", is_service=True)]))

    assert found.numbers == (7, 9, 10, 11, 14)
    assert [entry.guid for entry in found.entries] == ["limanxeber/9", "limanxeber/7"]


def test_a_link_to_a_post_shows_no_post() -> None:
    text = 'Bax: <a href="https://t.me/limanxeber/5?single">əvvəlki</a>'
    other = '<a class="grouped_media_wrap" href="https://t.me/basqa/6?single"></a>'

    assert read(page("limanxeber", [Shown(7, AT, text, media=other)])).numbers == (7,)


def test_a_page_that_came_in_part_or_is_not_known_whole_numbers_nothing() -> None:
    whole = page("limanxeber", [Shown(7, AT, "a"), Shown(9, AT, "b")])
    cut = whole[: whole.rindex("<time")]
    nameless = whole.replace('data-post="limanxeber/9"', 'data-post=""')
    long = page("limanxeber", [Shown(number, AT, "a") for number in range(1, MAX_POSTS + 3)])

    assert read(whole).numbers == (7, 9)
    assert [(read(one).reading, read(one).numbers) for one in (cut, nameless, long)] == [
        (ChannelReading.REPAIRED, ()),
        (ChannelReading.OK, ()),
        (ChannelReading.OK, ()),
    ]
