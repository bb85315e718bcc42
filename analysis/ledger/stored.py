"""Changes as the store holds them, and back."""

from __future__ import annotations

from analysis.changes import Change, ChangeClass
from analysis.ledger.edit import Judged
from storage.ledger_facts import LedgerChange


def ledger_change(number: int, change: Change, digest: str) -> LedgerChange:
    """A change as it is stored, the ``number``-th of its edit."""
    return LedgerChange(
        number=number,
        kind=change.kind.value,
        also=tuple(sorted(kind.value for kind in change.also)),
        before=change.before,
        after=change.after,
        before_span=change.before_span,
        after_span=change.after_span,
        significance=change.significance,
        reason=change.reason,
        digest=digest,
    )


def ledger_changes(found: Judged) -> tuple[LedgerChange, ...]:
    """The changes of an edit as they are stored, numbered from 1 in the order of the later text."""
    return tuple(ledger_change(number, one.change, one.digest) for number, one in enumerate(found.changes, start=1))


def change_of(stored: LedgerChange) -> Change:
    """A change of the ledger as the analysis gives it."""
    return Change(
        kind=ChangeClass(stored.kind),
        before=stored.before,
        after=stored.after,
        before_span=stored.before_span,
        after_span=stored.after_span,
        significance=stored.significance,
        reason=stored.reason,
        also=frozenset(ChangeClass(kind) for kind in stored.also),
    )
