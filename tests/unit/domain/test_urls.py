"""Addresses: which are ones, and which spellings meet under one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.urls import host_key, http_url, site_of, url_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.xeber.example/a", "https://xeber.example/a"),
        ("https://xeber.example/a/", "https://xeber.example/a"),
        ("https://xeber.example/a?utm_source=x&b=1", "https://xeber.example/a?b=1"),
        ("https://xeber.example/a?b=1&a=2", "https://xeber.example/a?a=2&b=1"),
        ("https://xeber.example:443/a", "http://xeber.example:80/a"),
        ("https://xeber.example/a#top", "https://xeber.example/a"),
        ("https://xeber.example//a", "https://xeber.example/a"),
        ("https://xeber.example/%c9%99", "https://xeber.example/ə"),
        ("https://XEBER.example/a", "https://xeber.example/a"),
    ],
)
def test_spellings_of_one_address_meet(one: str, other: str) -> None:
    first, second = http_url(one), http_url(other)

    assert first is not None
    assert second is not None
    assert url_key(first) == url_key(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://xeber.example/?p=123", "https://xeber.example/?p=124"),
        ("https://xeber.example/A", "https://xeber.example/a"),
        ("https://xeber.example/a", "https://xeber.example/a/b"),
        ("https://az.xeber.example/a", "https://xeber.example/a"),
        ("https://xeber.example:8080/a", "https://xeber.example/a"),
        ("https://xeber.example/a?id=", "https://xeber.example/a"),
    ],
)
def test_different_articles_do_not_meet(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_a_mirror_meets_the_main_host() -> None:
    aliases = {"xeber.net": "xeber.example"}

    assert url_key("https://www.xeber.net/a", host_aliases=aliases) == url_key("https://xeber.example/a")


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "mailto:a@b.example",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://",
        "http://a b/",
        "http://u:p@h/",
        "http://h:0/",
    ],
)
def test_what_is_no_web_address_is_none(raw: str) -> None:
    assert http_url(raw) is None


def test_a_relative_link_is_joined_to_its_base() -> None:
    assert http_url("../b?x=1#y", base="https://xeber.example/a/c") == "https://xeber.example/b?x=1"


@given(st.text(max_size=80))
def test_no_text_makes_it_raise_and_a_key_is_stable(text: str) -> None:
    url = http_url(text, base="https://xeber.example/feed")
    if url is not None:
        assert url_key(f"https://{url_key(url)}") == url_key(url)
        assert host_key(url)


def test_the_site_of_a_host_is_its_registrable_domain() -> None:
    assert site_of("news.xeber.com.az") == "xeber.com.az"
    assert site_of("localhost") == "localhost"
