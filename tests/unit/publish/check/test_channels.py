"""What is said of a channel: by its polls, with a word on what they led to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.examine import Examined
from domain.outlet import Outlet
from publish.check.channels import channel_check
from publish.check.model import Weight
from storage.trial_facts import TrialChannel, TrialEntry, TrialLook

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)
OUTLET = Outlet(slug="xeber", name="Xəbər", groups=(), hosts=("xeber.example",))
LOOK = TrialLook(
    fetch_id=7,
    url="https://xeber.example/sitemap.xml",
    host="xeber.example",
    status=200,
    outcome="ok",
    reading="listed",
    error=None,
    redirect_to=None,
    retry_after_s=None,
    content_type=None,
    body_bytes=None,
    seconds=0.1,
    listed=1,
    file=None,
    offset=None,
)
PART = replace(LOOK, url="https://xeber.example/sitemap-2.xml")
MOVED = replace(LOOK, outcome="redirected", reading=None, redirect_to=PART.url)


def said(
    *looks: TrialLook, parts: tuple[TrialLook, ...] = (), kind: str = "sitemap", url: str = "https://xeber.example/a"
) -> list[tuple[str, Weight]]:
    """(code, weight) of each remark on a channel that lists one entry."""
    entry = TrialEntry(url, "xeber", None, None, None, has_text=False)
    channel = TrialChannel("map", kind, LOOK.url, True, None, looks, parts, (entry,))
    found = channel_check(channel, OUTLET, Examined(), agent="Parallax", now=NOW, not_lent=None)
    return [(remark.code, remark.weight) for remark in found.remarks]


def test_what_a_poll_led_to_is_no_move_of_the_channel() -> None:
    assert said(LOOK, parts=(PART,)) == []
    assert said(replace(LOOK, reading="resolved"), LOOK) == []
    assert said(MOVED, PART) == [("moved", Weight.NOTE)]


def test_further_documents_that_could_not_be_had_are_a_note_on_a_good_channel() -> None:
    gone = replace(PART, outcome="http_error", status=503, reading=None, error="503 Service Unavailable")

    assert said(LOOK, parts=(PART, gone, replace(MOVED, url=PART.url))) == [("http_error", Weight.NOTE)]


@pytest.mark.parametrize(("kind", "codes"), [("telegram", []), ("listing", [("outside", Weight.FAULT)])])
def test_posts_lie_at_their_platform(kind: str, codes: list[tuple[str, Weight]]) -> None:
    assert said(LOOK, kind=kind, url="https://t.me/xeber/45") == codes
