"""A difference as one HTML page that loads nothing: both texts side by side, each change with its class and proof.

No script. What outlets wrote is escaped, marked with its language, and set in its own lines.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment

from publish.diff.lines import between_words
from publish.diff.page import DiffPage, Stop
from publish.diff.rows import Fold, Row, RowKind, Side, Stroke
from publish.diff.weight import MOST_WEIGHT, STEPS, also_words, class_words
from publish.digest.words import clock_words, day_words, zone_name
from publish.page import page_environment

TEMPLATES = Path(__file__).parent / "templates"


def diff_html(page: DiffPage, zone: ZoneInfo) -> str:
    """The whole page, self-contained; times in ``zone`` but for those marked as UTC."""
    return (
        _environment()
        .get_template("diff.html.j2")
        .render(
            page=page,
            article=page.article,
            language=page.article.language,
            old=page.old,
            new=page.new,
            zone_name=zone_name(zone, page.by_at),
            clock=partial(_clock, zone=zone),
            exact=partial(_exact, zone=zone),
            seen=partial(_seen, zone=zone),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return page_environment(
        TEMPLATES,
        also_words=also_words,
        between_words=between_words,
        class_words=class_words,
        is_fold=lambda part: isinstance(part, Fold),
        kind=RowKind,
        most_weight=MOST_WEIGHT,
        opening=_opening,
        role_class=_role_class,
        steps=STEPS,
        stroke=Stroke,
        utc=lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _clock(at: datetime, zone: ZoneInfo) -> str:
    """``19 Nov 2026 16:31``."""
    return f"{day_words(at, zone)} {at.astimezone(zone):%Y %H:%M}"


def _exact(at: datetime, zone: ZoneInfo, since: datetime | None = None) -> str:
    """``19 Nov 2026 16:31:07``; without its day where that is the day of ``since``."""
    local = at.astimezone(zone)
    if since is not None and since.astimezone(zone).date() == local.date():
        return f"{local:%H:%M:%S}"
    return f"{day_words(at, zone)} {local:%Y %H:%M:%S}"


def _seen(stop: Stop, zone: ZoneInfo, *, is_first: bool) -> str:
    """When a revision was first seen, and until when the one before was."""
    at, before = stop.revision.first_seen_at, stop.revision.absent_at
    said = f"{'first seen' if is_first else 'seen'} {_clock(at, zone)}"
    if before is None:
        return said
    until = clock_words(before, zone, since=at)
    return f"{said}, {'absent at' if is_first else 'the one before still there'} {until}"


def _role_class(side: Side) -> str:
    return f"role-{side.role.value}"


def _opening(row: Row) -> str:
    """The first words of a paragraph."""
    side = row.new or row.old
    assert side is not None
    words = "".join(stretch.text for stretch in side.stretches).split()
    return " ".join(words[:6]) + (" …" if len(words) > 6 else "")
