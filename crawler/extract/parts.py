"""A text that its outlet spreads over several addresses: which part a page is, and where the next and the first are.

Only an address that is the page's own but for its number counts: ``rel=next`` may lead to the next article, and a pager
to older comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.extract.markup import Page, path_of, places_of, text_of
from crawler.extract.shape import says_list
from crawler.extract.titles import plain_key
from domain.extraction import Extraction, Section, TextPart
from domain.urls import http_url, url_key

MAX_PARTS = 40
_MAX_ANCHORS = 5_000
_PARAMETERS = frozenset("page pg pagenum pageno page_no paged part sehife səhifə sayfa str stranica seite".split())
_NAMED_PATHS = (
    re.compile(
        r"(?<=[^/\d])[/_,.-](?:page|p|sehife|sayfa|part|stranitsa)[/_-]?(?P<number>\d{1,2})(?=/?$|\.html?$)", re.I
    ),
)
_PATHS = (
    *_NAMED_PATHS,
    re.compile(r"(?<=[^/\d])[_,](?P<number>\d{1,2})(?=\.[a-z]{3,5}$)", re.I),
    re.compile(r"(?<=[^\W\d_]{3})/(?P<number>\d{1,2})(?=/?$)"),
)
_BARE = re.compile(r"\?|(?:\./)?\d{1,2}/?(?:$|\.)|(?:\./)?(?:page|sehife|sayfa)\b", re.I)  # relative to the page itself
_NUMBER_BEHIND = re.compile(r"(?:\.\w{2,5})?/?[?/_,.;&-][\w=&;%?/-]{0,40}?\d")
_BARE_LINK = re.compile(r"""href=["']?(?:\?[^"'\s>]*\d|(?:\./)?\d{1,2}/?["'\s>.])""")
_COMMENTS = re.compile(r"comment|reply|replies|disqus|şərh|serh|yorum|komment", re.I)
_PAGER = re.compile(
    r"(?:page|part|səhifə|hissə|sayfa|bölüm|страница|стр\.?|часть)?\s*\d{1,2}\s*(?:/|of|из|-dən|-dan)\s*\d{1,2}|"
    r"(?:next|previous|növbəti|əvvəlki|sonraki|önceki|следующая|предыдущая|далее|назад)"
    r"(?: (?:page|part|səhifə|hissə|sayfa|страница|часть))?\W{0,3}|(?:\d{1,2}\s*[|·]?\s*){2,}",
    re.I,
)


def part_of(page: Page) -> TextPart | None:
    """Which part of a text the page is; None where it is whole, or a list."""
    stem, number = _numbered(page.url)
    if not path_of(page.url) or (number == 1 and not _may_have_parts(page.source, stem)) or says_list(page):
        return None
    numbered = dict(_siblings(page, stem))
    next_url = numbered.get(number + 1)
    if number == 1:
        return TextPart(1, next_url=next_url, first_url=None) if next_url else None
    first_url = numbered.get(1) or (stem if numbered.get(number - 1) else None)
    return TextPart(number, next_url=next_url, first_url=first_url) if first_url else None


def _may_have_parts(source: str, stem: str) -> bool:
    """Whether the page's own name stands anywhere with a number behind it: no link of most pages need be looked at."""
    named = _last_word(stem)
    is_numbered = any(_NUMBER_BEHIND.match(source, at + len(named)) for at in places_of(source, named))
    return is_numbered or _BARE_LINK.search(source) is not None


def _siblings(page: Page, stem: str) -> Iterator[tuple[int, str]]:
    """Addresses on the page that are its own but for the number, by number; the first of each counts."""
    key, seen = url_key(stem), set[int]()
    named = _last_word(stem)
    for element in islice(page.tree.iter("a", "link"), _MAX_ANCHORS):
        href = element.get("href") or ""
        if not (named in href or _BARE.match(href)) or (element.tag == "link" and not _is_turning(element)):
            continue  # what is asked here is cheap, and true of few links
        url = http_url(href, base=page.base)
        if url is None:
            continue
        other, number = _numbered(url)
        if number in seen or url_key(other) != key or _among_comments(element):
            continue
        if number == 1 and element.tag == "a" and not _is_pager_text(text_of(element)):
            continue  # the page's own address stands in its heading and in its share buttons too
        seen.add(number)
        yield number, url


