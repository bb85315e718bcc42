"""A day written by hand: five groups, four languages, hostile titles, gaps, edits and a removal. All invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from domain.outlet import ChannelKind, Group
from domain.times import Precision, StatedTime, TimeSource
from domain.topic import Span
from publish.digest.build import build_digest
from publish.digest.changes import Rechecks
from publish.digest.model import Digest
from publish.digest.sources import Window
from storage.digest_facts import (
    AlertFact,
    ArticleFact,
    ChannelFact,
    DayCount,
    DayLooks,
    EditFact,
    GapFact,
    MentionFact,
    OutletFact,
    RemovalFact,
    TopicFact,
    UnreadFact,
)

DAY = date(2026, 11, 19)
BAKU = ZoneInfo("Asia/Baku")
MADE_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
START = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
END = START + timedelta(days=1)

HOSTILE_TITLES = (
    '<script>alert("x")</script><img src="http://evil.example/p.gif" onerror=alert(1)>',
    "[press](javascript:alert(1)) *bold* _it_ `code` | pipe | # heading",
    "</article></main></details></body> & &lt;b&gt; {{ 7*7 }} {% raw %}",
    "عنوان بالعربية مع English و עברית وסוף",
    "Azərbaycan\u202etxet desrever\u202c \u2066isolated",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "🔥👩‍👩‍👧‍👦 Bakıda yanğın 🇦🇿 söndürüldü 🧯",
    '=HYPERLINK("http://evil.example";"click")',
    "+994 12 345 67 89; -1+1; @SUM(A1:A9)",
    "\x1b[31mqırmızı\x1b[0m\x07 başlıq\r\nikinci sətir\ttab",
    "   ",
    "1. Birinci\n- siyahı\n> sitat\n---",
)


def at(clock: str, *, day: int = 0) -> datetime:
    """``HH:MM`` or ``HH:MM:SS`` of the digest's local day (``day`` later or earlier), in UTC."""
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return START + timedelta(days=day, hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


def digest_of(text: str) -> str:
    """Hex sha256 of a text."""
    return sha256(text.encode()).hexdigest()


@dataclass
class HandMadeSource:
    """A DigestSource over lists."""

    outlet_facts: list[OutletFact] = field(default_factory=list)
    channel_facts: list[ChannelFact] = field(default_factory=list)
    gap_facts: list[GapFact] = field(default_factory=list)
    article_facts: list[ArticleFact] = field(default_factory=list)
    topic_facts: list[TopicFact] = field(default_factory=list)
    mention_facts: list[MentionFact] = field(default_factory=list)
    edit_facts: list[EditFact] = field(default_factory=list)
    removal_facts: list[RemovalFact] = field(default_factory=list)
    still_missing_facts: list[RemovalFact] = field(default_factory=list)
    passed_facts: list[RemovalFact] = field(default_factory=list)
    count_facts: list[DayCount] = field(default_factory=list)
    look_facts: list[DayLooks] = field(default_factory=list)
    alert_facts: list[AlertFact] = field(default_factory=list)
    unread_facts: list[UnreadFact] = field(default_factory=list)
    waiting: int = 0

    def outlets(self, day: date) -> tuple[OutletFact, ...]:
        return tuple(self.outlet_facts)

    def channels(self, window: Window) -> tuple[ChannelFact, ...]:
        return tuple(self.channel_facts)

    def gaps(self, window: Window) -> tuple[GapFact, ...]:
        return tuple(self.gap_facts)

    def articles(self, window: Window) -> tuple[ArticleFact, ...]:
        return tuple(self.article_facts)

    def unread(self, window: Window) -> tuple[UnreadFact, ...]:
        return tuple(self.unread_facts)

    def topics(self) -> tuple[TopicFact, ...]:
        return tuple(self.topic_facts)

    def mentions(self, window: Window) -> tuple[MentionFact, ...]:
        return tuple(self.mention_facts)

    def edits(self, window: Window) -> tuple[EditFact, ...]:
        return tuple(self.edit_facts)

    def removals(self, window: Window) -> tuple[RemovalFact, ...]:
        return tuple(self.removal_facts)

    def still_missing(self, window: Window) -> tuple[RemovalFact, ...]:
        return tuple(self.still_missing_facts)

    def passed(self, window: Window) -> tuple[RemovalFact, ...]:
        return tuple(self.passed_facts)

    def day_counts(self, days: Sequence[Window]) -> tuple[DayCount, ...]:
        return tuple(self.count_facts)

    def day_looks(self, days: Sequence[Window]) -> tuple[DayLooks, ...]:
        return tuple(self.look_facts)

    def alerts(self, window: Window) -> tuple[AlertFact, ...]:
        return tuple(self.alert_facts)

    def waiting_texts(self) -> int:
        return self.waiting


OUTLETS = (
    ("dag-xeber", "Dağ Xəbər Agentliyi", Group.OFFICIAL, ("az", "ru")),
    ("nazirlik", "Nazirlik Bülleteni", Group.OFFICIAL, ("az",)),
    ("paytaxt-24", "Paytaxt 24", Group.PRO_GOVERNMENT, ("az",)),
    ("kaspi-vestnik", "Каспийский курьер", Group.PRO_GOVERNMENT, ("ru",)),
    ("aciq-sehife", "Açıq Səhifə", Group.INDEPENDENT, ("az",)),
    ("notebook", "South Caucasus Ledger", Group.INDEPENDENT, ("en",)),
    ("uzaq-sahil", "Uzaq Sahil", Group.EXILE, ("az",)),
    ("bereg-ru", "Другой берег", Group.EXILE, ("ru",)),
    ("bogaz-haber", "Boğaz Haber", Group.INTERNATIONAL, ("tr",)),
    ("world-wire", "World Wire", Group.INTERNATIONAL, ("en",)),
    ("adsiz", "Adsız Bloq", Group.UNKNOWN, ("az",)),
)
SENTENCES = {
    "az": ("Göldə balıqların kütləvi ölümü qeydə alınıb.", "balıqların"),
    "ru": ("Жители села сообщили о массовой гибели рыбы в озере.", "рыбы"),
    "tr": ("Gölde toplu balık ölümü köylüleri endişelendirdi.", "balık"),
    "en": ("Residents reported dead fish along the eastern shore.", "fish"),
}
LEADS = {"az": "Bunu sakinlər deyib. ", "ru": "Пишет А. С. Гулиев. ", "tr": "İlk haber. ", "en": "On Monday. "}
HEADLINES = (
    (1, "uzaq-sahil", "az", "Göldə balıqlar qırılır, kənd susuz qalıb", "07:52", "08:04", None),
    (2, "aciq-sehife", "az", "Sakinlər: Göyçay gölündə su qaralıb", "07:58", "08:09", None),
    (3, "bereg-ru", "ru", "Мёртвая рыба на берегу: жители требуют проверки воды", "09:02", "09:15", None),
    (4, "bogaz-haber", "tr", "Azerbaycan’da gölde toplu balık ölümü: “İçme suyu kesildi”", "10:30", "10:45", None),
    (5, "world-wire", "en", "Fish die-off near Azerbaijani village prompts questions", "13:46", "13:50", "13:48"),
    (6, "notebook", "en", "“We were told to stay quiet”: a village and its lake", "14:40", "14:52", None),
    (7, "paytaxt-24", "az", "Göldəki vəziyyət nəzarətdədir – mütəxəssis", "16:32", "16:38", None),
    (8, "kaspi-vestnik", "ru", "Экологи: причина гибели рыбы — жара", "16:40", "16:46", None),
)


def full_source() -> HandMadeSource:
    """A day with something in every section of the digest."""
    source = HandMadeSource()
    source.outlet_facts = [OutletFact(slug, name, group, languages) for slug, name, group, languages in OUTLETS]
    source.topic_facts = [
        TopicFact("environment", "Environment", 4, ("az", "ru", "tr", "en")),
        TopicFact("prices", "Household prices", 2, ("az", "ru")),
        TopicFact("hostile", 'Topics "quoted" & <b>odd</b>', 1, ("any",)),
    ]
    _add_channels(source)
    _add_articles(source)
    _add_changes(source)
    for day in range(2, 7):
        for number, (slug, *_rest) in enumerate(OUTLETS):
            source.look_facts.append(DayLooks(day, slug, 90))
            source.count_facts.append(DayCount(day, slug, 4 + (day * number) % 5))
        source.count_facts.append(DayCount(day, "uzaq-sahil", 1, "environment"))
    return source


def _add_channels(source: HandMadeSource) -> None:
    for slug, *_rest in OUTLETS:
        source.channel_facts.append(
            ChannelFact(
                slug, "feed", ChannelKind.FEED, looks_done=96, looks_good=96, last_good_at=at("23:57"),
                longest_pause_s=16 * 60, blind_s=16 * 60, blind_started_at=at("03:00"), blind_ended_at=at("03:16"),
            )
        )  # fmt: skip
    source.channel_facts[2] = ChannelFact(
        "paytaxt-24", "feed", ChannelKind.FEED, looks_done=96, looks_good=70, last_good_at=at("22:05"),
        longest_pause_s=5 * 3600, blind_s=5 * 3600, blind_started_at=at("14:10"), blind_ended_at=at("19:42"),
        last_outcome="challenge",
    )  # fmt: skip
    source.channel_facts.append(
        ChannelFact(
            "uzaq-sahil", "tg", ChannelKind.TELEGRAM, is_enabled=False, note="Telegram is not polled in this version."
        )
    )
    source.channel_facts.append(
        ChannelFact("bogaz-haber", "sitemap", ChannelKind.SITEMAP, looks_done=12, last_outcome="http_error")
    )
    source.gap_facts = [
        GapFact("paytaxt-24", "feed", at("14:10"), at("19:42"), "challenge"),
        GapFact("paytaxt-24", "feed", at("22:05"), None, "challenge"),
        GapFact("bereg-ru", "feed", at("23:00", day=-1), at("01:40"), "rate_limited", "429"),
    ]


def _add_articles(source: HandMadeSource) -> None:
    for number, outlet, language, title, absent, seen, stated in HEADLINES:
        sentence, word = SENTENCES[language]
        source.article_facts.append(
            ArticleFact(
                number, outlet, f"https://{outlet}.example/{language}/{number}?a=1&b=2", at(seen), at(absent), title,
                language, _stated(stated), 2 if number == 7 else 1, digest_of(f"{number}{title}"),
            )
        )  # fmt: skip
        lead = {
            "az": "Bunu sakinlər deyib. ",
            "ru": "Об этом сообщает А. С. Гулиев. ",
            "tr": "İlk haber. ",
            "en": "On Monday. ",
        }
        excerpt = lead[language] + sentence + " Son."
        start = excerpt.index(word)
        source.mention_facts.append(MentionFact("environment", number, excerpt, (Span(start, start + len(word)),)))
    for offset, title in enumerate(HOSTILE_TITLES):
        number = 100 + offset
        outlet = OUTLETS[offset % 10][0]
        source.article_facts.append(
            ArticleFact(
                number, outlet, f"https://{outlet}.example/x/{number}?q=%3Cscript%3E", at("12:00"), None, title, "az",
                StatedTime(at("00:00", day=-3), Precision.DAY, TimeSource.META, "raw"), 1, digest_of(title),
            )
        )  # fmt: skip
        source.mention_facts.append(MentionFact("hostile", number, title, (Span(0, 3),), is_title=not title.strip()))
    source.article_facts.append(
        ArticleFact(200, "adsiz", "https://adsiz.example/200", at("11:00"), at("10:50"), "Göl haqqında qeydlər", "az")
    )
    source.mention_facts.append(MentionFact("environment", 200, "Göldə balıq az qalıb.", (Span(6, 11),)))


def _stated(clock: str | None) -> StatedTime | None:
    return StatedTime(at(clock).astimezone(BAKU), Precision.MINUTE, TimeSource.FEED, clock) if clock else None


def _add_changes(source: HandMadeSource) -> None:
    old = "Mütəxəssis bildirib ki, göldə 40 ton balıq ölüb.\n\nSəbəb araşdırılır."
    new = "Mütəxəssis bildirib ki, göldə 4 ton balıq ölüb.\n\nSəbəb istidir.\n\nVəziyyət nəzarətdədir."
    source.edit_facts = [
        EditFact(
            7, "paytaxt-24", "https://paytaxt-24.example/az/7", at("20:50"), at("21:00"), 1, 2,
            "Göldə kütləvi balıq ölümü – mütəxəssis", "Göldəki vəziyyət nəzarətdədir – mütəxəssis", old, new,
            digest_of(new), "az",
        ),
        EditFact(
            5, "world-wire", "https://world-wire.example/en/5", at("21:40"), at("21:55"), 1, 2,
            "Fish die-off <near> Azerbaijani village", "Fish die-off <near> Azerbaijani village",
            "An estimated 40,000 fish were found.", "An estimated 14,000 fish were found.", None, "en",
        ),
        EditFact(
            6, "notebook", "https://notebook.example/6", at("20:00"), at("20:10"), 1, 2, "A village", "A village",
            "One text.", "Another text.", None, "en", is_ours=True,
        ),
        EditFact(
            8, "kaspi-vestnik", "https://kaspi-vestnik.example/8", at("20:00"), at("20:10"), 1, 2, "Жара", "Жара",
            "Рыба гибнет - это жара.", "Рыба гибнет — это жара.", None, "ru",
        ),
    ]  # fmt: skip
    source.removal_facts = [
        RemovalFact(
            90, "paytaxt-24", "https://paytaxt-24.example/az/90", 404, at("21:15"), at("23:10"), 3, at("21:05"),
            "Gölün sahibi kimdir? <i>araşdırma</i>", "az", 1, digest_of("90"),
        ),
        RemovalFact(
            91, "world-wire", "https://world-wire.example/en/91", 302, at("10:00", day=-3), at("11:00"), 4,
            at("08:00", day=-3), "Lake board resigns", "en", 2, digest_of("91"), state="removed", how="front_page",
            confirmed_at=at("11:00"),
        ),
        RemovalFact(
            92, "aciq-sehife", "https://aciq-sehife.example/92", 410, at("07:00"), at("08:00"), 2, at("06:00"),
            "Gölün xəritəsi", "az", 1, digest_of("92"), state="back", how="gone",
        ),
    ]  # fmt: skip


def full_digest() -> Digest:
    """The digest of that day."""
    return build_digest(
        full_source(),
        day=DAY,
        zone=BAKU,
        now=MADE_AT,
        catalogue_hash=digest_of("catalogue"),
        versions={"parallax": "0.1.0", "url_key": "1"},
        edition=214,
        rechecks=Rechecks(due=120, done=117, failed=2, waiting=1),
    )


def empty_digest() -> Digest:
    """A store with nothing in it."""
    return build_digest(HandMadeSource(), day=DAY, zone=BAKU, now=MADE_AT)
