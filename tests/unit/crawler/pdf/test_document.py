"""What a PDF document says, and the words for each way in which it says nothing."""

from __future__ import annotations

import pytest

from crawler.pdf.document import is_pdf
from domain.extraction import ArticleKind, ExtractionOutcome, Section
from domain.times import Precision, TimeSource
from outlets.documents import DocumentName
from tests.pdf_maker import PdfPage, pdf
from tests.unit.crawler.pdf.reading import AZ, MORE, PROSE, RU, TR, page_of, read


def test_paragraphs_come_whole_and_apart() -> None:
    page = PdfPage().put("Behind closed doors", 60, 760, 20)
    page.paragraph(MORE, 60, page.paragraph(PROSE, 60, 700))

    found = read(pdf(page))

    assert found.outcome is ExtractionOutcome.OK
    assert found.title == "Behind closed doors"
    assert found.text == f"{PROSE}\n\n{MORE}"
    assert (found.kind, found.pages, found.scanned_pages) == (ArticleKind.DOCUMENT, 1, 0)


@pytest.mark.parametrize(("text", "language"), [(AZ, "az"), (RU, "ru"), (TR, "tr"), (PROSE, "en")])
def test_letters_of_each_language_come_as_they_are(text: str, language: str) -> None:
    found = read(pdf(page_of(text)))

    assert (found.text, found.language) == (text, language)


def test_ligatures_and_composed_letters_are_spelled_out() -> None:
    found = read(pdf(page_of("The \ufb01rst o\ufb03ce \ufb02oor of the cafe\u0301 was closed for the whole day.")))

    assert found.text == "The first office floor of the café was closed for the whole day."


def test_headings_are_sections_with_their_places() -> None:
    page = PdfPage().put("Behind closed doors", 60, 780, 20).put("What happened", 60, 740, 14)
    top = page.paragraph(PROSE, 60, 715)
    page.put("The witnesses", 60, top, 12).paragraph(MORE, 60, top - 22)

    found = read(pdf(page))

    assert found.text is not None
    assert found.sections == (
        Section(1, "What happened", 0),
        Section(2, "The witnesses", found.text.index("The witnesses")),
    )


def test_bold_lines_of_the_text_s_size_are_sections() -> None:
    page = PdfPage().put("Behind closed doors", 60, 780, 20).put("What happened", 60, 740, 10, bold=True)
    page.paragraph(PROSE, 60, 722)

    assert [section.title for section in read(pdf(page)).sections] == ["What happened"]


def test_a_scanned_document_says_how_many_pages_are_pictures() -> None:
    found = read(pdf(PdfPage().picture(), PdfPage().picture(), page_of("Cover")))

    assert (found.outcome, found.error) == (
        ExtractionOutcome.SCANNED,
        "scanned: 2 of 3 pages are pictures without text",
    )
    assert (found.pages, found.scanned_pages) == (3, 2)


def test_a_document_with_one_scanned_page_is_read_and_counts_it() -> None:
    found = read(pdf(page_of(), page_of(MORE), PdfPage().picture()))

    assert (found.outcome, found.pages, found.scanned_pages) == (ExtractionOutcome.OK, 3, 1)


def test_a_picture_over_a_page_of_text_makes_no_scan_of_it() -> None:
    assert read(pdf(page_of().picture())).outcome is ExtractionOutcome.OK


def test_an_encrypted_document_says_so() -> None:
    found = read(pdf(page_of(), password=True))

    assert (found.outcome, found.error) == (ExtractionOutcome.ENCRYPTED, "the document asks for a password")


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        (pdf(PdfPage()), ExtractionOutcome.NO_ARTICLE, "holds 0 characters of text"),
        (pdf(PdfPage().put("Name: ____", 60, 700)), ExtractionOutcome.NO_ARTICLE, "holds 10 characters of text"),
        (b"%PDF-1.7\n%%EOF", ExtractionOutcome.UNREADABLE, "the document is damaged"),
        (pdf(page_of())[:400], ExtractionOutcome.UNREADABLE, "the document is damaged"),
    ],
)
def test_a_document_without_text_says_why(body: bytes, outcome: ExtractionOutcome, said: str) -> None:
    found = read(body)

    assert found.outcome is outcome
    assert found.error is not None
    assert said in found.error


def test_a_document_is_known_by_its_mark_and_not_by_its_first_byte() -> None:
    body = pdf(page_of())

    assert is_pdf(body)
    assert is_pdf(b"\r\n\xef\xbb\xbf" + body)
    assert not is_pdf(b"<!doctype html><p>%PDF-1.7 is a format</p>")
    assert not is_pdf(b" " * 2000 + body)


@pytest.mark.parametrize(
    "junk",
    ["Microsoft Word - statement_final.doc", "untitled", "Документ1", "report.indd", "C:\\temp\\x", "Slide 1"],
)
def test_the_first_large_heading_is_the_title_whatever_the_file_says(junk: str) -> None:
    assert read(pdf(page_of(title="Behind closed doors"), info={"Title": junk})).title == "Behind closed doors"


