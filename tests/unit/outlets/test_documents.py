"""What the address of a document says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outlets.articles import is_article_url
from outlets.catalogue import Catalogue, load_catalogue
from outlets.documents import DocumentName, document_name, is_document_url

UPLOADS = "https://www.amnesty.org/en/wp-content/uploads"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("file", "number", "year", "language"),
    [
        ("2021/05/EUR5512342016ENGLISH.pdf", "EUR 55/1234/2016", 2016, "en"),
        ("2021/06/eur55042019russian.pdf", "EUR 55/04/2019", 2019, "ru"),
        ("2023/11/MDE1372522023ARABIC.pdf?x=1#page=3", "MDE 13/7252/2023", 2023, "ar"),
    ],
)
def test_the_name_of_a_file_and_not_its_folder_says_what_it_is(
    shipped: Catalogue, file: str, number: str, year: int, language: str
) -> None:
    amnesty = shipped.outlets["amnesty"]

    assert document_name(amnesty, f"{UPLOADS}/{file}") == DocumentName(number, year, language)
    assert is_document_url(amnesty, f"{UPLOADS}/{file}")
    assert is_article_url(amnesty, f"{UPLOADS}/{file}")


def test_an_address_of_another_form_says_nothing(shipped: Catalogue) -> None:
    amnesty = shipped.outlets["amnesty"]

    assert document_name(amnesty, f"{UPLOADS}/2021/05/annual-report.pdf") == DocumentName()
    assert document_name(replace(amnesty, pdf_id="{volume}"), f"{UPLOADS}/2021/05/EUR5512342016ENGLISH.pdf") == (
        DocumentName(None, 2016, "en")
    )
    assert is_document_url(amnesty, f"{UPLOADS}/2021/05/annual-report.pdf")
    assert not is_document_url(amnesty, f"{UPLOADS}/2021/05/")
