"""Authors: persons' names and nothing else."""

from __future__ import annotations

import pytest

from crawler.extract.authors import author_names, page_authors
from crawler.extract.json_ld import article_node
from crawler.extract.markup import parse_page
from domain.outlet import PageHints


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("By Helen Marsh", ("Helen Marsh",)),
        ("by Helen Marsh and Tom Reeve", ("Helen Marsh", "Tom Reeve")),
        ("Nərmin Qasımlı və Rəşad Əlizadə", ("Nərmin Qasımlı", "Rəşad Əlizadə")),
        ("Марина Сотникова и Пётр Лунин", ("Марина Сотникова", "Пётр Лунин")),
        ("Ayşe Şahin ve Mehmet Kaya", ("Ayşe Şahin", "Mehmet Kaya")),
        ("Автор: Марина Сотникова", ("Марина Сотникова",)),
        ("Müəllif: Nərmin Qasımlı", ("Nərmin Qasımlı",)),
        ("Tom Reeve, Staff Writer", ("Tom Reeve",)),
        ("Helen Marsh <h.marsh@post.example>", ("Helen Marsh",)),
        ("Helen Marsh (London)", ("Helen Marsh",)),
        ("https://www.facebook.com/helen", ()),
        ("Helen Marsh; helen marsh", ("Helen Marsh",)),
        ("Helen Marsh, Reuters", ("Helen Marsh",)),
        ("Reuters", ("Reuters",)),
        ("The Eastmere Post", ()),
        ("admin", ()),
        ("", ()),
    ],
)
def test_a_statement_gives_the_names_in_it(statement: str, names: tuple[str, ...]) -> None:
    assert author_names([statement], frozenset({"theeastmerepost"})) == names


def test_structured_data_stands_before_markup_and_persons_before_organisations() -> None:
    page = parse_page(
        """<html><head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "x", "author": [
        {"@type": "Organization", "name": "Night Desk Society"}, {"@type": "Person", "name": "Helen Marsh"}]}</script>
        </head>
        <body><span class="byline">Tom Reeve</span></body></html>""",
        url="https://post.example/1",
    )
    assert page is not None
    assert page_authors(page, article_node(page.nodes), hints=PageHints()) == ("Helen Marsh",)
    assert page_authors(page, None, hints=PageHints()) == ("Tom Reeve",)
    assert page_authors(page, None, hints=PageHints(author_css=(".byline",))) == ("Tom Reeve",)
