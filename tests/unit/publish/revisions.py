"""An article with three revisions, written by hand: long words, two scripts, a paragraph that moved. All invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from domain.outlet import Group
from publish.diff.page import DiffPage, diff_page
from storage.revision_looks import LaterLooks
from storage.show_queries import ShownArticle
from storage.shown_revisions import ShownRevision

AT = datetime(2026, 3, 4, 6, 30, 7, tzinfo=UTC)
BAKU = ZoneInfo("Asia/Baku")
LONG_WORD = "bələdiyyələşdirilməyənlərdənsinizmi" * 4
LONG_ADDRESS = f"https://su-idaresi.example/az/{'kanal-' * 30}4471?q=%3Cb%3E"
HOSTILE = '<script>alert("kanal")</script>\u202e'
BRIEF = "Kanalın sahilində dörd nasos quraşdırılıb."
CROSSING = "Keçid məntəqəsi axşam saatlarında bağlanır və səhər yenidən açılır."
QUIET = (
    "Bağlarda suvarma növbəsi həftədə iki dəfə dəyişir.",
    "Sakinlər növbəni lövhədəki cədvəldən öyrənirlər.",
    "Cədvəli idarənin növbətçisi asır.",
    f"Köhnə sənədlərdə yerin adı belə yazılır: {LONG_WORD}.",
    "Жители села говорят, что воды хватает до июля.",
    "Ötən il kanal mayın sonunda qurumuşdu.",
)
OLD = "\n\n".join(
    (
        "Su idarəsi bildirib ki, kanalın təmirinə 46 milyon manat ayrılıb.",
        CROSSING,
        BRIEF,
        *QUIET,
        "«Воды хватит всем, мы обещаем», – сказал начальник участка Юсиф Аранлы.",
        f"Ətraflı: {HOSTILE}",
        "İşlər payızda bitəcək.",
    )
)
NEW = "\n\n".join(
    (
        "Su idarəsi bildirib ki, kanalın təmirinə 64 milyon manat ayrılıb.",
        BRIEF,
        *QUIET,
        f"Ətraflı: {HOSTILE}",
        CROSSING,
        "İşlər payızda bitəcək!",
        "Bu barədə xəbəri qonşu rayonun qəzeti də dərc edib.",
    )
)


def revision(
    number: int, text: str, title: str, *, hours: float, extractor: str = "parallax-article/3"
) -> ShownRevision:
    """A revision first seen so many hours after the first one, half an hour after the last look without it."""
    seen = AT + timedelta(hours=hours)
    return ShownRevision(
        number=number, title=title, authors=(), absent_at=seen - timedelta(minutes=30), first_seen_at=seen,
        text_source="page", text_sha256=sha256(text.encode()).hexdigest(), text=text,
        extractor=extractor, extractor_hash=extractor,
        fetch_id=100 + number, fetch_url=LONG_ADDRESS, status=200, body_sha256=sha256(title.encode()).hexdigest(),
        file="20260304-0001.warc.gz", offset=18_204_411 + number, topics=(), sections=(), footnotes=(), pages=None,
        scanned_pages=None, parts=(),
    )  # fmt: skip


FIRST = revision(1, OLD, "Kanalın təmirinə 46 milyon ayrılıb", hours=0)
SECOND = revision(2, OLD.replace("–", "-"), "Kanalın təmirinə 46 milyon ayrılıb", hours=2)
THIRD = revision(3, NEW, "Kanalın təmirinə 64 milyon ayrılıb", hours=9)


def article(*revisions: ShownRevision) -> ShownArticle:
    """The article with these revisions; with all three where none is named."""
    shown = revisions or (FIRST, SECOND, THIRD)
    return ShownArticle(
        article_id=4471, outlet="su-idaresi", url=LONG_ADDRESS, language="az", published=None, absent_at=None,
        first_seen_at=AT, last_seen_at=AT, state="live", state_at=AT, state_status=None, addresses=(),
        revisions=shown, kind="article", external_id=None, reports=(), releases=(),
    )  # fmt: skip


def page(old: ShownRevision = FIRST, new: ShownRevision = THIRD, *, of: ShownArticle | None = None) -> DiffPage:
    """The page of these two."""
    return diff_page(
        of or article(),
        old,
        new,
        outlet_name="Su İdarəsi",
        group=Group.OFFICIAL,
        looks={1: LaterLooks(2, AT + timedelta(hours=1)), 3: LaterLooks(14, AT + timedelta(days=2))},
    )
