"""Which channels are crawled, and what is said of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.outlet import Channel, ChannelKind, Outlet
from outlets.articles import article_pattern, external_id, is_article_url
from outlets.channels import crawlable_channels, not_crawled_yet

FEED = Channel("feed", ChannelKind.FEED, "https://sahil.example/rss")
LISTING = Channel("list", ChannelKind.LISTING, "https://sahil.example/news?page=1")


SITEMAP = Channel("sitemap", ChannelKind.SITEMAP, "https://sahil.example/sitemap-{yyyy}-{mm}.xml")
TELEGRAM = Channel("telegram", ChannelKind.TELEGRAM, "sahil")
YOUTUBE = Channel("youtube", ChannelKind.YOUTUBE, "@sahil")


def test_a_channel_that_is_filled_by_hand_is_crawled_and_never_polled() -> None:
    manual = Channel("documents", ChannelKind.MANUAL, "https://sahil.example/documents/")

    assert not_crawled_yet(manual) is None
    assert crawlable_channels(Outlet("sahil", "Sahil", (), channels=(manual, FEED))) == (FEED,)


@pytest.mark.parametrize("channel", [FEED, LISTING, SITEMAP, TELEGRAM, YOUTUBE])
def test_every_kind_that_is_polled_is_crawled(channel: Channel) -> None:
    assert not_crawled_yet(channel) is None


@pytest.mark.parametrize(
    ("kind", "address", "reason"),
    [
        (ChannelKind.LISTING, "https://sahil.example/{category}?page={page}", "a place for a category"),
    ],
)
def test_every_other_kind_says_why_it_is_not(kind: ChannelKind, address: str, reason: str) -> None:
    assert reason in (not_crawled_yet(Channel("c", kind, address)) or "")


def test_what_is_disabled_is_not_crawled() -> None:
    sahil = Outlet("sahil", "Sahil", (), channels=(FEED, replace(LISTING, enabled=False)))
    assert crawlable_channels(sahil) == (FEED,)
    assert crawlable_channels(replace(sahil, enabled=False)) == ()


def test_without_a_pattern_every_address_of_the_outlets_hosts_is_an_article() -> None:
    sahil = Outlet("sahil", "Sahil", (), hosts=("sahil.example",), edition_hosts=("ru.sahil.example",))
    assert article_pattern(sahil) is None
    urls = ("https://www.sahil.example/a", "http://ru.sahil.example/b", "https://liman.example/c")
    assert [is_article_url(sahil, url) for url in urls] == [True, True, False]


def test_a_mirror_a_fragment_and_a_tracking_parameter_do_not_hide_an_article() -> None:
    sahil = Outlet(
        "sahil",
        "Sahil",
        (),
        hosts=("sahil.example", "sahil-mirror.example"),
        article_url=r"^https://sahil\.example/n/\d+$",
        external_id=r"/(\d+)$",
    )
    for url in (
        "https://sahil.example/n/7#top",
        "http://www.sahil.example/n/7/?utm_source=rss",
        "https://sahil-mirror.example/n/7",
    ):
        assert is_article_url(sahil, url)
        assert external_id(sahil, url) == "7"
