"""The one honest name under which everything is fetched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fetch.user_agent import product_token, user_agent
from domain.errors import ConfigError


@pytest.mark.parametrize("contact", ["desk@example.org", "https://example.org/crawler", "http://a.example?x=1"])
def test_it_names_the_product_its_version_and_a_contact(contact: str) -> None:
    assert user_agent("0.1", contact) == f"Parallax/0.1 (+{contact})"


@pytest.mark.parametrize(
    "contact",
    [
        "",
        "somebody",
        "desk@",
        "desk@example",
        "ftp://example.org",
        "https://",
        "javascript:alert(1)",
        "https://example.org/\r\nX-Injected: 1",
        "desk@example.org\r\nX-Injected: 1",
        "desk@example.org ",
        "https://example.org/) Mozilla/5.0 (",
        "https://user:secret@example.org/",
        "https://пример.example/",
        "https://[::1/",
        "https://example.org/" + "a" * 300,
    ],
)
def test_a_contact_that_is_none_or_could_end_the_header_is_an_error(contact: str) -> None:
    with pytest.raises(ConfigError, match="contact"):
        user_agent("0.1", contact)


@pytest.mark.parametrize("version", ["", "0.1\n", "1 0", "a/b", "(1)", "1" * 80])
def test_a_version_that_is_none_is_an_error(version: str) -> None:
    with pytest.raises(ConfigError, match="user_agent_version"):
        user_agent(version, "desk@example.org")


@given(st.text(max_size=40), st.text(max_size=80))
def test_whatever_is_accepted_is_one_line_of_visible_ascii(version: str, contact: str) -> None:
    try:
        name = user_agent(version, contact)
    except ConfigError:
        return
    assert name.isascii()
    assert name.isprintable()
    assert name.count("(") == name.count(")") == 1


@pytest.mark.parametrize("name", ["Parallax/0.1 (+https://example.org/)", "parallax", " PARALLAX ", "Parallax (x)"])
def test_robots_know_it_by_its_product_token(name: str) -> None:
    assert product_token(name) == "parallax"
