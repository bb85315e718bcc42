"""Reads the sample world's script from ``data/``."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from tests.world.fillers import write_filler
from tests.world.script import (
    DATA,
    DAY0,
    Article,
    ChannelScript,
    Incident,
    IncidentKind,
    Removal,
    Script,
    Site,
    Stray,
    Version,
    moment,
)


def load_script(day0: date = DAY0, folder: Path = DATA) -> Script:
    """The script under ``folder`` with its calendar laid from ``day0`` on."""
    sites = tuple(_site(_toml(path)) for path in sorted((folder / "outlets").glob("*.toml")))
    articles: list[Article] = []
    strays: list[Stray] = []
    redirects: dict[tuple[str, str], str] = {}
    for site in sites:
        written = _toml(folder / "articles" / f"{site.slug}.toml")
        articles += [_article(site, raw, day0) for raw in written.get("article", [])]
        articles += [_filler_article(site, raw, day0, folder) for raw in written.get("filler", [])]
        strays += [_stray(site, raw, day0) for raw in written.get("stray", [])]
        redirects |= {(raw.get("host", site.host), raw["path"]): raw["to"] for raw in written.get("redirect", [])}
    articles.sort(key=lambda article: (article.published, article.outlet, article.slug))
    incidents = tuple(_incident(raw, day0) for raw in _toml(folder / "incidents.toml")["incident"])
    return Script(day0, sites, tuple(articles), tuple(strays), incidents, redirects)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _site(raw: dict[str, Any]) -> Site:
    channels = tuple(ChannelScript(**channel) for channel in raw.pop("channels"))
    languages, mirrors = tuple(raw.pop("languages")), tuple(raw.pop("mirrors", ()))
    hints = {name: tuple(values) for name, values in raw.pop("hints", {}).items()}
    return Site(**raw, languages=languages, mirrors=mirrors, channels=channels, hints=hints)


def _article(site: Site, raw: dict[str, Any], day0: date) -> Article:
    """An article written by hand; its seconds and number follow from its slug, so that they never move."""
    slug = raw["slug"]
    published = moment(day0, raw["at"]) + timedelta(seconds=crc32(slug.encode()) % 60)
    versions = [Version(published, raw["title"], _paragraphs(raw["text"]))]
    for edit in raw.get("edit", []):
        versions.append(_edited(versions[-1], edit, day0))
    article = Article(
        outlet=site.slug,
        slug=slug,
        number=raw.get("number", 100_000 + crc32(f"{site.slug}/{slug}".encode()) % 900_000),
        path="",
        section=raw.get("section", "news"),
        language=raw.get("language", site.languages[0]),
        author=raw.get("author"),
        published=published,
        versions=tuple(versions),
        stated=datetime.fromisoformat(raw["stated"]) if "stated" in raw else None,
        touched=tuple(moment(day0, at) for at in raw.get("touched", [])),
        removals=tuple(_removal(removal, day0) for removal in raw.get("removal", [])),
        channels=tuple(raw["channels"]) if "channels" in raw else None,
    )
    return replace(article, path=raw.get("path") or _path(site, article))


def _filler_article(site: Site, raw: dict[str, Any], day0: date, folder: Path) -> Article:
    """An article from the sentence banks: theme and slots follow from the outlet and the moment."""
    language = raw.get("language", site.languages[0])
    filler = write_filler(
        folder / "fillers" / f"{language}.toml", raw["theme"], f"{site.slug} {raw.get('seed', raw['at'])}"
    )
    return _article(site, {**raw, "slug": filler.slug, "title": filler.title, "text": filler.text}, day0)


def _path(site: Site, article: Article) -> str:
    day = article.published
    return site.path.format(
        slug=article.slug,
        number=article.number,
        section=article.section,
        language=article.language,
        y=day.year,
        m=day.month,
        mm=f"{day.month:02}",
        dd=f"{day.day:02}",
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(block.split()) for block in text.strip().split("\n\n"))


def _edited(before: Version, edit: dict[str, Any], day0: date) -> Version:
    """The next version: a new title, a new text, or words replaced (each must be there)."""
    text = edit.get("text", before.text)
    for old, new in edit.get("replace", []):
        if old not in text:
            raise ValueError(f"an edit replaces words that are not there: {old}")
        text = text.replace(old, new)
    return Version(
        at=moment(day0, edit["at"]),
        title=edit.get("title", before.title),
        paragraphs=_paragraphs(text),
        announced=edit.get("announced", True),
    )


def _removal(raw: dict[str, Any], day0: date) -> Removal:
    until = moment(day0, raw["until"]) if "until" in raw else None
    return Removal(moment(day0, raw["at"]), raw["status"], until)


def _stray(site: Site, raw: dict[str, Any], day0: date) -> Stray:
    return Stray(site.slug, raw["channel"], moment(day0, raw["at"]), raw["title"], raw.get("link"))


def _incident(raw: dict[str, Any], day0: date) -> Incident:
    return Incident(
        outlet=raw["outlet"],
        where=raw["where"],
        kind=IncidentKind(raw["kind"]),
        since=moment(day0, raw["since"]),
        until=moment(day0, raw["until"]),
        status=raw.get("status", 200),
        retry_after=raw.get("retry_after"),
    )
