"""fold: one form of a letter, and the way back to the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.clean import clean_text
from text.fold import fold, fold_with_offsets

TRICKY = st.sampled_from("İIıiəƏәӘǝёЁйЙéñßŞşğ'’ʼ`\u0301\u0307\u00ad\u200b\ufb01½①가각 -.aб")
TEXTS = st.text(st.one_of(TRICKY, st.characters(exclude_categories=("Cs",))), max_size=16).map(clean_text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("İSTANBUL", "istanbul"),
        ("Işıq", "isiq"),
        ("Hüseynov Məmmədağa", "huseynov memmedaga"),
        ("ŞÖVKƏT", "sovket"),
        ("Cәlil", "celil"),  # a Cyrillic schwa among Latin letters
        ("әлифба", "әлифба"),  # and among its own
        ("Ёлка и йод", "елка и йод"),
        ("за́мок", "замок"),
        ("Konseyi’nin Konseyiʼnin Konseyi`nin", "konseyi'nin konseyi'nin konseyi'nin"),
        ("mü\u00adha\u200bcir", "muhacir"),
        ("mahkûm", "mahkum"),
        ("Straße", "strasse"),
        ("ﬁlm", "film"),
    ],
)
def test_words_meet_in_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_short_i_is_a_letter_of_its_own() -> None:
    assert fold("мой") != fold("мои")


@given(TEXTS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_a_folded_text_with_offsets_is_the_folded_text(text: str) -> None:
    kept = fold_with_offsets(text)
    assert kept.text == fold(text)
    assert len(kept.starts) == len(kept.ends) == len(kept.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(kept.starts, kept.ends, strict=True))


def test_a_match_in_the_folded_text_leads_back_to_the_original() -> None:
    text = "Dünən Iş\u00adığın ﬁlmi, İşgəncə."
    kept = fold_with_offsets(text)
    for folded, original in (("isigin", "Iş\u00adığın"), ("film", "ﬁlm"), ("isgence", "İşgəncə")):
        at = kept.text.index(folded)
        span = kept.span(at, at + len(folded))
        assert text[span.start : span.end] == original


def test_an_empty_match_is_an_empty_span() -> None:
    assert fold_with_offsets("").span(0, 0).start == 0
    span = fold_with_offsets("ab").span(2, 2)
    assert (span.start, span.end) == (2, 2)
