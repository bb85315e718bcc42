"""The rule by which links are told: another document, or the same at another form of its address."""

from __future__ import annotations

import re

from analysis.changes.model import ChangeClass
from analysis.changes.place import Place, Verdict
from domain.urls import url_key

_ADDRESSES = ("http://", "https://", "www.")
_SUBDOMAINS = re.compile(r"(?:m|amp|mobile)\.")


def link(place: Place) -> Verdict | None:
    old, new = ([t.text for t in tokens if t.text.startswith(_ADDRESSES)] for tokens in (place.old, place.new))
    if not (old or new):
        return None
    if [_document(address) for address in old] == [_document(address) for address in new]:
        return Verdict(ChangeClass.LINK, 0.1, "the same document, at another form of its address")
    return Verdict(ChangeClass.LINK, 0.6, "a link leads elsewhere, or is there no more")


def _document(address: str) -> str:
    key = url_key(address if "://" in address else f"https://{address}")
    return _SUBDOMAINS.sub("", key, count=1) if _SUBDOMAINS.match(key) else key
