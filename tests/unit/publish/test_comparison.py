"""The words that changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from publish.digest.changes import PartKind
from publish.digest.comparison import MAX_PLACES, compared_line, compared_text


def shown(parts: object) -> str:
    forms = {PartKind.SAME: "{}", PartKind.OUT: "[-{}-]", PartKind.IN: "[+{}+]"}
    return " ".join(forms[part.kind].format(part.text) for part in parts)  # type: ignore[attr-defined]


def test_a_headline_is_compared_word_by_word() -> None:
    parts = compared_line("Polis: N. saxlanılıb", "Polis: N. dəvət olunub")
    assert shown(parts) == "Polis: N. [-saxlanılıb-] [+dəvət olunub+]"


def test_a_change_of_spacing_alone_is_no_change() -> None:
    assert compared_line("Bir  iki", "Bir iki ") is None
    assert compared_text("Bir  iki\n\nüç", "Bir iki\n\n\nüç") == ((), 0)


def test_a_change_comes_with_six_words_of_context_and_no_more() -> None:
    words = [f"s{number}" for number in range(40)]
    (place,), more = compared_text(" ".join(words), " ".join([*words[:20], "yeni", *words[21:]]))
    assert shown(place) == "s14 s15 s16 s17 s18 s19 [-s20-] [+yeni+] s21 s22 s23 s24 s25 s26"
    assert more == 0


def test_places_beyond_the_third_are_counted() -> None:
    words = [f"s{number}" for number in range(200)]
    new = ["yeni" if number % 40 == 20 else word for number, word in enumerate(words)]
    places, more = compared_text(" ".join(words), " ".join(new))
    assert (len(places), more) == (MAX_PLACES, 2)


def test_a_paragraph_that_was_added_is_shown_as_added() -> None:
    (place,), _ = compared_text("Bir.\n\nÜç.", "Bir.\n\nİki.\n\nÜç.")
    assert shown(place) == "[+İki.+]"


def test_a_text_written_anew_is_cut_short() -> None:
    old, new = " ".join(f"a{i}" for i in range(5000)), " ".join(f"b{i}" for i in range(5000))
    (place,), _ = compared_text(old, new)
    assert "[… 4960 words …]" in shown(place)


@given(st.lists(st.sampled_from("abcde"), max_size=60), st.lists(st.sampled_from("abcde"), max_size=60))
def test_the_parts_of_a_headline_give_both_headlines_again(old: list[str], new: list[str]) -> None:
    parts = compared_line(" ".join(old), " ".join(new))
    if old == new:
        assert parts is None
        return
    assert parts is not None
    words = {kind: [w for p in parts if p.kind in {PartKind.SAME, kind} for w in p.text.split()] for kind in PartKind}
    assert words[PartKind.OUT] == old
    assert words[PartKind.IN] == new
