"""Steps of articles after publication as rows: for a table, CSV or JSON Lines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from domain.outlet import Group
from publish.digest.safe import one_line
from publish.digest.words import plural
from publish.history.words import moment, state_words
from storage.removal_chains import PASSED
from storage.removal_steps import RemovalStep

_SERVED = frozenset({"back", "listed", PASSED})  # steps after which an article is live


@dataclass(frozen=True, slots=True)
class ListedRemoval:
    """One step of one article after publication, the latest first; ``since`` and ``until`` count ``at``."""

    at: Annotated[
        datetime,
        "the step. Of suspected the first absent look of its run: one row an article, however many looks followed; of "
        "passed the look that showed the article again",
    ]
    outlet: Annotated[str, "slug of the outlet"]
    group: Annotated[str, "its group on the local day of the step"]
    state: Annotated[str, "suspected, removed, back, withdrawn, listed or passed; docs/REMOVALS.md"]
    how: Annotated[
        str,
        "what the look showed: not_found, gone, soft_404, front_page, section or not_shown; dropped or listed by a "
        "list. Of suspected what the last "
        "absent look showed; of passed what the looks that missed it showed",
    ]
    looks: Annotated[int, "absent looks in a row by then"]
    first_missed_at: Annotated[datetime | None, "first absent look of the run"]
    last_seen_at: Annotated[datetime | None, "last good look before that"]
    article_id: Annotated[int, "number of the article"]
    title: Annotated[str | None, "its headline; null: none found, or taken down here"]
    url: Annotated[str, "its address"]
    language: Annotated[str | None, "ISO 639-1; null: undecided"]
    fetch_id: Annotated[int | None, "the look that shows the step"]
    now: Annotated[str, "how the article stands: live, suspected, removed, or withdrawn where its page lives"]
    now_since: Annotated[datetime, "since when"]


def listed_removals(
    steps: Iterable[RemovalStep],
    *,
    group_on: Callable[[str, date], Group],
    zone: ZoneInfo,
    how: frozenset[str] = frozenset(),
) -> Iterator[ListedRemoval]:
    """The steps in their order, those that ``how`` names where it names any; ``group_on``: by outlet and local day."""
    same = [field.name for field in fields(RemovalStep)]
    for step in steps:
        if not how or step.how in how:
            group = group_on(step.outlet, step.at.astimezone(zone).date())
            yield ListedRemoval(group=group.value, **{name: getattr(step, name) for name in same})


def removal_lines(found: Iterable[ListedRemoval], *, zone: ZoneInfo) -> Iterator[str]:
    """The list for people, and how to read on."""
    last: ListedRemoval | None = None
    count = 0
    for last in found:
        count += 1
        yield f"{moment(last.at, zone)}  {last.outlet} ({last.group})  article {last.article_id}"
        yield f"  {one_line(last.title) or '(no headline)'}"
        yield f"  {_said(last, zone)}"
        yield f"  {one_line(last.url)}"
        yield ""
    if last is None:
        yield "no step of this kind was seen in that time"
        return
    yield f"{plural(count, 'step')}. `parallax history {last.article_id}` tells all that was seen of one article,"
    yield f"`parallax show {last.article_id}` has the text that is kept."


def _said(row: ListedRemoval, zone: ZoneInfo) -> str:
    """What became of it, since when, and how it stands now."""
    said = [state_words(row.state, row.how, looks=row.looks)]
    if row.state == PASSED:
        said = [f"served again after {plural(row.looks, 'look')} without it ({row.how.replace('_', ' ')})"]
    if row.last_seen_at is not None:
        said.append(f"last good look {moment(row.last_seen_at, zone)}")
    if row.first_missed_at is not None and row.first_missed_at != row.at:
        said.append(f"first missed {moment(row.first_missed_at, zone)}")
    return f"{', '.join(said)}; {_now_words(row, zone)}"


def _now_words(row: ListedRemoval, zone: ZoneInfo) -> str:
    """``still suspected``, or what it is now and since when: the same state may be of a later run of looks."""
    is_same = row.now == row.state or (row.now == "live" and row.state in _SERVED)
    if is_same and row.now_since in {row.at, row.first_missed_at}:
        return f"still {'served' if row.now == 'live' else row.now}"
    if row.state == "listed" and row.now == "live":  # its page was served all along
        return "its page is served"
    return f"now {row.now} since {moment(row.now_since, zone)}"
