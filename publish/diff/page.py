"""A difference as a page shows it: the article, the rail of its revisions, the rows, and the proof. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from analysis.changes import Change, ChangeClass
from domain.outlet import Group
from publish.diff.model import Difference, difference
from publish.diff.rows import Fold, Row, folded_rows, numbered
from publish.diff.weight import by_weight, class_words, weight
from storage.revision_looks import LaterLooks
from storage.show_queries import ShownArticle
from storage.shown_revisions import ShownRevision

STOPS_SHOWN = 12  # revisions of the rail that are told with their classes; the others stand shut below it
_TAGS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """A revision on the rail. ``tags``: the classes by which it differs from the one before, the heaviest first.

    ``weight`` is that of the heaviest, from 3 to 0; None: it is the first, or was not compared here.
    """

    revision: ShownRevision
    words: int
    is_compared: bool
    looks: LaterLooks | None
    tags: tuple[str, ...] = ()
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class DiffPage:
    """Everything that the page shows. The edit was made after ``after_at`` (UTC; None: not known) and by ``by_at``."""

    article: ShownArticle
    outlet_name: str
    group: Group
    old: ShownRevision
    new: ShownRevision
    found: Difference
    stops: tuple[Stop, ...]
    further: tuple[Stop, ...]  # not on the rail
    rows: tuple[Row | Fold, ...]
    shown: int  # changes with a number
    unshown: tuple[Change, ...]  # what is no change to a reader
    after_at: datetime | None
    by_at: datetime
    between: tuple[int, ...]  # revisions that came between the two

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of a correction that the later text has and the earlier had not."""
        kind = ChangeClass.CORRECTION_NOTICE
        return tuple(change.after for change in self.found.changes if change.kind is kind and change.after)

    @property
    def significant(self) -> int:
        """How many changes are significant."""
        return sum(change.is_significant for change in self.found.changes)


def diff_page(
    article: ShownArticle,
    old: ShownRevision,
    new: ShownRevision,
    *,
    outlet_name: str,
    group: Group,
    looks: Mapping[int, LaterLooks] | None = None,
) -> DiffPage:
    """The page of what changed from ``old`` to ``new``, both of ``article``. ``looks``: later good ones, by number."""
    found = difference(old, new, language=article.language)
    stops, further = _stops(article, found, looks or {})
    following = next(one for one in article.revisions if one.number > old.number)
    return DiffPage(
        article=article,
        outlet_name=outlet_name,
        group=group,
        old=old,
        new=new,
        found=found,
        stops=stops,
        further=further,
        rows=folded_rows(found),
        shown=len(numbered(found)),
        unshown=tuple(change for change in found.changes if not weight(change)),
        after_at=following.absent_at or old.first_seen_at,
        by_at=new.first_seen_at,
        between=tuple(one.number for one in article.revisions if old.number < one.number < new.number),
    )


def _stops(
    article: ShownArticle, found: Difference, looks: Mapping[int, LaterLooks]
) -> tuple[tuple[Stop, ...], tuple[Stop, ...]]:
    """The rail and what did not fit on it: the first, the compared and the last revisions are always there."""
    compared = {found.old, found.new}
    on_rail = _chosen([one.number for one in article.revisions], compared)
    before = {new.number: old for old, new in pairwise(article.revisions)}
    stops, further = [], []
    for one in article.revisions:
        stop = Stop(one, len(one.text.split()), one.number in compared, looks.get(one.number))
        if one.number not in on_rail:
            further.append(stop)
        elif one.number in before:
            earlier = before[one.number]
            is_shown = (earlier.number, one.number) == (found.old, found.new)
            stops.append(_told(stop, found if is_shown else difference(earlier, one, language=article.language)))
        else:
            stops.append(stop)
    return tuple(stops), tuple(further)


def _chosen(numbers: Sequence[int], compared: set[int]) -> set[int]:
    always = {numbers[0], numbers[-1], *compared}
    nearest = sorted(set(numbers) - always, key=lambda number: min(abs(number - one) for one in compared))
    return always | set(nearest[: max(0, STOPS_SHOWN - len(always))])


def _told(stop: Stop, found: Difference) -> Stop:
    """The stop with what made it: classes of changes to a reader, or that marks alone differ."""
    shown = [change for change in by_weight(found.changes) if weight(change)]
    kinds = list(dict.fromkeys(class_words(change.kind) for change in shown or by_weight(found.changes)))
    more = len(kinds) - _TAGS_SHOWN
    tags = (*kinds[:_TAGS_SHOWN], *([f"{more} more"] if more > 0 else []))
    if found.is_ours:
        tags = (*tags, "maybe ours")
    return Stop(
        stop.revision,
        stop.words,
        stop.is_compared,
        stop.looks,
        tags,
        max((weight(change) for change in found.changes), default=0),
    )
