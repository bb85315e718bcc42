"""JSON-LD as pages carry it: mended, flattened, and the right article picked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.json_ld import article_node, read_json_ld, text_of_node, texts_of

ARTICLE = '{"@type": "NewsArticle", "headline": "Körpü açıldı", "datePublished": "2026-02-01"}'


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        f"[{ARTICLE}]",
        f'{{"@context": "https://schema.org", "@graph": [{{"@type": "WebSite"}}, {ARTICLE}]}}',
        f'{{"@type": "WebPage", "mainEntity": {ARTICLE}}}',
        f"<!-- {ARTICLE} -->",
        f"//<![CDATA[\n{ARTICLE}\n//]]>",
        ARTICLE.replace("}", ",}"),
        ARTICLE.replace(",", ",,"),
        ARTICLE.replace(", ", ", /* why */ "),
        ARTICLE.replace(", ", ", // why\n"),
        ARTICLE.replace("açıldı", "açıldı").replace('"datePublished"', '"note": "bir\nsətir\t\x01", "datePublished"'),
        ARTICLE.replace('"datePublished"', '"note": "it\\\'s", "datePublished"'),
        ARTICLE + ";",
        ARTICLE + "\n" + '{"@type": "Organization"}',
        ARTICLE.replace('"NewsArticle"', '["http://schema.org/NewsArticle", "Thing"]'),
        ARTICLE[:-1],
    ],
)
def test_an_article_is_found_however_it_is_written(script: str) -> None:
    node = article_node(read_json_ld([script]))
    assert text_of_node(node, "headline") == "Körpü açıldı"
    assert text_of_node(node, "datePublished") == "2026-02-01"


def test_an_address_is_not_taken_for_a_comment() -> None:
    script = '{"@type": "Article", "url": "https://a.example/b", "headline": "c", }'
    assert text_of_node(article_node(read_json_ld([script])), "url") == "https://a.example/b"


def test_the_fullest_article_is_the_pages_own() -> None:
    related = '{"@type": "NewsArticle", "headline": "Başqa"}'
    assert text_of_node(article_node(read_json_ld([f"[{related}, {ARTICLE}]"])), "headline") == "Körpü açıldı"


def test_names_are_read_from_strings_objects_and_lists() -> None:
    value = ["A B", {"@type": "Person", "name": "C D"}, {"name": ["E F"]}]
    assert list(texts_of(value, "name")) == ["A B", "C D", "E F"]


@given(st.text(max_size=200))
def test_any_script_is_read_without_an_error(script: str) -> None:
    assert isinstance(read_json_ld([script]), tuple)


def test_deep_nesting_is_left_unread() -> None:
    assert read_json_ld(["[" * 100_000]) == ()
