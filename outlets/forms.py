"""The other forms of an article's address: AMP, print, mobile and content-network copies, and the number in it. Pure.

General rules that hold for the software of many outlets. A form counts only where what is left is an article's address
of the outlet itself, so that a section called "print" stays one.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from domain.outlet import Outlet
from domain.sameness import ArticleNumber
from domain.urls import bare_host, host_key, url_key
from outlets.articles import MAX_MATCHED_CHARS, external_id, is_article_url
from outlets.claims import is_content_network
from outlets.values import LANGUAGES

_FORM_SEGMENTS = frozenset({"amp", "print", "printable"})
_FORM_SUFFIX = re.compile(r"(?<=.)\.(?:amp|print)(?=(?:\.html?)?$)")
_HOST_PREFIX = re.compile(r"^(?:m|mobile|amp|wap|print)\.")
_SWITCHES = frozenset("amp print printable amphtml isamp".split())  # name of a parameter that is a form by itself
_CHOICES = frozenset("output outputtype view format mode type layout".split())
_CHOSEN = frozenset("amp print printable mobile".split())
_PASSED_ON = frozenset("share replytocom nb".split())  # WordPress: a button that was pressed, not another page
_NAMES_AN_ARTICLE = re.compile(r"[\d_-]|.{20}")  # of a last segment, where the catalogue has no pattern


def main_form(outlet: Outlet, url: str) -> str | None:
    """The address of the article itself where ``url`` is a form of it on the outlet's hosts; None where it is none.

    ``https://m.x.az/amp/news/1-a/?print=1`` → ``https://x.az/news/1-a``. The same again gives None.
    """
    if len(url) > MAX_MATCHED_CHARS:
        return None
    host = _main_host(outlet, url)
    if host is None:
        return None
    parts = urlsplit(url)
    path, query = _main_path(parts.path), _main_query(parts.query)
    if (host, path, query) == (bare_host(host_key(url)), parts.path, parts.query):
        return None
    main = urlunsplit((parts.scheme, host, path, query, ""))
    is_another = _key(outlet, main) != _key(outlet, url)
    return main if is_another and _is_an_article(outlet, main) else None


def article_number(outlet: Outlet, url: str) -> ArticleNumber | None:
    """The outlet's number of the article at ``url`` with the numbering it counts in; None where nothing can be told.

    A number that is only a part of a segment and may be a year or a date, or has less than five digits, is none.
    """
    host = _main_host(outlet, url)
    if host is None:
        return None
    main = main_form(outlet, url) or url
    if not is_article_url(outlet, main):
        return None
    number = external_id(outlet, main)
    if number is None or not _is_telling(number, urlsplit(main).path):
        return None
    return ArticleNumber(numbering_of(outlet, main), number, outlet.translations_share_id)


def numbering_of(outlet: Outlet, url: str) -> str:
    """The numbering an address belongs to: its host, aliases and forms aside, and the language that it names."""
    parts = urlsplit(main_form(outlet, url) or url)
    host = _main_host(outlet, url) or bare_host(host_key(url))
    segments = [segment.lower() for segment in parts.path.split("/") if segment]
    named = [segment for segment in segments[:2] if segment in LANGUAGES][:1]
    named += [v.lower() for k, v in parse_qsl(parts.query) if k.lower() in {"lang", "language", "hl"}][:1]
    return "/".join([host, *named])


def is_main_place(outlet: Outlet, url: str) -> bool:
    """Whether ``url`` is looked at on the outlet's main host (or an edition's) and in the article's main form."""
    host = bare_host(host_key(url))
    return host in {*outlet.hosts[:1], *outlet.edition_hosts} and main_form(outlet, url) is None


def _main_host(outlet: Outlet, url: str) -> str | None:
    """The bare host behind a mirror's, a mobile or a content network's; None for a host that is not the outlet's."""
    host = bare_host(host_key(url))
    own = {*outlet.hosts, *outlet.edition_hosts}
    stripped = host if host in own else bare_host(_HOST_PREFIX.sub("", host))
    if stripped in own:
        return outlet.host_aliases.get(stripped, stripped)
    if outlet.hosts and is_content_network(host.partition(":")[0]):
        return outlet.hosts[0]
    return None


def _main_path(path: str) -> str:
    """The path without segments and endings that name a form."""
    segments = path.split("/")
    filled = [i for i, segment in enumerate(segments) if segment]
    at_ends = {i for i in (*filled[:1], *filled[-1:]) if segments[i].lower() in _FORM_SEGMENTS}
    kept = [segment for i, segment in enumerate(segments) if i not in at_ends]
    main = _FORM_SUFFIX.sub("", "/".join(kept))
    return main if main == path else _main_path(main)


def _main_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _is_form(name.lower(), value.lower())]
    return query if len(kept) == len(pairs) else urlencode(kept)


def _is_form(name: str, value: str) -> bool:
    return name in _SWITCHES or name in _PASSED_ON or (name in _CHOICES and value in _CHOSEN)


def _is_an_article(outlet: Outlet, url: str) -> bool:
    """Whether what is left can be an article: by the outlet's pattern, without one by how its last segment looks."""
    if outlet.article_url is not None:
        return is_article_url(outlet, url)
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    is_named = _NAMES_AN_ARTICLE.search(last) or re.search(r"=\d", parts.query)
    return is_article_url(outlet, url) and is_named is not None


def _is_telling(number: str, path: str) -> bool:
    if not number.isdigit():
        return len(number) >= 5
    if number in path.strip("/").split("/") or f"/{number}." in path:
        return True
    looks_dated = len(number) == 8 and number[:2] in {"19", "20"} and number[4:6] <= "12" and number[6:] <= "31"
    return len(number) >= 5 and not looks_dated


def _key(outlet: Outlet, url: str) -> str:
    return url_key(url, host_aliases=outlet.host_aliases)
