"""Dates as printed in four languages, with the precision and the offset that they state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.times import Precision, TimeSource
from text.dates import parse_stated_date

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)  # 16:00 in Baku, a Monday


def stated(raw: str, source: TimeSource = TimeSource.TEXT) -> str | None:
    found = parse_stated_date(raw, zone=BAKU, now=NOW, source=source)
    return found.isoformat() if found else None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-02-21T17:44:05+04:00", "2026-02-21T17:44:05+04:00"),
        ("2026-02-21T17:44:05.123456Z", "2026-02-21T17:44:05+00:00"),
        ("2026-02-21T17:44:05-0530", "2026-02-21T17:44:05-05:30"),
        ("2026-02-21", "2026-02-21"),
        ("20260221", "2026-02-21"),
        ("20260221T174405Z", "2026-02-21T17:44:05+00:00"),
        ("2026-02-21T24:00:00Z", "2026-02-22T00:00:00+00:00"),
        ("Sat, 21 Feb 2026 17:44:00 +0400", "2026-02-21T17:44:00+04:00"),
        ("Sat, 21 Feb 2026 17:44 GMT", "2026-02-21T17:44+00:00"),
        ("Sat, 07 Sep 02 00:00:01 GMT", "2002-09-07T00:00:01+00:00"),
        ("Sat Feb 21 17:44:00 2026", "2026-02-21T17:44:00+04:00"),
        ("Sat Feb 21 2026 17:44:00 GMT+0300 (Moscow Time)", "2026-02-21T17:44:00+03:00"),
        ("Feb. 21, 2026 5:44 PM EST", "2026-02-21T17:44-05:00"),
        ("1771681445", "2026-02-21T13:44:05+00:00"),
        ("1771681445000", "2026-02-21T13:44:05+00:00"),
        ("20260221174405123", "2026-02-21T17:44:05+04:00"),
    ],
)
def test_a_machines_stamp_keeps_its_offset_and_precision(raw: str, expected: str) -> None:
    assert stated(raw, TimeSource.FEED) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("5 İyun 2025", "2025-06-05"),
        ("IYUN 5, 2026", "2026-06-05"),
        ("2026-cı il sentyabrın 5-i", "2026-09-05"),
        ("sentyabrın 5-i, 2026", "2026-09-05"),
        ("2026-cı il 5 sentyabr", "2026-09-05"),
        ("19:22, 21 Fevral 2026", "2026-02-21T19:22+04:00"),
        ("21 fevral 2026 17:44 (UTC +03:00)", "2026-02-21T17:44+03:00"),
        ("21.02.2026 [19:22]", "2026-02-21T19:22+04:00"),
        ("09.11.2025 | 10:59", "2025-11-09T10:59+04:00"),
        ("10:59 - 09 noyabr 2025", "2025-11-09T10:59+04:00"),
        ("Siyasət 21 Fevral 2026 345 baxış", "2026-02-21"),
        ("21 февраля 2026 г., 17:44", "2026-02-21T17:44+04:00"),
        ("21 февраля 2026 17:44 МСК", "2026-02-21T17:44+03:00"),
        ("5 мая 2026", "2026-05-05"),
        ("5 Ocak 2026 Pazartesi 14.30", "2026-01-05T14:30+04:00"),
        ("21 Şubat 2026, 14:30", "2026-02-21T14:30+04:00"),
        ("5 KASIM 2025", "2025-11-05"),
        ("3rd of March 2026", "2026-03-03"),
        ("Mar 3rd, 2026", "2026-03-03"),
        ("2 May, 2025", "2025-05-02"),
        ("21-Feb-2026", "2026-02-21"),
        ("21/02/2026 - 17:44", "2026-02-21T17:44+04:00"),
        ("02/21/2026", "2026-02-21"),
        ("2/3/2026", "2026-03-02"),
        ("21.02.26", "2026-02-21"),
    ],
)
def test_a_printed_date_is_read_in_each_language(raw: str, expected: str) -> None:
    assert stated(raw) == expected


@pytest.mark.parametrize(
    ("month", "number"),
    [
        (name, number)
        for names in (
            "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
            "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
            "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
            "january february march april may june july august september october november december",
            "jan feb mar apr may jun jul aug sep oct nov dec",
        )
        for number, name in enumerate(names.split(), 1)
    ],
)
def test_every_month_is_known_in_small_and_capital_letters(month: str, number: int) -> None:
    capital = month.replace("i", "İ").upper()
    assert {stated(f"7 {name} 2025") for name in (month, month.title(), capital)} == {f"2025-{number:02}-07"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Bu gün / 12:18", "2026-09-14T12:18+04:00"),
        ("Dünən / 22:30", "2026-09-13T22:30+04:00"),
        ("сегодня в 12:18", "2026-09-14T12:18+04:00"),
        ("вчера, 22:30", "2026-09-13T22:30+04:00"),
        ("dün 14:20", "2026-09-13T14:20+04:00"),
        ("yesterday at 5:05 pm", "2026-09-13T17:05+04:00"),
        ("позавчера", "2026-09-12"),
        ("10 dəqiqə əvvəl", "2026-09-14T15:50+04:00"),
        ("5 минут назад", "2026-09-14T15:55+04:00"),
        ("20 saat önce", "2026-09-13"),
        ("2 gün əvvəl", "2026-09-12"),
        ("a week ago", "2026-09-07"),
        ("10 minutes ago", "2026-09-14T15:50+04:00"),
        ("Bu gün / 23:50", "2026-09-14T23:50+04:00"),  # a clock that goes ahead
    ],
)
def test_a_relative_date_counts_from_now_in_the_outlets_zone(raw: str, expected: str) -> None:
    assert stated(raw) == expected


@pytest.mark.parametrize("raw", ["Bu gün / 23:50", "Bugün 23:50", "Сегодня, 23:50", "Today 11:50 pm"])
def test_a_page_of_before_midnight_that_is_read_after_it_means_the_day_before(raw: str) -> None:
    after = datetime(2026, 9, 13, 20, 5, tzinfo=UTC)  # five past midnight in Baku
    found = parse_stated_date(raw, zone=BAKU, now=after, source=TimeSource.TEXT)
    assert found is not None
    assert found.isoformat() == "2026-09-13T23:50+04:00"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("15 Noyabr 10:31", "2025-11-15T10:31+04:00"), ("14 Sentyabr", "2026-09-14"), ("29 fevral", None)],
)
def test_a_date_without_a_year_is_the_last_such_day(raw: str, expected: str | None) -> None:
    assert stated(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "2026-02-30",
        "Feb 30 2026",
        "31.11.2025",
        "99.99.9999",
        "0000-01-01",
        "10000-01-01T00:00:00Z",
        "2026-02-21T25:00:00",
        "2026-02-21T12:00:00+99:00",
        "1980-01-01",
        "2026-09-17",
        "9999999999",
    ],
)
def test_an_impossible_date_is_none(raw: str) -> None:
    assert stated(raw) is None


@pytest.mark.parametrize("raw", ["", "   ", "22:30", "2025", "May 2025", "hello", "345", "5 nəfər", "x" * 10_000])
def test_what_states_no_day_is_none(raw: str) -> None:
    assert stated(raw) is None


def test_a_day_is_midnight_in_the_outlets_zone() -> None:
    found = parse_stated_date("5 iyun 2025", zone=BAKU, now=NOW, source=TimeSource.TEXT)
    assert found is not None
    assert found.precision is Precision.DAY
    assert found.utc == datetime(2025, 6, 4, 20, 0, tzinfo=UTC)
    assert found.raw == "5 iyun 2025"


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(raw: str) -> None:
    found = parse_stated_date(raw, zone=BAKU, now=NOW, source=TimeSource.FEED)
    assert found is None or found.at.tzinfo is not None


@given(
    st.from_regex(
        r"[0-3]?[0-9][ ./:-][a-zа-я0-9]{1,8}[ ./:-][0-9]{1,4}[ ,]{0,2}[0-2]?[0-9][:.][0-9]{2}", fullmatch=True
    )
)
def test_nothing_of_a_dates_shape_makes_it_fail(raw: str) -> None:
    parse_stated_date(raw, zone=BAKU, now=NOW, source=TimeSource.TEXT)


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2026, 9, 14)),  # noqa: DTZ001 - its zone is what varies
    st.integers(-12 * 60, 14 * 60),
)
def test_an_iso_stamp_comes_back_as_it_was(moment: datetime, offset_min: int) -> None:
    at = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset_min)))
    assert stated(at.isoformat()) == at.isoformat()


@pytest.mark.parametrize(
    ("raw", "day"), [("03/09/2026", "2026-03-09"), ("03-01-2026", "2026-01-03"), ("09.11.2026", None)]
)
def test_a_day_that_cannot_have_been_yet_is_read_month_first(raw: str, day: str | None) -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    found = parse_stated_date(raw, zone=ZoneInfo("UTC"), now=now, source=TimeSource.META)
    assert (found.isoformat() if found else None) == day
