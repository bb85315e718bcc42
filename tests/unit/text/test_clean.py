"""clean_text: what a store refuses is gone, what a reader sees stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.clean import clean_text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("a\x00b\x07c", "abc"),
        ("tab\tand\nnewline", "tab\tand\nnewline"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("page\x0cbreak", "page\n\nbreak"),
        ("next\x85line\u2028sep\u2029par", "next\nline\nsep\n\npar"),
        ("lone \ud800 high", "lone \ufffd high"),
        ("lone \udc00 low", "lone \ufffd low"),
        ("pair \ud83d\ude00", "pair 😀"),
        ("u\u0308zgu\u0308n", "üzgün"),
        ("\ufeffstart", "start"),
        ("non\ufffecharacter\U0001ffff", "noncharacter"),
        ("c1 \x9dcontrol", "c1 control"),
        ("kept \ufffd and \u200c", "kept \ufffd and \u200c"),
    ],
)
def test_a_text_is_cleaned_of_what_stores_refuse(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


@given(st.text(st.characters(codec=None), max_size=40))
def test_any_string_becomes_storable_and_stays_so(raw: str) -> None:
    cleaned = clean_text(raw)
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(ord(c) < 32 and c not in "\t\n" for c in cleaned)
