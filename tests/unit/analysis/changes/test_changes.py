"""What changed between two versions: the pairs beside this file, by class and weight, and what holds of any two."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.changes import Block, Change, ChangeClass, Role, changes_between, joined
from analysis.changes.lexicon import LANGUAGES, lexicon
from analysis.changes.numbers import values_in
from analysis.changes.tokens import tokens_of
from text.clean import clean_text


def pairs() -> Iterator[tuple[str, str, bool, str, str]]:
    """Language, class, whether it is significant, and both texts, their paragraphs parted by a pilcrow."""
    with (Path(__file__).parent / "pairs.tsv").open(encoding="utf-8", newline="") as file:
        for language, kind, weight, before, after in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield language, kind, weight == "yes", before, after


def blocks(text: str, *roles: Role) -> tuple[Block, ...]:
    paragraphs = text.split("¶")
    wanted = [*roles, *[Role.BODY] * (len(paragraphs) - len(roles))]
    return tuple(Block(role, paragraph) for role, paragraph in zip(wanted, paragraphs, strict=True))


def between(before: str, after: str, *roles: Role, language: str = "en") -> tuple[Change, ...]:
    return changes_between(blocks(before, *roles), blocks(after, *roles), language=language)


@pytest.mark.parametrize(("language", "kind", "is_significant", "before", "after"), list(pairs()))
def test_each_pair_is_one_change_of_its_class(
    language: str, kind: str, is_significant: bool, before: str, after: str
) -> None:
    (change,) = between(before, after, language=language)

    assert (change.kind, change.is_significant) == (kind, is_significant), change.reason


def test_every_language_has_pairs_of_every_class_that_words_decide() -> None:
    by_words = {"number", "name", "quotation", "attribution", "negation_or_modality", "strong_term", "typography"}
    found: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for language, kind, *_ in pairs():
        found[language].add(kind)
    assert all(by_words <= kinds for kinds in found.values())


@pytest.mark.parametrize(
    ("before", "after", "is_significant"),
    [
        ("Wardens starved two prisoners", "Complaints about a jail", True),
        ("Tram firm hid the leak", "Tram firm allegedly hid the leak", True),
        ("Night tram returns to Sahil", "Sahil: night tram returns", False),
        ("Was the bridge safe", "Was the bridge safe?", True),
        ("Bridge 'unsafe'", "Bridge ‘unsafe’", False),
    ],
)
def test_a_headline_counts_where_it_says_something_else(before: str, after: str, is_significant: bool) -> None:
    (change,) = between(before, after, Role.HEADLINE)

    assert (change.kind, change.is_significant) == (ChangeClass.HEADLINE, is_significant)


def test_one_swapped_fact_of_a_lead_has_its_own_class_and_a_new_sentence_is_a_lead() -> None:
    swapped = between("Nine people drowned in the river.", "Six people drowned in the river.", Role.LEAD)
    rewritten = between("Nine people drowned because the ferry was overloaded and unlit.", "A ferry sank.", Role.LEAD)

    assert [(c.kind, c.also) for c in swapped] == [(ChangeClass.NUMBER, {ChangeClass.LEAD})]
    assert [(c.kind, c.is_significant) for c in rewritten] == [(ChangeClass.LEAD, True)]


@pytest.mark.parametrize(
    ("before", "after", "is_significant"),
    [
        ("07.08.2033, 11:20", "7 August 2033, 11:20", False),
        ("07.08.2033, 11:20", "8 August 2033, 11:20", True),
        ("By Leyla Qarayel", "From the night desk", True),
    ],
)
def test_a_date_line_counts_where_the_day_or_the_author_is_another(
    before: str, after: str, is_significant: bool
) -> None:
    (change,) = between(before, after, Role.BYLINE)

    assert (change.kind, change.is_significant) == (ChangeClass.DATE_OR_BYLINE, is_significant)


def test_several_changes_of_one_paragraph_stand_apart_and_in_order() -> None:
    found = between(
        "Divers raised six crates off Qumburnu overnight - quietly. “We saw nothing,” a guard said.",
        "Divers raised nine crates off Zerdab overnight – quietly. “We saw it all,” a guard said.",
    )

    assert [change.kind for change in found] == ["number", "name", "typography", "quotation"]


def test_paragraphs_that_moved_came_and_went_are_told_apart() -> None:
    before = "One stays here.¶Two goes down the page.¶Three is dropped for good.¶Four stays here as well."
    after = "One stays here.¶Four stays here as well.¶Five was never there before.¶Two goes down the page."

    found = {change.kind: change for change in between(before, after)}

    assert set(found) == {ChangeClass.MOVED, ChangeClass.PARAGRAPH_ADDED, ChangeClass.PARAGRAPH_REMOVED}
    assert found[ChangeClass.MOVED].after == "Two goes down the page."
    assert found[ChangeClass.PARAGRAPH_REMOVED].before == "Three is dropped for good."


def test_a_fact_swapped_in_a_paragraph_that_moved_is_told_beside_the_move() -> None:
    storm = "The harbour was closed on Monday after the storm broke two cranes."
    boats = "Fishermen say that they lost 46 boats in the night and that nobody warned them."
    visit = "The minister will visit the town on Friday with engineers."
    cost = "Repairs are to cost four million manat according to the port."
    old = "¶".join((storm, boats, visit, cost))
    new = "¶".join((storm, visit, cost, boats.replace("46", "64")))

    found = between(old, new)
    assert [(change.kind, change.is_significant) for change in found] == [
        (ChangeClass.MOVED, False),
        (ChangeClass.NUMBER, True),
    ]


def test_a_call_to_read_on_that_was_replaced_is_one_change() -> None:
    (change,) = between("It rained.¶Read also: Soups", "It rained.¶Subscribe to our letter of the week")

    assert change.kind is ChangeClass.BOILERPLATE


def test_a_language_without_words_of_its_own_still_tells_figures_and_paragraphs() -> None:
    found = between("დაშავდა 17 ადამიანი.¶ორი აბზაცი.", "დაშავდა 19 ადამიანი.", language="ka")

    assert [change.kind for change in found] == ["number", "paragraph_removed"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "14 days", "a fortnight"),
        ("en", "5,000 metres", "5 kilometres"),
        ("ru", "трех тысяч", "3000"),
        ("az", "otuz beş", "35"),
        ("tr", "5 bin", "5.000"),
        ("ru", "полтора миллиона", "1,5 млн"),
    ],
)
def test_the_same_value_in_words_figures_and_units(language: str, one: str, other: str) -> None:
    words = lexicon(language)

    assert values_in(tokens_of(one), words) == values_in(tokens_of(other), words) != []


PARAGRAPH = st.lists(
    st.sampled_from("Bakıda 14 nəfər “dedi ki, gəlməyib” Rza № 9 Полиция не сообщила 3,5 mln . ! the mob said".split()),
    min_size=1,
    max_size=14,
).map(" ".join)
ODD = st.text(min_size=1, max_size=12).map(clean_text).filter(lambda text: text.strip() and "\n" not in text)
BLOCK = st.one_of(PARAGRAPH, ODD).map(lambda text: Block(Role.BODY, text))
VERSION = st.lists(BLOCK, min_size=1, max_size=6).map(tuple)


@given(VERSION, VERSION, st.sampled_from(LANGUAGES))
def test_every_change_names_the_very_words_and_no_two_overlap(
    before: tuple[Block, ...], after: tuple[Block, ...], language: str
) -> None:
    old, new = joined(before), joined(after)
    found = changes_between(before, after, language=language)

    assert bool(found) == (old != new)
    for change in found:
        assert old[change.before_span.start : change.before_span.end] == change.before
        assert new[change.after_span.start : change.after_span.end] == change.after
        assert change.before != change.after or change.kind is ChangeClass.MOVED
        assert 0 <= change.significance <= 1
    for side in ("before_span", "after_span"):
        apart = [change for change in found if change.kind is not ChangeClass.MOVED]  # what moved may be rewritten too
        spans = sorted((getattr(change, side).start, getattr(change, side).end) for change in apart)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(VERSION, st.sampled_from(LANGUAGES))
def test_a_version_differs_in_nothing_from_itself(version: tuple[Block, ...], language: str) -> None:
    assert changes_between(version, version, language=language) == ()


@pytest.mark.parametrize(
    "figure", ["9" * 400, "9" * 5000, "-".join(["1"] * 100), "1." * 2000 + "5", "12:30" * 900, "²"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_endless_figures_are_other_values_and_no_fault(language: str, figure: str) -> None:
    for role in (Role.HEADLINE, Role.LEAD, Role.BYLINE, Role.BODY):
        assert between(f"Saat {figure} axşam 9 p.m. 2026", "Saat 7 axşam 9 p.m. 2026", role, language=language)
