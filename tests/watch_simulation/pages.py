"""Real pages: an article in its outlet's template or in a new one that its selectors don't fit, really read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from random import Random
from zoneinfo import ZoneInfo

from crawler.decide import refusal
from crawler.extract.article import extract_article
from domain.fetch import PageReading
from domain.outlet import PageHints
from tests.world.pages import article_page
from tests.world.reading import load_script
from tests.world.script import ZONE, Article, Script, Site, Version

SWAPS = ("empty", "short", "boilerplate", "same_title", "undated")
FRAMES = ("app", "cards")
_PAGES_A_POOL = 24
_NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PageContent:
    """What reading a page gave, as the store would keep it."""

    reading: PageReading
    chars: int | None = None
    title: str | None = None
    is_dated: bool | None = None
    text_sha256: str | None = None
    paragraphs: tuple[str, ...] = ()


@cache
def _script() -> Script:
    return load_script()


@cache
def _words() -> tuple[str, ...]:
    texts = (version.text for article in _script().articles for version in article.versions if article.language == "az")
    return tuple(sorted({word.strip(".,:;!?«»\"'()") for text in texts for word in text.split()} - {""}))


def sites() -> tuple[Site, ...]:
    """The world's outlets, one a template."""
    by_template = {site.template: site for site in _script().sites if site.page_date != "none"}
    return tuple(by_template.values())


def site_named(slug: str) -> Site:
    """The outlet of that slug."""
    return next(site for site in _script().sites if site.slug == slug)


@cache
def usual_pages(slug: str, seed: int) -> tuple[PageContent, ...]:
    """Pages of an outlet in the template that its selectors fit."""
    site = site_named(slug)
    articles = _articles(site, f"{slug} {seed}")
    return tuple(_read(site, article_page(site, a, articles[:3], _NOW, 80)) for a in articles)


@cache
def swapped_pages(slug: str, swap: str, seed: int) -> tuple[PageContent, ...]:
    """Pages of the same outlet after a swap of its template."""
    site = site_named(slug)
    articles = _articles(site, f"{slug} {swap} {seed}")
    frame = FRAMES[seed % len(FRAMES)]
    return tuple(_read(site, _swapped(site, article, swap, frame)) for article in articles)


def _articles(site: Site, seed: str) -> list[Article]:
    chance = Random(seed)
    model = next(article for article in _script().articles if article.outlet == site.slug and article.stated is None)
    made = []
    for number in range(_PAGES_A_POOL):
        at = _NOW.astimezone(ZONE) - timedelta(hours=number + 1)
        sizes = [chance.randint(25, 60) for _ in range(max(2, round(chance.lognormvariate(1.6, 0.5))))]
        version = Version(at, _sentence(chance, 7), tuple(_sentence(chance, size) for size in sizes))
        slug = f"s{number}-{chance.randrange(10**6)}"
        made.append(
            replace(model, slug=slug, path=f"/{slug}", published=at, versions=(version,), touched=(), removals=())
        )
    return made


def _sentence(chance: Random, words: int) -> str:
    chosen = chance.sample(_words(), words)
    return " ".join([chosen[0].capitalize(), *chosen[1:]]) + "."


def _swapped(site: Site, article: Article, swap: str, frame: str) -> str:
    version = article.versions[0]
    title = site.name if swap == "same_title" else version.title
    date = (
        ""
        if swap == "undated"
        else f"<time datetime='{article.published.isoformat()}'>{article.published:%d.%m.%Y}</time>"
    )
    body = {
        "empty": "",
        "short": f"<p>{escape(' '.join(version.paragraphs[0].split()[:9]))}…</p>",
        "boilerplate": "\n".join(f"<p>{escape(text)}</p>" for text in _boilerplate(site.slug)),
    }.get(swap, "\n".join(f"<p>{escape(text)}</p>" for text in version.paragraphs))
    nav = f"<nav><a href='/'>{escape(site.name)}</a></nav>"
    heading = f"<h1>{escape(title)}</h1>{date}"
    head = f"<title>{escape(title)}</title><meta charset='utf-8'><meta property='og:type' content='article'>"
    main = {
        "app": f"<div id='app'><main class='x1'>{heading}<div class='x2'>{body}</div></main></div>",
        "cards": f"<article class='c-card'><header>{heading}</header><section>{body}</section></article>",
    }[frame]
    return f"<!doctype html><html lang='az'><head>{head}</head><body>{nav}{main}</body></html>"


@cache
def _boilerplate(slug: str) -> tuple[str, ...]:
    chance = Random(f"boilerplate {slug}")
    return tuple(_sentence(chance, 30) for _ in range(4))


def _read(site: Site, page: str) -> PageContent:
    read = extract_article(
        page.encode(site.charset if site.charset in page else "utf-8", "xmlcharrefreplace"),
        url=f"http://{site.host}/a",
        content_type=f"text/html; charset={site.charset if site.charset in page else 'utf-8'}",
        hints=PageHints(**site.hints),
        zone=ZoneInfo("Asia/Baku"),
        now=_NOW + timedelta(days=1),
        languages=site.languages,
    )
    refused = refusal(read)
    if refused is not None:
        return PageContent(refused.reading)
    text = read.text or ""
    return PageContent(
        PageReading.ARTICLE,
        chars=len(text),
        title=read.title,
        is_dated=read.published is not None,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        paragraphs=tuple(text.split("\n\n")),
    )
