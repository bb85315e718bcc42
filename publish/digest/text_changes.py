"""What was edited or is no longer served, as plain text."""

from __future__ import annotations

from domain.outlet import GROUP_TITLES
from publish.digest.change_words import (
    EDITS_SHOWN,
    STATES_EXPLAINED,
    TAKEN_DOWN_WORDS,
    apart_words,
    change_label,
    changes_shown,
    diff_command,
    edits_by_group,
    edits_opening,
    has_edit_section,
    has_removal_section,
    missed_words,
    more_changes_words,
    more_edits_words,
    once_words,
    recheck_words,
    removal_words,
    removals_opening,
    silent_words,
    state_words,
)
from publish.digest.changes import Edit, EditChange
from publish.digest.lines import Wording
from publish.digest.paragraphs import Paragraphs
from publish.digest.words import SIGNS


def write_edits(page: Paragraphs, wording: Wording) -> None:
    """The edits by group, the heaviest first; nothing where nothing is to be said of any."""
    digest = wording.digest
    if not has_edit_section(digest):
        return
    page.heading("EDITED AFTER PUBLICATION")
    page.say(" ".join(filter(None, (edits_opening(digest), recheck_words(digest)))))
    for apart in digest.apart:
        page.say(f"{apart_words(apart)}.")
    for group, edits in edits_by_group(digest):
        page.blank()
        page.say(f"{SIGNS[group]} {GROUP_TITLES[group]}")
        for edit in edits[:EDITS_SHOWN]:
            _write_edit(page, wording, edit)
        if more := more_edits_words(digest, group, edits):
            page.say(f"{more[0]}:", indent=2)
            page.line(more[1], indent=4)


def _write_edit(page: Paragraphs, wording: Wording, edit: Edit) -> None:
    revisions = f"revision {edit.old_revision} → {edit.new_revision}"
    page.say(f"{edit.outlet_name}, {wording.between(edit)}, {revisions}: {edit.headline or edit.url}", indent=2, hang=4)
    if edit.is_taken_down:
        page.say(f"{TAKEN_DOWN_WORDS} (article {edit.article_id})", indent=4)
        return
    for change in changes_shown(edit):
        page.say(f"{change_label(change)}: {changed_text(change)}", indent=4, hang=6)
    said = "; ".join(filter(None, (more_changes_words(edit), silent_words(edit), once_words(edit))))
    if said:
        page.say(said, indent=4)
    page.line(diff_command(edit), indent=4)


def changed_text(change: EditChange) -> str:
    """``… the repair will cost [-46-] {+64+} million by the end …``."""
    if change.kind == "moved":
        return change.after
    before = f"[-{change.before}-]" if change.before else ""
    after = f"{{+{change.after}+}}" if change.after else ""
    return f"{change.ahead}{' '.join(filter(None, (before, after)))}{change.behind}"


def write_removals(page: Paragraphs, wording: Wording) -> None:
    """What was no longer served, with how sure that is and what is kept."""
    digest = wording.digest
    if not has_removal_section(digest):
        return
    page.heading("NO LONGER SERVED")
    page.say(f"{removals_opening(digest)} {STATES_EXPLAINED if digest.removals else ''}".rstrip())
    for removal in digest.removals:
        kept = f"text kept: revision {removal.revision}" if removal.revision else "no text kept"
        state = state_words(removal, digest)
        facts = f"{removal_words(removal)}, {wording.between(removal)}; {kept}; article {removal.article_id}"
        page.blank()
        page.say(f"{SIGNS[removal.group]} {removal.outlet_name}: {removal.title or removal.url}", hang=2)
        page.say(f"{state}: {facts}", indent=2)
        page.line(removal.url, indent=2)
    for words, command in missed_words(digest):
        page.blank()
        page.say(f"{words}:")
        page.line(command, indent=2)
