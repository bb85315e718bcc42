"""Puts edits into the ledger: each judged by itself, then settled beside its article's others and other pages'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from analysis.changes import ChangeClass
from analysis.changes.versions import Version
from analysis.ledger import (
    RULES,
    Elsewhere,
    Moment,
    Pair,
    SettledChange,
    Standing,
    ToldChange,
    flapping,
    judged,
    settled,
)
from analysis.ledger.edit import boilerplate
from analysis.ledger.redesign import LEAST_REDESIGN, redesigned
from analysis.ledger.settled import MANY_PAGES
from analysis.ledger.stored import change_of, ledger_change, ledger_changes
from storage import Session
from storage.edit_pairs import EditPair, PairSide, pairs_of
from storage.ledger import (
    edits_near,
    have_ledger_alone,
    history_around,
    ledger_of,
    mark_flaps,
    pages_looked_at_again,
    pages_with,
    put_class,
    put_edit,
    settle_edit,
)
from storage.ledger_elsewhere import headlines_among, lines_among
from storage.ledger_facts import LedgerChange, LedgerEdit, LedgerMoment

_ONE_DAY = timedelta(days=1)


def judge_edits(session: Session, revision_ids: Sequence[int]) -> Callable[[Session], None]:
    """Judge these revisions by themselves; what is given stores that and settles what bears on it."""
    pairs = pairs_of(session, revision_ids)
    edits = [_judged(session, pair) for pair in pairs]

    def keep(writing: Session) -> None:
        have_ledger_alone(writing)
        for edit in edits:
            put_edit(writing, edit, rules=RULES)
        for pair, edit in zip(pairs, edits, strict=True):
            _settle(writing, pair, edit)

    return keep


def _judged(session: Session, pair: EditPair) -> LedgerEdit:
    def headlines_in(texts: frozenset[str]) -> frozenset[str]:
        return headlines_among(session, pair.outlet, texts, pair.first_new_at, but=pair.stored_as)

    def lines_in(texts: frozenset[str]) -> frozenset[str]:
        return lines_among(session, pair.outlet, texts, pair.first_new_at, but=pair.stored_as)

    versions = _version(pair.old), _version(pair.new)
    found = judged(Pair(*versions, pair.language, pair.kind, is_ours=pair.is_ours), Elsewhere(headlines_in, lines_in))
    return LedgerEdit(
        pair.revision_id, pair.base_id, found.standing.value, 0.0, is_silent=False, changes=ledger_changes(found)
    )


def _version(side: PairSide) -> Version:
    return Version(side.title, side.text, side.authors)


def _settle(session: Session, pair: EditPair, edit: LedgerEdit) -> None:
    """Find what went and came back in the article, and what changed alike on other pages; settle all of these."""
    touched = {edit.revision_id}
    history = history_around(session, pair.stored_as, pair.first_new_at)
    for revision_id, numbers in flapping([_moment(one) for one in history]).items():
        mark_flaps(session, revision_id, numbers)
        touched.add(revision_id)
    touched |= _settle_template(session, pair, edit)
    touched |= _settle_redesign(session, pair)
    for revision_id, told in ledger_of(session, touched).items():
        _settle_one(session, revision_id, told)


def _moment(stored: LedgerMoment) -> Moment:
    changes = tuple(ToldChange(one.number, _is_of_headline(one), one.digest) for one in stored.changes)
    return Moment(stored.revision_id, stored.first_seen_at, stored.title, stored.text_sha256, changes)


def _is_of_headline(change: LedgerChange) -> bool:
    return ChangeClass.HEADLINE in {change.kind, *change.also}


def _settle_template(session: Session, pair: EditPair, edit: LedgerEdit) -> set[int]:
    """Make template changes of those that many pages of the outlet share; gives the edits that have them."""
    digests = {change.digest for change in edit.changes if _is_of_words(change)}
    touched: set[int] = set()
    for digest, revisions in pages_with(session, pair.outlet, digests, pair.first_new_at).items():
        if len(revisions) < MANY_PAGES:
            continue
        reason = "the same change on other pages of the outlet"
        for told in ledger_of(session, revisions).values():
            _make_boilerplate(session, told, [one for one in told.changes if one.digest == digest], reason)
        touched |= revisions
    return touched


def _settle_redesign(session: Session, pair: EditPair) -> set[int]:
    """Where most pages looked at again changed alike in one day, it is their template that changed."""
    near = edits_near(session, pair.outlet, pair.first_new_at, within=_ONE_DAY)
    if len(near) < LEAST_REDESIGN:
        return set()
    looked = pages_looked_at_again(session, pair.outlet, pair.first_new_at, within=_ONE_DAY)
    pages = Counter(digest for told in near.values() for digest in {one.digest for one in told.changes})
    many = {digest for digest, count in pages.items() if count >= MANY_PAGES}
    alike = redesigned({one: _kinds(told, but=many) for one, told in near.items()}, looked_at=looked)
    reason = "most pages looked at that day changed alike: a new template"
    for revision_id in alike:
        _make_boilerplate(session, near[revision_id], near[revision_id].changes, reason)
    return set(alike)


def _kinds(told: LedgerEdit, *, but: Collection[str]) -> frozenset[str]:
    """What changed in an edit, as it was judged by itself; ``but``: what many pages share word for word."""
    own = [one for one in told.changes if one.digest not in but]
    return frozenset(kind for one in own for kind in (one.kind, *one.also) if kind != ChangeClass.BOILERPLATE)


def _make_boilerplate(session: Session, told: LedgerEdit, changes: Sequence[LedgerChange], reason: str) -> None:
    for change in changes:
        other = ledger_change(change.number, boilerplate(change_of(change), reason), change.digest)
        put_class(session, told.revision_id, other)


def _is_of_words(change: LedgerChange) -> bool:
    """Whether it has words enough to be the same change elsewhere: a figure in a headline is not."""
    return any(char.isalpha() for char in change.before + change.after)


def _settle_one(session: Session, revision_id: int, told: LedgerEdit) -> None:
    changes = [SettledChange(ChangeClass(one.kind), one.significance, one.is_flap) for one in told.changes]
    found = settled(Standing(told.standing), changes)
    settle_edit(
        session,
        revision_id,
        standing=found.standing.value,
        significance=found.significance,
        is_silent=found.is_silent,
    )
