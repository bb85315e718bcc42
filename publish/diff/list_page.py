"""Changes of many articles as one HTML page that loads nothing: by day and group, the heaviest first. No script."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from jinja2 import Environment

from analysis.ledger import Standing
from domain.outlet import Group
from domain.times import day_bounds
from publish.diff.html import TEMPLATES
from publish.diff.listing import ListedChange
from publish.diff.weight import MOST_WEIGHT, also_words, class_words, weight_of
from publish.digest.articles import Interval
from publish.digest.safe import one_line
from publish.digest.words import between_words, heading_day, zone_name
from publish.page import page_environment

MOST_CHANGES = 5_000  # on one page; a browser scrolls through no more
MOST_CHARS = 240  # of one side of a change
_STANDINGS = {
    Standing.FLAP: "went and came back",
    Standing.GROWTH: "a live blog that goes on",
    Standing.TEMPLATE: "alike on many pages",
    Standing.OURS: "maybe ours",
    Standing.SAME: "no words differ",
}
_ORDER = {group: place for place, group in enumerate(Group)}


@dataclass(frozen=True, slots=True)
class ListedEdit:
    """The changes of one edit that have a weight, the heaviest first, and how many others it has."""

    changes: tuple[ListedChange, ...]
    unshown: int

    @property
    def weight(self) -> float:
        """The significance of its heaviest change."""
        return max(change.significance for change in self.changes)

    @property
    def one(self) -> ListedChange:
        """Any of them: where, when and of what article all have alike."""
        return self.changes[0]


@dataclass(frozen=True, slots=True)
class GroupDay:
    """Edits of one group seen on one day. ``unshown``: edits of marks and calls to read on alone."""

    group: Group
    edits: tuple[ListedEdit, ...]
    unshown: int


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A local day with the groups that have an edit, in their fixed order."""

    day: date
    groups: tuple[GroupDay, ...]


def listed_days(changes: Iterable[ListedChange], zone: ZoneInfo) -> tuple[ListedDay, ...]:
    """The changes by the day on which they were seen, by group, by edit."""
    by_edit: dict[tuple[int, int], list[ListedChange]] = defaultdict(list)
    for change in changes:
        by_edit[change.article_id, change.new_revision].append(change)
    days: dict[date, dict[Group, list[ListedEdit]]] = defaultdict(lambda: defaultdict(list))
    unshown: Counter[tuple[date, Group]] = Counter()
    for found in by_edit.values():
        day, group = found[0].seen_at.astimezone(zone).date(), Group(found[0].group)
        shown = sorted(
            (one for one in found if weight_of(one.class_, one.significance)), key=lambda one: -one.significance
        )
        if shown:
            days[day][group].append(ListedEdit(tuple(shown), len(found) - len(shown)))
        else:
            unshown[day, group] += 1
    keys = {(day, group) for day, groups in days.items() for group in groups} | set(unshown)
    return tuple(
        ListedDay(
            day,
            tuple(
                GroupDay(group, tuple(sorted(days[day][group], key=lambda edit: -edit.weight)), unshown[day, group])
                for group in sorted((group for one, group in keys if one == day), key=_ORDER.__getitem__)
            ),
        )
        for day in sorted({day for day, _ in keys})
    )


def changes_html(changes: Iterable[ListedChange], *, zone: ZoneInfo, names: Mapping[str, str]) -> tuple[str, int]:
    """The whole page, and how many changes stand on it: the first 5,000, which it says where there are more.

    ``names``: outlets' names by slug.
    """
    source = iter(changes)
    shown = list(islice(source, MOST_CHANGES))
    page = (
        _environment()
        .get_template("changes.html.j2")
        .render(
            days=listed_days(shown, zone),
            total=len(shown),
            is_cut=next(source, None) is not None,
            between=lambda one: _between(one, zone),
            name_of=lambda slug: names.get(slug, slug),
            zone_name=zone_name(zone, shown[0].seen_at) if shown else zone.key,
        )
    )
    return page, len(shown)


def _between(change: ListedChange, zone: ZoneInfo) -> str:
    """``between 18:05 and 18:20``, with days where they are others than the one on which it was seen."""
    start, _ = day_bounds(change.seen_at.astimezone(zone).date(), zone)
    return between_words(Interval(change.after_at, change.seen_at), zone, since=start)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return page_environment(
        TEMPLATES,
        also_words=also_words,
        class_words=class_words,
        cut=cut,
        heading_day=heading_day,
        most_weight=MOST_WEIGHT,
        standing_words=_STANDINGS,
        weight_of=weight_of,
    )


def cut(text: str, most: int = MOST_CHARS) -> str:
    """One line of at most so many characters, cut between words where they are not too long."""
    said = one_line(text)
    if len(said) <= most:
        return said
    kept = said[:most]
    words = kept.rsplit(" ", 1)[0]
    return f"{words if len(words) > most * 3 // 4 else kept} …"
