"""What is planted in the hundred days: counts, classes and languages, and banks that share nothing."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from functools import cache

import pytest

from tests.ledger_world.bank import LANGUAGES, PARTS, Bank, edited_words, load_bank, sides
from tests.ledger_world.nouns import LedgerScript, Role
from tests.ledger_world.planting import EDITS, make_script


@cache
def _script(part: str) -> LedgerScript:
    return make_script(7, part, 100)


@pytest.mark.parametrize("part", PARTS)
def test_four_hundred_edits_of_every_class_in_four_languages_are_planted(part: str) -> None:
    edits = Counter((edit.kind, edit.language) for one in _script(part).articles for edit in one.edits)
    assert edits.total() == 400
    assert edits == {(kind, language): count for kind, (count, _) in EDITS.items() for language in LANGUAGES}


@pytest.mark.parametrize("part", PARTS)
def test_removals_returns_and_withdrawals_are_as_many_as_asked(part: str) -> None:
    roles = Counter(one.role for one in _script(part).articles)
    removals = [one.removal for one in _script(part).articles if one.removal is not None]
    assert (roles[Role.REMOVED], roles[Role.WITHDRAWN]) == (60, 20)
    assert sum(one.returns_after is not None for one in removals) == 20


@pytest.mark.parametrize("part", PARTS)
def test_every_edit_changes_its_text_and_nothing_else_does(part: str) -> None:
    for one in _script(part).articles:
        shown = [(version.title, version.paragraphs) for version in one.article.versions]
        if one.role is not Role.LIVE:
            assert len(shown) == len(one.edits) + 1
        assert all(before != after for before, after in itertools.pairwise(shown))


@pytest.mark.parametrize("part", PARTS)
def test_the_words_of_an_edit_stand_in_the_versions_that_it_says(part: str) -> None:
    for one in _script(part).articles:
        for edit in one.edits:
            before, after = one.article.versions[edit.version - 1], one.article.versions[edit.version]
            assert _words(edit.before) <= _words(f"{before.title} {before.text}"), edit
            assert _words(edit.after) <= _words(f"{after.title} {after.text}"), edit


def test_the_same_seed_plants_the_same_world_and_another_seed_another() -> None:
    assert make_script(3, "tuning", 20) == make_script(3, "tuning", 20)
    assert make_script(3, "tuning", 20).articles != make_script(4, "tuning", 20).articles


def test_a_share_has_every_second_outlet_and_what_concerns_it() -> None:
    whole = _script("test")
    shares = [whole.share(number, 2) for number in range(2)]
    assert sum(len(share.articles) for share in shares) == len(whole.articles)
    assert not {o.site.slug for o in shares[0].outlets} & {o.site.slug for o in shares[1].outlets}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_parts_have_no_sentence_name_or_edit_in_common(language: str) -> None:
    tuning, test = (_all_of(load_bank(part, language)) for part in PARTS)
    assert not tuning & test


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_edited_sentence_says_what_differs(part: str, language: str) -> None:
    bank = load_bank(part, language)
    for forms in (*bank.significant.values(), *bank.minor.values()):
        for form in forms:
            before, after = sides(form)
            assert before != after, form
            assert any(edited_words(form)), form


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"\w+", text)}


def _all_of(bank: Bank) -> set[str]:
    edited = [form for forms in (*bank.significant.values(), *bank.minor.values()) for form in forms]
    told = [one for story in bank.stories for one in (story.headline, story.lead, *story.body)]
    lines = [*bank.people, *bank.places, *bank.bodies, *edited, *told, *bank.extras, *bank.notices, *bank.live]
    common = {"By [{person}|{person2}]", "[By {person}, {place}|]", "[|By {person}]"}  # a by-line has one form
    return {
        line
        for line in lines
        if line not in common and not line.strip("[|]").startswith(("Автор", "Müəllif", "Haber:"))
    }
