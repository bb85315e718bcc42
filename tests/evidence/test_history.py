"""One article in one line of time, as a store tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from domain.fetch import FetchOutcome
from publish.history.json import history_json
from publish.history.steps import Step, steps_of
from publish.history.text import history_text
from storage import Session, Store
from storage.frontier import target_by_id
from storage.history_facts import ArticleHistory
from storage.history_queries import find_history
from storage.merging import merge_by_hand
from storage.tables import ArticleStateRow, ChangeRow, EditRow, RecordRow, TakedownRow, TakedownUrlRow, TargetRow
from tests.evidence.proving import BAKU, DAY, HOUR
from tests.storage.filling import HOST, NOW, fill, look, stored_fetch
from tests.storage.filling import store as put

BEFORE, AFTER = "Su səviyyəsi üç metr qalxıb.", "Su səviyyəsi beş metr qalxıb."


def told(store: Store, *work: Callable[[Session], object], article_id: int = 1) -> ArticleHistory:
    """The article's history after the work."""

    def all_of_it(session: Session) -> None:
        fill(session)
        for one in work:
            one(session)

    store.write(all_of_it)
    with store.read() as session:
        found = find_history(session, article_id=article_id)
    assert found is not None
    return found


def lines(history: ArticleHistory) -> list[str]:
    """The words of its steps."""
    return [step.words for step in steps_of(history)]


def published(text: str = BEFORE, *, at: datetime = NOW, path: str = "/a") -> Callable[[Session], object]:
    return lambda session: put(session, text, title="Daşqın", at=at, path=path)


def looked(outcome: FetchOutcome, *, at: datetime, status: int | None = 200) -> Callable[[Session], int]:
    """Another look at the page, which must be known."""

    def work(session: Session) -> int:
        known = session.scalars(select(TargetRow.id).where(TargetRow.url_key == f"{HOST}/a")).one()
        target = target_by_id(session, known)
        assert target is not None
        return stored_fetch(session, replace(look(target, outcome, at=at), status=status))

    return work


def judged(standing: str = "edit", *, is_silent: bool = True) -> Callable[[Session], object]:
    """The second revision is judged."""

    def work(session: Session) -> None:
        session.add(
            EditRow(
                revision_id=2,
                base_id=1,
                standing=standing,
                significance=0.8,
                is_silent=is_silent,
                rules="1",
            )
        )
        session.flush()
        session.add(
            ChangeRow(
                revision_id=2,
                number=1,
                kind="number",
                also=["lead"],
                before="üç",
                after="beş",
                before_start=13,
                before_end=15,
                after_start=13,
                after_end=16,
                significance=0.8,
                reason="a number is another",
                digest="d",
                is_flap=False,
            )
        )

    return work


def test_what_was_published_stands_in_the_order_of_time(store: Store) -> None:
    found = told(store, published(), published(AFTER, at=NOW + DAY))

    assert lines(found) == ["revision 1: Daşqın", "revision 2: Daşqın · not judged yet"]
    first, second = steps_of(found)
    assert (first.at, second.after, second.at) == (NOW, NOW, NOW + DAY)


def test_a_judged_edit_is_told_with_its_weight_and_classes(store: Store) -> None:
    found = told(store, published(), published(AFTER, at=NOW + DAY), judged())

    assert lines(found)[1] == "revision 2: Daşqın · an edit by the outlet, weight 0.80, silent: number"
    (edit,) = found.edits
    assert (edit.revision, edit.against, edit.changes[0].before, edit.changes[0].after) == (2, 1, "üç", "beş")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ("flap", "no edit: it went and came back"),
        ("growth", "no edit: a live blog goes on"),
        ("template", "no edit: it changed alike on other pages, or stands around texts"),
        ("ours", "no edit: two extractors of ours read the two"),
        ("same", "no edit: no words differ"),
    ],
)
def test_what_is_no_edit_says_why(store: Store, standing: str, said: str) -> None:
    found = told(store, published(), published(AFTER, at=NOW + DAY), judged(standing, is_silent=False))

    assert lines(found)[1] == f"revision 2: Daşqın · {said}"


def test_looks_in_between_are_summed_up_with_their_failures_in_words(store: Store) -> None:
    found = told(
        store,
        published(),
        looked(FetchOutcome.NOT_MODIFIED, at=NOW + HOUR, status=304),
        looked(FetchOutcome.SAME_CONTENT, at=NOW + 2 * HOUR),
        looked(FetchOutcome.TIMEOUT, at=NOW + 3 * HOUR, status=None),
        looked(FetchOutcome.NOT_MODIFIED, at=NOW + 4 * HOUR, status=304),
        published(AFTER, at=NOW + DAY),
        looked(FetchOutcome.NOT_MODIFIED, at=NOW + DAY + HOUR, status=304),
    )

    _, between, _, after = steps_of(found)
    assert between.words == "3 looks: no new text; 1 look: no answer in time"
    assert [(group.looks, group.same_bytes, group.last_at) for group in between.groups] == [
        (3, 3, NOW + 4 * HOUR),
        (1, 0, NOW + 3 * HOUR),
    ]
    assert (after.words, after.at) == ("1 look: no new text", NOW + DAY + HOUR)
    said = " ".join(history_text(found, zone=BAKU, width=100).split())
    assert "3 looks: no new text (3 with the very same bytes), last 2 Mar 2026 13:05; 1 look: no answer in time" in said


