"""The twenty-four outlets: six a language, each with its template, its way to say that a page is gone, its noise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tests.ledger_world.bank import LANGUAGES
from tests.ledger_world.nouns import Outlet
from tests.world.script import ChannelScript, Site

A_LANGUAGE = 6
MIRROR_LAG = timedelta(hours=30)
TEMPLATES = ("plain", "wordpress", "table", "semantic", "portal", "lines")
_GONE = ("404", "410", "404", "front", "404", "410")
_GROUPS = ("official", "pro-government", "independent", "exile", "independent", "international")


def make_outlets() -> tuple[Outlet, ...]:
    """All of them, language by language."""
    return tuple(
        _outlet(language, place, index * A_LANGUAGE + place)
        for index, language in enumerate(LANGUAGES)
        for place in range(A_LANGUAGE)
    )


def _outlet(language: str, place: int, number: int) -> Outlet:
    slug = f"l{number:02}"
    host = f"{slug}.ledger.example"
    has_mirror = number in (2, 15)
    mirror = f"m.{host}"
    feed = ChannelScript("feed", "/feed.xml", "atom" if number % 3 == 0 else "rss", language=language, size=30)
    second = ChannelScript("mirror-feed", "/feed.xml", feed.format, language=language, size=30, host=mirror)
    site = Site(
        slug=slug,
        name=f"Ledger {number:02}",
        group=_GROUPS[place],
        reason="an outlet of the simulated world",
        host=host,
        template=TEMPLATES[place],
        path="/news/{number}",
        languages=(language,),
        channels=(feed, second) if has_mirror else (feed,),
        mirrors=(mirror,) if has_mirror else (),
        json_ld=number % 2 == 0,
        opengraph=number % 4 != 1,
        etag=True,
        delay_s=0.01,
        timeout_s=4.0,
        hints={"body_css": (".story",)} if TEMPLATES[place] == "table" else {},
    )
    return Outlet(
        site,
        language,
        TEMPLATES[place],
        rotates=number % 4 != 3,
        gone={7: "soft", 20: "section"}.get(number, _GONE[place]),
        mirror_lag=MIRROR_LAG if has_mirror else timedelta(0),
        is_redesigned=number == 10,
        has_sponsor=number == 18,
        hints_after=_hints_after(number, site.hints),
        share=3 if number == 18 else 1,
    )


def _hints_after(number: int, hints: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Half of the outlets get selectors in the upgrade: they leave a line out, and some name the body."""
    if number % 2:
        return {}
    body = {} if number % 4 == 0 else {"body_css": (".story",)}
    return {**hints, **body, "drop_css": (".source-line",)}
