"""A trial's report as plain text in a fixed number of columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from publish.check.lines import (
    SIGNS,
    VERDICT_WORDS,
    date_words,
    extracted,
    headline,
    made,
    sign_of,
    store_words,
)
from publish.check.model import ArticleCheck, ChannelCheck, CheckReport, OutletCheck, PageCheck, Remark
from publish.digest.safe import one_line

_MARKS = {"good": "✓", "failed": "✗", "not asked": "–"}
_LABEL_COLUMNS = 13


def check_text(report: CheckReport, *, width: int = 100) -> str:
    """The whole report; it ends with a line end."""
    head = [headline(report), made(report)] if len(report.outlets) > 1 else [made(report)]
    lines = [line for told in head for line in _wrapped(told, "", "", width)]
    for outlet in report.worst_first():
        lines += ["", *_outlet(outlet, width)]
    return "\n".join(lines) + "\n"


def _outlet(outlet: OutletCheck, width: int) -> Iterator[str]:
    told = f"{SIGNS[outlet.verdict]} {one_line(outlet.name)} · {outlet.slug} · {VERDICT_WORDS[outlet.verdict]}"
    yield from _wrapped(told, "", "  ", width)
    for host in outlet.hosts:
        yield from _labelled(
            "host", f"{host.key}: robots.txt {host.robots}; {host.delay_s:g} s between requests", width
        )
    for channel in outlet.channels:
        yield from _channel(channel, width)
    for number, page in enumerate(outlet.pages, start=1):
        yield from _page(number, page, width)
    for number, article in enumerate(outlet.feed_articles, start=len(outlet.pages) + 1):
        yield from _labelled(f"{number} in a feed", article.url, width)
        yield from _article(article, width)
    for line in outlet.expectations:
        yield from _labelled("expected", line, width)
    remarks = outlet.remarks()
    if remarks:
        yield ""
        yield "  What to do"
    for remark in remarks:
        yield from _remark(remark, width)


def _channel(channel: ChannelCheck, width: int) -> Iterator[str]:
    yield from _labelled("channel", f"{_MARKS[channel.state]} {channel.slug}: {channel.said}", width)
    yield from _labelled("", channel.address, width)


def _page(number: int, page: PageCheck, width: int) -> Iterator[str]:
    title = f" “{one_line(page.listed_title)}”" if page.listed_title else ""
    yield from _labelled(f"{number} found", f"{page.channel or 'by a redirect'}:{title}", width)
    yield from _labelled("  fetched", f"{page.fetched}  {page.url}", width)
    if page.article is not None:
        yield from _article(page.article, width)
    yield from _labelled("  would store", store_words(page), width)


def _article(article: ArticleCheck, width: int) -> Iterator[str]:
    yield from _labelled("  extracted", extracted(article), width)
    yield from _labelled("  text", one_line(article.first_lines), width)
    yield from _labelled("  date", date_words(article), width)
    yield from _labelled("  language", article.language or "not told", width)
    yield from _labelled("  topics", ", ".join(article.topics) or "none", width)


def _remark(remark: Remark, width: int) -> Iterator[str]:
    yield from _wrapped(f"{sign_of(remark)} {one_line(remark.where)}: {one_line(remark.what)}", "  ", "    ", width)
    yield from _wrapped(f"→ {one_line(remark.do)}", "    ", "      ", width)


def _labelled(label: str, said: str, width: int) -> Iterator[str]:
    begin = f"  {label:<{_LABEL_COLUMNS}} "
    yield from _wrapped(one_line(said), begin, " " * len(begin), width)


def _wrapped(text: str, first: str, rest: str, width: int) -> Iterator[str]:
    yield from textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [first.rstrip()]
