"""What the shipped catalogue says."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest

from domain.outlet import ChannelKind, Group
from outlets.articles import external_id, is_article_url
from outlets.automaton import automaton_of
from outlets.catalogue import Catalogue, load_catalogue
from outlets.channels import crawlable_channels, lacking
from outlets.patterns import degree
from outlets.platforms import Platforms

DAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue()


def test_all_outlets_and_topics_are_there(shipped: Catalogue) -> None:
    assert (len(shipped.outlets), len(shipped.topics)) == (41, 22)


def test_nothing_that_was_not_fetched_is_called_verified(shipped: Catalogue) -> None:
    assert not [o.slug for o in shipped.outlets.values() if o.verified]


def test_every_outlet_has_a_group_with_a_reason(shipped: Catalogue) -> None:
    assert all(o.groups and all(len(p.reason) > 15 for p in o.groups) for o in shipped.outlets.values())


def test_every_group_has_members(shipped: Catalogue) -> None:
    assert {o.group_on(DAY) for o in shipped.outlets.values()} == set(Group)


@pytest.mark.parametrize(
    ("slug", "group"),
    [
        ("azertac", Group.OFFICIAL),
        ("trend", Group.PRO_GOVERNMENT),
        ("qafqazinfo", Group.PRO_GOVERNMENT),
        ("hrw", Group.INTERNATIONAL),
        ("meydan-tv", Group.EXILE),
        ("turan", Group.INDEPENDENT),
    ],
)
def test_labels_are_translated_into_groups(shipped: Catalogue, slug: str, group: Group) -> None:
    assert shipped.outlets[slug].group_on(DAY) is group


def test_a_disputed_label_is_unknown_and_tells_the_dispute(shipped: Catalogue) -> None:
    musavat = shipped.outlets["musavat"]
    assert musavat.group_on(DAY) is Group.UNKNOWN
    assert "Disputed" in musavat.groups[0].reason


def test_toplum_tv_moved_from_independent_to_exile(shipped: Catalogue) -> None:
    toplum = shipped.outlets["toplum-tv"]
    assert [toplum.group_on(date(2025, 1, 31)), toplum.group_on(date(2025, 2, 1))] == [Group.INDEPENDENT, Group.EXILE]


def test_nothing_in_it_needs_a_look(shipped: Catalogue) -> None:
    assert shipped.warnings == ()


def test_no_feed_of_youtube_is_asked_for(shipped: Catalogue) -> None:
    feeds = [c for o in shipped.outlets.values() for c in o.channels if c.kind is ChannelKind.FEED]
    assert len(feeds) == 43
    assert not [c for c in feeds if "youtube" in c.address]


def test_every_enabled_outlet_with_a_site_can_be_crawled(shipped: Catalogue) -> None:
    assert not {s for s, o in shipped.outlets.items() if o.enabled and not crawlable_channels(o)}


def test_thirteen_telegram_channels_are_crawled_and_youtubes_need_a_key(shipped: Catalogue) -> None:
    channels = [c for o in shipped.outlets.values() for c in crawlable_channels(o)]
    telegram = [c for c in channels if c.kind is ChannelKind.TELEGRAM]
    needing = [c.address for c in channels if lacking(c, Platforms()) is not None]

    assert len(telegram) == 13
    assert sorted(needing) == ["@Kanal13AZ", "UCztIohlYx63yMJzcRTF18IA", "user/kanal13az"]
    assert not [c for c in channels if lacking(c, Platforms(has_youtube_key=True)) is not None]


def test_pages_that_refuse_programs_are_not_asked_for(shipped: Catalogue) -> None:
    assert [s for s, o in shipped.outlets.items() if not o.page_fetch] == ["oxu"]


def test_every_quirk_has_a_comment_beside_it() -> None:
    for path in (files("outlets") / "data").iterdir():
        if path.name.endswith(".toml"):
            text = path.read_text(encoding="utf-8")
            lines = text.partition("quirks = [\n")[2].partition("]")[0].splitlines()
            assert all("# " in line for line in lines), path.name


def test_no_shipped_pattern_takes_more_than_quadratic_time(shipped: Catalogue) -> None:
    for outlet in shipped.outlets.values():
        for pattern in filter(None, (outlet.article_url, outlet.external_id, outlet.pdf_url)):
            assert degree(automaton_of(pattern)) <= 2, outlet.slug


def test_language_hosts_are_editions_and_not_aliases(shipped: Catalogue) -> None:
    trend = shipped.outlets["trend"]
    assert trend.edition_hosts == ("az.trend.az", "en.trend.az", "ru.trend.az")
    assert trend.host_aliases == {}


def test_the_pdf_pattern_reads_the_index_number_of_a_document(shipped: Catalogue) -> None:
    import re

    pattern = shipped.outlets["amnesty"].pdf_url
    assert pattern is not None
    found = re.search(pattern, "https://www.amnesty.org/en/wp-content/uploads/2021/05/EUR5512342016ENGLISH.pdf")
    assert found is not None
    assert found.groupdict() == {
        "region": "EUR", "country": "55", "number": "1234", "year": "2016", "language": "ENGLISH"
    }  # fmt: skip


ARTICLES = [
    ("oc-media", "https://oc-media.org/bridge-opens-in-lerik", None),
    ("oc-media", "https://www.oc-media.org/bridge-opens-in-lerik/", None),
    ("meydan-tv", "https://www.meydan.tv/az/article/yeni-korpu/", None),
    ("meydan-tv", "https://meydan.tv/ru/article/novyj-most/?ref=search", None),
    ("meydan-tv", "https://mtv.re/en/article/new-bridge", None),
    ("abzas-media", "https://abzas.org/az/2026/3/yeni-korpu0a1b2c-7", None),
    ("abzas-media", "https://abzas.net/en/2025/11/new-bridge77ff-1", None),
    ("abzas-media", "https://www.abzas.info/ru/2025/1/novyj-most1-2", None),
    ("azadliq-radiosu", "https://www.azadliq.org/a/yeni-korpu/33001122.html", "33001122"),
    ("azadliq-radiosu", "https://www.azadliq.org/a/33001122.html", "33001122"),
    ("turan", "https://turan.az/az/iqtisadiyyat/yeni-korpu-acildi-700001", "700001"),
    ("turan", "https://turan.az/ru/politika/novyj-most-700001", "700001"),
    ("turan", "https://turan.az/en/social/an-old-item", None),
    ("mikroskop-media", "https://mikroskopmedia.com/2026/01/yeni-korpu/", None),
    ("toplum-tv", "https://toplummedia.tv/siyaset/yeni-ldquo-korpu-rdquo", None),
    ("toplum-tv", "https://toplum.tv/cemiyyet/kohne-korpu", None),
    ("jamnews", "https://jam-news.net/new-bridge/", None),
    ("jamnews", "https://jam-news.net/?p=12345", None),
    ("jamnews", "https://jam-news.net/?lang=ka&p=12345", None),
    ("jamnews", "https://jam-news.net/ru/novyj-most/", None),
    ("eurasianet", "https://eurasianet.org/a-bridge-too-near", None),
    ("occrp", "https://www.occrp.org/en/news/a-bridge-built-twice", None),
    ("occrp", "https://www.occrp.org/ru/investigation/most/", None),
    ("occrp", "https://www.occrp.org/en/project/bridges/the-engineer", None),
    ("hrw", "https://www.hrw.org/news/2026/02/03/bridge-builders-detained", None),
    ("hrw", "https://www.hrw.org/report/2025/10/08/no-way-across/workers-bridges", None),
    ("hrw", "https://www.hrw.org/ru/news/2026/02/03/most", None),
    ("amnesty", "https://www.amnesty.org/en/latest/news/2026/02/bridge/", None),
    ("amnesty", "https://www.amnesty.org/en/documents/eur55/1234/2016/en/", None),
    ("bbc-azeri", "https://www.bbc.com/azeri/articles/c0bridge?at_medium=RSS", None),
    ("voa-azeri", "https://www.amerikaninsesi.org/a/yeni-korpu/7000123.html", "7000123"),
    ("voa-azeri", "https://www.amerikaninsesi.org/a/7000123.html", "7000123"),
    ("azertac", "https://azertag.az/xeber/yeni_korpu_acildi-4000001", "4000001"),
    ("azertac", "https://azertag.az/en/xeber/new_bridge-4000002", "4000002"),
    ("president-az", "https://president.az/az/articles/view/70001", "70001"),
    ("president-az", "https://president.az/en/articles/view/70001/print", "70001"),
    ("xalq-qezeti", "https://xalqqazeti.az/az/siyaset/200001-yeni-korpu", "200001"),
    ("azerbaijan-newspaper", "https://azerbaijan-news.az/az/posts/detail/yeni-korpu-1700000001", "1700000001"),
    ("azerbaijan-newspaper", "https://www.azerbaijan-news.az/view-150001/yeni-korpu", "150001"),
    ("trend", "https://az.trend.az/business/transport/4100001.html", "4100001"),
    ("trend", "https://en.trend.az/azerbaijan/4100002.html", "4100002"),
    ("trend", "https://ru.trend.az/azerbaijan/society/4100003.html", "4100003"),
    ("report", "https://report.az/infrastruktur/yeni-korpu-acilib/", None),
    ("report", "https://report.az/en/infrastructure/new-bridge-opened", None),
    ("report", "https://report.az/ru/infrastruktura/novyj-most/?utm_source=rss", None),
    ("apa", "https://apa.az/sosial/yeni-korpu-acildi-900001", "900001"),
    ("apa", "https://en.apa.az/social/new-bridge-opened-900002", "900002"),
    ("apa", "https://ru.apa.az/obshestvo/novyj-most-900003", "900003"),
    ("azernews", "https://www.azernews.az/nation/250001.html", "250001"),
    ("azernews", "https://www.azernews.az/oil_and_gas/250002.html", "250002"),
    ("news-az", "https://news.az/news/new-bridge-opens-in-lerik", None),
    ("day-az", "https://news.day.az/society/1800001.html", "1800001"),
    ("day-az", "https://news.day.az/azerinews/1800002.html", "1800002"),
    ("1news", "https://1news.az/news/20260214101530123-Noviy-most", "20260214101530123"),
    ("1news", "https://1news.az/az/news/20260214101530123-Yeni-korpu", "20260214101530123"),
    ("caliber", "https://caliber.az/en/post/new-bridge-opened", None),
    ("caliber", "https://caliber.az/ru/post/novyj-most", None),
    ("haqqin", "https://haqqin.az/news/380001", "380001"),
    ("haqqin", "https://m.haqqin.az/newsarchive/120001/", "120001"),
    ("minval", "https://minval.az/news/124500001", "124500001"),
    ("minval", "https://m.minval.az/news/124500001", "124500001"),
    ("qafqazinfo", "https://qafqazinfo.az/news/detail/yeni-korpu-acildi-510001", "510001"),
    ("modern", "https://modern.az/az/olke/540001/yeni-korpu-acildi/", "540001"),
    ("musavat", "https://musavat.com/news/yeni-korpu-acildi_1200001.html", "1200001"),
]


@pytest.mark.parametrize(("slug", "url", "number"), ARTICLES, ids=[url for _, url, _ in ARTICLES])
def test_an_articles_address_is_known(shipped: Catalogue, slug: str, url: str, number: str | None) -> None:
    outlet = shipped.outlets[slug]
    assert is_article_url(outlet, url)
    assert external_id(outlet, url) == number


@pytest.mark.parametrize(
    ("slug", "url"),
    [
        ("oc-media", "https://oc-media.org/tag/bridges/"),
        ("oc-media", "https://oc-media.org/ru/"),
        ("meydan-tv", "https://www.meydan.tv/az/"),
        ("abzas-media", "https://abzas.org/category/siyaset?page=1"),
        ("azadliq-radiosu", "https://www.azadliq.org/z/330"),
        ("jamnews", "https://jam-news.net/feed/"),
        ("jamnews", "https://jam-news.net/ru/"),
        ("eurasianet", "https://eurasianet.org/region/caucasus"),
        ("occrp", "https://www.occrp.org/en/about-us"),
        ("hrw", "https://www.hrw.org/europe/central-asia/azerbaijan"),
        ("bbc-azeri", "https://www.bbc.com/sport/football"),
        ("report", "https://report.az/en/rss/"),
        ("report", "https://report.az/en/sosial/"),
        ("trend", "https://az.trend.az/archive/2026-3-1"),
        ("day-az", "https://www.day.az/"),
        ("caliber", "https://caliber.az/en/"),
        ("haqqin", "https://haqqin.az/"),
        ("musavat", "https://musavat.com/"),
    ],
)
def test_a_list_or_a_foreign_section_is_no_article(shipped: Catalogue, slug: str, url: str) -> None:
    assert not is_article_url(shipped.outlets[slug], url)


def test_no_address_is_an_article_of_two_outlets(shipped: Catalogue) -> None:
    with_pattern = [o for o in shipped.outlets.values() if o.article_url]
    for slug, url, _ in ARTICLES:
        assert [o.slug for o in with_pattern if is_article_url(o, url)] == [slug]


def test_the_host_of_every_article_leads_to_its_outlet(shipped: Catalogue) -> None:
    for slug, url, _ in ARTICLES:
        found = shipped.outlet_of_host(url.split("/")[2])
        assert found is not None
        assert found.slug == slug
