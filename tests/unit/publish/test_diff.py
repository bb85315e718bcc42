"""A difference as people read it: what counts first, the words on both sides, the text with its changes marked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from publish.diff.lines import Mark, change_lines, marked_text, summary_line
from publish.diff.model import Difference, difference, to_json


@dataclass(frozen=True)
class Revision:
    number: int
    text: str
    title: str | None = "Bridge closed"
    authors: tuple[str, ...] = ()
    extractor_hash: str = "three"
    reread: Revision | None = None

    def as_read_by(self, extractor_hash: str) -> Revision:
        return self.reread if self.reread and self.reread.extractor_hash == extractor_hash else self


OLD = Revision(1, "The bridge was closed on Monday.\n\nThe mayor said 14 beams were cracked.\n\nBuses run instead.")
NEW = Revision(
    2, "The bridge was closed on Monday.\n\nThe mayor said 4 beams were cracked.\n\nBuses run instead — free."
)


def of(old: Revision = OLD, new: Revision = NEW, language: str | None = "en") -> Difference:
    return difference(old, new, language=language)


def said(found: Difference) -> list[str]:
    return ["".join(piece.text for piece in line) for line in change_lines(found)]


def test_what_counts_stands_first_with_its_reason_and_the_words_of_both_sides() -> None:
    lines = said(of())

    assert lines[1:4] == [
        "  ● number  0.90, another value",
        "    − The mayor said 14 beams were cracked.",
        "    + The mayor said 4 beams were cracked.",
    ]
    assert lines[5].startswith("  ○ ")


def test_the_summary_says_whether_the_outlet_told_of_it() -> None:
    noted = Revision(2, f"{NEW.text}\n\nCorrection: the number of beams was wrong.")

    assert summary_line(of()) == "revision 1 → 2: 2 changes, 1 of them significant; no note of a correction"
    assert summary_line(of(new=noted)).endswith("2 of them significant; a note says that something was corrected")
    assert (of().is_silent, of(new=noted).is_silent) == (True, False)
    assert summary_line(of(new=Revision(2, OLD.text))) == "revision 1 → 2: no change"


def test_a_headline_and_authors_are_compared_as_what_they_are() -> None:
    found = of(
        Revision(1, "Rain.", title="Bridge closed", authors=("A. Reed",)), Revision(2, "Rain.", title="Bridge open")
    )

    assert {(change.kind, change.before) for change in found.changes} == {
        ("headline", "closed"),
        ("date_or_byline", "A. Reed"),
    }


def test_what_another_extractor_read_may_be_our_change() -> None:
    found = of(new=Revision(2, NEW.text, extractor_hash="four"))

    assert said(found)[0].startswith("Different extractors read the two")
    assert to_json(found)["read_by_different_extractors"] is True


def test_an_older_page_is_compared_as_the_later_extractor_reads_it() -> None:
    menu = "Home. Contact. Search."
    old = replace(OLD, text=f"{menu}\n\n{OLD.text}", reread=replace(OLD, extractor_hash="four"))
    found = of(old, replace(NEW, extractor_hash="four"))

    assert said(found)[0] == "The older page stands here as the extractor of the later one reads it."
    assert not any(menu in change.before for change in found.changes)
    assert (found.is_ours, found.is_reread) == (False, True)
    assert of(old).before[1].text == menu  # its own extractor read the menu, and so it is compared with its like


def test_the_later_text_is_whole_with_each_change_in_its_place() -> None:
    pieces = list(marked_text(of()))

    assert "".join(p.text for p in pieces if p.mark is not Mark.OLD).replace("{+", "").replace("+}", "") == (
        f"{NEW.title}\n\n{NEW.text}"
    )
    assert "[-14-]{+4+} beams" in "".join(p.text for p in pieces)


@pytest.mark.parametrize("place", range(3))
def test_a_paragraph_that_is_gone_stands_by_itself_in_the_marked_text(place: int) -> None:
    paragraphs = OLD.text.split("\n\n")
    gone = paragraphs.pop(place)
    found = of(replace(OLD, title=None), Revision(2, "\n\n".join(paragraphs), title=None))

    told = "".join(piece.text for piece in marked_text(found))

    assert f"[-{gone}-]" in told.split("\n\n")
    assert [one for one in told.split("\n\n") if one and one != f"[-{gone}-]"] == paragraphs


def test_hostile_words_stay_words() -> None:
    found = of(new=Revision(2, "The bridge was closed on Monday\x1b[2J\u202e."))

    told = "".join(said(found)) + "".join(piece.text for piece in marked_text(found))
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_json_tells_each_change_with_spans_that_hold() -> None:
    told = to_json(of())
    changes = told["changes"]

    assert isinstance(changes, list)
    assert [(c["class"], c["is_significant"]) for c in changes] == [("number", True), ("wording", False)]
    whole = f"{OLD.title}\n\n{OLD.text}"
    assert all(whole[c["before_span"]["start"] : c["before_span"]["end"]] == c["before"] for c in changes)
