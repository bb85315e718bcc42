"""The sample world's pages: articles, listings and walls. Pure; the markup is in ``data/templates``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from html import escape
from string import Template

from tests.world.dates import reader_date, rfc3339
from tests.world.script import DATA, Article, ChannelScript, Site, Stray

RELATED = 4


def article_page(
    site: Site, article: Article, related: Sequence[Article], now: datetime, port: int, *, is_empty: bool = False
) -> str:
    """The page of ``article`` as it stands at ``now``; with ``is_empty`` the container of its text holds nothing."""
    version = article.version(now)
    paragraphs = () if is_empty else version.paragraphs
    words = {f"w_{name}": escape(word) for name, word in _chrome(article.language).items()}
    return _template(site.template).substitute(
        words,
        language=article.language,
        charset=site.charset,
        site=escape(site.name),
        home=f"http://{site.host}:{port}/",
        title=escape(version.title),
        head=_head(site, article, now, port),
        date=_page_date(site, article, now),
        author=escape(article.author or ""),
        section=escape(article.section),
        body="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs),
        body_br="<br><br>\n".join(escape(paragraph) for paragraph in paragraphs),
        related="\n".join(_related(site, other, now, port) for other in related[:RELATED]),
        related_one=_related(site, related[0], now, port) if related else "",
        visits=_visits(article, now) if site.shifting else "1",
        number=article.number,
        year=now.year,
    )


def listing_page(site: Site, channel: ChannelScript, items: Sequence[Article | Stray], now: datetime, port: int) -> str:
    """A page of link blocks, newest first."""
    language = channel.language or site.languages[0]
    words = {f"w_{name}": escape(word) for name, word in _chrome(language).items()}
    return _template(f"{site.template}-list").substitute(
        words,
        language=language,
        charset=site.charset,
        site=escape(site.name),
        home=f"http://{site.host}:{port}/",
        blocks="\n".join(_block(site, item, now) for item in items),
        year=now.year,
    )


def wall_page(name: str) -> str:
    """A page that stands in front of the article: ``challenge``, ``refused``, ``gone``, ``missing`` or ``error``."""
    return _template(f"wall-{name}").template


@cache
def _template(name: str) -> Template:
    return Template((DATA / "templates" / f"{name}.html").read_text(encoding="utf-8"))


@cache
def _chrome(language: str) -> dict[str, str]:
    written: dict[str, dict[str, str]] = tomllib.loads((DATA / "chrome.toml").read_text(encoding="utf-8"))
    return written[language]


def _page_date(site: Site, article: Article, now: datetime) -> str:
    if site.page_date == "none" or article.stated is not None:
        return ""
    return reader_date(article.published, site.date_style, article.language, now)


def _head(site: Site, article: Article, now: datetime, port: int) -> str:
    """What the page tells machines: OpenGraph, structured data, both or neither."""
    address = f"http://{site.host}:{port}{article.path}"
    title = article.version(now).title
    lines = [f'<link rel="canonical" href="{escape(address)}">'] if site.opengraph or site.json_ld else []
    if site.opengraph:
        properties = {"og:type": "article", "og:title": title, "og:url": address, "og:site_name": site.name}
        if article.stated is None:
            properties["article:published_time"] = rfc3339(article.published)
        if article.updated(now) != article.published:
            properties["article:modified_time"] = rfc3339(article.updated(now))
        lines += [f'<meta property="{key}" content="{escape(value)}">' for key, value in properties.items()]
    if site.json_ld:
        lines.append(
            f'<script type="application/ld+json">{_structured_data(site, article, title, address, now)}</script>'
        )
    return "\n".join(lines)


def _structured_data(site: Site, article: Article, title: str, address: str, now: datetime) -> str:
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "mainEntityOfPage": address,
        "inLanguage": article.language,
        "publisher": {"@type": "Organization", "name": site.name},
    }
    if article.stated is None:
        data["datePublished"] = rfc3339(article.published)
        data["dateModified"] = rfc3339(article.updated(now))
    if article.author:
        data["author"] = {"@type": "Person", "name": article.author}
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _related(site: Site, article: Article, now: datetime, port: int) -> str:
    return f'<li><a href="http://{site.host}:{port}{article.path}">{escape(article.version(now).title)}</a></li>'


def _block(site: Site, item: Article | Stray, now: datetime) -> str:
    if isinstance(item, Stray):
        link = f'<a class="news-link" href="{escape(item.link or "#")}">{escape(item.title)}</a>'
        return f'<div class="news-block">{link}</div>'
    shown = reader_date(item.published, site.date_style, item.language, now)
    teaser = item.version(now).paragraphs[0][:120]
    return (
        f'<div class="news-block"><a class="news-link" href="{escape(item.path)}">'
        f'<img src="/img/{item.number}.jpg" alt=""><h3>{escape(item.version(now).title)}</h3></a>'
        f'<span class="news-date">{shown}</span><p class="teaser">{escape(teaser)}…</p></div>'
    )


def _visits(article: Article, now: datetime) -> str:
    return str(int((now - article.published).total_seconds() // 37) + article.number % 90)
