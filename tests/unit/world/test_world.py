"""What is served hangs on the simulated time and the request alone, and is what the formats say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.world.conftest import path_of
from tests.world import World, moment
from tests.world.script import Article, ChannelScript, Site, listed

WORLD = World()
DAY0 = WORLD.script.day0
SPAN = st.integers(min_value=0, max_value=3 * 24 * 60).map(lambda m: moment(DAY0, "0 00:00") + timedelta(minutes=m))
CHANNELS = [(site, channel) for site in WORLD.script.sites for channel in site.channels]
CALM = moment(DAY0, "2 23:50")


def _get(host: str, path: str, at: datetime, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    reply = WORLD.reply(host, path, headers or {}, port=8080, now=at)
    return reply.status, reply.body


@given(at=SPAN, place=st.sampled_from(CHANNELS))
@settings(max_examples=60)
def test_asking_twice_gives_the_same_answer(at: datetime, place: tuple[Site, ChannelScript]) -> None:
    site, channel = place
    assert _get(site.host, channel.path, at) == _get(site.host, channel.path, at)


@given(at=SPAN, place=st.sampled_from(CHANNELS))
@settings(max_examples=60)
def test_nothing_is_listed_before_it_is_published_or_after_it_is_removed(
    at: datetime, place: tuple[Site, ChannelScript]
) -> None:
    for item in listed(WORLD.script, *place, at):
        assert not isinstance(item, Article) or (item.published <= at and item.removal(at) is None)


@pytest.mark.parametrize(("site", "channel"), CHANNELS, ids=lambda part: part.slug)
def test_every_channel_is_well_formed_and_lists_something(site: Site, channel: ChannelScript) -> None:
    status, body = _get(channel.host or site.host, channel.path, CALM)
    assert status == 200
    if channel.format == "json":
        count = len(json.loads(body)["items"])
    elif channel.format == "blocks":
        count = body.decode(site.charset).count('class="news-block"')
    else:
        root = ElementTree.fromstring(body)
        count = len(root.findall(".//item")) + len(root.findall(".//{http://www.w3.org/2005/Atom}entry"))
    assert count == len(list(listed(WORLD.script, site, channel, CALM)))
    assert count > 0


@pytest.mark.parametrize("article", WORLD.script.articles, ids=lambda a: f"{a.outlet}-{a.number}")
def test_every_page_holds_its_title_and_every_paragraph(article: Article) -> None:
    site = WORLD.script.site(article.outlet)
    at = next(at for at in (article.published, CALM) if WORLD.incident(site, article.path, at) is None)
    if article.removal(at) is not None:
        at = article.published
    status, body = _get(site.host, article.path, at)
    page = unescape(body.decode(site.charset))
    if site.refuses_scripts:
        assert status == 403
        return
    assert status == 200
    assert [p for p in (article.version(at).title, *article.version(at).paragraphs) if p not in page] == []


def test_an_article_is_not_there_before_it_is_published() -> None:
    article = WORLD.script.articles[-1]
    site = WORLD.script.site(article.outlet)
    assert _get(site.host, article.path, article.published - timedelta(seconds=1))[0] == 404


def test_the_empty_page_keeps_its_container_and_loses_its_text() -> None:
    path = path_of(WORLD, "gundem24", "golbendde-hazirda-hansi-isler-gorulur")
    status, body = _get("gundem24.example", path, moment(DAY0, "0 18:05"))
    assert status == 200
    assert re.search(rb'<div class="panel-body news_text">\s*<div class="read-also">', body)


def test_mirrors_serve_the_same_article() -> None:
    path = path_of(WORLD, "azad-dalga", "aynabulaqda-bend-sizir-kendler-kocurulur")
    assert _get("dalga-ayna.example", path, CALM) == _get("azaddalga.example", path, CALM)


def test_the_mirrors_feed_links_to_the_mirror() -> None:
    body = _get("dalga-ayna.example", "/api/zqpmr", CALM)[1].decode()
    assert "<link>http://dalga-ayna.example:8080/a/" in body


def test_one_feed_gives_every_item_the_same_guid_and_escapes_its_text_twice() -> None:
    body = _get("gundem24.example", "/rss", CALM)[1].decode()
    assert len(set(re.findall(r"<guid[^>]*>([^<]*)</guid>", body))) == 1
    assert "<description>&lt;![CDATA[" in body


def test_the_state_feed_has_neither_guid_nor_text() -> None:
    body = _get("dxx.example", "/rss", CALM)[1].decode()
    assert "<guid" not in body
    assert len(re.findall("<description>", body)) == 1  # the channel's own


def test_listing_dates_are_relative_to_the_readers_day() -> None:
    evening = _get("sabahinfo.example", "/az/xeberler", moment(DAY0, "0 23:50"))[1].decode()
    morning = _get("sabahinfo.example", "/az/xeberler", moment(DAY0, "1 09:05"))[1].decode()
    assert "Bu gün / 22:30" in evening
    assert "Dünən / 22:30" in morning


@pytest.mark.parametrize(("outlet", "charset"), [("xezer-vestnik", "windows-1251"), ("uzak-kiyi", "windows-1254")])
def test_old_encodings_are_said_in_the_page_alone(outlet: str, charset: str) -> None:
    site = WORLD.script.site(outlet)
    article = next(a for a in WORLD.script.articles if a.outlet == outlet)
    reply = WORLD.reply(site.host, article.path, {}, port=1, now=CALM)
    assert dict(reply.headers)["Content-Type"] == "text/html"
    assert f"charset={charset}".encode() in reply.body
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")


def test_an_impossible_time_is_stated_by_the_feed_and_by_nothing_else() -> None:
    body = _get("dagbloqu.example", "/feed/", CALM)[1].decode()
    assert "<pubDate>Tue, 15 Jul 2031 00:00:00 +0400</pubDate>" in body
    page = _get("dagbloqu.example", path_of(WORLD, "dag-bloqu", "saat-qurmaq"), CALM)[1].decode()
    assert "12:40" not in page


def test_setting_the_time_needs_an_offset() -> None:
    with pytest.raises(ValueError, match="aware"):
        World().at(datetime(2026, 3, 2, 9, 5))  # noqa: DTZ001 — what is refused
