"""From some addresses of articles to a pattern that all of them match: a proposal for ``article_url``. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.urls import bare_host, host_key, url_key
from outlets.patterns import checked_pattern

FEWEST = 3  # addresses; fewer have no shape
_LEAST_SHARE = 0.6  # of all addresses that the shape must cover
_LETTERS = r"[^/?#]+"
_SEGMENTS: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"(?:19|20)\d\d"), r"\d{4}"),
    (re.compile(r"\d{1,2}"), r"\d{1,2}"),
    (re.compile(r"\d+"), r"\d+"),
    (re.compile(r"\d+-.+"), r"\d+-[^/?#]+"),
    (re.compile(r".+[-_]\d+\.html?"), r"[^/?#]+[-_]\d+\.html?"),
    (re.compile(r"\d+\.html?"), r"\d+\.html?"),
    (re.compile(r".+\.html?"), r"[^/?#]+\.html?"),
    (re.compile(r".+\.php"), r"[^/?#]+\.php"),
    (re.compile(r".+[-_]\d{3,}"), r"[^/?#]+[-_]\d+"),
)

_LANGUAGE = "[a-z]{2}"  # as the first segment
_LAST = {r"\d{4}": r"\d+", r"\d{1,2}": r"\d+"}  # the first articles of a site that counts them


@dataclass(frozen=True, slots=True)
class Shape:
    """A proposed pattern, some addresses that it was read from, and how many of ``seen`` it matches."""

    pattern: str
    examples: tuple[str, ...]
    matches: int
    seen: int


def shape_of(urls: Iterable[str], host: str) -> Shape | None:
    """The shape that most addresses on ``host`` (bare, with its port where it has one) share.

    None where there are fewer than three, where no shape covers most of them, or where it is so general that a page of
    another kind would match it too.
    """
    own = list({url_key(url): url for url in urls if bare_host(host_key(url)) == host}.values())
    if len(own) < FEWEST:
        return None
    by_form: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for url in own:
        by_form[_form(url)].append(url)
    form, fitting = max(by_form.items(), key=lambda item: (len(item[1]), item[0]))
    if len(fitting) < max(FEWEST, len(own) * _LEAST_SHARE):
        return None
    return _checked(_pattern(form, fitting, host), fitting, own)


def _checked(pattern: str | None, fitting: Sequence[str], own: Sequence[str]) -> Shape | None:
    if pattern is None:
        return None
    try:
        compiled = checked_pattern(pattern)
    except ValueError:  # a shape that could take too long on a hostile address
        return None
    matches = sum(compiled.search(url) is not None for url in own)
    return Shape(pattern, tuple(fitting[:3]), matches, len(own)) if matches >= len(fitting) else None


def _form(url: str) -> tuple[str, ...]:
    """The kinds of an address's path segments, and its number in the query where it has one."""
    parts = urlsplit(url)
    numbers = re.findall(r"(?:^|&)(\w{1,20})=\d+(?=&|$)", parts.query)
    segments = _segments(url)
    *above, last = [_kind(segment) for segment in segments] or [""]
    if above and re.fullmatch("[a-z]{2}", segments[0]):
        above[0] = _LANGUAGE
    last = _LAST.get(last, last)
    return (*above, *([last] if last else []), *(f"?{name}" for name in numbers[:1]))


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]


def _kind(segment: str) -> str:
    return next((kind for form, kind in _SEGMENTS if form.fullmatch(segment)), _LETTERS)


def _pattern(form: Sequence[str], urls: Sequence[str], host: str) -> str | None:
    kinds = [kind for kind in form if not kind.startswith("?")]
    numbers = [kind[1:] for kind in form if kind.startswith("?")]
    columns = list(zip(*(_segments(url) for url in urls), strict=True))
    told = [
        _literal(kind, column, is_last=at == len(kinds) - 1)
        for at, (kind, column) in enumerate(zip(kinds, columns, strict=True))
    ]
    is_telling = bool(numbers) or any(part not in {_LETTERS, _LANGUAGE} for part in told)
    if not is_telling:
        return None
    path = "".join(f"/{part}" for part in told)
    end = rf"/?\?(?:[^#]*&)?{re.escape(numbers[0])}=\d+" if numbers else "/?$"
    return rf"^https?://(?:www\.)?{_escaped(host)}{path}{end}"


def _escaped(text: str) -> str:
    """``text`` as a pattern; a hyphen means itself outside of a set."""
    return re.escape(text).replace(r"\-", "-")


def _literal(kind: str, column: Sequence[str], *, is_last: bool) -> str:
    """A segment that is the same word in every address is that word; the last one never is."""
    return _escaped(column[0]) if kind == _LETTERS and not is_last and len(set(column)) == 1 else kind
