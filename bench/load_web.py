"""An invented web under load: outlets with one feed each, whose articles appear as a clock goes on. Pure.

An article is a number: what it says, when it appears and how large its page is follow from its channel and number.
Texts come from the sentence banks of the sample world. A page is 60 to 150 KB, most of it menus, scripts and links.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path

from tests.world import fillers
from tests.world.fillers import write_filler

LANGUAGES = ("az", "ru", "en", "tr")
LISTED = 30  # entries of a feed
FIRST_NUMBER = 1_000_000  # of the first article that appears once the clock runs; older ones count down from it
_BANKS = Path(fillers.__file__).parent / "data" / "fillers"
_SEEDS = 40
_TOLD = 7  # everyday articles that one is put together from: 2,500 to 3,500 characters
_GOLDEN = 0.6180339887498949
_SIZES_KB = (60, 75, 90, 110, 150)


@dataclass(frozen=True, slots=True)
class LoadWeb:
    """``channels`` outlets that publish ``articles_a_day`` together, evenly.

    ``stored``: articles of each channel that appeared before ``anchor`` and are still listed where there is room.
    """

    channels: int
    articles_a_day: float
    anchor: datetime
    stored: int = 0

    @property
    def interval(self) -> timedelta:
        """Time between two articles of a channel."""
        return timedelta(days=self.channels / self.articles_a_day)

    def published_at(self, channel: int, number: int) -> datetime:
        """When an article appears: at another moment of the interval for each channel."""
        return self.anchor + self.interval * (number - FIRST_NUMBER + (channel * _GOLDEN) % 1)

    def next_number(self, channel: int, moment: datetime) -> int:
        """The number of the first article that has not appeared by ``moment``."""
        passed = (moment - self.anchor) / self.interval - (channel * _GOLDEN) % 1
        return FIRST_NUMBER + math.floor(passed) + 1

    def listed(self, channel: int, moment: datetime) -> range:
        """Numbers of the articles that the channel lists at ``moment``, oldest first."""
        end = max(self.next_number(channel, moment), FIRST_NUMBER)
        return range(max(end - LISTED, FIRST_NUMBER - self.stored), end)

    def feed(self, channel: int, moment: datetime, *, port: int) -> bytes:
        """The channel's RSS at ``moment``: the newest first, padded with notices that have no link."""
        numbers = self.listed(channel, moment)
        items = [self._item(channel, number, port) for number in reversed(numbers)]
        items += [_notice(channel, number) for number in range(LISTED - len(numbers))]
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
            f"<title>{name_of(channel)}</title><link>http://{host_of(channel)}:{port}/</link>"
            f"<description>{name_of(channel)}</description>\n" + "\n".join(items) + "\n</channel></rss>\n"
        ).encode()

    def _item(self, channel: int, number: int, port: int) -> str:
        title, paragraphs = article(channel, number)
        link = url_of(channel, number, port=port)
        return (
            f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(self.published_at(channel, number))}</pubDate>"
            f"<description>{escape(' '.join(paragraphs[:2]))}</description></item>"
        )

    def page(self, channel: int, number: int, *, port: int) -> bytes:
        """An article's page, the same bytes at any time."""
        title, paragraphs = article(channel, number)
        head, foot = _frame(language_of(channel), _SIZES_KB[(channel + number) % len(_SIZES_KB)])
        at = self.published_at(channel, number).astimezone(UTC).isoformat(timespec="seconds")
        text = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs)
        return (
            f'<!doctype html>\n<html lang="{language_of(channel)}"><head><meta charset="utf-8">'
            f'<title>{escape(title)} | {name_of(channel)}</title><meta property="og:title" content="{escape(title)}">'
            f'<meta property="article:published_time" content="{at}">'
            f'<link rel="canonical" href="{url_of(channel, number, port=port)}">{head}'
            f'<article class="post"><h1>{escape(title)}</h1><time datetime="{at}">{at[:10]}</time>'
            f'<div class="entry-content">\n{text}</div></article>{foot}'
        ).encode()


