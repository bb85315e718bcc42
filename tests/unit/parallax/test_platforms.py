"""What the settings mean for channels on platforms."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parallax.bootstrap import Parallax
from parallax.config import load_settings
from parallax.in_force import catalogue_in_force
from parallax.service import pace_of

NOW = datetime(2026, 3, 2, 5, 5, tzinfo=UTC)
KEY = {"PARALLAX_YOUTUBE_API_KEY": "an-invented-key"}


def parallax(**settings: str) -> Parallax:
    return Parallax(load_settings(settings))


def test_the_services_pace_gives_each_channel_its_share_of_the_quota() -> None:
    pace = pace_of(parallax(**KEY, PARALLAX_YOUTUBE_DAILY_QUOTA="100"), NOW)

    assert pace.shares_s == {"www.googleapis.com": pytest.approx(86_400 * 2 * 3 / 80)}  # of three shipped channels


def test_feeds_have_no_quota() -> None:
    assert pace_of(parallax(PARALLAX_YOUTUBE_BY="feed"), NOW).shares_s == {}


def test_a_crawl_is_given_the_key_for_the_apis_addresses_alone() -> None:
    plan = parallax(**KEY, PARALLAX_CONTACT="ops@sample.example").crawl_plan()

    assert [(key.below, key.name) for key in plan.keys] == [
        ("https://www.googleapis.com/youtube/v3/", "X-Goog-Api-Key")
    ]
    assert "an-invented-key" not in repr(plan)
    assert parallax(PARALLAX_CONTACT="ops@sample.example").crawl_plan().keys == ()


def test_every_channel_on_a_platform_is_polled_whatever_the_settings_lack() -> None:
    without_key = parallax()
    in_force = catalogue_in_force(without_key.catalogue, without_key.platforms)
    kinds = {
        channel.kind
        for outlet in in_force.outlets
        for channel in outlet.channels
        if (outlet.slug, channel.slug) in in_force.not_crawled
    }

    assert kinds.isdisjoint({"telegram", "youtube"})
