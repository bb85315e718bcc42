"""How the digest says things: times as intervals, durations, counts, causes. One wording for every form of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.outlet import ChannelKind, Group
from domain.times import Precision
from publish.digest.articles import Article, Figure, Interval, Mean
from publish.digest.model import Digest, Unseen, UnseenKind

_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_LONG_MONTHS = "January February March April May June July August September October November December".split()
_MONTHS = [name[:3] for name in _LONG_MONTHS]
LANGUAGE_NAMES: Mapping[str, str] = {
    "az": "Azerbaijani", "ru": "Russian", "tr": "Turkish", "en": "English", "de": "German", "fr": "French",
    "fa": "Persian", "ka": "Georgian", "hy": "Armenian", "uk": "Ukrainian", "ar": "Arabic",
}  # fmt: skip
SIGNS = {
    Group.OFFICIAL: "■", Group.PRO_GOVERNMENT: "◪", Group.INDEPENDENT: "●", Group.EXILE: "▲",
    Group.INTERNATIONAL: "◆", Group.UNKNOWN: "○",
}  # fmt: skip
KIND_NAMES: Mapping[ChannelKind, str] = {
    ChannelKind.FEED: "feed",
    ChannelKind.LISTING: "listing",
    ChannelKind.SITEMAP: "sitemap",
    ChannelKind.YOUTUBE: "YouTube",
    ChannelKind.TELEGRAM: "Telegram",
    ChannelKind.MANUAL: "by hand",
}
_CAUSES: Mapping[str, str] = {
    "not_found": "Its address answers 404.",
    "gone": "Its address answers 410.",
    "refused": "It refuses our user agent; not evaded.",
    "rate_limited": "Asked us to slow down; we wait.",
    "http_error": "Server error.",
    "needs_key": "Its platform answers only with a key, and none is set: ours, not the outlet's.",
    "key_refused": "Its platform does not take our key: ours, not the outlet's.",
    "quota_spent": "What our key may ask of its platform in a day was used up.",
    "robots_disallowed": "Its robots.txt does not let us look.",
    "robots_unreachable": "Its robots.txt could not be read, so nothing was fetched.",
    "address_refused": "Its name leads to a network that must not be reached.",
    "proxy_error": "Nothing came through our proxy: ours, not the outlet's.",
    "render_error": "It came, and our browser did not show it.",
    "redirect_loop": "It redirects in circles.",
    "dns_error": "Its name was not found.",
    "connect_error": "No connection.",
    "tls_error": "No secure connection.",
    "timeout": "No answer in time.",
    "too_large": "Larger than a channel may be.",
    "truncated": "The answer broke off.",
    "unsupported_encoding": "In an encoding that no browser knows.",
    "bad_response": "The answer was no HTTP that can be read.",
    "crashed": "An error of ours.",
    "challenge": "A challenge page came in its place; not evaded.",
    "login": "A login page came in its place.",
    "consent": "A consent page came in its place.",
    "not_a_feed": "What came was no feed.",
    "previews_off": "Its page showed no posts: previews are off.",
    "no_channel": "Its platform shows no public channel of this name.",
    "unreadable": "What came could not be read.",
    "no_article": "A page came with nothing on it.",
    "soft_404": "Another page came in the article's place.",
    "taken_down": "The article was taken down here: nothing of it is kept.",
    "partial": "It came incomplete.",
    "rollover": "Its list had turned over completely; some may be missing for good.",
    "not_running": "Parallax was not running: ours, not the outlet's.",
    "overflow": "More was published than it holds; some may be missing for good.",
}


def plural(count: int, noun: str, nouns: str | None = None) -> str:
    """``1 article``, ``1,204 articles``; ``nouns`` where they take more than an s."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def figure_words(figure: Figure) -> str:
    """A count, with ≥ where it is a floor."""
    return f"≥ {figure.value:,}" if figure.is_floor else f"{figure.value:,}"


def counted_words(figure: Figure, noun: str) -> str:
    """``≥ 12 articles``."""
    return f"{'≥ ' if figure.is_floor else ''}{plural(figure.value, noun)}"


def mean_words(mean: Mean) -> str:
    """The mean of the days before; says when there is none."""
    if mean.value is None:
        return "none yet"
    return f"{mean.value:,.0f}" if mean.value >= 10 else f"{mean.value:.1f}".removesuffix(".0")


def mean_label(days: int) -> str:
    """What a mean is of: ``7-day mean``."""
    return f"{days}-day mean" if days else "mean"


def percent_words(part: int, whole: int) -> str:
    """A share to one decimal; rounded down, so that 100 % means all. Empty where there is no whole."""
    if not whole:
        return ""
    tenths = part * 1000 // whole
    return "100 %" if tenths == 1000 else f"{tenths / 10:.1f} %"


