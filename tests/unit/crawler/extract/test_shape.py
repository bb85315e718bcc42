"""Articles and lists, whole pages and cut ones, barriers and pages that only speak of them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.article import extract_article
from crawler.extract.boilerplate import without_boilerplate
from crawler.extract.shape import is_cut_off
from domain.extraction import Barrier, Extraction, ExtractionOutcome
from domain.outlet import PageHints

PROSE = (
    "Göyçay rayonunda yeni su kəmərinin tikintisi başa çatıb və sakinlər suyu gün ərzində fasiləsiz alırlar.",
    "Mühəndislərin sözlərinə görə, boruların uzunluğu on dörd kilometrdir və onlar köhnə arxların yanından keçir.",
    "Bələdiyyə yeni qiymətlərin hələ müəyyən olunmadığını və qərarın payızda veriləcəyini açıqlayıb.",
    "Sakinlər isə tarifin artmasından narahatdırlar və ictimai müzakirə keçirilməsini tələb edirlər.",
)
OTHERS = (
    "В посёлке открыли библиотеку, которую жители строили вместе почти четыре года подряд.",
    "Книги привозили из соседних сёл и из города, часть из них пришлось переплетать заново.",
    "Районная администрация обещает оплатить отопление на ближайшую зиму в полном объёме.",
    "Заведующая говорит, что в фонде уже больше шести тысяч томов и новые приносят каждую неделю.",
    "Читальный зал работает по выходным, а для детей открыли отдельную комнату с игрушками.",
)


def read(body: str, *, head: str = "", url: str = "https://qezet.example/az/goycay-1") -> Extraction:
    page = f"<html><head><title>Göyçay</title>{head}</head><body>{body}</body></html>"
    return extract_article(
        page.encode(),
        url=url,
        content_type="text/html; charset=utf-8",
        hints=PageHints(),
        zone=ZoneInfo("Asia/Baku"),
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )


def paragraphs(texts: tuple[str, ...]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


CARDS = "".join(
    f'<div class="item"><h3><a href="/n{n}">{text[:50]}</a></h3><p>{text}</p></div>' for n, text in enumerate(OTHERS)
)
FLAT = "".join(f'<h3><a href="/n{n}">{text[:50]}</a></h3><p>{text}</p>' for n, text in enumerate(OTHERS))
HEADING = "<h1>Göyçayda yeni su kəməri işə düşüb</h1>"


@pytest.mark.parametrize("listed", [CARDS, FLAT])
@pytest.mark.parametrize("path", ["movzu/su", "search?q=su", "az/"])
def test_linked_cards_alone_are_a_list(listed: str, path: str) -> None:
    found = read(f"<main><h1>Su</h1>{listed}</main>", url=f"https://qezet.example/{path}")
    assert found.outcome is ExtractionOutcome.NO_ARTICLE


@pytest.mark.parametrize("listed", [CARDS, FLAT])
def test_an_article_followed_by_cards_is_the_article_alone(listed: str) -> None:
    found = read(f"<main>{HEADING}<div>{paragraphs(PROSE)}</div><div>{listed}</div></main>")
    assert found.outcome is ExtractionOutcome.OK
    assert found.text == "\n\n".join(PROSE)


def test_a_page_laid_out_by_a_table_keeps_its_paragraphs() -> None:
    menu = '<a href="/1">Siyasət</a><br><a href="/2">İdman</a>'
    long = "<br><br>".join(
        PROSE
        + PROSE[:3]
        + ("Növbəti iclas sentyabrda keçiriləcək və oraya bütün kəndlərdən nümayəndələr dəvət olunacaq.",)
    )
    found = read(f"<table><tr><td>{menu}</td><td>{long}</td></tr></table>")
    assert found.text is not None
    assert PROSE[0] in found.text.split("\n\n")


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="robots" content="noindex">',
        '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
    ],
)
def test_a_challenges_words_or_a_shared_script_make_no_barrier(head: str) -> None:
    found = read(f"<h1>Bir dakika: robot değil, insan</h1>{paragraphs(PROSE)}", head=head)
    assert (found.outcome, found.barrier) == (ExtractionOutcome.OK, None)


def test_a_login_form_beside_an_article_makes_no_barrier() -> None:
    form = '<form action="/giris"><input name="e"><input type="password"><button>Daxil ol</button></form>'
    assert read(f"{form}{HEADING}<div>{paragraphs(PROSE)}</div>").barrier is None


@pytest.mark.parametrize(
    ("body", "barrier"),
    [
        ('<form><p>Подтвердите, что вы не робот</p><div class="smart-captcha"></div></form>', Barrier.CHALLENGE),
        ('<iframe src="/_Incapsula_Resource?x=1">Request unsuccessful.</iframe>', Barrier.CHALLENGE),
        ('<h1>Войти</h1><form><input type="password"><button>Войти</button></form>', Barrier.LOGIN),
        (
            '<form action="/consent/save"><p>We use cookies and data to run this site.</p><button>OK</button></form>',
            Barrier.CONSENT,
        ),
    ],
)
def test_a_barrier_is_named(body: str, barrier: Barrier) -> None:
    found = read(body)
    assert (found.outcome, found.barrier, found.text) == (ExtractionOutcome.NO_ARTICLE, barrier, None)


@pytest.mark.parametrize(
    "title", ["404 Not Found", "Səhifə tapılmadı", "Страница не найдена", "Sayfa bulunamadı", "Service Unavailable"]
)
def test_an_error_sent_as_a_success_is_no_article(title: str) -> None:
    assert read(f"<h1>{title}</h1>{paragraphs(PROSE)}").outcome is ExtractionOutcome.NO_ARTICLE


@pytest.mark.parametrize(
    ("source", "is_cut"),
    [
        ("<html><body><p>x</p></body></html>", False),
        ("<html><body><div><p>x</p></div>", False),
        ("<p>one<p>two", False),
        ("<html><body><p>x</p><scr", True),
        ("<html><body><p>x</p><!-- ", True),
        ("<html><body><div><main><article><div><p>x", True),
        ("<html><body><div><script>let a = '<div><div><div>'</script></div>", False),
    ],
)
def test_markup_that_ends_before_its_end_is_noticed(source: str, is_cut: bool) -> None:
    assert is_cut_off(source) is is_cut


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Another story of today",
        "Həmçinin oxuyun: Başqa bir xəbər",
        "Читайте также: Другая новость",
        "İlgili haber: Başka bir haber",
        "© 2026 Qəzet",
        "Bütün hüquqlar qorunur.",
        "Реклама",
        "Foto: Qəzet",
        "Bizi Telegram-da izləyin",
        "Подписывайтесь на наш канал",
        "— Helen Marsh (@hmarsh) March 1, 2026",
    ],
)
def test_notices_and_pointers_are_not_the_articles_text(line: str) -> None:
    assert without_boilerplate([PROSE[0], line, PROSE[1]], None) == (PROSE[0], PROSE[1])


@pytest.mark.parametrize(
    "line", ["Copyright law has changed.", "Reklam bazarı böyüyür.", "Foto sərgi açılıb.", "More than ten came."]
)
def test_a_sentence_that_begins_like_a_notice_stays(line: str) -> None:
    assert without_boilerplate([PROSE[0], line], None) == (PROSE[0], line)


def test_a_paragraph_said_twice_in_a_row_is_said_once() -> None:
    assert without_boilerplate([PROSE[0], PROSE[0], PROSE[1]], "Başlıq") == (PROSE[0], PROSE[1])
