"""Edits go into the ledger with their changes, and are settled beside all else that is stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from analysis.ledger import RULES
from schedules.aftercare import Aftercare
from storage import Session, Store
from storage.digest_changes import edits
from storage.ledger import judge_anew, judge_ours_anew
from storage.tables import ChangeRow, EditRow, ExtractionRow, RevisionRow, TodoRow
from tests.storage.filling import NOW, fill
from tests.storage.filling import store as put

LEAD = "Nazirlik şimal kanalını təmir üçün bağlayıb."
BODY = "Fermerlər bildirib ki, onlara əvvəlcədən xəbər verilməyib."
MORE = "İşlərin üç həftə çəkəcəyi gözlənilir."
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

SPONSORS = ("Bu bölməni Dəniz Çayxanası təqdim edir.", "Bu bölməni Nar Mebeli təqdim edir.")


def _put(store: Store, *versions: tuple[str, datetime], path: str = "/a", **how: object) -> None:
    for text, at in versions:
        store.write(lambda session, text=text, at=at: put(session, text, path=path, at=at, **how))  # type: ignore[misc]


def _judge(store: Store) -> dict[int, str]:
    """Standings by revision, once all that is due was judged."""
    Aftercare(store).run()
    with store.read() as session:
        assert session.scalars(select(TodoRow).where(TodoRow.kind == "changes")).all() == []
        return {row.revision_id: row.standing for row in session.scalars(select(EditRow).order_by(EditRow.revision_id))}


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def test_an_edit_is_judged_once_with_its_changes(store: Store) -> None:
    store.write(fill)
    _put(store, (_text(LEAD, BODY), NOW), (_text(LEAD, BODY, MORE), NOW + HOUR))
    standings = _judge(store)

    with store.read() as session:
        (edit,) = session.scalars(select(EditRow)).all()
        (change,) = session.scalars(select(ChangeRow)).all()
        assert session.get_one(RevisionRow, edit.base_id).number == 1
        assert (change.kind, change.before, change.after, change.number) == ("paragraph_added", "", MORE, 1)
        assert (edit.significance, edit.is_silent) == (change.significance, True)
        whole = _text("Başlıq", LEAD, BODY, MORE)
        assert whole[change.after_start : change.after_end] == MORE
    assert list(standings.values()) == ["edit"]


def test_a_text_that_comes_back_makes_a_flap_of_both(store: Store) -> None:
    store.write(fill)
    _put(store, (_text(LEAD, BODY, MORE), NOW), (LEAD, NOW + HOUR))
    assert list(_judge(store).values()) == ["edit"]

    _put(store, (_text(LEAD, BODY, MORE), NOW + 2 * HOUR))
    assert list(_judge(store).values()) == ["flap", "flap"]


def test_the_same_change_on_many_pages_is_their_template(store: Store) -> None:
    store.write(fill)
    line = "Kanalımıza qoşulun, heç nəyi qaçırmayın"
    for number in range(5):
        own = f"{LEAD} Bu, {number + 2} kəndə aiddir."
        at = NOW + number * HOUR
        _put(store, (_text(own, BODY), at), (_text(own, BODY, line), at + DAY), path=f"/{number}")
        if number == 2:
            _judge(store)
    standings = _judge(store)

    assert list(standings.values()) == ["template"] * 5
    with store.read() as session:
        kinds = {row.kind for row in session.scalars(select(ChangeRow))}
    assert kinds == {"boilerplate"}


def test_an_edit_of_its_own_stays_one_beside_a_template_line(store: Store) -> None:
    store.write(fill)
    line = "Saytın yeni ünvanını yadda saxlayın"
    for number in range(4):
        own = f"{LEAD} Bu, {number + 2} kəndə aiddir."
        new = own if number else own.replace("2 kəndə", "9 kəndə")
        _put(store, (_text(own, BODY), NOW), (_text(new, line, BODY), NOW + DAY), path=f"/{number}")
    standings = _judge(store)

    assert sorted(standings.values()) == ["edit", "template", "template", "template"]


def test_most_pages_changed_alike_in_a_day_are_a_new_template(store: Store) -> None:
    store.write(fill)
    for number in range(7):
        own = f"{LEAD} Bu, {number + 2} kəndə aiddir."
        intro = f"{number + 2} kəndin kanalı bağlanıb."
        _put(store, (_text(own, BODY), NOW), (_text(intro, own, BODY), NOW + DAY), path=f"/{number}")
    standings = _judge(store)

    assert list(standings.values()) == ["template"] * 7


def test_a_sponsors_line_on_most_pages_of_a_day_takes_no_other_edit_with_it(store: Store) -> None:
    store.write(fill)
    for number in range(7):
        own = f"{LEAD} Bu, {number + 2} kəndə aiddir."
        lines = ("Yeni sədr Elnur Quluyevdir.", "Yeni sədr Vüqar Rzayevdir.") if number == 6 else SPONSORS
        old, new = (_text(own, BODY, line) for line in lines)
        _put(store, (old, NOW), (new, NOW + DAY), path=f"/{number}")
    standings = _judge(store)

    assert sorted(standings.values()) == ["edit"] + ["template"] * 6


def test_a_line_that_stands_on_other_pages_is_no_edit_of_the_one_whose_line_was_seen_to_change(store: Store) -> None:
    store.write(fill)
    old, new = SPONSORS
    for number in range(6):
        own = f"{LEAD} Bu, {number + 2} kəndə aiddir."
        _put(store, (_text(own, BODY, new if number % 2 else old), NOW + number * HOUR), path=f"/{number}")
    _put(store, (_text(LEAD, BODY, old), NOW), (_text(LEAD, BODY, new), NOW + DAY), path="/seen-twice")
    _put(store, (_text(MORE, BODY, old), NOW), (_text(MORE, BODY, "Bu bölmə bağlanıb."), NOW + DAY), path="/alone")
    standings = _judge(store)

    assert list(standings.values()) == ["template", "edit"]


def test_few_of_many_pages_changed_alike_are_edits(store: Store) -> None:
    store.write(fill)
    for number in range(20):
        own = f"{LEAD} Bu, {number + 2} kəndə aiddir."
        intro = f"{number + 2} kəndin kanalı bağlanıb."
        new = _text(intro, own, BODY) if number < 7 else _text(own, BODY)
        _put(store, (_text(own, BODY), NOW), (new, NOW + DAY), path=f"/{number}")
    standings = _judge(store)

    assert list(standings.values()) == ["edit"] * 7


def test_what_two_extractors_read_is_ours_until_one_has_read_both(store: Store) -> None:
    store.write(fill)
    _put(store, (_text(LEAD, BODY), NOW))
    _put(store, (_text(LEAD, BODY, MORE), NOW + HOUR))
    store.write(lambda session: _other_extractor(session, 2))
    assert list(_judge(store).values()) == ["ours"]

    store.write(lambda session: _other_extractor(session, 1))
    assert store.write(lambda session: judge_ours_anew(session, "xeber")) == 1
    assert list(_judge(store).values()) == ["edit"]


def _other_extractor(session: Session, number: int) -> None:
    cited = select(RevisionRow.extraction_id).where(RevisionRow.number == number).scalar_subquery()
    session.execute(update(ExtractionRow).where(ExtractionRow.id == cited).values(extractor_hash="x2"))


def test_other_rules_judge_all_anew_and_the_same_ones_nothing(store: Store) -> None:
    store.write(fill)
    _put(store, (_text(LEAD, BODY), NOW), (_text(LEAD, BODY, MORE), NOW + HOUR))
    before = _judge(store)

    assert store.write(lambda session: judge_anew(session, RULES)) == 0
    store.write(lambda session: session.execute(update(EditRow).values(rules="changes/0", standing="same")))
    assert _judge(store) == before


def test_a_digest_is_told_what_was_judged_and_whether_a_later_look_showed_it_too(store: Store) -> None:
    store.write(fill)
    _put(store, (_text(LEAD, BODY), NOW), (_text(LEAD, BODY, MORE), NOW + HOUR))
    window = NOW, NOW + DAY
    with store.read() as session:
        (unjudged,) = edits(session, window)
    _judge(store)
    with store.read() as session:
        (once,) = edits(session, window)
    _put(store, (_text(LEAD, BODY, MORE), NOW + 2 * HOUR))
    with store.read() as session:
        (twice,) = edits(session, window)

    assert unjudged.ledger is None
    assert once.ledger is not None
    assert [change.kind for change in once.ledger.changes] == ["paragraph_added"]
    assert (once.is_confirmed, twice.is_confirmed) == (False, True)
