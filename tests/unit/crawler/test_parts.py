"""Which further documents of a poll are asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parts import CATCH_UP_PAGES, MOST_FAILURES, MOST_PARTS, Choice, Listed, choose_parts, part_key
from domain.entry import AskedWhen, FurtherDocument
from domain.frontier import KnownPart

POLL = 7
NOTHING = Listed(joins=False, has_unknown=False, is_first=False, max_pages=1)


def document(number: int, when: AskedWhen = AskedWhen.EACH_POLL, mark: str | None = None) -> FurtherDocument:
    return FurtherDocument(f"https://xeber.example/{number}.xml", when, mark)


def known(
    further: FurtherDocument, *, mark: str | None = None, attempts: int = 0, part_of: int | None = 3
) -> KnownPart:
    return KnownPart(part_key("s", further), mark, attempts, part_of)


def choose(
    *more: FurtherDocument, among: tuple[KnownPart, ...] = (), listed: Listed = NOTHING, asked: int = 0
) -> Choice:
    return choose_parts(
        more, {part.url_key: part for part in among}, listed, channel_slug="s", poll_id=POLL, asked=asked
    )


def test_what_a_poll_asked_for_already_is_not_asked_for_again() -> None:
    one = document(1)
    assert choose(one, among=(known(one, part_of=POLL),)) == Choice()


def test_one_document_named_twice_is_one() -> None:
    assert choose(document(1), document(1)).ask == (document(1),)


@pytest.mark.parametrize(
    ("when", "before", "is_asked"),
    [
        (AskedWhen.EACH_POLL, None, True),
        (AskedWhen.EACH_POLL, "b", True),
        (AskedWhen.MOVED, None, True),
        (AskedWhen.MOVED, "a", True),
        (AskedWhen.MOVED, "b", False),
        (AskedWhen.STOCK, None, False),
        (AskedWhen.STOCK, "a", True),
        (AskedWhen.STOCK, "b", False),
    ],
)
def test_a_document_is_asked_for_when_it_is_wanted(when: AskedWhen, before: str | None, *, is_asked: bool) -> None:
    one = document(1, when, "b")
    among = (known(one, mark=before),) if before else ()

    assert bool(choose(one, among=among).ask) is is_asked


def test_stock_that_is_new_to_us_is_remembered() -> None:
    one = document(1, AskedWhen.STOCK, "a")
    assert choose(one) == Choice(remember=(one,))
    assert choose(one, among=(known(one, mark="a", part_of=None),)) == Choice()


def test_what_was_only_remembered_is_asked_for_once_it_is_wanted() -> None:
    one = document(1, AskedWhen.MOVED, "a")
    assert choose(one, among=(known(one, mark="a", part_of=None),)).ask == (one,)


@pytest.mark.parametrize(("attempts", "is_asked"), [(1, True), (MOST_FAILURES - 1, True), (MOST_FAILURES, False)])
def test_one_that_failed_is_tried_again_so_many_times(attempts: int, *, is_asked: bool) -> None:
    one = document(1, AskedWhen.MOVED, "a")
    assert bool(choose(one, among=(known(one, mark="a", attempts=attempts),)).ask) is is_asked


@pytest.mark.parametrize(
    ("listed", "asked", "is_asked"),
    [
        (Listed(joins=False, has_unknown=True, is_first=False, max_pages=1), 0, True),
        (Listed(joins=True, has_unknown=True, is_first=False, max_pages=1), 0, False),
        (Listed(joins=False, has_unknown=True, is_first=True, max_pages=1), 0, False),
        (Listed(joins=True, has_unknown=True, is_first=False, max_pages=3), 1, True),
        (Listed(joins=True, has_unknown=True, is_first=False, max_pages=3), 2, False),
        (Listed(joins=False, has_unknown=False, is_first=False, max_pages=3), 0, False),
        (Listed(joins=False, has_unknown=True, is_first=False, max_pages=1), CATCH_UP_PAGES - 2, True),
        (Listed(joins=False, has_unknown=True, is_first=False, max_pages=1), CATCH_UP_PAGES - 1, False),
    ],
)
def test_an_older_page_is_read_until_one_joins_or_as_far_as_the_catalogue_wants(
    listed: Listed, asked: int, *, is_asked: bool
) -> None:
    assert bool(choose(document(2, AskedWhen.OLDER), listed=listed, asked=asked).ask) is is_asked


@given(st.integers(0, 200), st.integers(0, 60))
def test_a_poll_never_asks_for_more_than_its_limit_and_says_what_was_cut(named: int, asked: int) -> None:
    choice = choose(*(document(number) for number in range(named)), asked=asked)

    assert len(choice.ask) <= max(0, MOST_PARTS - asked)
    assert len(choice.ask) + choice.cut == named
    assert choice.ask == tuple(document(number) for number in range(len(choice.ask)))
