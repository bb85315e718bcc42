"""Whether a success without the article shows that it is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.absence import Twins, absence_shown
from domain.extraction import Barrier, Extraction, ExtractionOutcome, StandIn
from domain.presence import Absence

EMPTY = Extraction(ExtractionOutcome.NO_ARTICLE, "test/1")
SAME = Twins(addresses=2, others_served=True)


def how(extraction: Extraction, *, stored: str | None = "Göldə qayıq", twins: Twins | None = None) -> Absence | None:
    shown = absence_shown(extraction, stored_title=stored, twins=twins or Twins())
    return shown.how if shown is not None else None


def test_a_page_that_says_so_shows_it() -> None:
    assert how(replace(EMPTY, stand_in=StandIn.NOT_FOUND)) is Absence.SOFT_404
    assert how(replace(EMPTY, stand_in=StandIn.FRONT_PAGE)) is Absence.FRONT_PAGE


def test_a_page_that_nothing_explains_is_a_failed_reading() -> None:
    assert how(EMPTY) is None


def test_an_article_of_that_name_is_still_there() -> None:
    said = Extraction(
        ExtractionOutcome.OK, "test/1", title="Səhifə tapılmadı", text="Film.", stand_in=StandIn.NOT_FOUND
    )

    assert how(said, stored="SƏHİFƏ TAPILMADI") is None
    assert how(said) is Absence.SOFT_404


@pytest.mark.parametrize("outcome", [o for o in ExtractionOutcome if o not in {"ok", "no_article"}])
def test_what_was_not_read_whole_shows_nothing(outcome: ExtractionOutcome) -> None:
    found = Extraction(outcome, "test/1", text="Bir sətir.", stand_in=StandIn.NOT_FOUND)

    assert how(found, twins=SAME) is None


@pytest.mark.parametrize("barrier", list(Barrier))
def test_what_stands_in_front_of_an_article_shows_nothing(barrier: Barrier) -> None:
    assert how(replace(EMPTY, barrier=barrier, text="Gözləyin.", stand_in=StandIn.NOT_FOUND), twins=SAME) is None


def test_the_same_at_two_other_addresses_shows_it_while_other_articles_are_served() -> None:
    page = replace(EMPTY, text="Burada heç nə qalmayıb.")

    assert how(page, twins=SAME) is Absence.SOFT_404
    assert how(page, twins=Twins(addresses=1, others_served=True)) is None
    assert how(page, twins=Twins(addresses=40, others_served=False)) is None  # another template, or an outage


def test_a_page_without_any_text_may_only_be_unfilled() -> None:
    assert how(EMPTY, twins=SAME) is None
