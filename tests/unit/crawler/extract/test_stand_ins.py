"""Pages that are sent as a success and say that nothing is there, in four languages; and those that only sound so."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.article import extract_article
from domain.extraction import Extraction, StandIn
from domain.outlet import PageHints

PROSE = (
    "Göldən çıxarılan qayıq sahibinə qaytarılıb, balıqçılar isə gələn həftə yenidən suya çıxacaqlar.",
    "Sahil boyunca dörd yeni körpücük tikilir və işlər yayın əvvəlinə qədər başa çatmalıdır.",
    "Bələdiyyə deyir ki, bu il torların yoxlanması üçün iki dəfə çox vəsait ayrılıb.",
)
LINKS = "".join(f"<li><a href='/x/{n}'>Sahildən gələn xəbərlərin {n} nömrəlisi budur</a></li>" for n in range(12))


def read(body: str, *, title: str, head: str = "", body_class: str = "", end: str = "</body></html>") -> Extraction:
    page = f"<!doctype html><html><head><title>{title}</title>{head}</head><body class='{body_class}'>{body}{end}"
    return extract_article(
        page.encode(),
        url="https://qayiq.example/az/gol/qayiq-qaytarildi",
        content_type="text/html; charset=utf-8",
        hints=PageHints(),
        zone=ZoneInfo("Asia/Baku"),
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("Səhifə tapılmadı | Qayiq", ""),
        ("Qayiq", "Bağışlayın, axtardığınız səhifə mövcud deyil"),
        ("Страница не найдена — Qayiq", ""),
        ("Qayiq", "Запрашиваемая страница удалена или не существует"),
        ("Sayfa Bulunamadı - Qayiq", ""),
        ("Qayiq", "Aradığınız içerik kaldırıldı"),
        ("Page not found | Qayiq", ""),
        ("Qayiq", "Oops! That page doesn’t exist"),
        ("404", ""),
        ("Xəta 404 | Qayiq", ""),
    ],
)
def test_a_page_that_says_that_nothing_is_there(title: str, heading: str) -> None:
    found = read(f"<h1>{heading}</h1><p>Ana səhifəyə qayıdın.</p><ul>{LINKS}</ul>", title=title)

    assert found.stand_in is StandIn.NOT_FOUND


def test_a_template_that_calls_whatever_it_shows_an_article_shows_nothing_still() -> None:
    claim = '<meta property="og:type" content="article">'
    body = "<article><h1>{}</h1><p>Axtardığınız material saytda yoxdur.</p></article>"

    gone = read(body.format("Səhifə tapılmadı"), title="Səhifə tapılmadı - Qayiq", head=claim, body_class="single-post")
    told = read(body.format("Göldə qayıq tapılmadı"), title="Səhifə tapılmadı - Qayiq", head=claim)

    assert gone.stand_in is StandIn.NOT_FOUND
    assert told.stand_in is None


@pytest.mark.parametrize(
    "title",
    [
        "İtkin düşən balıqçı hələ də tapılmadı",  # an article
        "Пропавший катер в озере так и не найден",
        "404 nəfər gölə çıxıb",
        "502 Bad Gateway",
        "Saytda texniki işlər aparılır",
        "Service temporarily unavailable",
        "Axtarış nəticələri, səhifə tapılmadı yazısı barədə uzun söhbət və oxucuların bu barədə dedikləri",
    ],
)
def test_headlines_and_errors_of_a_server_say_no_such_thing(title: str) -> None:
    assert read(f"<h1>{title}</h1><p>{PROSE[0]}</p>", title=title).stand_in is None


def test_a_page_that_calls_itself_an_article_is_one() -> None:
    head = "<meta property='og:type' content='article'>"

    assert read("".join(f"<p>{text}</p>" for text in PROSE), title="Səhifə tapılmadı", head=head).stand_in is None


def test_half_a_page_says_nothing() -> None:
    found = read("<div><div><div><h1>Səhifə tapılmadı</h1><p>Geri", title="Səhifə tapılmadı", end="")

    assert found.stand_in is None


def test_a_list_that_calls_itself_the_front_page_is_one() -> None:
    head = "<link rel='canonical' href='https://qayiq.example/'>"

    assert read(f"<ul>{LINKS}</ul>", title="Son xəbərlər", head=head, body_class="home").stand_in is StandIn.FRONT_PAGE
    assert read(f"<ul>{LINKS}</ul>", title="Qayiq", body_class="home").stand_in is StandIn.FRONT_PAGE


def test_what_a_script_has_yet_to_fill_is_no_front_page() -> None:
    assert read("<div id='app'></div>", title="Qayiq", body_class="home").stand_in is None


def test_a_list_with_a_name_of_its_own_is_no_front_page() -> None:
    assert read(f"<ul>{LINKS}</ul>", title="Göl xəbərləri", body_class="archive").stand_in is None
