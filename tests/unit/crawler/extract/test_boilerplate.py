"""What stands in an article's frame and is not its text."""

from __future__ import annotations

import pytest

from crawler.extract.boilerplate import is_counter, without_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Просмотров: 1648",
        "Просмотров: 1 648 · Комментариев: 3",
        "1.2K views",
        "12 comments",
        "Baxış sayı: 2114",
        "2114 dəfə oxunub",
        "Oxunub: 315",
        "👁 2 114 baxış · 3 şərh",
        "Okunma: 1.045",
        "1045 okunma",
        "Прочитано 512 раз",
    ],
)
def test_a_line_that_only_counts_is_no_text(line: str) -> None:
    assert is_counter(line)


@pytest.mark.parametrize(
    "line",
    [
        "Просмотров стало вдвое больше, чем в прошлом году: 1648 против 800.",
        "12 comments were read aloud in court.",
        "Kənddə 315 nəfər yaşayır.",
        "2026",
        "Yorum yok",
        "Комментарий дал министр.",
    ],
)
def test_a_sentence_with_a_number_is_text(line: str) -> None:
    assert not is_counter(line)


def test_a_counter_below_the_text_goes_and_the_text_stays() -> None:
    text = ("Su səviyyəsi gecə ərzində iki metr düşüb.", "İşlər davam edir.", "Baxış: 2114")

    assert without_boilerplate(text, None) == text[:2]
