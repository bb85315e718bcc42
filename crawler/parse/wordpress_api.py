"""Where a site announces WordPress REST, and the calls that list its posts. Pure.

An API is asked only where the outlet itself names it, or the catalogue does: never at an address that is guessed.
Source: developer.wordpress.org/rest-api (discovery, posts, pagination).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.extract.charset import decode_page
from crawler.extract.markup import parse_page
from domain.urls import bare_host, host_key, http_url, url_key

RELATION = "https://api.w.org/"
POSTS_A_CALL = 100  # the most that the API gives at a time
MOST_ANNOUNCED = 4  # editions may have one each
_POSTS = "wp/v2/posts"
_FIELDS = "id,date_gmt,modified_gmt,link,title"
_ROUTE = "rest_route"  # where a site has plain permalinks: /?rest_route=/
_A_DAY = timedelta(days=1)
_MOST_HEADER_CHARS = 8_192
_MOST_TAGS = 2_000
_MOST_PAGES_DIGITS = 7
_LINK_VALUE = re.compile(r'<([^<>]{1,2000})>((?:\s{0,20};[^;,"<>]{0,200}(?:"[^"]{0,500}")?)*)')
_RELATIONS = re.compile(r';\s{0,20}rel\s{0,20}=\s{0,20}(?:"([^"]{0,500})"|([^\s;,"]{1,500}))', re.I)


def announced_apis(
    body: bytes, headers: Iterable[tuple[str, str]], *, url: str, content_type: str | None, hosts: Iterable[str]
) -> tuple[str, ...]:
    """The addresses of WordPress REST that a response names, in its ``Link`` headers or its link elements.

    Absolute, each once, at most four, on ``hosts`` (bare) alone, the outlet's own. ``body`` is read where it is HTML.
    """
    own = frozenset(hosts)
    named = [*_in_headers(headers, url), *(_in_page(body, url, content_type) if _is_html(content_type) else ())]
    found: dict[str, str] = {}
    for api in named:
        if bare_host(host_key(api)) in own:
            found.setdefault(url_key(api), api)
    return tuple(found.values())[:MOST_ANNOUNCED]


def _in_headers(headers: Iterable[tuple[str, str]], url: str) -> Iterator[str]:
    """By RFC 8288: ``<https://x.example/wp-json/>; rel="https://api.w.org/"``, several in one header as well."""
    for name, value in headers:
        if name.lower() != "link":
            continue
        for target, parameters in _LINK_VALUE.findall(value[:_MOST_HEADER_CHARS]):
            relations = _RELATIONS.search(parameters)
            api = http_url(target, base=url)
            if api is not None and relations and RELATION in (relations[1] or relations[2] or "").split():
                yield api


def _in_page(body: bytes, url: str, content_type: str | None) -> Iterator[str]:
    source = decode_page(body, content_type=content_type)
    page = parse_page(source, url=url) if source.strip() else None
    if page is None:
        return
    for link in islice(page.links, _MOST_TAGS):
        href = (link.get("href") or "").strip()
        if href and RELATION in (link.get("rel") or "").split() and (api := http_url(href, base=page.base)) is not None:
            yield api


def _is_html(content_type: str | None) -> bool:
    return (content_type or "text/html").partition(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}


def posts_url(api: str, since: date, until: date) -> str:
    """The first call for what the API at ``api`` lists as published on these local days, and a day on either side.

    The API goes by the site's own clock, which need not be the outlet's; what is of other days is left out later.
    """
    parts = urlsplit(api)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    path = parts.path or "/"
    if _ROUTE in pairs:
        pairs[_ROUTE] = f"{pairs[_ROUTE].rstrip('/')}/{_POSTS}"
    else:
        path = f"{path.rstrip('/')}/{_POSTS}"
    pairs |= {
        "after": f"{since - _A_DAY}T00:00:00",
        "before": f"{until + 2 * _A_DAY}T00:00:00",
        "per_page": str(POSTS_A_CALL),
        "page": "1",
        "orderby": "date",
        "order": "asc",
        "_fields": _FIELDS,
    }
    return f"{parts.scheme}://{parts.netloc}{path}?{urlencode(pairs, safe='/:,')}"


def page_number(url: str) -> int:
    """Which page of the posts a call asks for, from 1."""
    told = dict(parse_qsl(urlsplit(url).query)).get("page", "")
    return int(told) if _is_count(told) else 1


def following(url: str) -> str:
    """The call for the page after that of ``url``."""
    address, _, query = url.partition("?")
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    pairs["page"] = str(page_number(url) + 1)
    return f"{address}?{urlencode(pairs, safe='/:,')}"


def total_pages(headers: Iterable[tuple[str, str]]) -> int | None:
    """How many pages an answer says there are; None where it does not, or says no number."""
    told = [value.strip() for name, value in headers if name.lower() == "x-wp-totalpages"]
    return int(told[-1]) if told and _is_count(told[-1]) else None


def _is_count(told: str) -> bool:
    return told.isascii() and told.isdecimal() and len(told) <= _MOST_PAGES_DIGITS
