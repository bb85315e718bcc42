"""How the digest says what was changed or is no longer served: one wording for every form. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.outlet import Group
from publish.diff.weight import also_words, class_words
from publish.digest.changes import Apart, CountedApart, Edit, EditChange, MissedBefore, Removal, RemovalState
from publish.digest.model import Digest
from publish.digest.words import clock_words, plural

EDITS_SHOWN = 8  # of a group, with their words; a digest is read in five minutes
CHANGES_SHOWN = 3  # of an edit
TAKEN_DOWN_WORDS = "its article was taken down, and the words of its edits with it"
_APART: Mapping[Apart, tuple[str, str]] = {
    Apart.SLIGHT: ("in marks, capitals or calls to read on alone", "in marks, capitals or calls to read on alone"),
    Apart.FLAP: ("and changed back", "and changed back"),
    Apart.GROWTH: ("as a live blog does that goes on", "as live blogs do that go on"),
    Apart.TEMPLATE: ("as other pages of its outlet did alike", "as other pages of their outlets did alike"),
}
_HOW: Mapping[str, str] = {
    "not_found": "404",
    "gone": "410",
    "soft_404": "a page that says it is not there",
    "front_page": "the front page in its place",
    "section": "a section in its place",
    "not_shown": "others of its channel, and not it",
}
_STATES: Mapping[RemovalState, str] = {
    RemovalState.SUSPECTED: "suspected",
    RemovalState.REMOVED: "confirmed",
    RemovalState.BACK: "served again",
    RemovalState.WITHDRAWN: "withdrawn from its list",
    RemovalState.PASSED: "passed",
}
STATES_EXPLAINED = (
    "Suspected: an address may come back. Confirmed: three looks over two days at least found it gone, "
    "while other pages of its outlet answered."
)


def edits_by_group(digest: Digest) -> list[tuple[Group, list[Edit]]]:
    """The edits in the order of their groups, as they stand in the digest."""
    return [(group, list(edits)) for group, edits in groupby(digest.edits, key=lambda edit: edit.group)]


def has_edit_section(digest: Digest) -> bool:
    """Whether anything is to be said of edits: some, or how often it was looked for them."""
    return bool(digest.edits or digest.apart or digest.rechecks)


def edits_opening(digest: Digest) -> str:
    """``7 texts, 2 of them with a significant change and no note of a correction found.``"""
    if not digest.edits:
        return "No edit was seen."
    silent = sum(edit.is_silent is True for edit in digest.edits)
    opening = plural(len(digest.edits), "text")
    if all(edit.is_silent is None for edit in digest.edits):
        return f"{opening}. Whether a note of correction was added was not looked for."
    return f"{opening}, {silent or 'none'} of them with a significant change and no note of a correction found."


def recheck_words(digest: Digest) -> str:
    """``120 rechecks were due, 118 done, 2 failed.``: the base of what is said of edits; empty where nobody counted."""
    counted = digest.rechecks
    if counted is None:
        return ""
    if not counted.due:
        return "No recheck was due, so of edits to earlier articles nothing can be said."
    was = "was" if counted.due == 1 else "were"
    waiting = f", {counted.waiting:,} still waiting" if counted.waiting else ""
    return f"{plural(counted.due, 'recheck')} {was} due, {counted.done:,} done, {counted.failed:,} failed{waiting}."


def apart_words(counted: CountedApart) -> str:
    """``3 further texts changed in marks, capitals or calls to read on alone``."""
    one, several = _APART[counted.why]
    count = counted.count.value
    return f"{plural(count, 'further text')} changed {one if count == 1 else several}"


def more_edits_words(digest: Digest, group: Group, edits: Sequence[Edit]) -> tuple[str, str] | None:
    """How many edits of a group have no words here, and the command that gives them; None where all have."""
    more = len(edits) - EDITS_SHOWN
    if more <= 0:
        return None
    start, end = (at.strftime("%Y-%m-%dT%H:%MZ") for at in (digest.window_start, digest.window_end))
    command = f"parallax changes --since {start} --until {end}"
    return f"and {plural(more, 'more edit')}", f"{command} --group {group.value}"


def changes_shown(edit: Edit) -> tuple[EditChange, ...]:
    """Those that stand in the digest with their words."""
    return edit.changes[:CHANGES_SHOWN]


def more_changes_words(edit: Edit) -> str:
    """``and 2 more changes``; empty where all are shown."""
    more = max(0, len(edit.changes) - CHANGES_SHOWN) + edit.more_changes
    return f"and {plural(more, 'more change')}" if more else ""


def change_label(change: EditChange) -> str:
    """``negation or modality (lead), 0.95``; the class alone where nothing was weighed."""
    weight = f", {change.significance:.2f}" if change.significance is not None else ""
    return f"{class_words(change.kind)}{also_words(change.also)}{weight}"


def diff_command(edit: Edit) -> str:
    """The command that opens the difference."""
    return f"parallax diff {edit.article_id} {edit.old_revision} {edit.new_revision}"


def silent_words(edit: Edit) -> str:
    """``no note of a correction found`` beside a significant change; empty elsewhere."""
    return "no note of a correction found" if edit.is_silent else ""


def once_words(edit: Edit) -> str:
    """``seen once so far``, where no later look showed the new text too; empty elsewhere."""
    return "" if edit.is_confirmed else "seen once so far"


def removal_words(removal: Removal) -> str:
    """``404 on 3 looks``, ``the front page in its place on 1 look``, ``not listed on 2 polls``."""
    if removal.how == "dropped":
        return f"not listed on {plural(removal.looks, 'poll')}"
    how = _HOW.get(removal.how or "", str(removal.status))
    return f"{how} on {plural(removal.looks, 'look')}"


def state_words(removal: Removal, digest: Digest) -> str:
    """``suspected``, ``suspected → confirmed 23:10``, ``served again by 11:05``, ``withdrawn from its list``."""
    said = _STATES[removal.state]
    zone, since = ZoneInfo(digest.zone), digest.window_start
    if removal.state is RemovalState.REMOVED and removal.confirmed_at is not None:
        said = f"suspected → confirmed {clock_words(removal.confirmed_at, zone, since=since)}"
    if removal.back_at is None:
        return said
    back = f"by {clock_words(removal.back_at, zone, since=since)}"
    return f"{said} {back}" if removal.state is RemovalState.BACK else f"{said}, served again {back}"


def removals_opening(digest: Digest) -> str:
    """``2 suspected, 1 confirmed.``; that there is nothing new where only earlier ones are to be told of."""
    if not digest.removals:
        return "None was first missed, confirmed or served again after a step of that."
    counts = [(words, sum(one.state is state for one in digest.removals)) for state, words in _STATES.items()]
    return ", ".join(f"{count:,} {words}" for words, count in counts if count) + "."


def has_removal_section(digest: Digest) -> bool:
    """Whether anything is to be said of removals: of the day, or of what was missed before."""
    return bool(digest.removals or missed_words(digest))


def missed_words(digest: Digest) -> tuple[tuple[str, str], ...]:
    """What is still missing since earlier days and what was served again after a while, each with its command."""
    missed = digest.missed
    if missed is None:
        return ()
    commands = {page.key: page.command for page in digest.evidence}
    said = ((_still_words(missed, digest), missed.still), (_passed_words(missed), missed.passed))
    return tuple((words, commands[figure.evidence]) for words, figure in said if figure.value)


def _still_words(missed: MissedBefore, digest: Digest) -> str:
    """``2 more articles are still missing since earlier days, not confirmed``."""
    count = missed.still.value
    more = "more " if digest.removals else ""
    since = "is still missing since an earlier day" if count == 1 else "are still missing since earlier days"
    return f"{plural(count, f'{more}article')} {since}, not confirmed"


def _passed_words(missed: MissedBefore) -> str:
    """``3 articles that were missed for a while are served again, 1 of them first missed on an earlier day``."""
    count, earlier = missed.passed.value, missed.passed_earlier
    said = f"{plural(count, 'article')} that {'was' if count == 1 else 'were'} missed for a while"
    said += f" {'is' if count == 1 else 'are'} served again"
    if not earlier:
        return said
    return (
        f"{said}, first missed on an earlier day"
        if count == 1
        else (f"{said}, {earlier:,} of them first missed on an earlier day")
    )
