"""The forms of an article's address: which meet, which stay apart, and that no rule leaves its outlet."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.outlet import Outlet
from domain.sameness import ArticleNumber
from domain.urls import bare_host, host_key, http_url, url_key
from outlets.catalogue import load_catalogue
from outlets.claims import outlet_claiming
from outlets.forms import article_number, is_main_place, main_form, numbering_of

PLAIN = Outlet("xeber", "Xəbər", (), hosts=("xeber.example", "xeber-net.example"), edition_hosts=("ru.xeber.example",))
NUMBERED = Outlet(
    "nomre",
    "Nömrə",
    (),
    hosts=("nomre.example",),
    article_url=r"^https?://(?:www\.)?nomre\.example/(?:az|ru)/[a-z-]+/[^/?#]+$",
    external_id=r"-(\d+)$",
    translations_share_id=True,
)
ARTICLE = "https://xeber.example/az/korpu-acildi-12"


@pytest.mark.parametrize(
    "form",
    [
        "https://xeber.example/az/korpu-acildi-12/amp/",
        "https://xeber.example/amp/az/korpu-acildi-12",
        "https://xeber.example/az/korpu-acildi-12.amp",
        "https://xeber.example/az/korpu-acildi-12/print",
        "https://xeber.example/az/korpu-acildi-12?print=1",
        "https://xeber.example/az/korpu-acildi-12?output=amp",
        "https://xeber.example/az/korpu-acildi-12?outputType=amp&utm_source=x",
        "https://xeber.example/az/korpu-acildi-12?share=facebook",
        "https://m.xeber.example/az/korpu-acildi-12",
        "https://amp.xeber-net.example/az/korpu-acildi-12/amp",
        "https://d1abc.cloudfront.net/az/korpu-acildi-12",
    ],
)
def test_forms_lead_to_the_article(form: str) -> None:
    assert _key(main_form(PLAIN, form) or form) == _key(ARTICLE)


@pytest.mark.parametrize(
    "url",
    [
        ARTICLE,
        f"{ARTICLE}?ref=rss",  # the key leaves it out already
        f"{ARTICLE}?page=2",
        "https://xeber.example/print",
        "https://xeber.example/amp/",
        "https://xeber.example/az/print",
        "https://xeber.example/az/blue-print",
        "https://xeber.example/az/chempionat-amp-dan-xeber",
        "https://muzey.example/az/korpu-acildi-12/amp",
        "https://m.muzey.example/az/korpu-acildi-12",
        "https://ru.xeber.example/az/korpu-acildi-12",
    ],
)
def test_what_is_no_form_stays_itself(url: str) -> None:
    assert main_form(PLAIN, url) is None


def test_what_is_left_must_be_an_article_where_the_outlet_has_a_pattern() -> None:
    assert main_form(NUMBERED, "https://nomre.example/az/siyaset/secki-48213/amp") is not None
    assert main_form(NUMBERED, "https://nomre.example/az/siyaset/print") is None


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://nomre.example/az/siyaset/secki-787902", ArticleNumber("nomre.example/az", "787902", True)),
        ("https://nomre.example/ru/politika/vybory-787902", ArticleNumber("nomre.example/ru", "787902", True)),
        ("https://m.nomre.example/az/siyaset/secki-787902", ArticleNumber("nomre.example/az", "787902", True)),
        ("https://d1.cloudfront.net/az/siyaset/secki-787902", ArticleNumber("nomre.example/az", "787902", True)),
        ("https://nomre.example/az/siyaset/ilin-yekunu-2026", None),
        ("https://nomre.example/az/siyaset/hesabat-20261126", None),
        ("https://nomre.example/az/siyaset/otuz-30", None),
        ("https://yad.example/az/siyaset/secki-787902", None),
        ("https://nomre.example/haqqinda-787902", None),
    ],
)
def test_a_number_counts_in_its_edition_and_a_year_is_none(url: str, number: ArticleNumber | None) -> None:
    assert article_number(NUMBERED, url) == number


def test_a_host_of_an_edition_is_an_edition() -> None:
    assert numbering_of(PLAIN, "https://ru.xeber.example/a-1") == "ru.xeber.example"
    assert numbering_of(PLAIN, "https://xeber-net.example/a-1?lang=ka") == "xeber.example/ka"
    assert is_main_place(PLAIN, "https://ru.xeber.example/a-1")
    assert not is_main_place(PLAIN, "https://xeber-net.example/a-1")


_SEGMENTS = st.sampled_from(
    "az ru siyaset xeber amp print printable 2026 11 korpu-acildi-12 korpu.amp.html 787902 secki-787902 "
    "M%C9%99tn".split()
)
_PARAMETERS = st.sampled_from(
    "print=1 amp amp=1 output=amp view=print view=list page=2 id=7 utm_source=x ref=rss fbclid=1 share=x "
    "lang=ru".split()
)
_HOSTS = st.sampled_from(
    "xeber.example www.xeber.example m.xeber.example amp.xeber.example mobile.xeber-net.example ru.xeber.example "
    "m.ru.xeber.example d1.cloudfront.net x.azureedge.net muzey.example m.muzey.example xeber.example:8080 "
    "nomre.example m.nomre.example xeber.example.com".split()
)


@st.composite
def _addresses(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(_SEGMENTS, max_size=5)))
    query = "&".join(draw(st.lists(_PARAMETERS, max_size=4)))
    scheme, slash = draw(st.sampled_from(["http", "https"])), draw(st.sampled_from(["", "/", "//"]))
    return f"{scheme}://{draw(_HOSTS)}/{path}{slash}" + (f"?{query}" if query else "")


def _key(url: str) -> str:
    return url_key(url, host_aliases=PLAIN.host_aliases)


@settings(max_examples=3_000)
@given(url=_addresses(), outlet=st.sampled_from([PLAIN, NUMBERED]))
def test_a_main_form_has_none_and_stays_on_the_outlets_hosts(url: str, outlet: Outlet) -> None:
    main = main_form(outlet, url)
    if main is None:
        return

    assert http_url(main) is not None
    assert main_form(outlet, main) is None
    assert bare_host(host_key(main)) in {*outlet.hosts, *outlet.edition_hosts}
    assert numbering_of(outlet, main) == numbering_of(outlet, url)
    assert article_number(outlet, main) == article_number(outlet, url)


@settings(max_examples=2_000)
@given(
    path=st.lists(_SEGMENTS.filter(lambda s: "amp" not in s and "print" not in s), min_size=1, max_size=4),
    forms=st.permutations(["host", "segment", "query", "tracking"]),
    count=st.integers(1, 4),
)
def test_forms_meet_in_whatever_order_they_were_put_on(path: list[str], forms: list[str], count: int) -> None:
    host, tail, query = "xeber.example", "", []
    for form in forms[:count]:
        host = f"m.{host}" if form == "host" else host
        tail = "/amp" if form == "segment" else tail
        query += {"query": ["print=1"], "tracking": ["utm_medium=feed"]}.get(form, [])
    plain = f"https://xeber.example/{'/'.join([*path, 'korpu-acildi-12'])}"
    form = plain.replace("xeber.example", host, 1) + tail + ("?" + "&".join(query) if query else "")

    assert _key(main_form(PLAIN, form) or form) == _key(plain)


@settings(max_examples=3_000)
@given(url=_addresses())
def test_no_rule_takes_an_address_to_another_outlet(url: str) -> None:
    claims = dict.fromkeys((*PLAIN.hosts, *PLAIN.edition_hosts), "xeber") | {"nomre.example": "nomre"}
    owner = outlet_claiming(host_key(url), claims)
    for outlet in (PLAIN, NUMBERED):
        if owner is not None and owner != outlet.slug:
            assert main_form(outlet, url) is None
            assert article_number(outlet, url) is None


def test_no_example_of_the_shipped_catalogue_is_taken_for_a_form() -> None:
    catalogue = load_catalogue()
    for outlet in catalogue.outlets.values():
        for channel in outlet.channels:
            if "://" in channel.address and "{" not in channel.address:
                main = main_form(outlet, channel.address)
                assert main is None or urlsplit(main).path != "/", (outlet.slug, channel.address, main)
