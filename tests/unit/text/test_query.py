"""parse_query: what can be read is read one way, what can't names its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import QueryError
from text.query import MAX_DEPTH, And, Not, Or, Phrase, Query, Word, parse_query, terms


def shape(query: Query) -> str:
    """A query in brackets, to compare by."""
    match query:
        case Word():
            return ("=" if query.is_exact else "") + query.text + ("*" if query.is_prefix else "")
        case Phrase():
            return '"' + " ".join(shape(word) for word in query.words) + '"'
        case Not():
            return f"-{shape(query.part)}"
        case And():
            return "(" + " & ".join(map(shape, query.parts)) + ")"
        case Or():
            return "(" + " | ".join(map(shape, query.parts)) + ")"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("qaz", "qaz"),
        ("qaz neft", "(qaz & neft)"),
        ("qaz OR neft AND boru", "(qaz | (neft & boru))"),
        ("(qaz OR neft) boru", "((qaz | neft) & boru)"),
        ('"mavi yanacaq" OR qaz', '("mavi yanacaq" | qaz)'),
        ("«мирный договор» NOT совет", '("мирный договор" & -совет)'),
        ("“peace council”", '"peace council"'),
        ("gas AND NOT (lawn OR grass)", "(gas & -(lawn | grass))"),
        ("=PACE OR mü*", "(=PACE | mü*)"),
        ('"=Aslan Qızıl*"', '"=Aslan Qızıl*"'),
        ("NOT NOT qaz", "qaz"),
        ("qaz AND or", "(qaz & or)"),  # operators are upper case only
        ('"tək"', "tək"),
        ('"a – b"', '"a b"'),
        ("206.3.2 OR КС-29", "(206.3.2 | КС-29)"),
        ('(a OR b)NOT"c d"', '((a | b) & -"c d")'),
    ],
)
def test_a_query_is_read(text: str, wanted: str) -> None:
    assert shape(parse_query(text)) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at character 1: expected a word, a phrase or an opening parenthesis, found the end of the query"),
        ("qaz AND", "at character 8: expected a word"),
        ("OR qaz", "at character 1: expected a word"),
        ("(qaz OR neft", "at character 13: expected a closing parenthesis, found the end of the query"),
        ("qaz)", "at character 4: expected AND, OR, NOT or the end"),
        ('qaz "mavi', "at character 5: expected a closing quotation mark"),
        ("NOT qaz", "beside NOT"),
        ("NOT a NOT b", "beside NOT"),
        ("a OR NOT b", "on both sides of OR"),
        ("-qaz", "at character 1: expected a word (write NOT for what must be absent)"),
        ("a *", "at character 3: expected a word with letters or digits"),
        ("a*b", "expected one * at the end of a word"),
        ("=a*", "expected one * at the end of a word"),
        ('""', "expected words between the quotation marks"),
        ("()", "at character 2: expected a word"),
        ("(" * 21 + "a" + ")" * 21, f"at most {MAX_DEPTH} parentheses"),
        ("a " * 20_000, "at most 20000"),
    ],
)
def test_what_cannot_be_read_names_its_place(text: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(text)
    assert message in str(raised.value)


def test_a_thousand_nots_are_no_deep_recursion() -> None:
    assert shape(parse_query("a " + "NOT " * 3001 + "b")) == "(a & -b)"


def test_terms_are_listed_in_order_with_their_positions() -> None:
    found = list(terms(parse_query('a AND ("b c" OR d) NOT e')))
    assert [term.position for term in found] == [0, 8, 16, 23]


@given(st.lists(st.sampled_from(["AND", "OR", "NOT", "(", ")", '"', "=a", "b*", "söz", "«", "»", "*", "-x", "'"])))
def test_any_input_is_read_or_refused(parts: list[str]) -> None:
    try:
        query = parse_query(" ".join(parts))
    except QueryError:
        return
    assert list(terms(query))
