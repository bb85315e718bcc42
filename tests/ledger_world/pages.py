"""Pages of the hundred days: an article in its outlet's template, with the noise of one request; lists; soft 404s."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from random import Random

from tests.ledger_world.markup import TEMPLATES
from tests.ledger_world.nouns import Outlet
from tests.world.dates import reader_date, rfc3339
from tests.world.script import Article

_SPONSOR_DAYS = 9


@cache
def chrome(language: str) -> dict[str, list[str]]:
    """The words around the texts of a language; one word is a list of one."""
    with (Path(__file__).parent / "chrome.toml").open("rb") as file:
        written = tomllib.load(file)[language]
    return {name: [words] if isinstance(words, str) else words for name, words in written.items()}


def article_page(
    outlet: Outlet,
    article: Article,
    shown: tuple[str, Sequence[str]],
    others: Sequence[Article],
    *,
    now: datetime,
    port: int,
    is_redesigned: bool,
    noise: Random,
) -> str:
    """The page of ``article`` that shows this (headline, paragraphs); what rotates is drawn from ``noise``."""
    title, paragraphs = shown
    words = chrome(outlet.language)
    picked = noise.sample(list(others), min(3, len(others)))
    return TEMPLATES["redesigned" if is_redesigned else outlet.template].substitute(
        language=outlet.language,
        site=escape(outlet.site.name),
        title=escape(title),
        head=_head(outlet, article, title, now, port),
        date=reader_date(article.published, "dotted", outlet.language, now),
        iso=rfc3339(article.published),
        author=f'<span class="author">{escape(article.author)}</span>' if article.author else "",
        body=_body(outlet, article, paragraphs, picked, now=now, noise=noise),
        views=f"{words['views'][0]}: {noise.randint(20, 9000)}",
        weather=words["weather"][0].format(noise.randint(-3, 39)),
        advert=f'<div class="advert"><a href="/ad/{noise.randint(1, 99)}">{noise.choice(words["advert"])}</a></div>',
        menu=_menu(words["menu"]),
        related=_list("related", words["related"][0], picked),
        latest=_list("latest", words["latest"][0], list(reversed(others))[:5]),
    )


def list_page(outlet: Outlet, articles: Sequence[Article], now: datetime) -> str:
    """The front page, or a section: links to articles, newest first."""
    words = chrome(outlet.language)
    rows = "\n".join(
        f'<li><a href="{one.path}">{escape(one.version(now).title)}</a> <span>{one.published:%d.%m.%Y}</span></li>'
        for one in articles
    )
    return (
        f'<!DOCTYPE html><html lang="{outlet.language}"><head><meta charset="utf-8"><title>{outlet.site.name}</title>'
        f'<meta property="og:type" content="website"></head><body class="home">{_menu(words["menu"])}'
        f"<h1>{words['latest'][0]}</h1><ul>{rows}</ul></body></html>"
    )


def missing_page(outlet: Outlet, others: Sequence[Article]) -> str:
    """What a soft 404 shows with status 200: the outlet's template with a page that says there is nothing."""
    words = chrome(outlet.language)
    return TEMPLATES[outlet.template].substitute(
        language=outlet.language,
        site=escape(outlet.site.name),
        title=words["missing"][0],
        head='<meta property="og:type" content="article">',
        date="",
        iso="",
        author="",
        body=f"<p>{words['missing_text'][0]}</p>",
        views="",
        weather="",
        advert="",
        menu=_menu(words["menu"]),
        related=_list("related", words["related"][0], list(reversed(others))[:3]),
        latest="",
    )


def _body(
    outlet: Outlet,
    article: Article,
    paragraphs: Sequence[str],
    picked: Sequence[Article],
    *,
    now: datetime,
    noise: Random,
) -> str:
    """The paragraphs, with what the outlet puts between them."""
    words = chrome(outlet.language)
    blocks = [f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs]
    if outlet.rotates and len(blocks) > 2:
        advert = noise.choice(words["advert"])
        blocks.insert(noise.randint(1, 2), f'<div class="ad banner">{advert} {noise.randint(1, 50)} AZN</div>')
        if picked:
            also = f'{words["related"][0]}: <a href="{picked[0].path}">{escape(picked[0].versions[0].title)}</a>'
            blocks.insert(len(blocks) - 1, f'<p class="read-also">{also}</p>')
    if outlet.hints_after:
        blocks.append(f'<p class="source-line">{words["source"][0].format(article.number)}</p>')
    if outlet.has_sponsor:
        line = words["sponsor"][now.toordinal() // _SPONSOR_DAYS % len(words["sponsor"])]
        blocks.append(f'<p class="mark">{line}</p>')
    return "\n".join(blocks)


def _head(outlet: Outlet, article: Article, title: str, now: datetime, port: int) -> str:
    address = f"http://{outlet.site.host}:{port}{article.path}"
    lines = [f'<link rel="canonical" href="{address}">']
    if outlet.site.opengraph:
        lines.append(f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(title)}">')
        lines.append(f'<meta property="article:published_time" content="{rfc3339(article.published)}">')
    if outlet.site.json_ld:
        data = {
            "@context": "https://schema.org",
            "@type": "LiveBlogPosting" if article.path.startswith("/live/") else "NewsArticle",
            "headline": title,
            "datePublished": rfc3339(article.published),
            "dateModified": rfc3339(article.updated(now)),
            **({"author": {"@type": "Person", "name": article.author}} if article.author else {}),
        }
        lines.append(f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>')
    return "\n".join(lines)


def _menu(words: Sequence[str]) -> str:
    rows = "".join(f'<li><a href="/s/{at}">{word}</a></li>' for at, word in enumerate(words))
    return f'<ul class="menu">{rows}</ul>'


def _list(name: str, heading: str, articles: Sequence[Article]) -> str:
    rows = "".join(f'<li><a href="{one.path}">{escape(one.versions[0].title)}</a></li>' for one in articles)
    return f'<div class="{name}"><h3>{heading}</h3><ul>{rows}</ul></div>' if articles else ""
