"""Words divided at a line's end."""

from __future__ import annotations

import pytest

from text.hyphens import Hyphens, without_soft_hyphens


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("the govern-", "ment said", "the government said"),
        ("a state-", "owned firm", "a state-owned firm"),
        ("un-", "controlled fire", "uncontrolled fire"),
        ("self-", "made", "self-made"),
        ("the non-", "governmental", "the non-governmental"),
        ("post-", "poned", "postponed"),
        ("məhkə-", "mənin qərarı", "məhkəmənin qərarı"),
        ("iş tez-", "tez dayanır", "iş tez-tez dayanır"),
        ("o, 2017-", "ci ildə", "o, 2017-ci ildə"),
        ("XX-", "ci əsr", "XX-ci əsr"),
        ("Gəncə-", "Qazax", "Gəncə-Qazax"),
        ("прави-", "тельство", "правительство"),
        ("кто-", "то сказал", "кто-то сказал"),
        ("мес-", "то встречи", "место встречи"),
        ("из-", "за дождя", "из-за дождя"),
        ("из-", "вестный", "известный"),
        ("по-", "лиция", "полиция"),
        ("вице-", "премьер", "вице-премьер"),
        ("mahke-", "menin kararı", "mahkemenin kararı"),
        ("soft\u00ad", "ened", "softened"),
        ("a dash -", "and more", "a dash - and more"),
        ("no hyphen", "at all", "no hyphen at all"),
        ("Sentence.", "Next", "Sentence. Next"),
    ],
)
def test_a_divided_word_is_joined_as_its_language_writes_it(before: str, after: str, whole: str) -> None:
    assert Hyphens(()).joined(before, after) == whole


def test_what_the_text_writes_elsewhere_in_one_piece_is_one_word() -> None:
    hyphens = Hyphens(["the selfless people of it", "see also nonprofit groups there"])

    assert hyphens.joined("a non-", "profit") == "a nonprofit"


def test_what_the_text_writes_elsewhere_with_a_hyphen_keeps_it() -> None:
    hyphens = Hyphens(["about the cross-border trade that"])

    assert hyphens.joined("of cross-", "border traffic") == "of cross-border traffic"


def test_marks_of_where_a_word_may_be_divided_are_dropped() -> None:
    assert without_soft_hyphens("con\u00adsti\u00adtution") == "constitution"
    assert without_soft_hyphens("con\u00adsti\u00ad") == "consti-"
