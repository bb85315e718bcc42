"""Outlets' files as text: whatever a value holds, TOML reads it back."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.writing import line, slug_from, toml_value, unused


@given(st.text())
def test_any_line_is_read_back_as_it_was(text: str) -> None:
    told = line(text)
    if told is not None:
        assert tomllib.loads(f"key = {toml_value(told)}") == {"key": told}
        assert "\n" not in toml_value(told)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_lists_are_read_back(texts: list[str]) -> None:
    assert tomllib.loads(f"key = {toml_value(texts)}")["key"] == texts


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Sahil Xəbər", "sahil-xeber"), ("AÇIQ İş", "aciq-is"), ("day.az", "day-az"), ("Новости", None), ("  ", None)],
)
def test_a_slug_is_made_of_a_name(name: str, slug: str | None) -> None:
    assert slug_from(name) == slug


@given(st.text())
def test_whatever_slug_comes_the_schema_takes_it(text: str) -> None:
    import re

    slug = slug_from(text)
    assert slug is None or re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)


def test_a_taken_slug_gets_a_number() -> None:
    assert unused("a", {"a", "a-2"}) == "a-3"