def duration_words(length: timedelta) -> str:
    """``50 min``, ``2 h 11 min``, ``3 d 4 h``."""
    minutes = int(length.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else "under a minute"


def pause_words(seconds: int | None) -> str:
    """A pause in minutes and hours; not known where there was no look."""
    return "not known" if seconds is None else duration_words(timedelta(seconds=seconds))


def zone_name(zone: ZoneInfo, at: datetime) -> str:
    """``Baku (UTC+4)``."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign, size = ("−" if minutes < 0 else "+"), abs(minutes)
    shown = f"{size // 60}" + (f":{size % 60:02d}" if size % 60 else "")
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    return city if city == "UTC" else f"{city} (UTC{sign}{shown})"


def day_words(at: datetime, zone: ZoneInfo) -> str:
    """``18 Nov``."""
    local = at.astimezone(zone)
    return f"{local.day} {_MONTHS[local.month - 1]}"


def clock_words(at: datetime, zone: ZoneInfo, *, since: datetime) -> str:
    """``16:25``; with its day where that is another than the one that starts at ``since``; 24:00 is the day's end."""
    local, first = at.astimezone(zone), since.astimezone(zone)
    if local.date() == first.date():
        return f"{local:%H:%M}"
    if (local - first) <= timedelta(hours=25) and f"{local:%H:%M}" == "00:00":
        return "24:00"
    return f"{day_words(at, zone)} {local:%H:%M}"


def span_words(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> str:
    """`` 14:10–19:42``, `` from 22:05``; nothing where neither end is known. Starts with a space."""
    if start is None:
        return ""
    local = f"{start.astimezone(zone):%H:%M}"
    return f" {local}–{end.astimezone(zone):%H:%M}" if end else f" from {local}"


def seen_words(seen: Interval, zone: ZoneInfo, *, since: datetime) -> str:
    """``16:25–16:31``; ``by 16:31`` where no look came before; one time where both ends fall in one minute."""
    by = clock_words(seen.by, zone, since=since)
    if seen.after is None:
        return f"by {by}"
    after = clock_words(seen.after, zone, since=since)
    return by if after == by else f"{after}–{by}"


def between_words(seen: Interval, zone: ZoneInfo, *, since: datetime) -> str:
    """``between 18:05 and 18:20``, or ``by 18:20``."""
    by = clock_words(seen.by, zone, since=since)
    if seen.after is None:
        return f"by {by}"
    if seen.after < since <= seen.by and by[2:3] == ":":  # both ends with their day where one needs it
        by = f"{day_words(seen.by, zone)} {by}"
    return f"between {clock_words(seen.after, zone, since=since)} and {by}"


def article_time(article: Article, zone: ZoneInfo, *, since: datetime) -> str:
    """When an article came: the stated time where it agrees with our looks, otherwise the interval of our looks."""
    if article.agreed_at is not None:
        return clock_words(article.agreed_at, zone, since=since)
    return seen_words(article.seen, zone, since=since)


def stated_words(article: Article, zone: ZoneInfo, *, since: datetime) -> str | None:
    """``stated 16 Nov`` where the outlet states a time that says more than, or other than, our looks; else None."""
    stated = article.stated
    if stated is None or article.agreed_at is not None:
        return None
    if stated.precision is Precision.DAY:
        same_day = stated.at.date() == article.seen.by.astimezone(zone).date()
        return None if same_day else f"stated {stated.at.day} {_MONTHS[stated.at.month - 1]} {stated.at.year}"
    return f"stated {clock_words(stated.utc, zone, since=since)}"


def cause_words(unseen: Unseen) -> str:
    """Why a channel was not seen, in one or two short sentences."""
    why = _CAUSES.get(unseen.cause or "", "")
    if unseen.cause and not why:
        why = f"{unseen.cause.replace('_', ' ').capitalize()}."
    if unseen.kind is UnseenKind.NOT_POLLED:
        said = unseen.detail or "Not polled by us."
        return said[:1].upper() + said[1:].removesuffix(".") + "."
    if unseen.kind is UnseenKind.NEVER_LOOKED:
        return "Not looked at: ours, not the outlet's."
    if unseen.kind is UnseenKind.FAILED:
        return " ".join(filter(None, ("No look succeeded.", why)))
    if unseen.kind is UnseenKind.LATE:
        return " ".join(filter(None, ("No good look in this time.", why or "Ours: we did not look.")))
    return why or "Not completely seen."


def caught_up_words(unseen: Unseen) -> str:
    """Whether a gap was caught up; empty while it is open, and for what is no gap."""
    if unseen.kind is not UnseenKind.GAP or (unseen.ended_at is None and not unseen.is_caught_up):
        return ""
    if unseen.is_caught_up:
        return "Caught up when it returned."
    return "Whether it caught up is not known." if unseen.is_caught_up is None else "Not caught up."


def heading_day(day: date) -> str:
    """``Thursday 19 November 2026``."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


def window_words(digest: Digest) -> str:
    """``00:00–24:00 Baku (UTC+4) = 18 Nov 20:00 – 19 Nov 20:00 UTC``."""
    zone = ZoneInfo(digest.zone)
    local = f"00:00–24:00 {zone_name(zone, digest.window_start)}"
    if zone.key == "UTC":
        return local
    utc = ZoneInfo("UTC")
    ends = " – ".join(f"{day_words(at, utc)} {at:%H:%M}" for at in (digest.window_start, digest.window_end))
    return f"{local} = {ends} UTC"


def published_words(digest: Digest) -> str:
    """``Published 20 Nov 06:00 Baku``; one that is not kept, of a day that is not over above all, is only ``made``."""
    zone = ZoneInfo(digest.zone)
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    verb = "Made" if digest.is_open or digest.edition is None else "Published"
    return f"{verb} {day_words(digest.made_at, zone)} {digest.made_at.astimezone(zone):%H:%M} {city}"
