"""Edits and removals of a day: which are listed, in which order, with which words, and what is only counted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from analysis.ledger import Standing
from domain.outlet import Group
from publish.diff.judging import judged_now
from publish.digest.build import build_digest
from publish.digest.change_words import EDITS_SHOWN, recheck_words
from publish.digest.changes import Apart, Rechecks, RemovalState
from publish.digest.edits import CHANGES_KEPT
from publish.digest.html import digest_html
from publish.digest.json import digest_from_json, digest_json
from publish.digest.markdown import digest_markdown
from publish.digest.model import Digest
from publish.digest.summary import summary
from publish.digest.text import digest_text
from storage.digest_facts import EditFact, RemovalFact
from tests.unit.publish.hand_made import BAKU, DAY, MADE_AT, at, full_digest, full_source

OLD = "Körpünün təmirinə qış aylarında otuz beş gün vaxt verilib.\n\nYol hələ bağlıdır."
FORMS = {"text": digest_text, "markdown": digest_markdown, "html": digest_html}


def edit(
    number: int, outlet: str, new: str, *, old: str = OLD, title: str = "Körpü", is_ours: bool = False
) -> EditFact:
    return EditFact(
        number, outlet, f"https://{outlet}.example/{number}", at("10:00"), at("11:00"), 1, 2, "Körpü", title, old, new,
        None, "az", is_ours,
    )  # fmt: skip


def with_edits(*edits: EditFact, rechecks: Rechecks | None = None) -> Digest:
    source = full_source()
    source.edit_facts, source.removal_facts = list(edits), []
    return build_digest(source, day=DAY, zone=BAKU, now=MADE_AT, rechecks=rechecks)


def with_removals(*removals: RemovalFact) -> Digest:
    source = full_source()
    source.edit_facts, source.removal_facts = [], list(removals)
    return build_digest(source, day=DAY, zone=BAKU, now=MADE_AT)


def shown(digest: Digest, form: str) -> str:
    told = FORMS[form](digest)
    told = lxml_html.fromstring(told).text_content() if form == "html" else told
    return " ".join(told.replace("\\", "").split())


FIGURE = OLD.replace("otuz beş", "qırx iki")
WORDING = OLD.replace("hələ", "indi")
MARKS = OLD.replace(".\n\n", "!\n\n")


def test_edits_stand_by_group_and_the_heaviest_first() -> None:
    digest = with_edits(
        edit(1, "world-wire", FIGURE),
        edit(2, "dag-xeber", WORDING),
        edit(3, "dag-xeber", FIGURE),
        edit(4, "adsiz", FIGURE),
    )

    assert [(one.group, one.article_id) for one in digest.edits] == [
        (Group.OFFICIAL, 3), (Group.OFFICIAL, 2), (Group.INTERNATIONAL, 1), (Group.UNKNOWN, 4),
    ]  # fmt: skip
    assert digest.edited is not None
    assert (digest.edited.value, [row.edits.value for row in digest.glance]) == (4, [2, 0, 0, 0, 1])


def test_a_change_has_its_class_weight_and_a_few_words_of_its_paragraph() -> None:
    (one,) = with_edits(edit(1, "dag-xeber", FIGURE)).edits[0].changes

    assert (one.kind, one.also, one.weight, one.significance) == ("number", ("lead",), 3, 0.9)
    assert (one.reason, one.before, one.after) == ("another value", "otuz beş", "qırx iki")
    assert (one.ahead, one.behind) == ("Körpünün təmirinə qış aylarında ", " gün vaxt verilib.")


def test_what_was_left_out_stands_between_the_words_that_stood_around_it() -> None:
    dropped = OLD.replace("qış aylarında ", "")
    (one,) = with_edits(edit(1, "dag-xeber", dropped)).edits[0].changes

    assert (one.before, one.after, one.ahead, one.behind) == (
        "qış aylarında", "", "Körpünün təmirinə ", " otuz beş gün vaxt …",
    )  # fmt: skip


def test_a_mark_behind_the_words_stands_beside_them_as_in_the_text() -> None:
    (one,) = with_edits(edit(1, "dag-xeber", OLD.replace("qış aylarında", "bu il, qış aylarında"))).edits[0].changes
    digest = with_edits(edit(1, "dag-xeber", OLD.replace("bağlıdır", "açıqdır")))

    assert (one.ahead, one.after, one.behind) == ("Körpünün təmirinə ", "bu il,", " qış aylarında otuz beş …")
    assert "Yol hələ [-bağlıdır-] {+açıqdır+}." in shown(digest, "text")
    assert "Yol hələ ~~bağlıdır~~ **açıqdır**." in shown(digest, "markdown")
    assert "Yol hələ bağlıdır açıqdır." in shown(digest, "html")


def test_marks_alone_and_our_own_changes_are_counted_and_not_listed() -> None:
    digest = with_edits(
        edit(1, "dag-xeber", MARKS), edit(2, "dag-xeber", FIGURE, is_ours=True), edit(3, "nazirlik", OLD)
    )

    assert digest.edits == ()
    assert [(one.why, one.count.value) for one in digest.apart] == [(Apart.SLIGHT, 1)]
    assert digest.our_changes.value == 1
    for form in FORMS:
        assert "1 further text changed in marks, capitals or calls to read on alone" in shown(digest, form)


def settled(standing: Standing, *, is_silent: bool = True, is_flap: bool = False) -> EditFact:
    one = edit(1, "dag-xeber", FIGURE)
    told = judged_now(one)
    changes = tuple(replace(change, is_flap=is_flap) for change in told.changes)
    return replace(one, ledger=replace(told, standing=standing.value, is_silent=is_silent, changes=changes))


@pytest.mark.parametrize("standing", [Standing.FLAP, Standing.GROWTH, Standing.TEMPLATE])
def test_what_the_ledger_holds_for_no_edit_of_the_outlet_is_counted_apart(standing: Standing) -> None:
    digest = with_edits(settled(standing), settled(Standing.SAME))

    assert (digest.edits, digest.our_changes.value) == ((), 0)
    assert [(one.why.value, one.count.value) for one in digest.apart] == [(standing.value, 1)]


def test_what_the_ledger_says_of_an_edit_is_taken_as_it_is() -> None:
    (found,) = with_edits(replace(settled(Standing.EDIT, is_silent=False), is_confirmed=False)).edits

    assert (found.is_silent, found.is_confirmed, found.changes[0].before) == (False, False, "otuz beş")
    assert with_edits(settled(Standing.EDIT, is_flap=True)).edits == ()


@pytest.mark.parametrize("form", FORMS)
def test_an_edit_that_no_later_look_showed_says_so(form: str) -> None:
    one = edit(1, "dag-xeber", FIGURE)

    assert "seen once so far" in shown(with_edits(replace(one, is_confirmed=False)), form)
    assert "seen once so far" not in shown(with_edits(one), form)


def test_only_a_significant_change_without_a_note_is_marked_as_without_one() -> None:
    noted = f"{FIGURE}\n\nDüzəliş: günlərin sayı əvvəl səhv yazılmışdı."
    digest = with_edits(edit(1, "dag-xeber", FIGURE), edit(2, "nazirlik", noted), edit(3, "uzaq-sahil", WORDING))

    assert {one.article_id: one.is_silent for one in digest.edits} == {1: True, 2: False, 3: False}
    for form in FORMS:
        assert "3 texts, 1 of them with a significant change and no note of a correction found" in shown(digest, form)
    assert shown(digest, "text").count("no note of a correction found") == 2
    (said,) = [s for s in ("".join(p.text for p in one) for one in summary(digest)) if "were edited" in s]
    assert said.endswith("; no headline among them; 1 significantly and without a note of a correction found.")


def test_of_many_edits_of_a_group_the_heaviest_have_words_and_a_command_gives_the_others() -> None:
    many = [edit(number, "dag-xeber", WORDING) for number in range(EDITS_SHOWN + 3)]
    digest = with_edits(*many, edit(77, "dag-xeber", FIGURE))

    assert digest.edits[0].article_id == 77
    for form in FORMS:
        told = shown(digest, form)
        assert told.count("parallax diff ") == EDITS_SHOWN
        assert "parallax diff 77 1 2" in told
        assert "and 4 more edits" in told
        assert "parallax changes --since 2026-11-18T20:00Z --until 2026-11-19T20:00Z --group official" in told


def test_of_an_edit_with_many_changes_some_are_kept_and_the_others_counted() -> None:
    old = "\n\n".join(f"{name} saat {number} radələrində gəlib." for number, name in enumerate("ABCDEFGHİ", 11))
    new = "\n\n".join(f"{name} saat {number + 5} radələrində gəlib." for number, name in enumerate("ABCDEFGHİ", 11))
    digest = with_edits(edit(1, "dag-xeber", new, old=old))

    assert (len(digest.edits[0].changes), digest.edits[0].more_changes) == (CHANGES_KEPT, 3)
    assert "and 6 more changes" in shown(digest, "text")


def test_no_edit_is_a_claim_with_a_base() -> None:
    digest = with_edits(rechecks=Rechecks(due=120, done=117, failed=2, waiting=1))

    for form in FORMS:
        assert "No edit was seen. 120 rechecks were due, 117 done, 2 failed, 1 still waiting." in shown(digest, form)
        assert "Edited after publication".lower() not in shown(with_edits(), form).lower()
    nothing_due = with_edits(rechecks=Rechecks(0, 0, 0, 0))
    assert recheck_words(nothing_due) == "No recheck was due, so of edits to earlier articles nothing can be said."


REMOVAL = RemovalFact(
    90, "world-wire", "https://world-wire.example/90", 404, at("21:15"), at("23:10"), 3, at("21:05"), "Quay", "en", 1
)


@pytest.mark.parametrize("form", FORMS)
def test_a_removal_is_suspected_confirmed_or_taken_back_in_every_form(form: str) -> None:
    sure = replace(REMOVAL, article_id=91, state="removed", how="front_page", confirmed_at=at("23:10"))
    back = replace(REMOVAL, article_id=92, outlet="dag-xeber", state="back", how="gone", back_at=at("22:00"))
    gone = replace(REMOVAL, article_id=93, outlet="nazirlik", state="withdrawn", how="dropped", looks_gone=2)
    digest = with_removals(gone, REMOVAL, sure, back)
    told = shown(digest, form)

    assert [one.article_id for one in digest.removals] == [92, 93, 91, 90]
    assert digest.gone is not None
    assert (digest.gone.value, [row.gone.value for row in digest.glance]) == (2, [0, 0, 0, 0, 2])
    assert "1 suspected, 1 confirmed, 1 served again, 1 withdrawn from its list." in told
    assert "suspected → confirmed 23:10" in told
    assert "served again by 22:00" in told
    assert "not listed on 2 polls" in told
    assert "the front page in its place on 3 looks" in told
    assert "410 on 3 looks" in told


STILL = replace(REMOVAL, article_id=94, first_gone_at=at("10:00", day=-2))
PASSED = replace(REMOVAL, article_id=95, state="passed", back_at=at("09:00"))


def with_missed(still: list[RemovalFact], passed: list[RemovalFact], *removals: RemovalFact) -> Digest:
    source = full_source()
    source.edit_facts, source.removal_facts = [], list(removals)
    source.still_missing_facts, source.passed_facts = still, passed
    return build_digest(source, day=DAY, zone=BAKU, now=MADE_AT)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_missed_before_is_counted_with_its_command_in_every_form(form: str) -> None:
    earlier = replace(PASSED, article_id=96, first_gone_at=at("10:00", day=-1))
    digest = with_missed([STILL, replace(STILL, article_id=97)], [PASSED, earlier], REMOVAL)
    told = shown(digest, form)

    assert digest.gone is not None
    assert digest.gone.value == 1
    assert "2 more articles are still missing since earlier days, not confirmed" in told
    assert "2 articles that were missed for a while are served again, 1 of them first missed on an earlier day" in told
    start, end = "2026-11-18T20:00Z", "2026-11-19T20:00Z"
    assert f"parallax removals --until {start} --as-of {end} --state suspected" in told
    assert f"parallax removals --since {start} --until {end} --state passed" in told


@pytest.mark.parametrize("form", FORMS)
def test_a_day_without_a_removal_still_tells_of_what_was_missed_before(form: str) -> None:
    told = shown(with_missed([STILL], []), form)

    assert "no longer served" in told.lower()
    assert "1 article is still missing since an earlier day, not confirmed" in told
    assert "served again" not in told.replace("confirmed or served again", "")
    nothing = shown(with_missed([], []), form).lower()
    assert "still missing" not in nothing
    assert "none was first missed" not in nothing


@pytest.mark.parametrize("form", FORMS)
def test_what_came_back_after_the_day_is_counted_and_says_so(form: str) -> None:
    source = full_source()
    source.removal_facts = [replace(REMOVAL, back_at=at("03:00", day=1))]
    digest = build_digest(source, day=DAY, zone=BAKU, now=at("06:00", day=1))
    told = shown(digest, form)

    assert digest.gone is not None
    assert digest.gone.value == 1
    assert "suspected, served again by 20 Nov 03:00" in told
    assert "1 article was no longer served at the day's end: suspected, not confirmed; served again since." in told
    known_later = build_digest(source, day=DAY, zone=BAKU, now=at("02:00", day=1))
    assert known_later.removals[0].back_at is None


def test_a_digest_kept_before_earlier_ones_were_counted_is_read() -> None:
    document = json.loads(digest_json(with_missed([STILL], [PASSED], REMOVAL)))
    assert digest_from_json(json.dumps(document)).missed is not None
    del document["missed"]

    digest = digest_from_json(json.dumps(document))

    assert digest.missed is None
    assert "is still missing" not in shown(digest, "text")


def test_the_sentence_of_removals_claims_no_more_than_was_confirmed() -> None:
    sure = replace(REMOVAL, article_id=91, state="removed")
    for removals, words in (
        ((REMOVAL,), "1 article is no longer served: suspected, not confirmed."),
        ((REMOVAL, sure), "2 articles are no longer served: 1 confirmed."),
        ((sure,), "1 article is no longer served: confirmed."),
    ):
        assert any(words in "".join(p.text for p in one) for one in summary(with_removals(*removals)))
    back = with_removals(replace(REMOVAL, state="back"))
    assert back.removals[0].state is RemovalState.BACK
    assert not any("no longer served" in "".join(p.text for p in one) for one in summary(back))


def test_a_digest_kept_before_edits_had_classes_shows_the_words_it_showed() -> None:
    document = json.loads(digest_json(full_digest())) | {"schema_version": 2}
    for name in ("apart", "rechecks"):
        del document[name]
    for one in document["edits"]:
        for name in ("changes", "more_changes", "is_headline", "is_silent"):
            del one[name]
        one["title"] = [
            {"kind": "same", "text": "Göl"},
            {"kind": "out", "text": "ölür"},
            {"kind": "in", "text": "sağdır"},
        ]
        one["text"] = [[{"kind": "out", "text": "40"}, {"kind": "in", "text": "4"}, {"kind": "same", "text": "ton"}]]
        one["more_places"] = 2
    for one in document["removals"]:
        for name in ("state", "how", "confirmed_at"):
            del one[name]

    digest = digest_from_json(json.dumps(document))

    assert [(c.kind, c.before, c.after, c.weight) for c in digest.edits[0].changes] == [
        ("headline", "Göl ölür", "Göl sağdır", None), ("text", "40 ton", "4 ton", None),
    ]  # fmt: skip
    assert (digest.edits[0].is_headline, digest.edits[0].more_changes, digest.edits[0].is_silent) == (True, 2, None)
    assert {one.state for one in digest.removals} == {RemovalState.SUSPECTED}
    for form in FORMS:
        told = shown(digest, form)
        assert "2 texts. Whether a note of correction was added was not looked for." in told
        assert "Göl sağdır" in told
        assert "and 2 more changes" in told
