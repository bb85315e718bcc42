"""tokenise and index_terms: the same words for index, query and comparison."""

import sqlite3
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.clean import clean_text
from text.tokens import index_terms, terms_of, tokenise


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(terms, tokenize='unicode61 remove_diacritics 0')")
    connection.execute("CREATE VIRTUAL TABLE found USING fts5vocab(words, 'instance')")
    yield connection
    connection.close()


def split_by_fts5(connection: sqlite3.Connection, terms: str) -> list[str]:
    connection.execute("DELETE FROM words")
    connection.execute("INSERT INTO words VALUES (?)", (terms,))
    return [row[0] for row in connection.execute("SELECT term FROM found ORDER BY offset")]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Barış Konseyi'nin", ["baris", "konseyi", "nin"]),
        ("maddə 206.3.2-yə görə", ["madde", "206", "3", "2", "ye", "gore"]),
        ("COP29 və КС-29", ["cop29", "ve", "кс", "29"]),
        ("census-takers", ["census", "takers"]),
        ("B.Yağmurlu", ["b", "yagmurlu"]),
        ("mü\u00adhacir", ["muhacir"]),
        ("snake_case #heştəq @ad", ["snake", "case", "hesteq", "ad"]),
        ("۲۰۲۶ ②", ["2026", "2"]),
        ("— … !", []),
    ],
)
def test_a_text_is_cut_at_all_but_letters_and_digits(text: str, folded: list[str]) -> None:
    assert [token.folded for token in tokenise(text)] == folded


def test_a_token_knows_where_it_stands() -> None:
    text = "O, Işığın «İşgəncə»si"
    assert [text[t.start : t.end] for t in tokenise(text)] == ["O", "Işığın", "İşgəncə", "si"]


def test_a_number_that_looks_scientific_is_cut_as_postgresql_cuts_it() -> None:
    assert index_terms("1e5kg 1e5 3d") == "1e5 kg 1e5 3d"


def test_a_huge_token_is_cut_short_in_the_index() -> None:
    assert len(terms_of(tokenise("ə" * 5000)[0])[0]) == 128


@given(text=st.text(max_size=60).map(clean_text))
def test_fts5_splits_index_terms_back_into_the_same_tokens(index: sqlite3.Connection, text: str) -> None:
    terms = index_terms(text)
    found = split_by_fts5(index, terms)
    # FTS5 gives Cherokee its small letters, which Unicode's case folding does not; it does so to queries too
    assert [term.upper() for term in found] == [term.upper() for term in terms.split()]


@given(st.text(max_size=60).map(clean_text))
def test_tokens_are_in_order_and_hold_letters_and_digits_only(text: str) -> None:
    tokens = tokenise(text)
    assert all(token.folded.isalnum() and token.start < token.end for token in tokens)
    assert all(before.end <= after.start for before, after in pairwise(tokens))
