"""What the outlets of this world answer at each of five moments: a pure function of host, address and moment.

Five outlets: one on three mirror hosts, one whose numbered articles also lie on a content network, one with AMP, print,
mobile and referrer forms, one in three languages under shared numbers, one that names its versions, and one whose
canonical links and redirects lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from html import escape

from tests.kinds.same.sentences import headline, paragraphs

BAKU = timezone(timedelta(hours=4))
MOMENTS = tuple(datetime(2026, 3, day, 9, 30, tzinfo=BAKU) for day in range(2, 7))


@dataclass(frozen=True, slots=True)
class Page:
    """A page by what it says at each moment. ``edited_from``: the moment from which its text is the edited one.

    ``head`` holds what its head says from a moment on; ``leads_to``, where it redirects from a moment on.
    """

    name: str
    language: str = "az"
    edited_from: int | None = None
    head: Mapping[int, str] = field(default_factory=dict)
    leads_to: Mapping[int, str] = field(default_factory=dict)
    gone_from: int | None = None
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of a feed: from which moment it stands there and, in a feed with full texts, when its text is edited."""

    link: str
    name: str
    since: int = 0
    edited_from: int | None = None
    until: int = len(MOMENTS)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed; ``is_full``: it carries the texts."""

    items: tuple[Listed, ...]
    is_full: bool = False


def canonical(url: str, since: int = 0) -> Mapping[int, str]:
    """A head that names a canonical address from a moment on."""
    return {since: f'<link rel="canonical" href="{url}">'}


def versions(**links: str) -> Mapping[int, str]:
    """A head that names versions in other languages."""
    return {0: "".join(f'<link rel="alternate" hreflang="{language}" href="{url}">' for language, url in links.items())}


_AMP_FOOTER = "Bu səhifə telefonlar üçün sadələşdirilmiş görünüşdə hazırlanıb, bütün şəkillər əsas səhifədədir."
G, N, C, F, D, V, T = (
    "http://guzgu.example",
    "http://nomre.example",
    "http://d1kopya.cloudfront.net",
    "http://forma.example",
    "http://dil.example",
    "http://versiya.example",
    "http://tele.example",
)
_AMP = canonical(f"{F}/xeber/korpu-haqqinda")

PAGES: Mapping[str, Page] = {
    # one site under three names; the third is only ever linked to
    "guzgu.example/az/2026/3/anbar-yanir": Page("anbar", edited_from=3),
    "guzgu-info.example/az/2026/3/anbar-yanir": Page("anbar", edited_from=3),
    "guzgu.example/az/2026/3/tam-metn": Page("tam mətn", edited_from=1),
    "guzgu-net.example/az/2026/3/tam-metn": Page("tam mətn", edited_from=3),
    "guzgu-info.example/az/2026/3/korpu-acilir": Page("körpü"),
    "guzgu.example/az/2026/3/korpu-acilir": Page("körpü"),
    # the number is the article, on the main host and on a content network that is a day late
    "nomre.example/a/seki-festivali/33410001.html": Page("festival", edited_from=1),
    "d1kopya.cloudfront.net/a/seki-festivali/33410001.html": Page("festival", edited_from=3),
    "nomre.example/a/seki-festivali-basladi/33410001.html": Page("festival", edited_from=1),
    "d1kopya.cloudfront.net/a/gence-parki/33410002.html": Page("park"),
    "nomre.example/a/gence-parki/33410002.html": Page("park", edited_from=2),
    "nomre.example/a/gence-parki-acildi/33410003.html": Page("park açıldı"),
    # forms of an address
    "forma.example/xeber/korpu-haqqinda": Page("körpü haqqında", edited_from=2, head=_AMP),
    "forma.example/xeber/korpu-haqqinda/amp/": Page("körpü haqqında", edited_from=3, head=_AMP, footer=_AMP_FOOTER),
    "forma.example/xeber/korpu-haqqinda?print=1": Page("körpü haqqında", edited_from=2, footer=_AMP_FOOTER),
    "m.forma.example/xeber/korpu-haqqinda": Page("körpü haqqında", edited_from=2),
    "forma.example/amp/xeber/yol-haqqinda": Page("yol haqqında", footer=_AMP_FOOTER),
    "forma.example/xeber/yol-haqqinda": Page("yol haqqında", edited_from=2),
    "forma.example/xeber/qala-haqqinda": Page("qala haqqında"),
    "forma.example/xeber/qala-haqqinda?output=amp": Page("qala haqqında", gone_from=2),
    "forma.example/print": Page("çapın tarixi"),
    # one number in three languages, and two texts that end in a year
    "dil.example/az/news/zelzele-787902": Page("zəlzələ"),
    "dil.example/ru/news/zemletryasenie-787902": Page("zəlzələ", "ru"),
    "dil.example/en/news/earthquake-787902": Page("zəlzələ", "en", edited_from=2),
    "dil.example/az/news/seckiler-787950": Page("seçki"),
    "dil.example/ru/news/vybory-787950": Page("seçki", "ru"),
    "dil.example/az/news/ilin-yekunu-2026": Page("ilin yekunu"),
    "dil.example/az/news/ilin-plani-2026": Page("ilin planı"),
    # versions that pages name
    "versiya.example/az/liman-tikilir": Page(
        "liman", head=versions(az=f"{V}/az/liman-tikilir", en=f"{V}/en/port-is-built", ru=f"{V}/ru/")
    ),
    "versiya.example/en/port-is-built": Page(
        "liman", "en", head=versions(az=f"{V}/az/liman-tikilir", en=f"{V}/en/port-is-built")
    ),
    "versiya.example/az/baliq-bazari": Page("balıq", head=versions(ru=f"{V}/ru/rybny-rynok", en=f"{T}/t-son-xeber")),
    "versiya.example/ru/rybny-rynok": Page("balıq", "ru"),
    # canonicals and redirects that lie, and some that come late
    "tele.example/t-on-sehife": Page("ön səhifə", head=canonical(f"{T}/")),
    "tele.example/xeber/t-bolme": Page("bölmə", head=canonical(f"{T}/xeber")),
    "tele.example/t-basqa-1": Page("başqa 1", head=canonical(f"{T}/t-basqasi")),
    "tele.example/t-basqa-2": Page("başqa 2", head=canonical(f"{T}/t-basqasi")),
    "tele.example/t-basqasi": Page("başqası"),
    "tele.example/t-yad": Page("yad", head=canonical("http://guzgu.example/az/2026/3/anbar-yanir")),
    "tele.example/t-iki-sozlu": Page(
        "iki sözlü", head={0: f'<link rel="canonical" href="{T}/t-a"><link rel="canonical" href="{T}/t-b">'}
    ),
    "tele.example/t-dovre-1": Page("dövrə", head=canonical(f"{T}/t-dovre-2")),
    "tele.example/t-dovre-2": Page("dövrə", head=canonical(f"{T}/t-dovre-1")),
    "tele.example/t-zencir-1": Page("zəncir", head=canonical(f"{T}/t-zencir-2")),
    "tele.example/t-zencir-2": Page("zəncir", head=canonical(f"{T}/t-zencir-3")),
    "tele.example/t-zencir-3": Page("zəncir"),
    "tele.example/t-sehifeli": Page("səhifəli"),
    "tele.example/t-sehifeli?sehife=2": Page("səhifəli, ikinci", head=canonical(f"{T}/t-sehifeli")),
    "tele.example/t-gec-1": Page("gec"),
    "tele.example/t-gec-2": Page("gec", head=canonical(f"{T}/t-gec-1", since=2), edited_from=3),
    "tele.example/t-kocdu": Page("köçdü", leads_to={2: f"{T}/t-yeni-yer"}),
    "tele.example/t-yeni-yer": Page("köçdü", edited_from=3),
    "tele.example/t-silindi": Page("silindi", leads_to={2: f"{T}/t-son-xeber"}),
    "tele.example/t-son-xeber": Page("son xəbər"),
    "tele.example/t-evvelki": Page("əvvəlki", leads_to={0: f"{T}/t-indiki"}),
    "tele.example/t-indiki": Page("əvvəlki", edited_from=2),
}


def _all(prefix: str, host: str, since: Mapping[str, int] | None = None) -> tuple[Listed, ...]:
    """The pages of a host whose address holds ``prefix``, each from its moment on."""
    return tuple(
        Listed(f"http://{key}", page.name, (since or {}).get(key, 0))
        for key, page in PAGES.items()
        if key.startswith(f"{host}/") and prefix in key
    )


FEEDS: Mapping[str, Feed] = {
    "guzgu.example/tam.xml": Feed((Listed(f"{G}/az/2026/3/tam-metn", "tam mətn", edited_from=1),), is_full=True),
    "guzgu-net.example/tam.xml": Feed(
        (Listed("http://guzgu-net.example/az/2026/3/tam-metn", "tam mətn", edited_from=3),), is_full=True
    ),
    "guzgu.example/rss.xml": Feed((Listed(f"{G}/az/2026/3/anbar-yanir", "anbar"),)),
    "guzgu-info.example/rss.xml": Feed(
        (
            Listed("http://www.guzgu-info.example/az/2026/3/anbar-yanir/", "anbar", 1),
            Listed("http://guzgu-info.example/az/2026/3/korpu-acilir?utm_source=rss", "körpü", 1),
        )
    ),
    "nomre.example/api/rss": Feed(
        (
            Listed(f"{N}/a/seki-festivali/33410001.html", "festival"),
            Listed(f"{N}/a/seki-festivali-basladi/33410001.html", "festival", 2),
            Listed(f"{N}/a/gence-parki/33410002.html", "park", 1),
            Listed(f"{N}/a/gence-parki-acildi/33410003.html", "park açıldı"),
        )
    ),
    "d1kopya.cloudfront.net/api/rss": Feed(
        (
            Listed(f"{C}/a/seki-festivali/33410001.html", "festival", 1),
            Listed(f"{C}/a/gence-parki/33410002.html", "park"),
        )
    ),
    "forma.example/rss": Feed(
        (
            Listed(f"{F}/xeber/korpu-haqqinda?ref=rss", "körpü haqqında"),
            Listed(f"{F}/xeber/yol-haqqinda", "yol haqqında", 1),
            Listed(f"{F}/xeber/qala-haqqinda", "qala haqqında"),
            Listed(f"{F}/print", "çapın tarixi"),
        )
    ),
    "forma.example/telefon.xml": Feed(
        (
            Listed(f"{F}/xeber/korpu-haqqinda/amp/", "körpü haqqında"),
            Listed(f"{F}/xeber/korpu-haqqinda?print=1", "körpü haqqında", 1),
            Listed("http://m.forma.example/xeber/korpu-haqqinda?fbclid=x", "körpü haqqında", 1),
            Listed(f"{F}/amp/xeber/yol-haqqinda", "yol haqqında"),
            Listed(f"{F}/xeber/qala-haqqinda?output=amp", "qala haqqında"),
        )
    ),
    "dil.example/rss": Feed(_all("/news/", "dil.example", {"dil.example/en/news/earthquake-787902": 1})),
    "versiya.example/rss": Feed(_all("/", "versiya.example", {"versiya.example/en/port-is-built": 1})),
    "tele.example/rss": Feed(_all("t-", "tele.example", {"tele.example/t-indiki": 4})),
}
HOSTS = tuple(sorted({key.partition("/")[0] for key in (*PAGES, *FEEDS)} | {"www.guzgu-info.example"}))


def answer(host: str, target: str, moment: int, port: int) -> tuple[int, str, bytes]:
    """Status, content type (of a redirect: where to) and body."""
    bare = host.removeprefix("www.")
    key = f"{bare}{target}"
    if target == "/robots.txt":
        return 200, "text/plain", b"User-agent: *\nAllow: /\n"
    if key in FEEDS:
        return 200, "application/rss+xml; charset=utf-8", _with_port(_feed(FEEDS[key], moment), port).encode()
    page = PAGES.get(key) or PAGES.get(_untracked(key))
    if page is None or (page.gone_from is not None and moment >= page.gone_from):
        return 404, "text/plain", b"nothing here"
    leads_to = _at(page.leads_to, moment)
    if leads_to:
        return 301, _with_port(leads_to, port), b""
    return 200, "text/html; charset=utf-8", _with_port(_html(page, moment), port).encode()


def _untracked(key: str) -> str:
    path, _, query = key.partition("?")
    return path if query.startswith(("utm_", "fbclid", "ref=")) else key.rstrip("/")


def _at(values: Mapping[int, str], moment: int) -> str:
    return "".join(value for since, value in sorted(values.items()) if since <= moment)


def _with_port(text: str, port: int) -> str:
    for host in HOSTS:
        text = text.replace(f"http://{host}/", f"http://{host}:{port}/")
    return text


def _html(page: Page, moment: int) -> str:
    title = escape(headline(page.name, page.language))
    said = paragraphs(page.name, page.language, edited=page.edited_from is not None and moment >= page.edited_from)
    body = "".join(f"<p>{escape(one)}</p>" for one in (*said, *filter(None, (page.footer,))))
    return (
        f"<!doctype html><html lang='{page.language}'><head><meta charset='utf-8'><title>{title}</title>"
        f"{_at(page.head, moment)}</head><body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    )


def _feed(feed: Feed, moment: int) -> str:
    items = []
    for one in feed.items:
        if not one.since <= moment < one.until:
            continue
        language = one.link.split("/")[3]
        language = language if language in {"ru", "en"} else "az"
        said = paragraphs(one.name, edited=one.edited_from is not None and moment >= one.edited_from)
        text = "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
        full = f"<content:encoded><![CDATA[{text}]]></content:encoded>" if feed.is_full else ""
        link = escape(one.link)
        items.append(f"<item><title>{escape(headline(one.name, language))}</title><link>{link}</link>{full}</item>")
    return (
        "<?xml version='1.0' encoding='utf-8'?>"
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>Lent</title><link>http://{HOSTS[0]}/</link>{''.join(items)}</channel></rss>"
    )
