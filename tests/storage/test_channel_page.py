"""One channel as a store tells it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.errors import ConfigError
from outlets.catalogue import Catalogue
from parallax.commands.channel import find_channel
from publish.status.channel_text import channel_text, quota_words
from storage import Session, Store
from storage.channel_queries import ChannelPlace, channel_facts, channel_places
from storage.quota import QuotaUse
from storage.tables import AlertRow, ChannelHourRow, ChannelRow, HostRow, TargetRow
from tests.storage.filling import OUTLET
from tests.unit.publish.hand_made import at
from tests.unit.publish.written import Writer

BAKU = ZoneInfo("Asia/Baku")
NOW = at("23:57")


def _text(store: Store, *, looks: int = 30) -> str:
    with store.read() as session:
        facts = channel_facts(session, channel_places(session)[0].channel_id, looks=looks)
    return channel_text(facts, now=NOW, zone=BAKU, width=100)


def test_a_channel_that_no_service_ever_polled_is_told_without_a_plan(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        writer.channel("sahil")

    store.write(work)
    text = _text(store)

    assert "by the next `parallax crawl`; no service has planned it" in text
    assert "last good    never" in text
    assert "It was never looked at." in text


def test_the_plan_the_looks_and_the_gaps_are_told(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel_id = writer.channel("sahil")
        target = writer.target("sahil", "feed", at("00:00"), channel=channel_id)
        channel = session.get_one(ChannelRow, channel_id)
        channel.next_poll_at = at("23:59")
        channel.interval_s, channel.setback, channel.ttl_s, channel.depth_s = 1440, 1.5, 600, 23_400
        channel.last_polled_at = channel.last_ok_at = at("23:50")
        for clock in ("22:00", "22:12", "22:24"):
            writer.fetch(target, "sahil", at(clock), outcome="not_modified", status=304, channel=channel_id)
        writer.gap(channel_id, at("14:10"), at("19:42"), "challenge")
        writer.gap(channel_id, at("22:05"), None, "timeout")
        session.add(ChannelHourRow(channel_id=channel_id, hour_at=at("01:00", day=-40), outcome="timeout", polls=7))
        session.add(
            AlertRow(
                kind="block",
                subject="sahil/feed",
                outlet="sahil",
                channel_id=channel_id,
                severity="now",
                opened_at=at("22:05"),
                last_seen_at=NOW,
                summary="Sahil answers with a challenge page",
                figures={},
            )
        )

    store.write(work)
    text = " ".join(_text(store, looks=2).split())

    assert "every 24 min, next at 23:59 (in 2 min)" in text
    assert "its entries reach back 6 h 30 min · its answer calls itself fresh for 10 min" in text
    assert "set back by failures that weigh 1.5" in text
    assert text.count("304, 12 min after the one before") == 2
    assert "not seen 14:10–19:42 (5 h 32 min): challenge page" in text
    assert "not seen since 22:05 (1 h 52 min): no answer in time" in text
    assert "alert, now Sahil answers with a challenge page" in text
    assert "Older looks, folded: 7 × no answer in time." in text


def test_a_channel_that_failed_says_how_far_that_puts_it_off(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel = session.get_one(ChannelRow, writer.channel("sahil"))
        channel.last_polled_at, channel.next_poll_at = at("23:30"), at("00:30", day=1)
        channel.interval_s, channel.setback, channel.failures = 1800, 1.0, 1

    store.write(work)

    assert "every 30 min, now 1 h after a failure, next at" in " ".join(_text(store).split())


def test_a_host_that_asked_us_to_wait_says_so(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        channel_id = writer.channel("sahil")
        writer.target("sahil", "x", at("00:00"), channel=channel_id)
        session.query(TargetRow).update({"url_key": "poll:feed"})
        session.get_one(HostRow, "sahil.example").paused_until = NOW + timedelta(minutes=33)

    store.write(work)

    assert "sahil.example · asked us to wait until 20 Nov 00:30 · robots.txt: never read" in _text(store)


PLACES = (
    ChannelPlace(1, "xeber", "feed", "https://xeber.example/feed"),
    ChannelPlace(2, "xeber", "tg", "@xeber"),
    ChannelPlace(3, "sahil", "feed", "https://sahil.example/rss?b=1&a=2"),
    ChannelPlace(4, "liman", "telegram", "LimanXeber"),
    ChannelPlace(5, "liman", "youtube", "@LimanTV"),
    ChannelPlace(6, "liman", "old-name", "user/limantv"),
    ChannelPlace(7, "liman", "by-id", "UCinvented0000000000000a"),
)
CATALOGUE = Catalogue({"xeber": OUTLET}, {}, "c1")


@pytest.mark.parametrize(
    ("which", "channel_id"),
    [
        ("xeber/feed", 1),
        ("xeber/tg", 2),
        ("@xeber", 2),
        ("http://www.xeber.example/feed/", 1),
        ("sahil.example/rss?a=2&b=1", 3),
        ("sahil", 3),
        ("https://t.me/s/limanxeber", 4),
        ("t.me/LimanXeber/", 4),
        ("https://www.youtube.com/@LimanTV", 5),
        ("https://www.youtube.com/user/limantv", 6),
        ("https://www.youtube.com/channel/UCinvented0000000000000a?x=1", 7),
    ],
)
def test_a_channel_is_found_by_name_and_by_any_spelling_of_its_address(which: str, channel_id: int) -> None:
    assert find_channel(which, PLACES, CATALOGUE).channel_id == channel_id


@pytest.mark.parametrize(
    ("which", "said"), [("xeber", "one of xeber/feed, xeber/tg"), ("https://nobody.example/", "no channel is known")]
)
def test_an_unknown_or_ambiguous_channel_is_said_to_be_so(which: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        find_channel(which, PLACES, CATALOGUE)


def test_a_channel_known_by_a_name_shows_its_id_and_how_much_of_the_quota_is_used(store: Store) -> None:
    def work(session: Session) -> None:
        writer = Writer(session)
        writer.outlet("sahil")
        session.get_one(ChannelRow, writer.channel("sahil")).platform_id = "UCinvented0000000000000a"

    store.write(work)
    with store.read() as session:
        facts = channel_facts(session, 1, looks=5)
    used = quota_words(QuotaUse(312, is_refused=True), 10_000)
    page = channel_text(facts, now=NOW, zone=BAKU, width=100, quota=used)

    assert " = UCinvented0000000000000a\n" in page
    assert "312 of 10,000 units today, by California's clock; the API says that it is used up" in " ".join(page.split())
