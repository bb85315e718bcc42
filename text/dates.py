"""Dates as they are printed in Azerbaijani, Russian, Turkish and English, and the stamps that machines write.

What is certain comes first: one shape after another, each checked by the calendar. dateparser is asked last, for text
alone, with the four languages and the past preferred. An impossible date (Feb 30, year 0, three days ahead) is None:
the caller keeps the raw text. The day of reading is never made up: a bare "22:30" is None.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from domain.times import Precision, StatedTime, TimeSource, is_possible
from text.fold import fold
from text.months import month_of
from text.times_of_day import DOTTED_CLOCK, ImpossibleDateError, TimeOfDay, time_of_day, without_clock

MAX_CHARS = 200  # a date's element may hold a caption too; what is longer is no date
_GUESSED = frozenset({TimeSource.TEXT, TimeSource.META, TimeSource.STRUCTURED_DATA})
_GUESS_MAX_CHARS = 40
_GUESS_WORD = re.compile(r"[^\W\d_]{3}")
_AHEAD = timedelta(hours=12)  # of now: "today 23:50", read after midnight on a page of before it, was yesterday

_SPACE = re.compile(r"\s+")
_ISO = re.compile(
    r"(?<![\w.:/-])(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)[t_ ]+"
    r"(?P<hour>\d{1,2}):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
)
_STAMP = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?:\d{3})?(?!\d)"
)
_EPOCH = re.compile(r"(\d{10})(?:\.\d+|\d{3})?")
_YEAR = r"(?P<year>\d{4})(?![\d:])"
_WORD = r"(?P<month>[^\W\d_]{3,15})"
_TAIL = r"(?:'?[^\W\d_]{1,3})?"  # 5-i, 21st, 3-го, 2026-cı
_NUMERIC = (
    re.compile(rf"(?<!\d)(?<!\d[.,/-]){_YEAR}\s?[./-]\s?(?P<month>\d{{1,2}})\s?[./-]\s?(?P<day>\d{{1,2}})(?!\d)"),
    re.compile(
        r"(?<!\d)(?<!\d[.,/-])(?P<day>\d{1,2})\s?[./-]\s?(?P<month>\d{1,2})\s?[./-]\s?(?P<year>\d{4}|\d\d)(?![\d:])"
    ),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)"),
)
_NAMED = (
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:-?{_TAIL})?[\s.,/-]+(?:of\s+)?{_WORD}(?:[\s.,/'-]+(?P<year>\d{{4}}|\d\d)(?!\d))?"
    ),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}}){_WORD}(?P<year>\d{{4}}|\d\d)(?!\d)"),
    re.compile(rf"(?<![^\W_]){_WORD}[\s.,/-]+(?P<day>\d{{1,2}})(?!\d)(?:-?{_TAIL})?(?:[\s.,/-]+{_YEAR})?"),
)
_YEAR_FIRST = re.compile(
    rf"(?<!\d){_YEAR}(?:-?{_TAIL})?[\s.,/-]+(?:il\w{{0,3}}[\s,]+)?{_WORD}[\s.,/-]+(?P<day>\d{{1,2}})(?!\d)"
)
_YEARLESS = re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})")
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DAYS_BACK = tuple(
    (re.compile(rf"(?<![^\W_])(?:{words})(?![^\W\d_])"), days)
    for words, days in (
        ("evvelsi gun|sragagun|позавчера|evvelki gun", 2),
        ("dunen|dun|вчера|yesterday", 1),
        ("bu ?gun|сегодня|today", 0),
    )
)
_AGO = re.compile(
    r"(?<!\d)(?P<count>\d{1,4})\s*(?:(?P<seconds>saniye|секунд|сек|sec)|(?P<minutes>deqiqe|deq|минут|мин|dakika|dk|min)"
    r"|(?P<hours>saat|час|hour|hr)|(?P<days>gun|день|дня|дней|day)|(?P<weeks>hefte|недел|hafta|week))"
    r"[^\W\d_]{0,4}\.?\s+(?:evvel|once|назад|ago|qabaq)"
)

_AHEAD = timedelta(hours=12)  # of now: "today 23:50", read after midnight on a page of before it, was yesterday


def parse_stated_date(
    raw: str, *, zone: ZoneInfo, now: datetime, source: TimeSource, may_guess: bool = True
) -> StatedTime | None:
    """The time that ``raw`` states, with the precision and offset it states; None when it states none that can be.

    A time without an offset is in ``zone``. A date without a year is the last such day before ``now`` (aware), and
    words like "dünən" count from the day of ``now`` in ``zone``. Day before month where both could be. ``may_guess``
    lets dateparser have a try at a page's text: tens of milliseconds, and it finds dates in much that is none.
    """
    text = _SPACE.sub(" ", fold(raw[: MAX_CHARS * 2])).strip()[:MAX_CHARS]
    if not text:
        return None
    try:
        found = _stamp(text, zone) or _printed(text, zone, now) or _relative(text, zone, now)
        if found is None and may_guess and source in _GUESSED and _is_worth_a_guess(text):
            found = _guessed(raw, zone, now)
    except (ImpossibleDateError, OverflowError):
        return None
    if found is None or not is_possible(found[0], now=now):
        return None
    return StatedTime(found[0], found[1], source, raw)


def _stamp(text: str, zone: ZoneInfo) -> tuple[datetime, Precision] | None:
    """What a machine wrote: ISO 8601 with a time, seconds since 1970, or fourteen digits."""
    if epoch := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(epoch[1]), UTC), Precision.SECOND
    iso = _ISO.search(text) or _STAMP.search(text)
    if iso is None:
        return None
    clock, _ = time_of_day(iso, text)
    return _joined(_day(int(iso["year"]), int(iso["month"]), int(iso["day"])), clock, zone)


def _printed(text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, Precision] | None:
    """A day in figures or with the month's name, with or without a time before or after it."""
    clock, rest = without_clock(text)
    day = _day_in(rest, now.astimezone(zone).date())
    if day is None:
        return None
    if clock is None and (dotted := DOTTED_CLOCK.search(rest, day[1])):
        clock, _ = time_of_day(dotted, rest)
    return _joined(day[0], clock, zone)


