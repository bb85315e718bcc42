"""Lines beside the heading: which hold the article's date, and which that of something else."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from crawler.extract.printed_dates import is_bare_date, printed_beside_heading

HEADING = "<h1>A heading that is a whole sentence</h1>"
PROSE = f"<p>{'word ' * 40}</p>"


def lines(body: str) -> list[str]:
    return list(printed_beside_heading(document_fromstring(f"<html><body>{body}</body></html>")))


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADING}<div>21 February 2026</div>",
        f"<div><span>21 February 2026</span></div>{HEADING}",
        f"<h1>Site</h1><div><span>21 February 2026</span></div>{HEADING}",
        f"{HEADING}{PROSE}<div>21 February 2026</div>",
        "<h2>A lesser heading where no other is</h2><div>21 February 2026</div>",
    ],
)
def test_a_date_beside_the_heading_is_found(body: str) -> None:
    assert "21 February 2026" in lines(body)


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADING}{PROSE}{PROSE}{PROSE}<div>21 February 2026</div>",  # behind the text's beginning
        f"{HEADING}<div>Updated 21 February 2026</div>",
        f"{HEADING}<div>Yenilənib: <b>21 February 2026</b></div>",
        f"{HEADING}<div class='last-update'><b>21 February 2026</b></div>",
        f"{HEADING}<a href='/b'><span>{'Another article ' * 8}</span><span>21 February 2026</span></a>",
        f"{HEADING}<div>21 February</div>",
        "<div>21 February 2026</div>",
    ],
)
def test_a_date_of_something_else_is_not(body: str) -> None:
    assert lines(body) == []


def test_neighbouring_elements_keep_their_words_apart() -> None:
    assert lines(f"{HEADING}<p><span>21 Feb 2026, 2:41 PM</span><b>Share</b></p>")[0] == "21 Feb 2026, 2:41 PM Share"


@pytest.mark.parametrize(
    ("line", "is_bare"),
    [
        ("Published May 14, 2025", True),
        ("Wed, 14 May 2025 10:15 GMT", True),
        ("21.02.2026 [19:22]", True),
        ("7 min read · Dec 30, 2013", True),
        ("Опубликовано 5 марта 2026", True),
        ("Publicado 5.03.2026", True),
        ("03/01/2017", False),
        ("13/01/2017", True),
        ("Anna Tellerby · May 14, 2025", False),
        ("stated on November 15, 2023 in a post", False),
    ],
)
def test_a_bare_date_says_nothing_else(line: str, is_bare: bool) -> None:
    assert is_bare_date(line) is is_bare
