"""How the status says things: looks, pauses, moments. One wording for every form of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.fetch import FetchOutcome, PageReading
from publish.digest.words import day_words, duration_words
from storage.look_queries import LookFact

_PUT_OFF = 1.2  # times the interval: less is chance, polls are spread by a tenth
LATE_AFTER = timedelta(seconds=60)
_SMALL = "no one two three four five six seven eight nine ten eleven twelve".split()
_OUTCOMES: Mapping[str, str] = {
    "same_content": "same content",
    "not_modified": "304",
    "not_found": "404",
    "gone": "410",
    "http_error": "an error of the server",
    "refused": "refuses our user agent",
    "rate_limited": "asks us to slow down",
    "needs_key": "needs a key",
    "key_refused": "its API does not take the key",
    "quota_spent": "its API's quota is used up",
    "robots_disallowed": "robots.txt disallows it",
    "robots_unreachable": "robots.txt can't be read, so nothing is fetched",
    "address_refused": "leads to a network that must not be reached",
    "proxy_error": "ours: nothing came through its proxy",
    "render_error": "it came, and our browser did not show it",
    "redirect_loop": "redirects in circles",
    "dns_error": "its name was not found",
    "connect_error": "no connection",
    "tls_error": "no secure connection",
    "timeout": "no answer in time",
    "too_large": "larger than it may be",
    "truncated": "the answer broke off",
    "unsupported_encoding": "in an encoding that no browser knows",
    "bad_response": "no HTTP that can be read",
    "crashed": "a fault of ours",
    "rollover": "its list held none of the entries of the look before",
    "not_running": "ours: nobody looked",
}
_TOLD_BY_DETAIL = frozenset(
    {
        FetchOutcome.ROBOTS_UNREACHABLE.value,
        FetchOutcome.KEY_REFUSED.value,
        FetchOutcome.QUOTA_SPENT.value,
        PageReading.PREVIEWS_OFF.value,
        PageReading.NO_CHANNEL.value,
    }
)
_READINGS: Mapping[str, str] = {
    "article": "an article",
    "empty_channel": "a channel that lists nothing",
    "no_article": "a page without an article",
    "soft_404": "another page in the article's place",
    "taken_down": "nothing kept: the article was taken down here",
    "front_page": "the front page in the article's place",
    "section": "a section in the article's place",
    "not_shown": "others of its channel, and not it",
    "partial": "half a page",
    "challenge": "challenge page",
    "login": "login page",
    "consent": "consent page",
    "not_a_feed": "not a feed",
    "previews_off": "its page shows no posts",
    "no_channel": "no public channel of this name",
    "resolved": "its id, by which its list is asked for",
    "unreadable": "can't be read",
    "too_large": "needs too much memory to be read",
    "timeout": "not read in time",
    "crashed": "a fault of ours in reading it",
    "part": "a part of an article",
    "scanned": "a document of pictures without text",
    "encrypted": "a document that asks for a password",
}


def count_words(count: int) -> str:
    """``no``, ``one`` … ``twelve``, then digits."""
    return _SMALL[count] if count < len(_SMALL) else f"{count:,}"


def cause_words(cause: str) -> str:
    """Why something was not seen: an outcome, a reading or a gap's own reason, in words."""
    return _OUTCOMES.get(cause) or _READINGS.get(cause) or cause.replace("_", " ")


def told_cause(cause: str, detail: str | None) -> str:
    """A cause with its detail, where that says more."""
    if cause in _TOLD_BY_DETAIL and detail:
        return detail
    return with_aside(cause_words(cause), detail)


def look_words(look: LookFact) -> str:
    """What came of a look: ``304``, ``same content``, ``6 new of 30``, ``challenge page (…)``."""
    if look.outcome == FetchOutcome.OK.value:
        return with_aside(_reading_words(look), look.error)
    if look.outcome == FetchOutcome.REDIRECTED.value:
        return f"redirected to {look.redirect_to}" if look.redirect_to else "redirected"
    if look.outcome == FetchOutcome.ROBOTS_UNREACHABLE.value and look.error:
        return look.error
    said = _OUTCOMES.get(look.outcome, look.outcome.replace("_", " "))
    is_good = FetchOutcome(look.outcome).is_success
    if look.status is not None and not is_good and not said.startswith(str(look.status)):
        said = f"{look.status}: {said}"
    if look.retry_after_s:
        said += f", to be asked again after {short_words(look.retry_after_s)}"
    is_said = look.error is not None and look.error.startswith(f"{look.status} ")  # "404 Not Found"
    return said if is_said else with_aside(said, look.error)


