"""Columns, running heads, footnotes, tables and paragraphs over pages."""

from __future__ import annotations

from tests.pdf_maker import PdfPage, broken, pdf
from tests.unit.crawler.pdf.reading import AZ, MORE, PROSE, page_of, read

LEFT = f"{PROSE} {MORE}"
RIGHT = f"A second account begins here. {MORE} {PROSE}"


def two_columns(page: PdfPage, *, top: float = 700, chars: int = 42, by_row: bool = False) -> PdfPage:
    """Two columns of prose; drawn line by line across both where ``by_row``."""
    left, right = broken(LEFT, chars), broken(RIGHT, chars)
    if not by_row:
        return page.lines(left, 60, top).lines(right, 320, top)
    for number in range(max(len(left), len(right))):
        for lines, x in ((left, 60), (right, 320)):
            if number < len(lines):
                page.put(lines[number], x, top - number * 12)
    return page


def test_columns_are_read_one_after_the_other() -> None:
    assert read(pdf(two_columns(PdfPage()))).text == f"{LEFT}\n\n{RIGHT}"


def test_columns_that_the_file_draws_row_by_row_are_read_one_after_the_other() -> None:
    assert read(pdf(two_columns(PdfPage(), by_row=True))).text == f"{LEFT}\n\n{RIGHT}"


def test_what_stands_across_the_columns_comes_before_them() -> None:
    page = two_columns(PdfPage().put("Behind closed doors", 60, 780, 20), top=640)
    page.paragraph(AZ, 60, 740)

    found = read(pdf(page))

    assert (found.title, found.text) == ("Behind closed doors", f"{AZ}\n\n{LEFT}\n\n{RIGHT}")


def test_three_columns_are_read_in_order() -> None:
    page = PdfPage(size=(842, 595))
    for number, (text, x) in enumerate(((PROSE, 40), (MORE, 300), (f"Then {PROSE}", 560))):
        page.lines(broken(text, 44), x, 500)
        assert number < 3

    assert read(pdf(page)).text == f"{PROSE}\n\n{MORE}\n\nThen {PROSE}"


def test_a_table_is_read_row_by_row() -> None:
    page = page_of()
    for number, cells in enumerate((("Town", "Trials", "Open"), ("Sahil", "3", "0"), ("Dənizli", "12", "7"))):
        for cell, x in zip(cells, (60, 220, 380), strict=True):
            page.put(cell, x, 500 - 14 * number)

    text = read(pdf(page)).text or ""

    assert text.split("\n\n")[1:] == ["Town | Trials | Open", "Sahil | 3 | 0", "Dənizli | 12 | 7"]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = []
    for number in range(1, 6):
        page = page_of(f"Part {number} of the account. {PROSE}")
        page.put("SAHIL WATCH · BEHIND CLOSED DOORS", 60, 800, 8).put(f"Page {number} of 5", 280, 40, 8)
        pages.append(page)

    text = read(pdf(*pages)).text or ""

    assert "SAHIL WATCH" not in text
    assert "Page " not in text
    assert text.count("Part ") == 5


def test_heads_that_alternate_and_roman_numbers_are_left_out() -> None:
    pages = []
    for number, roman in enumerate(("i", "ii", "iii", "iv", "v", "vi")):
        page = page_of().put("Sahil Watch" if number % 2 else "Behind closed doors", 60, 800, 8)
        pages.append(page.put(roman, 290, 40, 8))

    text = read(pdf(*pages)).text or ""

    assert set(text.split("\n\n")) == {PROSE}


def test_a_number_at_the_foot_of_a_single_page_is_left_out_and_a_year_is_not() -> None:
    assert read(pdf(page_of().put("1", 290, 40, 8))).text == PROSE
    assert (read(pdf(page_of().put("Sahil 2017", 290, 40, 8))).text or "").endswith("Sahil 2017")


def test_a_paragraph_goes_on_over_a_page() -> None:
    lines = broken(PROSE, 90)
    first = PdfPage().lines(lines[:2], 60, 100)
    second = PdfPage().lines(lines[2:], 60, 780)
    for page in (first, second):
        page.put("Sahil Watch", 60, 815, 8)

    assert read(pdf(first, second)).text == PROSE


def test_divided_words_are_joined_over_lines_and_pages() -> None:
    first = PdfPage().lines(["The commission that the govern-", "ment had named in the spring was dis-"], 60, 100)
    second = PdfPage().lines(["solved after a state-", "owned company complained about it."], 60, 780)

    assert read(pdf(first, second)).text == (
        "The commission that the government had named in the spring was dissolved after a state-owned company "
        "complained about it."
    )


def test_footnotes_stand_apart_from_the_text_and_their_marks_are_gone() -> None:
    lines = broken(PROSE, 90)
    page = PdfPage().lines(lines, 60, 700)
    page.put("12", 60 + 5 * len(lines[0]), 704, 6)
    page.put("12", 60, 102, 5).put("Interview with a lawyer, Sahil, 3 May 2016.", 68, 100, 8)
    page.put("13", 60, 90, 5).put("Letter of the prison, on file.", 68, 88, 8)

    found = read(pdf(page))

    assert found.text == PROSE
    assert found.footnotes == ("12 Interview with a lawyer, Sahil, 3 May 2016.", "13 Letter of the prison, on file.")


def test_a_table_of_contents_is_left_out() -> None:
    contents = PdfPage().put("Contents", 60, 760, 14)
    contents.lines(["1. The hearings ................ 2", "2. The witnesses . . . . . . . . . 4"], 60, 700)

    assert read(pdf(contents, page_of())).text == PROSE


def test_paragraphs_are_told_by_an_indent_too() -> None:
    first, second = broken(PROSE, 88), broken(MORE, 88)
    page = PdfPage()
    for number, line in enumerate([*first, *second]):
        page.put(line, 75 if number in {0, len(first)} else 60, 700 - 12 * number)

    assert read(pdf(page)).text == f"{PROSE}\n\n{MORE}"
