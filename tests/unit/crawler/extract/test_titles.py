"""Titles: the heading, without the outlet's name."""

from __future__ import annotations

import pytest

from crawler.extract.json_ld import article_node
from crawler.extract.markup import Page, parse_page
from crawler.extract.titles import page_title, without_site_name
from domain.outlet import PageHints


def parsed(head: str, body: str, url: str = "https://www.qezet.example/a/1") -> Page:
    page = parse_page(f"<html><head>{head}</head><body>{body}<p>mətn</p></body></html>", url=url)
    assert page is not None
    return page


def title_of(head: str, body: str = "", *, css: tuple[str, ...] = ()) -> str | None:
    page = parsed(head, body)
    return page_title(page, article_node(page.nodes), hints=PageHints(title_css=css))


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Körpü açıldı - Qəzet</title><meta property='og:site_name' content='Qəzet'>", "", "Körpü açıldı"),
        ("<title>Qəzet | Körpü açıldı</title><meta property='og:site_name' content='Qəzet'>", "", "Körpü açıldı"),
        ("<title>Körpü açıldı | Cəmiyyət | Nəşr</title>", "<h1>Körpü açıldı</h1>", "Körpü açıldı"),
        ("<title>Körpü açıldı - qezet.example</title>", "", "Körpü açıldı"),
        ("<title>Bakı - Tbilisi qatarı</title>", "<h1>Bakı - Tbilisi qatarı</h1>", "Bakı - Tbilisi qatarı"),
        ("<meta property='og:title' content='&amp;quot;Körpü&amp;quot; filmi çəkildi'>", "", '"Körpü" filmi çəkildi'),
        ("<meta property='og:title' content='Yeni körpü bu...'>", "<h1>Yeni körpü bu gün</h1>", "Yeni körpü bu gün"),
        ("<title>Siyasət | Yeni körpü bu gün</title><meta property='og:title' content='Yeni körpü bu gün'>",
         "<h1>Siyasət | Yeni körpü bu gün</h1>", "Yeni körpü bu gün"),
        ("<meta property='og:title' content='Yeni körpü bu gün açıldı'>", "<h1>Qəzet</h1>", "Yeni körpü bu gün açıldı"),
        ("", "<h1>Cafe\u0301 açıldı</h1>", "Café açıldı"),
        ("", "", None),
    ],
)  # fmt: skip
def test_the_title_is_the_articles_own(head: str, body: str, title: str | None) -> None:
    assert title_of(head, body) == title


def test_the_outlets_selector_stands_before_everything() -> None:
    assert title_of(
        "<title>Başqa</title>", "<h1>Bir başqa sözlər burada</h1><h2 class=t>Körpü açıldı</h2>", css=("h2.t",)
    ) == ("Körpü açıldı")


def test_a_title_that_is_nothing_but_the_sites_name_is_kept_by_the_cutter() -> None:
    assert without_site_name("Qəzet", frozenset({"qəzet"})) == "Qəzet"
