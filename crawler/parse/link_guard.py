"""Which addresses a listing may lead to: no scripts, no mail, no files, no traps that grow without end."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from domain.urls import bare_host, host_key, http_url, site_of, url_key

MAX_LINK_CHARS = 1_024
_MAX_SEGMENT_REPEATS = 3
_MOST_IN_A_ROW = 2
_MAX_SEGMENTS = 24
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|css|js|json|xml|rss|mp[34]|m4[av]|webm|og[gv]|wav|avi|mov|zip|rar|7z|gz|exe|apk)$",
    re.I,
)
_NO_ARTICLE = frozenset(
    "tag tags teq teqler category categories kateqoriya rubrika author authors muellif page search axtar axtaris login "
    "signin register rss feed feeds about haqqimizda elaqe contact contacts kontakt reklam advertising privacy terms "
    "archive arxiv wp-login.php wp-admin cdn-cgi user profile".split()
)
# Ways through a calendar: each day leads to the next, for ever.
_CALENDAR = re.compile(r"/(?:[\w-]*calendar|t[eə]qvim|takvim|календарь|kalendar)(?:/|$)", re.I)
_CALENDAR_QUERY = re.compile(
    r"(?:^|&)(?:[\w-]*date|month|day|week|cal|calendar|tarix|ay|gun)(?:\[\])?=\d{4}[-./]?\d{1,2}(?:[-./]?\d{1,2})?(?:&|$)",
    re.I,
)
_REPLY = re.compile(r"(?:^|&)replytocom=", re.I)
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/?#;]*", re.I)
_SESSION = re.compile(r"(?<=[?&])(?:(?:jsessionid|phpsessid|sessionid)=[^&]*|(?:sid|s)=[0-9a-f]{16,}(?=&|$))&?", re.I)
_SLUG = re.compile(r"(?:[^\W\d_]+[-_]){2,}[^\W_]+", re.I)
_NUMBER = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True)
class LinkGuard:
    """Judges the links of one page. ``article_url`` is the outlet's pattern, None where it has none."""

    page_url: str
    base: str
    article_url: re.Pattern[str] | None

    def resolved(self, href: str) -> str | None:
        """``href`` as the address of another page that may be looked at, or None."""
        if not href or href.startswith("#") or len(href) > MAX_LINK_CHARS:
            return None
        url = _without_session(http_url(href, base=self.base))
        if url is None or len(url) > MAX_LINK_CHARS or url_key(url) == url_key(self.page_url):
            return None
        path = urlsplit(url).path
        is_trap = _repeats(path) or (self._is_calendar(url) and not self._is_known(url))
        return None if _FILE.search(path) or is_trap or not self._is_near(url) else url

    def is_article(self, url: str) -> bool:
        """Whether the outlet's pattern says so; always where it has none."""
        return self.article_url is None or self.article_url.match(url) is not None

    def looks_like_article(self, url: str) -> bool:
        """Whether an address without a pattern has an article's form: a slug of words, or a number."""
        parts = urlsplit(url)
        segments = [segment for segment in parts.path.split("/") if segment]
        if not segments or parts.path == urlsplit(self.page_url).path or _NO_ARTICLE & {s.lower() for s in segments}:
            return False
        return bool(_SLUG.search(segments[-1]) or _NUMBER.search(f"{segments[-1]} {parts.query}"))

    @staticmethod
    def _is_calendar(url: str) -> bool:
        """Whether an address is a day or month of a calendar, or a form to answer a comment: each leads to another."""
        parts = urlsplit(url)
        asks = _CALENDAR_QUERY.search(parts.query) or _REPLY.search(parts.query)
        return asks is not None or _CALENDAR.search(unquote(parts.path)) is not None

    def _is_known(self, url: str) -> bool:
        return self.article_url is not None and self.article_url.match(url) is not None

    def _is_near(self, url: str) -> bool:
        """Of the page's own site, or of a mirror that the outlet's pattern knows."""
        host = bare_host(urlsplit(url).hostname or "")
        is_own = site_of(host) == site_of(bare_host(urlsplit(self.page_url).hostname or ""))
        return is_own or self._is_known(url)


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are on one host, ``www.`` aside."""
    return bare_host(host_key(one)) == bare_host(host_key(other))


def _without_session(url: str | None) -> str | None:
    """An address without the number of a visit, which would make it another one at each look."""
    if url is None:
        return None
    return _SESSION.sub("", _PATH_SESSION.sub("", url)).rstrip("?&")


def _repeats(path: str) -> bool:
    """Whether a path goes in circles, as relative links on a page without end do."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > _MAX_SEGMENTS:
        return True
    if any(len(set(segments[i : i + _MOST_IN_A_ROW + 1])) == 1 for i in range(len(segments) - _MOST_IN_A_ROW)):
        return True
    return any(count > _MAX_SEGMENT_REPEATS for count in Counter(segments).values()) or any(
        segments[i : i + 2] == segments[i + 2 : i + 4] for i in range(len(segments) - 3)
    )
