"""How alike two texts are: edits stay alike, other articles do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.kinds.same.sentences import paragraphs
from text.likeness import likeness

ONE = "\n\n".join(paragraphs("körpü"))


def test_an_edit_leaves_a_text_like_itself() -> None:
    assert likeness(ONE, "\n\n".join(paragraphs("körpü", edited=True))) == 1.0
    assert likeness(ONE, ONE.replace("dünən", "bu gün").upper()) > 0.8


def test_another_text_is_not_alike_nor_is_its_translation() -> None:
    assert likeness(ONE, "\n\n".join(paragraphs("festival"))) < 0.3
    assert likeness(ONE, "\n\n".join(paragraphs("körpü", "ru"))) == 0.0


def test_a_text_of_two_words_speaks_against_nothing() -> None:
    assert likeness("Qısa xəbər.", ONE) == 1.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_it_is_the_same_both_ways_and_a_share(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0
    assert likeness(one, one) == 1.0
