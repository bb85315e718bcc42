"""What was edited or is no longer served, as Markdown; whatever others wrote is escaped."""

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
from publish.digest.markdown_escape import escaped, kept_ends, link


def edit_blocks(wording: Wording) -> list[str]:
    """The edits by group, the heaviest first; nothing where nothing is to be said of any."""
    digest = wording.digest
    if not has_edit_section(digest):
        return []
    opening = [edits_opening(digest), recheck_words(digest), *(f"{apart_words(one)}." for one in digest.apart)]
    blocks = ["## Edited after publication", " ".join(filter(None, opening))]
    for group, edits in edits_by_group(digest):
        lines = [_edit(edit, wording) for edit in edits[:EDITS_SHOWN]]
        if more := more_edits_words(digest, group, edits):
            lines.append(f"- {more[0]}: `{more[1]}`")
        blocks += [f"**{GROUP_TITLES[group]}**", "\n".join(lines)]
    return blocks


def _edit(edit: Edit, wording: Wording) -> str:
    revisions = f"revision {edit.old_revision} → {edit.new_revision}"
    headline = link(edit.headline or edit.url, edit.url)
    lines = [f"- **{escaped(edit.outlet_name)}**, {wording.between(edit)}, {revisions}: {headline}"]
    if edit.is_taken_down:
        return f"{lines[0]}\n  - {TAKEN_DOWN_WORDS} (article {edit.article_id})"
    lines += [f"  - {change_label(change)}: {_changed(change)}" for change in changes_shown(edit)]
    said = "; ".join(filter(None, (more_changes_words(edit), silent_words(edit), once_words(edit))))
    lines.append(f"  - {said + '; ' if said else ''}`{diff_command(edit)}`")
    return "\n".join(lines)


def _changed(change: EditChange) -> str:
    """Old words struck, new words in bold, those around them plain."""
    if change.kind == "moved":
        return escaped(change.after)
    before = f"~~{escaped(change.before)}~~" if change.before.strip() else ""
    after = f"**{escaped(change.after)}**" if change.after.strip() else ""
    return f"{kept_ends(change.ahead)}{' '.join(filter(None, (before, after)))}{kept_ends(change.behind)}"


def removal_blocks(wording: Wording) -> list[str]:
    """What was no longer served, with how sure that is and what is kept."""
    digest = wording.digest
    if not has_removal_section(digest):
        return []
    lines = [
        f"- **{escaped(one.outlet_name)}**: {link(one.title or one.url, one.url)}  \n"
        f"  {state_words(one, digest)}: {removal_words(one)}, {wording.between(one)}; "
        + (f"text kept: revision {one.revision}" if one.revision else "no text kept")
        + f"; article {one.article_id}"
        for one in digest.removals
    ]
    opening = f"{removals_opening(digest)} {STATES_EXPLAINED if digest.removals else ''}".rstrip()
    missed = [f"- {words}: `{command}`" for words, command in missed_words(digest)]
    return ["## No longer served", opening, *filter(None, ("\n".join(lines), "\n".join(missed)))]
