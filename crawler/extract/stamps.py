"""Times written for machines: ISO 8601 in its loose forms, RFC 822, seconds since 1970, and days in addresses. Pure.

Dates as printed for readers are read by ``text.dates``. A time without a zone is in the outlet's zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from domain.times import Precision, StatedTime, TimeSource, is_possible

_ISO = re.compile(
    r"^(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)"
    r"(?:[T\s]+(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*$",
    re.I,
)
_URL_STAMP = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d*")
_EPOCH = re.compile(r"^(\d{10})(?:\d{3})?$")
_URL_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2]|[1-9])(?:[/_-]|(?<=\d\d))(0[1-9]|[12]\d|3[01]|[1-9])(?!\d)"
)


def machine_time(raw: str, *, zone: ZoneInfo, source: TimeSource) -> StatedTime | None:
    """A stamp written for machines (ISO 8601 in its loose forms, RFC 822, seconds since 1970), or None."""
    text = raw.strip()
    match = _ISO.match(text)
    try:
        if match:
            return _from_iso(match, raw, zone, source)
        if epoch := _EPOCH.match(text):
            return StatedTime(datetime.fromtimestamp(int(epoch.group(1)), UTC), Precision.SECOND, source, raw)
        if text[:4].rstrip(",").isalpha() and ":" in text:
            at = parsedate_to_datetime(text)
            return StatedTime(at if at.tzinfo else at.replace(tzinfo=zone), Precision.SECOND, source, raw)
    except (ValueError, OverflowError, TypeError):
        return None
    return None


def _from_iso(match: re.Match[str], raw: str, zone: ZoneInfo, source: TimeSource) -> StatedTime:
    day = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=zone)
    if match["hour"] is None:
        return StatedTime(day, Precision.DAY, source, raw)
    second = int(match["second"] or 0)
    at = day.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=min(second, 59))
    if match["zone"]:
        at = at.replace(tzinfo=_offset(match["zone"]))
    return StatedTime(at, Precision.MINUTE if match["second"] is None else Precision.SECOND, source, raw)


def _offset(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def url_day(url: str, *, zone: ZoneInfo, now: datetime) -> StatedTime | None:
    """The day that an address names (``/2025/06/05/``, ``20250605…``), or None."""
    path = url.split("?", 1)[0]
    for match in (*_URL_DAY.finditer(path), *_URL_STAMP.finditer(path)):
        try:
            at = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=zone)
        except ValueError:
            continue
        if is_possible(at, now=now):
            return StatedTime(at, Precision.DAY, TimeSource.URL, match[0])
    return None