def _last_word(stem: str) -> str:
    """What each address of the same text holds: the last part of its path, without its ending."""
    return urlsplit(stem).path.rstrip("/").rpartition("/")[2].rsplit(".", 1)[0][:40]


def _is_turning(element: HtmlElement) -> bool:
    return bool({"next", "prev", "previous", "first"} & set((element.get("rel") or "").lower().split()))


def _is_pager_text(text: str) -> bool:
    return len(text) <= 30 and (text.strip(" [](){}«‹<>»›").isdecimal() or _PAGER.fullmatch(text.strip()) is not None)


def _among_comments(element: HtmlElement) -> bool:
    return any(
        _COMMENTS.search(f"{above.get('class') or ''} {above.get('id') or ''}")
        for above in islice(element.iterancestors(), 6)
        if above.tag not in {"body", "html", "main"}
    )


def may_belong(first: Extraction, other: Extraction, *, url: str) -> bool:
    """Whether ``other``, at ``url``, may be a part of the text that ``first`` begins.

    A bare number at an address's end may be an article's own: then both must have one title, but for what follows it.
    """
    if _numbered(url) == _numbered(url, paths=_NAMED_PATHS):
        return True
    titles = [plain_key(one.title) for one in (first, other) if one.title]
    return len(titles) < 2 or titles[1].startswith(titles[0])


def _numbered(url: str, *, paths: Iterable[re.Pattern[str]] = _PATHS) -> tuple[str, int]:
    """The address without its part's number, and the number; 1 where it has none."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    for at, (name, value) in enumerate(pairs):
        if name.lower() in _PARAMETERS and value.isdecimal() and 1 <= int(value[:3]) <= 99:
            rest = urlencode(pairs[:at] + pairs[at + 1 :])
            return urlunsplit(parts._replace(query=rest, fragment="")), int(value)
    for pattern in paths:
        if found := pattern.search(parts.path):
            path = parts.path[: found.start()] + parts.path[found.end() :]
            return urlunsplit(parts._replace(path=path, fragment="")), int(found["number"])
    return urlunsplit(parts._replace(fragment="")), 1


def joined(parts: Iterable[Extraction]) -> Extraction:
    """The parts as one text: what every part repeats at its ends stands once, pagers are left out.

    Title, dates, authors and language are the first part's. Sections keep their places in the whole.
    """
    whole = list(parts)
    first = whole[0]
    kept: list[str] = []
    sections: list[Section] = []
    opening = _paragraphs(first)
    for number, part in enumerate(whole):
        paragraphs = _paragraphs(part)
        titles = {section.start: section for section in part.sections}
        start = 0
        repeated = _repeated(opening, paragraphs) if number else (0, len(paragraphs))
        for at, paragraph in enumerate(paragraphs):
            if repeated[0] <= at < repeated[1] and not _PAGER.fullmatch(paragraph):
                if found := titles.get(start):
                    sections.append(replace(found, start=sum(len(text) + 2 for text in kept)))
                kept.append(paragraph)
            start += len(paragraph) + 2
    links = dict.fromkeys(link for part in whole for link in part.links)
    return replace(
        first,
        text="\n\n".join(kept),
        sections=tuple(sections),
        footnotes=tuple(note for part in whole for note in part.footnotes),
        links=tuple(links),
        part=None,
    )


def _paragraphs(part: Extraction) -> list[str]:
    return (part.text or "").split("\n\n")


def _repeated(opening: list[str], paragraphs: list[str]) -> tuple[int, int]:
    """From and to of those paragraphs that the first part does not have at its beginning or end as well."""
    start, end = 0, len(paragraphs)
    while start < min(end, len(opening)) and paragraphs[start] == opening[start]:
        start += 1
    while (
        end > start
        and len(paragraphs) - end < len(opening)
        and paragraphs[end - 1] == opening[end - 1 - len(paragraphs)]
    ):
        end -= 1
    return start, end


def adds_text(part: Extraction, before: Extraction) -> bool:
    """Whether a part says anything that the one before does not: comments may have pages of their own too."""
    return bool(part.text) and part.text != before.text
