"""How the sample outlets write a time, each in its own habit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

MONTHS = {
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def rfc822(at: datetime) -> str:
    """``Mon, 02 Mar 2026 09:12:31 +0400``, the time of RSS."""
    return format_datetime(at)


def rfc3339(at: datetime) -> str:
    """``2026-03-02T09:12:31+04:00``, the time of Atom, JSON Feed and structured data."""
    return at.isoformat(timespec="seconds")


def http_date(at: datetime) -> str:
    """``Mon, 02 Mar 2026 05:12:31 GMT``, the time of HTTP headers."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def reader_date(at: datetime, style: str, language: str, now: datetime) -> str:
    """What the page shows to its reader, in the outlet's style."""
    month = MONTHS[language][at.month - 1]
    styles = {
        "bracket": f"{at:%d.%m.%Y} [{at:%H:%M}]",  # 02.03.2026 [09:12]
        "bar": f"{at:%d.%m.%Y} | {at:%H:%M}",
        "dotted": f"{at:%d.%m.%Y}, {at:%H:%M}",
        "words": f"{at.day} {month} {at.year}, {at:%H:%M}",
        "day": f"{at.day} {month.capitalize()} {at.year}",  # 5 İyun 2025: no time of day
        "english": f"{month} {at.day}, {at.year} {at:%H:%M}",
        "relative": _relative(at, now),
    }
    return styles[style]


def _relative(at: datetime, now: datetime) -> str:
    """``Bu gün / 12:18``, ``Dünən / 22:30``, then the bare date."""
    if at.date() == now.date():
        return f"Bu gün / {at:%H:%M}"
    if at.date() == now.date() - timedelta(days=1):
        return f"Dünən / {at:%H:%M}"
    return f"{at:%d.%m.%Y} / {at:%H:%M}"
