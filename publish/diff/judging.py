"""An edit that the ledger does not hold yet, judged by itself: what is asked for in the moment it was seen."""

from __future__ import annotations

from analysis.changes import ChangeClass
from analysis.changes.versions import Version
from analysis.ledger import Pair, SettledChange, judged, settled
from analysis.ledger.stored import ledger_changes
from storage.digest_facts import EditFact
from storage.ledger_facts import LedgerEdit


def judged_now(edit: EditFact) -> LedgerEdit:
    """What the ledger will hold of an edit as far as its two texts tell."""
    old = Version(edit.old_title, edit.old_text or "", edit.old_authors)
    new = Version(edit.new_title, edit.new_text or "", edit.new_authors)
    found = judged(Pair(old, new, edit.language, is_ours=edit.is_ours))
    changes = ledger_changes(found)
    told = settled(
        found.standing, [SettledChange(ChangeClass(one.kind), one.significance, one.is_flap) for one in changes]
    )
    return LedgerEdit(0, 0, told.standing.value, told.significance, told.is_silent, changes)
