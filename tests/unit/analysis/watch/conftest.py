"""Facts written by hand for the detectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.outlet import Expectations
from domain.watching import ChannelFacts, OutletFacts, PageLook, WatchFacts

NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WORDS = "su yol bulaq daş kənd şəhər dəniz külək bağ körpü məktəb bazar".split()


def text_of(number: int, paragraphs: int = 4) -> tuple[str, ...]:
    """Paragraphs that no other number has."""
    return tuple(
        f"{number}.{n} " + " ".join(WORDS[(number + n + k) % len(WORDS)] for k in range(12)) for n in range(paragraphs)
    )


def page(number: int, *, at: datetime | None = None, **how: object) -> PageLook:
    """A page that was read well; ``how`` says what is otherwise."""
    paragraphs = text_of(number)
    usual = PageLook(
        number=number,
        page=f"p{number}",
        at=at or NOW - timedelta(hours=2 * (1000 - number)),
        outcome="ok",
        reading="article",
        chars=1000 + 37 * (number % 40),
        title=f"Başlıq {number}",
        is_dated=True,
        text_sha256=f"{number:064}",
        paragraphs=paragraphs,
    )
    return replace(usual, **how)  # type: ignore[arg-type]


def pages(usual: int, *odd: dict[str, object]) -> tuple[PageLook, ...]:
    """``usual`` good pages and then the odd ones, the last of them two hours ago."""
    start = 1000 - usual - len(odd)
    good = [page(start + n) for n in range(usual)]
    return (*good, *(page(start + usual + n, **how) for n, how in enumerate(odd)))


UNREAD: dict[str, object] = {
    "reading": "no_article", "chars": None, "title": None, "is_dated": None, "text_sha256": None, "paragraphs": None,
}  # fmt: skip


def channel(**how: object) -> ChannelFacts:
    """A channel that answers well."""
    usual = ChannelFacts(1, "bolge", "feed", NOW, NOW - HOUR, "listed", None, 0)
    return replace(usual, **how)  # type: ignore[arg-type]


def outlet(
    looks: Sequence[PageLook] = (),
    channels: Sequence[ChannelFacts] | None = None,
    *,
    slug: str = "bolge",
    day_counts: Sequence[int] = (),
    expectations: Expectations | None = None,
) -> OutletFacts:
    """An outlet with these pages and channels."""
    own = [channel()] if channels is None else channels
    return OutletFacts(
        slug,
        "Bölgə",
        "Asia/Baku",
        expectations or Expectations(),
        tuple(replace(c, outlet=slug) for c in own),
        tuple(looks),
        tuple(day_counts),
    )


def facts(*outlets: OutletFacts, **how: object) -> WatchFacts:
    """What a watch is told now."""
    return replace(WatchFacts(NOW, tuple(outlets)), **how)  # type: ignore[arg-type]