def _relative(text: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, Precision] | None:
    """A day counted from today, or a span before now; an hours' span is exact to the day only."""
    local = now.astimezone(zone)
    if ago := _AGO.search(text):
        count = int(ago["count"])
        unit = str(ago.lastgroup)
        at = local - timedelta(**{unit: count})
        if unit in {"seconds", "minutes"}:
            return at.replace(second=0, microsecond=0), Precision.MINUTE
        return _joined(at.date(), None, zone)
    for words, days in _DAYS_BACK:
        if words.search(text):
            clock, _ = without_clock(text)
            at, precision = _joined(local.date() - timedelta(days=days), clock, zone)
            if clock is not None and at > local + _AHEAD:  # a page of before midnight, read after it
                return at - timedelta(days=1), precision
            return at, precision
    return None


def _is_worth_a_guess(text: str) -> bool:
    """Whether dateparser may know more: figures alone were all tried, and its tables take half a second to load."""
    return len(text) <= _GUESS_MAX_CHARS and _GUESS_WORD.search(text) is not None


def _guessed(raw: str, zone: ZoneInfo, now: datetime) -> tuple[datetime, Precision] | None:
    """What dateparser makes of it, where it finds a whole date."""
    import dateparser  # noqa: PLC0415 - half a second, and most dates never come here

    settings = {
        "PREFER_DATES_FROM": "past",
        "RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None),
        "REQUIRE_PARTS": ["day", "month", "year"],
        "TIMEZONE": zone.key,
        "RETURN_AS_TIMEZONE_AWARE": True,
    }
    try:
        found = dateparser.parse(raw.strip(), languages=["az", "ru", "tr", "en"], settings=settings)
    except (ValueError, OverflowError):
        return None
    if found is None:
        return None
    if ":" not in raw:
        return _joined(found.date(), None, zone)
    return found.replace(microsecond=0, tzinfo=timezone(found.utcoffset() or timedelta())), Precision.MINUTE


def _day_in(text: str, today: date) -> tuple[date, int] | None:
    """The first day stated in ``text``, and where it ends."""
    found: list[tuple[int, int, re.Match[str]]] = []
    for order, pattern in enumerate((_YEAR_FIRST, *_NUMERIC, *_NAMED)):
        match = next((m for m in pattern.finditer(text) if _month(m["month"]) is not None), None)
        if match is not None:
            found.append((match.start(), order, match))
    if found:
        match = min(found)[2]
        return _matched_day(match, text, today), match.end()
    yearless = _YEARLESS.fullmatch(text.strip(" |,/-"))
    return (_last_such_day(int(yearless["month"]), int(yearless["day"]), today), len(text)) if yearless else None


def _month(word: str) -> int | None:
    return int(word) if word.isdecimal() else month_of(word)


def _matched_day(match: re.Match[str], text: str, today: date) -> date:
    month, day, year = _month(match["month"]), int(match["day"]), match["year"]
    assert month is not None
    if month > 12 >= day and match.re is _NUMERIC[1]:  # month first, as only its size tells
        month, day = day, month
    if year is None and (elsewhere := _ANY_YEAR.search(text)):
        year = elsewhere[1]
    if year is None:
        return _last_such_day(month, day, today)
    if len(year) == 2:
        year = f"{'19' if year >= '70' else '20'}{year}"
    stated = _day(int(year), month, day)
    if stated > today + _AHEAD and match.re is _NUMERIC[1] and day <= 12:
        stated = _day(int(year), day, month)  # what can't have been yet was written month first
    return stated


def _last_such_day(month: int, day: int, today: date) -> date:
    for year in (today.year, today.year - 1):
        if (month, day) == (2, 29) and year % 4:
            continue
        if (candidate := _day(year, month, day)) <= today + timedelta(days=1):
            return candidate
    raise ImpossibleDateError


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ImpossibleDateError from error


def _joined(day: date, clock: TimeOfDay | None, zone: ZoneInfo) -> tuple[datetime, Precision]:
    if clock is None:
        return datetime(day.year, day.month, day.day, tzinfo=zone), Precision.DAY
    if clock.hour == 24:
        day, clock = day + timedelta(days=1), TimeOfDay(0, 0, clock.second, clock.zone)
    at = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second or 0, tzinfo=clock.zone or zone)
    return at, Precision.MINUTE if clock.second is None else Precision.SECOND