def _reading_words(look: LookFact) -> str:
    if look.reading is None:
        return "new content, not read yet"
    if look.reading == PageReading.LISTED.value:
        if look.listed is None or look.known is None:
            return "read"
        new = look.listed - look.known
        return f"{new:,} new of {look.listed:,}" if new else f"nothing new of {look.listed:,}"
    return _READINGS.get(look.reading, look.reading.replace("_", " "))


def with_aside(said: str, detail: str | None) -> str:
    """``said (detail)``; ``said`` alone where there is no detail or it says the same."""
    return said if not detail or detail in {said, f"the page is a {said}"} else f"{said} ({detail})"


def late_words(look: LookFact) -> str | None:
    """``asked 3 min late`` where a look began more than a minute after it was due; else None."""
    if look.due_at is None or look.requested_at - look.due_at <= LATE_AFTER:
        return None
    return f"asked {short_words((look.requested_at - look.due_at).total_seconds())} late"


def short_words(seconds: float) -> str:
    """A length of time: ``12 s``, ``4 min 50 s``, ``2 h 11 min``, ``3 d 4 h``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole >= 3600:
        return duration_words(timedelta(seconds=whole))
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def age_words(seconds: float) -> str:
    """A length of time to the minute: ``0 min``, ``1 h 52 min``, ``3 d 2 h``."""
    return "0 min" if seconds < 60 else duration_words(timedelta(seconds=seconds))


def pace_words(interval_s: float, *, failures: int, polled_at: datetime | None, next_at: datetime | None) -> str:
    """``every 30 min``; where failures put the next poll off, ``every 30 min, now 1 h``."""
    said = f"every {age_words(interval_s)}"
    if not failures or polled_at is None or next_at is None:
        return said
    pause_s = (next_at - polled_at).total_seconds()
    return f"{said}, now {age_words(pause_s)}" if pause_s >= _PUT_OFF * interval_s else said


def brief_age_words(seconds: float) -> str:
    """The same for a narrow column: ``1 h 52``."""
    said = age_words(seconds)
    return said.removesuffix(" min") if " h " in said else said


def brief_moment_words(at: datetime | None, zone: ZoneInfo, *, now: datetime, never: str = "never") -> str:
    """A moment for a narrow column: ``22:05`` today, ``18 Nov`` on another day."""
    if at is None or at.astimezone(zone).date() == now.astimezone(zone).date():
        return moment_words(at, zone, now=now, never=never)
    return day_words(at, zone)


def moment_words(at: datetime | None, zone: ZoneInfo, *, now: datetime, never: str = "never") -> str:
    """``22:05`` today, ``18 Nov 22:05`` on another day, with the year where that is another."""
    if at is None:
        return never
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{day_words(at, zone)}{year} {local:%H:%M}"


def span_words(start: datetime, end: datetime | None, zone: ZoneInfo, *, now: datetime) -> str:
    """``14:10–19:42``, ``18 Nov 23:10 – 19 Nov 02:00``, ``since 22:05``."""
    first = moment_words(start, zone, now=now)
    if end is None:
        return f"since {first}"
    if start.astimezone(zone).date() == end.astimezone(zone).date():
        return f"{first}–{end.astimezone(zone):%H:%M}"
    return f"{first} – {day_words(end, zone)} {end.astimezone(zone):%H:%M}"


def bytes_words(size: int) -> str:
    """``18.4 GB``, ``310 MB``, ``12 kB``; decimal."""
    for unit, power in (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)):
        if size >= 10**power:
            return f"{size / 10**power:.1f} {unit}"
    return f"{size} B"
