"""When articles were published, as far as anything states it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.world.dates import rfc3339
from tests.world.script import Article, ChannelScript, Site
from tests.world.world import World

Row = dict[str, Any]


def stated_times(world: World, site: Site, article: Article) -> list[Row]:
    """Every time that is stated for ``article``: the one instant in each place's precision."""
    return _times_of_outlet(site, article) + _listed_times(world, article)


def best_of(times: Iterable[Row]) -> Row | None:
    """The most precise of stated times; None where nothing is stated."""
    return min(times, key=lambda row: ("second", "minute", "day").index(row["precision"]), default=None)


def _times_of_outlet(site: Site, article: Article) -> list[Row]:
    if article.stated is not None:
        return []
    seconds, minutes = rfc3339(article.published), article.published.isoformat(timespec="minutes")
    day = article.published.date().isoformat()
    rows: list[Row] = []
    if any(c.kind == "feed" and c.dated and _carries(c, article) for c in site.channels):
        rows.append({"at": seconds, "precision": "second", "source": "feed"})
    is_read = not site.refuses_scripts
    if site.json_ld and is_read:
        rows.append({"at": seconds, "precision": "second", "source": "structured_data"})
    if site.opengraph and is_read:
        rows.append({"at": seconds, "precision": "second", "source": "meta"})
    if site.page_date == "minute" and is_read:
        rows.append({"at": minutes, "precision": "minute", "source": "text"})
    if site.page_date == "day" and is_read:
        rows.append({"at": day, "precision": "day", "source": "text"})
    if all(part in site.path for part in ("{y}", "{mm}", "{dd}")):
        rows.append({"at": day, "precision": "day", "source": "url"})
    return rows


def _listed_times(world: World, article: Article) -> list[Row]:
    """The time that a list gives a short link which leads to ``article``."""
    links = [s for s in world.script.strays if (s.outlet, s.title) == (article.outlet, article.versions[0].title)]
    return [{"at": rfc3339(link.at), "precision": "second", "source": "feed"} for link in links]


def _carries(channel: ChannelScript, article: Article) -> bool:
    return article.channels is None or channel.slug in article.channels
