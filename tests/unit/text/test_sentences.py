"""sentence_at: the sentence around a find, in four languages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.topic import Span
from text.sentences import MAX_SENTENCE_CHARS, sentence_at, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Prof. Vəliyev A.B. deyib ki, 5. maddə dəyişib. Məhkəmə sabah olacaq.",
            ["Prof. Vəliyev A.B. deyib ki, 5. maddə dəyişib.", "Məhkəmə sabah olacaq."],
        ),
        (
            "Вчера в г. Сумгаит судили И. И. Петрова. Цена выросла на 3.5 млн. руб. в год.",
            ["Вчера в г. Сумгаит судили И. И. Петрова.", "Цена выросла на 3.5 млн. руб. в год."],
        ),
        ("Он уехал в 1990 г. В Москве жил долго.", ["Он уехал в 1990 г.", "В Москве жил долго."]),
        ("«Bu ədalətsizlikdir!» – vəkil deyib. Sonra getdi.", ["«Bu ədalətsizlikdir!» – vəkil deyib.", "Sonra getdi."]),
        ("«Мы против!», — сказал он. Все молчали.", ["«Мы против!», — сказал он.", "Все молчали."]),
        (
            "Toplantı 12.05.2026 tarihinde yapıldı. Dr. Ayşe Yıldız konuştu.",
            ["Toplantı 12.05.2026 tarihinde yapıldı.", "Dr. Ayşe Yıldız konuştu."],
        ),
        (
            "He said: “We won't go.” Mr. Reed left at 5 p.m. on Jan. 3. The U.S. agreed.",
            ["He said: “We won't go.”", "Mr. Reed left at 5 p.m. on Jan. 3.", "The U.S. agreed."],
        ),
        ("206.3.2-yə görə həbs edilib... Amma vəkil susmur", ["206.3.2-yə görə həbs edilib...", "Amma vəkil susmur"]),
        ("Başlıq\n\nMətn başlayır.İkinci cümlə boşluqsuz.", ["Başlıq", "Mətn başlayır.", "İkinci cümlə boşluqsuz."]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_sentences(text: str, parts: list[str]) -> None:
    assert [text[s.start : s.end] for s in sentences(text)] == parts


def test_the_sentence_around_a_find_is_given() -> None:
    text = "Birinci cümlə. İkinci cümlədə qaz var! Üçüncü."
    at = text.index("qaz")
    found = sentence_at(text, Span(at, at + 3))
    assert text[found.start : found.end] == "İkinci cümlədə qaz var!"


def test_a_find_over_two_sentences_gives_both() -> None:
    text = "One ends. Two begins. Three."
    found = sentence_at(text, Span(4, 14))
    assert text[found.start : found.end] == "One ends. Two begins."


def test_a_table_without_stops_is_cut_around_the_find() -> None:
    text = "söz " * 1000 + "qaz " + "söz " * 1000
    at = text.index("qaz")
    found = sentence_at(text, Span(at, at + 3))
    assert found.end - found.start <= MAX_SENTENCE_CHARS
    assert "qaz" in text[found.start : found.end]
    assert text[found.start : found.end].startswith("söz")


@given(st.text(st.sampled_from("aBв.!?\n «»”1İ "), max_size=40), st.integers(0, 40), st.integers(0, 10))
def test_a_sentence_holds_what_was_found(text: str, start: int, length: int) -> None:
    span = Span(min(start, len(text)), min(start + length, len(text)))
    if not text[span.start : span.end].strip() or text[span.start : span.end] != text[span.start : span.end].strip():
        return
    found = sentence_at(text, span)
    assert found.start <= span.start
    assert span.end <= found.end


def test_a_line_of_stops_is_read_in_time() -> None:
    started = time.process_time()
    assert len(sentences("." * 50_000 + "x" + "?!" * 20_000)) >= 1
    assert time.process_time() - started < 5
