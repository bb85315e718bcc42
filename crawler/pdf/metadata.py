"""What a PDF file says about itself, as far as that can be believed: often it is a template's, or a program's. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from domain.times import Precision, StatedTime, TimeSource, is_possible
from text.clean import clean_text

_DATE = re.compile(
    r"^\s*(?:D:)?(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)?(?P<minute>\d\d)?(?P<second>\d\d)?"
    r"\s*(?:(?P<utc>Z)|(?P<sign>[+-])(?P<hours>\d\d)'?(?P<minutes>\d\d)?)?"
)
_JUNK = re.compile(
    r"^\s*(?:microsoft (?:word|powerpoint|excel|office)\b.*|"
    r".*\.(?:docx?|rtf|odt|indd|qxd|qxp|pdf|pptx?|xlsx?|tmp|p65|ai|eps)|"
    r"untitled.*|adsız.*|без имени.*|документ\s*\d*|document\s*\d*|sənəd\s*\d*|belge\s*\d*|doc\s*\d*|slide \d+|"
    r"powerpoint presentation|(?:презентация|təqdimat|sunu) .*|title|scan\w*|print|layout \d+|[\W\d_]*|\S*[\\/]\S*|"
    r"about:blank|https?://.*)\s*$",
    re.I,
)
_MADE_ON_REQUEST = timedelta(hours=1)
_MAX_CHARS = 400


def stated_title(raw: str | None) -> str | None:
    """The title that the file names; None for the names of files and programs that stand there instead."""
    title = " ".join(clean_text(raw or "").split())
    return None if not title or _JUNK.match(title) or len(title) > _MAX_CHARS else title


def file_time(raw: str | None, *, zone: ZoneInfo, now: datetime) -> StatedTime | None:
    """The day on which the file says that it was made or changed, in its own offset, else in ``zone``.

    Only a hint: the source is ``file`` and the precision the day, so that whatever else is stated comes before it.
    A file of the last hour before ``now`` was made for who asked for it, and says nothing.
    """
    found = _DATE.match(raw or "")
    if found is None:
        return None
    try:
        at = _moment(found, zone)
    except (ValueError, OverflowError):
        return None
    if not is_possible(at, now=now) or at > now - _MADE_ON_REQUEST:
        return None
    day = datetime.combine(at.date(), time(), at.tzinfo)
    return StatedTime(day, Precision.DAY, TimeSource.FILE, (raw or "").strip())


def _moment(found: re.Match[str], zone: ZoneInfo) -> datetime:
    offset: timezone | ZoneInfo = zone
    if found["utc"]:
        offset = UTC
    elif found["sign"]:
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        offset = timezone(timedelta(minutes=minutes if found["sign"] == "+" else -minutes))
    day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    clock = time(int(found["hour"] or 0), int(found["minute"] or 0), int(found["second"] or 0), tzinfo=offset)
    return datetime.combine(day, clock)
