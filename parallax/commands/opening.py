"""What commands begin with: settings, log and the wired Parallax."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from domain.errors import ConfigError

if TYPE_CHECKING:
    from parallax.bootstrap import Parallax
    from parallax.settings import Settings

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_WRONG_USE = 2
EXIT_PARTLY = 3
EXIT_INTERRUPTED = 130
MOST_NUMBER = 2**63 - 1  # of a row, in either database
_YEARS = range(1900, 3000)  # far beyond all that is kept, and near enough to be counted with


class UsageError(ConfigError):
    """The command was given something that makes no sense; ``name`` is the argument."""


def open_settings(*, is_quiet: bool = False) -> Settings:
    """The settings of this process, with the log set up. Raises ConfigError.

    ``is_quiet``: what the log tells but errors the command itself answers in words. A level of debug is as it was.
    """
    import os

    from parallax.config import load_settings
    from parallax.log import configure_logging

    settings = load_settings(os.environ)
    is_spared = is_quiet and settings.log_level != "debug"
    configure_logging(settings.log_format, "error" if is_spared else settings.log_level)
    return settings


def open_parallax(*, is_quiet: bool = False) -> Parallax:
    """Parallax with the settings of this process; ``is_quiet`` as ``open_settings`` has it. Raises ConfigError."""
    from parallax.bootstrap import Parallax

    return Parallax(open_settings(is_quiet=is_quiet))


@contextmanager
def stopped_in_words(words: str) -> Iterator[None]:
    """Ctrl-C meanwhile ends the command with ``words`` and its exit code."""
    import typer

    try:
        yield
    except KeyboardInterrupt:
        typer.echo(words, err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None


def day_of(written: str, *, today: date) -> date:
    """A local day that has begun: ``today``, ``yesterday`` or an ISO date."""
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    if written in named:
        return named[written]
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(
            "--day", f"{written!r} is no day; allowed: a date such as 2026-03-04, today, yesterday"
        ) from error
    if day > today:
        raise UsageError("--day", f"{written} has not begun; allowed: a day up to {today}, today, yesterday")
    if day.year not in _YEARS:
        raise UsageError("--day", f"{written} is long before any look; allowed: a day from {_YEARS[0]} on")
    return day


def iso_day(name: str, written: str | None) -> date | None:
    """A day from an option, as ISO 8601."""
    if written is None:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(name, f"{written!r} is no day; allowed: 2026-03-04") from error
    if day.year not in _YEARS:
        allowed = f"a day from {_YEARS[0]} to {_YEARS[-1]}"
        raise UsageError(name, f"{written} is beyond all that is kept; allowed: {allowed}")
    return day


def moment_of(name: str, written: str | None, parallax: Parallax) -> datetime | None:
    """An aware time from an option: ISO 8601, in the settings' zone where it names no offset; a day is its start."""
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise UsageError(name, f"{written!r} is no time; allowed: 2026-03-04 or 2026-03-04T20:00Z") from error
    if at.year not in _YEARS:
        allowed = f"a time from {_YEARS[0]} to {_YEARS[-1]}"
        raise UsageError(name, f"{written} is beyond all that is kept; allowed: {allowed}")
    return at if at.tzinfo else at.replace(tzinfo=parallax.settings.time_zone)


def span_of(since: str | None, until: str | None, parallax: Parallax) -> tuple[datetime | None, datetime | None]:
    """From ``--since`` on and before ``--until``. Raises UsageError where no time lies between them."""
    start, end = moment_of("--since", since, parallax), moment_of("--until", until, parallax)
    if start is not None and end is not None and end <= start:
        raise UsageError("--until", f"{until} is not after --since {since}")
    return start, end


def known_slugs(name: str, slugs: list[str], known: list[str]) -> list[str]:
    """``slugs`` as they are; an unknown one is an error that names the nearest."""
    from difflib import get_close_matches

    for slug in slugs:
        if slug not in known:
            near = get_close_matches(slug, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "`parallax outlets` lists them"
            raise UsageError(name, f"{slug!r} is not in the catalogue; {hint}")
    return slugs