def slug_of(channel: int) -> str:
    """The outlet's slug."""
    return f"load-{channel:04}"


def name_of(channel: int) -> str:
    """The outlet's name."""
    return f"Load {channel:04}"


def host_of(channel: int) -> str:
    """The outlet's host."""
    return f"c{channel:04}.example"


def language_of(channel: int) -> str:
    """The language it publishes in."""
    return LANGUAGES[channel % len(LANGUAGES)]


def url_of(channel: int, number: int, *, port: int) -> str:
    """An article's address."""
    return f"http://{host_of(channel)}:{port}/news/{number}"


def article(channel: int, number: int) -> tuple[str, list[str]]:
    """Title and paragraphs of an article; its last paragraph is like no other's."""
    bank = _articles(language_of(channel))
    start = _place(channel, number, len(bank))
    told = [bank[(start + step * 11) % len(bank)] for step in range(_TOLD)]
    paragraphs = [paragraph for _, text in told for paragraph in text]
    paragraphs.append(f"{told[1][0]} {channel}-{number}. {told[2][0]}.")
    return title_of(channel, number), paragraphs


def title_of(channel: int, number: int) -> str:
    """An article's headline."""
    bank = _articles(language_of(channel))
    return f"{bank[_place(channel, number, len(bank))][0]} {number}"


def _place(channel: int, number: int, articles: int) -> int:
    return (channel * 7919 + number * 104_729) % articles


@cache
def _articles(language: str) -> list[tuple[str, list[str]]]:
    bank = _BANKS / f"{language}.toml"
    themes = sorted(fillers._bank(bank)["theme"])
    written = [write_filler(bank, theme, f"load {seed}") for seed in range(_SEEDS) for theme in themes]
    return [(one.title, one.text.split("\n\n")) for one in written]


@cache
def _frame(language: str, size_kb: int) -> tuple[str, str]:
    """What stands before and after an article: styles, menus and cards of other articles, a footer and a script."""
    bank = _articles(language)
    menu = "".join(
        f'<li class="menu-item"><a href="/section/{n}">{escape(bank[n][0][:24])}</a></li>' for n in range(60)
    )
    cards = "".join(_card(n, *bank[n % len(bank)]) for n in range(100, 100 + size_kb))
    style = "".join(f".b{n}{{margin:{n % 9}px;color:#{n % 4096:03x}}}" for n in range(size_kb * 2))
    head = (
        f"<style>{style}</style></head><body><header><nav><ul>{menu}</ul></nav></header>"
        '<main class="layout"><div class="breadcrumbs"><a href="/">Load</a></div>'
    )
    foot = f'<aside class="related">{cards}</aside></main><footer><ul>{menu}</ul></footer>'
    left = max(0, size_kb * 1000 - len((head + foot).encode()) - 8000)
    state = ",".join(f'"k{n}":"{(n * 2654435761) % 2**32:08x}"' for n in range(left // 19))
    return head, f"{foot}<script>window.state={{{state}}};</script></body></html>\n"


def _card(number: int, title: str, text: list[str]) -> str:
    return (
        f'<div class="card"><div class="card-media"><a href="/news/{number}"><picture><img src="/media/{number}.jpg" '
        f'alt="" loading="lazy"></picture></a></div><div class="card-body"><span class="tag">{number % 12}</span>'
        f'<h4><a href="/news/{number}">{escape(title)}</a></h4><p>{escape(text[0][:90])}</p>'
        f'<ul class="meta"><li>{number % 24:02}:00</li><li>{number}</li></ul></div></div>'
    )


def _notice(channel: int, number: int) -> str:
    bank = _articles(language_of(channel))
    title, text = bank[(channel + number * 31) % len(bank)]
    return (
        f'<item><title>{escape(title)} {number}</title><guid isPermaLink="false">notice-{channel}-{number}</guid>'
        f"<description>{escape(' '.join(text[:2]))}</description></item>"
    )
