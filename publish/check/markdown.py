"""A trial's report as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from publish.check.lines import (
    SIGNS,
    VERDICT_WORDS,
    counts_line,
    date_words,
    extracted,
    headline,
    made,
    sign_of,
    store_words,
)
from publish.check.model import ArticleCheck, CheckReport, OutletCheck
from publish.digest.markdown_escape import escaped
from publish.digest.safe import one_line


def check_markdown(report: CheckReport) -> str:
    """The whole report; it ends with a line end."""
    lines = ["# Parallax: the outlets, tried", "", escaped(headline(report)), "", escaped(made(report))]
    counts = report.fault_counts()
    if counts:
        lines += ["", "| fault | outlets |", "| --- | ---: |", *(f"| `{code}` | {number} |" for code, number in counts)]
    for outlet in report.worst_first():
        lines += ["", *_outlet(outlet)]
    return "\n".join(lines) + "\n"


def _outlet(outlet: OutletCheck) -> Iterator[str]:
    yield f"## {SIGNS[outlet.verdict]} {_said(outlet.name)}"
    yield ""
    yield f"`{outlet.slug}` · {outlet.group.value} · {VERDICT_WORDS[outlet.verdict]} · {counts_line(outlet)}"
    yield ""
    for remark in outlet.remarks():
        yield f"- {sign_of(remark)} {_said(remark.where)}: {_said(remark.what)} → {_said(remark.do)}"
    for channel in outlet.channels:
        yield f"- channel `{channel.slug}` ({channel.kind}): {_said(channel.said)}"
    for host in outlet.hosts:
        yield f"- host `{host.key}`: robots.txt {_said(host.robots)}; {host.delay_s:g} s between requests"
    for page in outlet.pages:
        yield f"- page {_said(page.url)}: {_said(page.fetched)}; would store {store_words(page)}"
        yield from _article(page.article)
    for article in outlet.feed_articles:
        yield f"- text of a feed {_said(article.url)}"
        yield from _article(article)
    for line in outlet.expectations:
        yield f"- {_said(line)}"


def _article(article: ArticleCheck | None) -> Iterator[str]:
    if article is None:
        return
    yield f"  - {_said(extracted(article))}"
    topics = ", ".join(article.topics) or "none"
    yield f"  - {_said(date_words(article))}; {article.language or 'language not told'}; topics: {topics}"
    yield f"  - {_said(article.first_lines)}"


def _said(text: str) -> str:
    return escaped(one_line(text))
