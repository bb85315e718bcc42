"""An outlet's file as a draft: what the catalogue could not take beside its own files stays out, and is named."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.discovery import HomeSeen
from outlets.catalogue import load_catalogue
from outlets.claims import channel_key
from outlets.writing import draft_text
from publish.drafts import Found, draft_of

FOUND = Found(
    "https://sahil-xeber.example/",
    datetime(2026, 3, 3, tzinfo=UTC),
    "Asia/Baku",
    5.0,
    home=HomeSeen(telegram=("MeydanTV", "sahilxeber"), youtube=(("handle", "Kanal13AZ"), ("user", "sahil"))),
)
OWNERS = {channel_key(channel): o.slug for o in load_catalogue().outlets.values() for channel in o.channels}


def test_a_channel_of_another_outlet_is_named_and_left_out() -> None:
    written = draft_text(draft_of(FOUND, slugs=(), claimed_by=None, owners=OWNERS))

    assert [line for line in written.splitlines() if line.startswith(("handle", "user"))] == [
        'handle = "sahilxeber"',
        'user = "sahil"',
    ]
    assert "# meydan-tv has this channel already: telegram MeydanTV" in written
    assert "# kanal13 has this channel already: youtube @Kanal13AZ" in written


def test_a_file_that_replaces_a_shipped_one_keeps_its_channels() -> None:
    written = draft_text(draft_of(FOUND, slugs=(), claimed_by=None, owners=OWNERS, wanted="meydan-tv"))

    assert 'handle = "MeydanTV"' in written
