"""Proposals for ``article_url``: what they match, and when there is none."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outlets.patterns import checked_pattern
from outlets.shapes import shape_of

PLACES = st.lists(
    st.text("abcdefghij0123456789-_.%~", min_size=1, max_size=12) | st.integers(0, 99999).map(str), max_size=4
)


@pytest.mark.parametrize(
    ("paths", "more", "others"),
    [
        (["/az/liman/1-a", "/az/su/22-b", "/ru/dag/3-c"], "/en/yol/444-d", "/az/haqqimizda"),
        (["/2026/03/02/a-b/", "/2026/3/1/cc", "/2025/12/31/d"], "/2027/1/1/x", "/2026/03/"),
        (["/news/a", "/news/b", "/news/c-d"], "/news/e", "/about"),
        (["/n.php?id=1&l=az", "/n.php?id=2", "/n.php?id=3"], "/n.php?l=ru&id=77", "/n.php?page=two"),
        (["/a-123.html", "/b-124.html", "/c-125.html"], "/d-9.html", "/elaqe.html"),
        (["/xeber/1", "/xeber/2", "/xeber/3"], "/xeber/1000", "/xeber/son"),
        (["/AZ/x/7/y", "/AZ/x/8/z", "/AZ/x/9/z"], "/AZ/x/10/w", "/AZ/x"),
    ],
)
def test_a_shape_matches_its_like_and_not_another_page(paths: list[str], more: str, others: str) -> None:
    shape = shape_of([f"https://www.liman.example{path}" for path in paths], "liman.example")

    assert shape is not None
    assert (shape.matches, shape.seen) == (3, 3)
    assert re.search(shape.pattern, f"https://liman.example{more}")
    assert not re.search(shape.pattern, f"https://liman.example{others}")
    assert not re.search(shape.pattern, f"https://other.example{more}")


@pytest.mark.parametrize(
    "paths",
    [
        ["/a", "/b", "/c"],  # as general as any page
        ["/news/a", "/news/b"],  # too few
        ["/a/1", "/b-2.html", "/x/y/z/w"],  # no two alike
        ["/", "/", "/"],
        [],
    ],
)
def test_where_no_shape_is_told_none_is_proposed(paths: list[str]) -> None:
    assert shape_of([f"https://liman.example{path}" for path in paths], "liman.example") is None


def test_the_shape_of_most_counts_and_the_rest_is_told() -> None:
    paths = [*(f"/xeber/{n}-a" for n in range(8)), "/reklam", "/elan"]

    shape = shape_of([f"https://liman.example{path}" for path in paths], "liman.example")

    assert shape is not None
    assert (shape.matches, shape.seen) == (8, 10)


@given(st.lists(PLACES, min_size=3, max_size=12))
def test_whatever_is_proposed_is_safe_and_matches_what_it_was_read_from(places: list[list[str]]) -> None:
    urls = [f"https://liman.example/{'/'.join(place)}" for place in places]

    shape = shape_of(urls, "liman.example")

    if shape is not None:
        compiled = checked_pattern(shape.pattern)
        assert all(compiled.search(url) for url in shape.examples)
