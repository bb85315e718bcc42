"""What a channel's address leads to: the day before, and the next page."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.channels.dated import before_and_after
from crawler.channels.document import ChannelDocument
from domain.entry import AskedWhen, FurtherDocument
from domain.outlet import Channel, ChannelKind

BY_DAY = "https://xeber.example/arxiv/{yyyy}-{m}-{d}"


def lead(address: str, url: str, now: str, *, is_part: bool = False) -> tuple[FurtherDocument, ...]:
    channel = Channel("list", ChannelKind.LISTING, address)
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    document = ChannelDocument(b"", url, None, channel, None, ZoneInfo("Asia/Baku"), at, is_part=is_part)
    return before_and_after(document)


@pytest.mark.parametrize(
    ("now", "when", "mark"),
    [
        ("2026-03-01T20:05", AskedWhen.EACH_POLL, "open"),  # five past midnight in Baku
        ("2026-03-01T23:00", AskedWhen.MOVED, "closed"),
        ("2026-03-02T12:00", AskedWhen.MOVED, "closed"),
    ],
)
def test_the_page_of_the_day_before_is_open_until_three_and_then_asked_once_more(
    now: str, when: AskedWhen, mark: str
) -> None:
    (yesterday,) = lead(BY_DAY, "https://xeber.example/arxiv/2026-3-2", now)

    assert yesterday == FurtherDocument("https://xeber.example/arxiv/2026-3-1", when, mark, is_needed=True)


def test_the_page_of_the_day_before_does_not_lead_further_back() -> None:
    assert lead(BY_DAY, "https://xeber.example/arxiv/2026-3-1", "2026-03-02T12:00", is_part=True) == ()


def test_a_month_has_no_other_address_the_day_before() -> None:
    address = "https://xeber.example/{yyyy}-{mm}.xml"
    assert lead(address, "https://xeber.example/2026-03.xml", "2026-03-02T12:00") == ()
    (february,) = lead(address, "https://xeber.example/2026-03.xml", "2026-03-01T12:00")
    assert february.url == "https://xeber.example/2026-02.xml"


def test_a_numbered_page_leads_to_the_next_one() -> None:
    (older,) = lead("https://xeber.example/news?page={page}", "https://xeber.example/news?page=3", "2026-03-02T12:00")

    assert (older.url, older.when) == ("https://xeber.example/news?page=4", AskedWhen.OLDER)


def test_an_address_without_places_leads_nowhere() -> None:
    assert lead("https://xeber.example/news", "https://xeber.example/news", "2026-03-02T12:00") == ()
