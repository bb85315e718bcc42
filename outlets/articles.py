"""Which addresses are articles of an outlet, and which number the outlet gives them."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.outlet import Outlet
from domain.urls import bare_host, host_key, url_key
from outlets.documents import is_named_document

MAX_MATCHED_CHARS = 2048  # what an address is read to: the static check of patterns allows quadratic time


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def article_pattern(outlet: Outlet) -> re.Pattern[str] | None:
    """The outlet's ``article_url`` compiled; None where the catalogue knows no pattern."""
    return _compiled(outlet.article_url) if outlet.article_url else None


def is_article_url(outlet: Outlet, url: str) -> bool:
    """Whether ``url`` (absolute) is an article's address: by the pattern, without one by being on the outlet's hosts.

    A document's, by the outlet's ``pdf_url``, is one too.

    The address is tried as given and in the spelling of its key, so that tracking parameters, mirrors and a
    fragment do not hide an article. An address of more than 2,048 characters is none.
    """
    if len(url) > MAX_MATCHED_CHARS:
        return False
    pattern = article_pattern(outlet)
    if is_named_document(outlet, url):
        return True
    if pattern is None:
        return bare_host(host_key(url)) in {*outlet.hosts, *outlet.edition_hosts}
    return any(pattern.search(spelling) for spelling in _spellings(outlet, url))


def external_id(outlet: Outlet, url: str) -> str | None:
    """The outlet's own number of the article at ``url``, or None where the address has none."""
    if outlet.external_id is None or len(url) > MAX_MATCHED_CHARS:
        return None
    for spelling in _spellings(outlet, url):
        if found := _compiled(outlet.external_id).search(spelling):
            return found.group(1)
    return None


def _spellings(outlet: Outlet, url: str) -> tuple[str, str]:
    return url.split("#", 1)[0], "https://" + url_key(url, host_aliases=outlet.host_aliases)
