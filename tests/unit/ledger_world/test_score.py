"""The scorer on rows made up here, and the truth that it goes by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.ledger_world.ledger import Change, JudgedEdit, Place, State
from tests.ledger_world.nouns import Answer, LedgerScript, Planned, PlantedEdit, Removal, Role
from tests.ledger_world.outlets import make_outlets
from tests.ledger_world.report import is_met, last_line
from tests.ledger_world.score import Score, score
from tests.ledger_world.truth import Truth
from tests.world.script import Article, Version

START = datetime(2026, 3, 2, tzinfo=UTC)
HOST = "l00.ledger.example"


def _at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def _article(number: int) -> Article:
    versions = (Version(_at(1), "Old", ("Ten came.",)), Version(_at(30), "Old", ("Twelve came.",)))
    return Article("l00", f"a{number}", number, f"/news/{number}", "news", "az", None, _at(1), versions)


EDIT = PlantedEdit("l00", "/news/1", "az", 1, _at(30), "number", True, "Ten", "Twelve")
EDITED = Planned(_article(1), Role.EDITED, (EDIT,))
REMOVED = Planned(_article(2), Role.REMOVED, removal=Removal(_at(40)))
WITHDRAWN = Planned(_article(3), Role.WITHDRAWN, withdrawn_at=_at(50))
FLAP = Planned(_article(4), Role.FLAP, odd_looks=frozenset({1}), other_title="New")


def _script(days: int = 30) -> LedgerScript:
    articles = (EDITED, REMOVED, WITHDRAWN, FLAP)
    return LedgerScript(1, "test", START, days, make_outlets(), articles, (), _at(300), _at(400))


def _answer(number: int, hours: float, version: int | None, *tags: str) -> Answer:
    return Answer(_at(hours), "l00", HOST, f"/news/{number}", 200, version, tags)


ANSWERS = [
    _answer(1, 2, 0),
    _answer(1, 26, None, "challenge"),
    _answer(1, 31, 1),
    _answer(2, 2, 0),
    _answer(2, 48, None, "gone"),
    _answer(2, 200, 0),
    _answer(3, 2, 0),
    _answer(4, 2, 0),
    _answer(4, 6, 0, "flap"),
    _answer(4, 10, 0),
]


def _truth(answers: list[Answer] | None = None, script: LedgerScript | None = None) -> Truth:
    return Truth(script or _script(), ANSWERS if answers is None else answers)


def _place(number: int, hours: float) -> Place:
    return Place(_at(hours), "l00", HOST, f"/news/{number}")


RIGHT = JudgedEdit(_place(1, 2), _place(1, 31), "edit", 0.8, (Change("number", (), "Ten", "Twelve", 0.8),))


def _score(*edits: JudgedEdit, states: tuple[State, ...] = (), truth: Truth | None = None) -> Score:
    return score(truth or _truth(), edits, states)


def test_a_right_row_counts_for_precision_recall_and_class() -> None:
    result = _score(RIGHT)
    assert [share.value for share in (result.precision, result.recall, result.class_share)] == [1, 1, 1]
    assert result.recall.of == result.class_share.of == 1


def test_a_significant_edit_without_its_row_is_missed() -> None:
    result = _score()
    assert (result.recall.right, result.recall.of) == (0, 1)
    assert result.class_share.value == 0


@pytest.mark.parametrize("change", [{"significance": 0.2}, {"standing": "flap"}])
def test_a_row_that_calls_it_slight_or_no_edit_misses_it(change: dict[str, object]) -> None:
    assert _score(replace(RIGHT, **change)).recall.value == 0  # type: ignore[arg-type]


def test_an_edit_that_no_look_could_see_is_not_asked_for() -> None:
    assert _truth([_answer(1, 31, 1)]).visible_edits() == []
    assert _truth([_answer(1, 2, 0), _answer(1, 31, 1, "partial")]).visible_edits() == []


def test_the_class_of_a_change_that_shares_no_word_counts_only_where_it_weighs_most() -> None:
    far = Change("name", (), "Baku", "Ganja", 0.9)
    near = Change("number", (), "Ten", "Twelve", 0.6)
    assert _score(replace(RIGHT, changes=(far, near))).class_share.value == 1
    assert _score(replace(RIGHT, changes=(far, replace(near, kind="wording")))).class_share.value == 0
    assert _score(replace(RIGHT, changes=(replace(near, kind="lead", also=("number",)),))).class_share.value == 1


def test_a_change_of_a_mark_overlaps_the_word_that_it_stands_at() -> None:
    edit = replace(EDIT, kind="typography", is_significant=False, before="came.", after="came…")
    script = replace(_script(), articles=(replace(EDITED, edits=(edit,)),))
    changes = (Change("number", (), "149", "7158", 0.9), Change("typography", (), ".", "…", 0.05))
    result = _score(replace(RIGHT, changes=changes), truth=_truth(script=script))
    assert result.class_share.value == 1


def test_a_row_made_of_a_flap_is_noise_and_lowers_precision() -> None:
    row = JudgedEdit(_place(4, 2), _place(4, 6), "edit", 0.9)
    result = _score(RIGHT, row)
    assert result.noise == {"flap": 1}
    assert (result.precision.right, result.precision.of) == (1, 2)


def test_a_flap_that_was_not_seen_to_come_back_is_not_judged() -> None:
    answers = [one for one in ANSWERS if one.moment < _at(10) or one.path != "/news/4"]
    row = JudgedEdit(_place(4, 2), _place(4, 6), "edit", 0.9)
    assert not _score(row, truth=_truth(answers)).noise


def test_a_row_from_a_challenge_is_a_block_edit() -> None:
    row = JudgedEdit(_place(1, 2), _place(1, 26), "edit", 0.9)
    assert _score(row).noise == {"block": 1}


def test_two_readings_of_one_text_about_the_upgrade_are_ours() -> None:
    answers = [_answer(3, 2, 0), _answer(3, 310, 0)]
    row = JudgedEdit(_place(3, 2), _place(3, 310), "edit", 0.1)
    assert _score(row, truth=_truth(answers)).noise == {"ours": 1}


def _state(number: int, state: str, hours: float) -> State:
    return State("l00", f"/news/{number}", state, _at(hours), "not_found")


def test_a_removal_counts_within_four_days_of_the_first_look_that_missed_it() -> None:
    early, late = _score(states=(_state(2, "removed", 100),)), _score(states=(_state(2, "removed", 160),))
    assert [early.removal_recall.value, early.within.value] == [1, 1]
    assert [late.removal_recall.value, late.within.value] == [1, 0]


def test_a_removal_of_a_page_that_lives_or_before_it_was_missed_is_wrong() -> None:
    result = _score(states=(_state(1, "removed", 100), _state(2, "removed", 47)))
    assert (result.removal_precision.right, result.removal_precision.of) == (0, 2)


def test_a_removal_that_was_first_missed_at_the_very_end_is_not_asked_for() -> None:
    assert _score(truth=_truth(script=_script(days=3))).removal_recall.of == 0


def test_a_return_counts_from_the_look_that_showed_it() -> None:
    assert _score(states=(_state(2, "back", 200),)).returns.value == 1
    assert _score(states=(_state(2, "back", 100),)).returns.value == 0


def test_a_withdrawal_counts_where_one_was_planted() -> None:
    result = _score(states=(_state(3, "withdrawn", 60), _state(1, "withdrawn", 60)))
    assert (result.withdrawal_precision.right, result.withdrawal_precision.of) == (1, 2)
    assert result.withdrawal_recall.value == 1


def test_the_last_line_gives_the_figures_and_they_decide() -> None:
    states = (_state(2, "removed", 100), _state(2, "back", 200), _state(3, "withdrawn", 60))
    good, bad = _score(RIGHT, states=states), _score(states=states)
    assert last_line(good, 61.4) == (
        "significant P=1.000 R=1.000 class=1.000 removals P=1.000 R=1.000 within4d=1.000 returns=1/1 "
        "withdrawals P=1.000 R=1.000 noise_edits=0 block_edits=0 ours_edits=0 seconds=61"
    )
    assert is_met(good, 61.4)
    assert not is_met(good, 1_300)
    assert not is_met(bad, 61.4)


def test_an_older_version_that_a_mirror_shows_later_makes_no_edit_visible() -> None:
    assert _truth([_answer(1, 31, 1), _answer(1, 40, 0, "stale")]).visible_edits() == []
    assert _truth([_answer(1, 31, 0), _answer(1, 40, 1)]).visible_edits() == [EDIT]
