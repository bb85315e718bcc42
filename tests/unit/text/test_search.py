"""search_query: whatever is typed, FTS5 gets a string that it understands."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import QueryError
from text.search import search_query, to_fts5, to_tsquery
from text.tokens import index_terms

TEXTS = {
    1: "Məhkəmə Barış Konseyi'nin iclasını təxirə saldı, maddə 206.3.2",
    2: "Суд отложил слушание на КС-29 в Баку",
    3: "The Peace Council met in Baku; gas prices rose",
}


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(terms, tokenize='unicode61 remove_diacritics 0')")
    for rowid, text in TEXTS.items():
        connection.execute("INSERT INTO words(rowid, terms) VALUES (?, ?)", (rowid, index_terms(text)))
    yield connection
    connection.close()


def found(connection: sqlite3.Connection, typed: str) -> list[int]:
    match = to_fts5(search_query(typed))
    return [row[0] for row in connection.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY 1", (match,))]


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("MEHKEME", [1]),
        ("konseyi", [1]),
        ("Konseyi'nin", [1]),
        ("206.3.2", [1]),
        ("206.2.3", []),
        ("КС-29", [2]),
        ("Baku OR Баку", [2, 3]),
        ("gas*", [3]),
        ('"peace council"', [3]),
        ('"council peace"', []),
        ('"peace cou*"', [3]),
        ("Baku NOT gas", []),
        ("(məhkəmə OR суд) NOT (gas OR Баку)", [1]),
        ("near", []),
        ("terms:gas", []),
    ],
)
def test_a_search_finds_its_texts(index: sqlite3.Connection, typed: str, rows: list[int]) -> None:
    assert found(index, typed) == rows


@pytest.mark.parametrize(
    ("typed", "tsquery"),
    [
        ("Məhkəmə", "('mehkeme')"),
        ('"sülh şur*"', "('sulh' <-> 'sur':*)"),
        ("a OR b", "(('a') | ('b'))"),
        ("a b NOT c", "(('a') & ('b') & !('c'))"),
    ],
)
def test_a_search_is_written_for_postgresql(typed: str, tsquery: str) -> None:
    assert to_tsquery(search_query(typed)) == tsquery


def test_a_prefix_inside_a_phrase_is_refused() -> None:
    with pytest.raises(QueryError, match="at character 2: expected"):
        search_query('"mü* söz"')


def test_two_hundred_terms_at_most_are_asked() -> None:
    with pytest.raises(QueryError, match="at most 200"):
        search_query("a " * 201)


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(f"a{i}" for i in range(200)),
        " OR ".join(f"(a{i} NOT b{i})" for i in range(100)),
        "(" * 19 + "a NOT b" + ") NOT c" * 19,
    ],
    ids=["many words", "many exclusions", "deep"],
)
def test_the_largest_queries_are_still_understood(index: sqlite3.Connection, typed: str) -> None:
    assert found(index, typed) == []


PIECES = [
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    '"',
    "=a",
    "b*",
    "сух",
    "COP-29",
    "O'x",
    "NEAR",
    "a:b",
    "^c",
    "{x}",
    "1e5",
    "\\",
    "--",
]


@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.text(max_size=30)))
def test_no_input_is_a_syntax_error_for_fts5(index: sqlite3.Connection, typed: str) -> None:
    try:
        query = search_query(typed)
    except QueryError:
        return
    index.execute("SELECT rowid FROM words WHERE words MATCH ?", (to_fts5(query),)).fetchall()
    assert to_tsquery(query).count("'") % 2 == 0
