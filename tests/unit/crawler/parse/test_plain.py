"""Plain text out of text, HTML, HTML escaped twice, and mixtures."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.plain import has_markup, plain_line, plain_text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, None),
        ("", None),
        ("  \n ", None),
        ("<p></p>", None),
        ("<p>Bir</p><p>iki<br>üç</p>", "Bir\niki\nüç"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("a<b>b</b>c", "abc"),
        ("<script>x()</script><style>y{}</style>z", "z"),
        ("a <!-- gizli --> b", "a b"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("Map<String, Int> <3 <- x", "Map<String, Int> <3 <- x"),
        ("x < 3 <b>qalın</b>", "x < 3 qalın"),
        ("R&D AT&T &copy=1", "R&D AT&T &copy=1"),
        ("&copy; &#8212; &#x2014;", "© — —"),
        ("&lt;b&gt;qalın&lt;/b&gt;", "qalın"),
        ("&lt;b&gt; elementi", "<b> elementi"),
        ("<a href='x?a=1&b=2'>keçid</a>", "keçid"),
        ("<img alt='a > b' src=x>son", "son"),
        ("<b>açıq qalıb", "açıq qalıb"),
        ("<![CDATA[mətn]]>", "mətn"),
        ("a\x00b\ud800c", "ab\ufffdc"),
    ],
)
def test_markup_goes_and_text_stays(raw: str | None, expected: str | None) -> None:
    assert plain_text(raw) == expected


def test_a_line_is_one_line() -> None:
    assert plain_line("<p>Bir</p>\n<p>iki\tüç</p>") == "Bir iki üç"


@pytest.mark.parametrize(("raw", "expected"), [("<p>x", True), ("a <br/> b", True), ("a < b", False), ("<3", False)])
def test_markup_is_told_from_a_lone_sign(raw: str, expected: bool) -> None:
    assert has_markup(raw) is expected


@given(st.text(alphabet="ab <>/&;#lt\"'!-[]ə", max_size=60))
def test_any_text_gives_text_without_elements(raw: str) -> None:
    plain = plain_text(raw)
    assert plain is None or plain == plain.strip()


@pytest.mark.parametrize(
    "unit", ["<b>", "<a '", "<!--", "&lt;b&gt;", "<b", "&", "<", "<p>x</p>", "&lt;p&gt;x&lt;/p&gt;"]
)
def test_cost_grows_with_length_alone(unit: str) -> None:
    started = time.monotonic()
    plain_text(unit * 60_000)
    assert time.monotonic() - started < 6
