"""The sentence that matched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.topic import Span
from publish.digest.sentences import MAX_CHARS, matched_sentence


def sentence_of(text: str, word: str) -> str:
    start = text.index(word)
    sentence, spans = matched_sentence(text, [Span(start, start + len(word))])
    assert [sentence[span.start : span.end] for span in spans] == [word]
    return sentence


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("Bu birincidir. Göldə balıq öldü. Son.", "balıq", "Göldə balıq öldü."),
        ("Əvvəl. Şəhərdə balıq var! Ətraflı: sonra.", "balıq", "Şəhərdə balıq var!"),
        ("Вода ушла. Рыба погибла? Да.", "Рыба", "Рыба погибла?"),
        ("İlk cümle. İçme suyu kesildi. Üçüncü.", "suyu", "İçme suyu kesildi."),
        ("One. The price rose 2.5 percent on Monday. Two.", "percent", "The price rose 2.5 percent on Monday."),
        ("Dedi ki, N. Talıbov gəldi. Son.", "Talıbov", "Dedi ki, N. Talıbov gəldi."),
        ("Пишет А. С. Гулиев о воде. Конец.", "воде", "Пишет А. С. Гулиев о воде."),
        ("Başlıq\n\nGöldə balıq öldü\n\nSon", "balıq", "Göldə balıq öldü"),
        ("O dedi: “Balıq yoxdur.” Sonra getdi.", "Balıq", "O dedi: “Balıq yoxdur.”"),
        ("„Wasser.“ «Рыба ушла.» Дальше.", "Рыба", "«Рыба ушла.»"),
        ("balıq", "balıq", "balıq"),
    ],
)
def test_the_sentence_around_the_match_is_cut_out(text: str, word: str, sentence: str) -> None:
    assert sentence_of(text, word) == sentence


def test_a_long_sentence_is_cut_at_words_around_the_match() -> None:
    text = "söz " * 400 + "balıq " + "söz " * 400
    sentence = sentence_of(text, "balıq")
    assert sentence.startswith("… söz")
    assert sentence.endswith("söz …")
    assert len(sentence) <= MAX_CHARS + 4


def test_an_excerpt_cut_out_of_a_text_says_so() -> None:
    sentence, spans = matched_sentence("yarım cümlə balıq yarım", [Span(12, 17)], cut_before=True, cut_after=True)
    assert sentence == "… yarım cümlə balıq yarım …"
    assert sentence[spans[0].start : spans[0].end] == "balıq"


def test_all_matched_words_of_the_sentence_are_marked_and_none_of_the_next() -> None:
    sentence, spans = matched_sentence("Balıq və balıq. Balıq.", [Span(0, 5), Span(9, 14), Span(16, 21)])
    assert sentence == "Balıq və balıq."
    assert len(spans) == 2


@given(st.text(min_size=1, max_size=900), st.data())
def test_spans_always_mark_the_words_they_marked_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 30)))
    sentence, spans = matched_sentence(text, [Span(start, end)])
    assert spans
    marked = sentence[spans[0].start : spans[0].end]
    assert "".join(marked.split()) == "".join(text[start:end].split())