def test_a_label_and_the_outlet_s_name_are_no_title() -> None:
    page = page_of(title="SAHIL WATCH").put("PRESS RELEASE", 60, 735, 18).put("Behind closed doors", 60, 715, 15)

    assert read(pdf(page), outlet="Sahil Watch").title == "Behind closed doors"


def test_a_title_in_two_sizes_is_whole_where_the_file_names_it() -> None:
    page = PdfPage().put("Sahil:", 60, 770, 26).put("Behind closed doors", 60, 740, 18)
    page.paragraph(PROSE, 60, 700)

    assert read(pdf(page, info={"Title": "Sahil: Behind closed doors"})).title == "Sahil: Behind closed doors"


def test_a_title_on_two_lines_is_one() -> None:
    page = PdfPage().put("Behind closed doors: three trials", 60, 770, 20).put("in the port of Sahil", 60, 746, 20)
    page.paragraph(PROSE, 60, 700)

    assert read(pdf(page)).title == "Behind closed doors: three trials in the port of Sahil"


def test_the_file_s_title_stands_where_nothing_is_set_off() -> None:
    assert read(pdf(page_of(), info={"Title": "Three trials in Sahil"})).title == "Three trials in Sahil"


def test_the_printed_date_comes_before_what_the_file_says() -> None:
    page = page_of(title="Behind closed doors").put("9 February 2017", 60, 735)

    published = read(pdf(page, info={"CreationDate": "D:20210514093826+04'00'"})).published

    assert published is not None
    assert (published.isoformat(), published.source) == ("2017-02-09", TimeSource.TEXT)


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("Date: 9 February 2017", "2017-02-09"),
        ("9 fevral 2017", "2017-02-09"),
        ("9 февраля 2017 г.", "2017-02-09"),
        ("9 Şubat 2017", "2017-02-09"),
        ("Index: EUR 55/5633/2017 | 9 February 2017", "2017-02-09"),
    ],
)
def test_a_date_is_read_in_each_language(printed: str, day: str) -> None:
    published = read(pdf(page_of(title="Behind closed doors").put(printed, 60, 735))).published

    assert published is not None
    assert published.isoformat() == day


def test_a_date_of_the_story_is_not_the_document_s() -> None:
    story = f"On 3 March 2011 the first hearing was held in the town. {PROSE}"
    found = read(pdf(page_of(story, title="Behind closed doors")))

    assert found.published is None


def test_a_date_at_the_end_counts() -> None:
    page = page_of(title="Behind closed doors").put("9 February 2017", 60, 300)

    published = read(pdf(page)).published

    assert published is not None
    assert published.isoformat() == "2017-02-09"


def test_without_a_printed_date_the_file_gives_a_day_as_a_hint() -> None:
    published = read(pdf(page_of(), info={"CreationDate": "D:20170209233000+04'00'"})).published

    assert published is not None
    assert (published.isoformat(), published.precision, published.source) == (
        "2017-02-09",
        Precision.DAY,
        TimeSource.FILE,
    )


def test_a_file_of_another_year_than_the_address_names_gives_no_day() -> None:
    found = read(pdf(page_of(), info={"CreationDate": "D:20210514093826Z"}), name=DocumentName(year=2017))

    assert (found.published, found.published_raw) == (None, "2017")


def test_a_file_made_for_who_asks_gives_no_day() -> None:
    assert read(pdf(page_of(), info={"CreationDate": "D:20260302045900Z"})).published is None


def test_a_month_is_kept_as_it_is_printed() -> None:
    found = read(pdf(page_of(title="Behind closed doors").put("February 2017", 60, 735)))

    assert (found.published, found.published_raw) == (None, "February 2017")


def test_where_the_address_names_a_year_a_date_of_that_year_counts() -> None:
    page = page_of(title="Behind closed doors").put("1 May 2015", 60, 745).put("9 February 2017", 60, 733)

    published = read(pdf(page), name=DocumentName(year=2017)).published

    assert published is not None
    assert published.isoformat() == "2017-02-09"


def test_who_signed_is_read_from_the_pages_and_believed_of_the_file_only_where_they_name_them() -> None:
    signed = page_of(title="Behind closed doors").put("By Aytən Quliyeva and Rauf Məmmədli", 60, 735)
    unsigned = page_of(title="Behind closed doors")

    assert read(pdf(signed)).authors == ("Aytən Quliyeva", "Rauf Məmmədli")
    assert read(pdf(unsigned, info={"Author": "Nərgiz Əliyeva"})).authors == ()


def test_the_language_that_the_file_declares_is_kept_beside_the_one_it_is_written_in() -> None:
    found = read(pdf(page_of(AZ), catalog="/Lang(en-US)"))

    assert (found.language, found.declared_language) == ("az", "en")


def test_a_page_stored_sideways_is_read() -> None:
    page = PdfPage(rotate=90)
    page.content.append("0 1 -1 0 595 0 cm")
    page.paragraph(PROSE, 60, 560)

    assert read(pdf(page)).text == PROSE


def test_letters_of_a_size_below_zero_are_read() -> None:
    page = page_of()
    page.content[:] = [line.replace(" 10 Tf 1 0 0 1 ", " -10 Tf -1 0 0 -1 ") for line in page.content]

    assert read(pdf(page)).text == PROSE