def test_a_state_is_told_with_the_look_that_showed_it(store: Store) -> None:
    def removed(session: Session) -> None:
        row = session.scalars(select(ArticleStateRow).where(ArticleStateRow.at == NOW + 3 * DAY)).one()
        row.state, row.looks = "removed", 3

    gone = (looked(FetchOutcome.GONE, at=NOW + days * DAY, status=410) for days in (1, 3))
    found = told(store, published(), *gone, removed)

    assert lines(found) == [
        "revision 1: Daşqın",
        "suspected to be removed: its address answers 410",
        "removed: its address answers 410 (3 looks in a row)",
    ]
    text = history_text(found, zone=BAKU, width=100)
    assert "last good  2 Mar 2026 09:05" in text
    assert "seen by    fetch 3, retry, HTTP 410" in text


def test_a_merged_article_has_one_history_under_either_number(store: Store) -> None:
    def merged(session: Session) -> None:
        merge_by_hand(session, 2, 1, "One text.", at=NOW + 2 * DAY)

    found = told(store, published(), published(AFTER, at=NOW + DAY, path="/b"), merged, article_id=2)

    assert found.article_id == 1
    assert [revision.number for revision in found.revisions] == [1, 2]
    assert lines(found)[-1] == "article 2 was merged into 1, by person: One text."


def test_bytes_that_retention_dropped_are_named_as_dropped(store: Store) -> None:
    def dropped(session: Session) -> None:
        session.query(RecordRow).one().dropped_at = NOW + DAY

    text = history_text(told(store, published(), dropped), zone=BAKU, width=100)

    assert f"record     dropped on 3 Mar 2026 09:05; payload sha256 {'1' * 64}" in text


@pytest.mark.parametrize("by_address", [False, True])
def test_a_takedown_is_told(store: Store, by_address: bool) -> None:
    """Also where the article was made anew since, and nothing but its address is known."""

    def taken_down(session: Session) -> None:
        row = TakedownRow(outlet="xeber", url=f"https://{HOST}/a", reason="A court's order.", decided_at=NOW + DAY)
        row.article_id = None if by_address else 1
        session.add(row)
        session.flush()
        if by_address:
            session.add(TakedownUrlRow(takedown_id=row.id, url_key=f"{HOST}/a"))

    found = told(store, published(), taken_down)
    assert lines(found)[-1] == "taken down here: A court's order."
    said = history_text(found, zone=BAKU, width=100)
    (now,) = [line for line in said.splitlines() if line.startswith("now ")]
    assert now.startswith("now         taken down on ")


def test_an_article_of_another_address_is_no_part_of_it(store: Store) -> None:
    found = told(store, published(), published(AFTER, at=NOW + DAY, path="/b"))

    assert [seen.look.url for seen in found.looks] == [f"https://{HOST}/a"]
    assert lines(found) == ["revision 1: Daşqın"]


def test_words_of_others_cant_move_the_terminal(store: Store) -> None:
    found = told(store, lambda session: put(session, BEFORE, title="Daşqın\x1b[2J\n  9 Mar 2026  removed"))

    assert "\x1b" not in history_text(found, zone=BAKU, width=100)
    assert "\n  9 Mar" not in history_text(found, zone=BAKU, width=100)


def test_the_document_has_all_facts_and_the_same_steps(store: Store) -> None:
    found = told(store, published(), published(AFTER, at=NOW + DAY), judged())
    document = history_json(found)

    assert [step["words"] for step in document["steps"]] == lines(found)  # type: ignore[attr-defined]
    assert document["article_id"] == 1
    assert [one["text_sha256"] for one in document["revisions"]] == [r.text_sha256 for r in found.revisions]  # type: ignore[attr-defined]


def test_steps_of_one_moment_stand_in_a_fixed_order(store: Store) -> None:
    def suspected(session: Session) -> None:
        session.add(
            ArticleStateRow(article_id=1, state="suspected", how="not_found", last_seen_at=None, looks=1, at=NOW)
        )

    found: tuple[Step, ...] = steps_of(told(store, published(), suspected))

    assert [step.kind.value for step in found] == ["revision", "state"]
    assert timedelta(0) == found[1].at - found[0].at
