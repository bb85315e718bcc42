"""What a right ledger says, from the script and from what every look was answered with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.ledger_world.ledger import JudgedEdit, Place
from tests.ledger_world.nouns import Answer, LedgerScript, Planned, PlantedEdit, Role, Trouble

WITHIN = timedelta(days=4)
_TROUBLES = frozenset(one.value for one in Trouble)
Key = tuple[str, str]  # outlet, path


@dataclass(frozen=True, slots=True)
class Cause:
    """Why two revisions differ: the planted edits between them, or the noise that made them differ."""

    edits: tuple[PlantedEdit, ...] = ()
    noise: str | None = None


class Truth:
    """The script of a world beside the log of its answers."""

    def __init__(self, script: LedgerScript, answers: Iterable[Answer]) -> None:
        self.script = script
        self.planned = {(one.article.outlet, one.article.path): one for one in script.articles}
        self.answers: dict[Key, list[Answer]] = defaultdict(list)
        for answer in answers:
            self.answers[answer.outlet, answer.path].append(answer)
        self._outlets = {one.site.slug: one for one in script.outlets}

    def visible_edits(self) -> list[PlantedEdit]:
        """Edits that a look could see: one showed the new version before it changed again, an earlier one the old."""
        return [edit for one in self.script.articles for edit in one.edits if self._is_visible(edit)]

    def _is_visible(self, edit: PlantedEdit) -> bool:
        versions = [one.version or 0 for one in self.answers[edit.outlet, edit.path] if one.is_whole]
        if edit.version not in versions:
            return False
        earlier = versions[: versions.index(edit.version)]
        return any(version < edit.version for version in earlier)

    def unsettled(self) -> set[Key]:
        """Articles whose last good look showed the other headline, or half of the text: nobody can know better."""
        good = {key: [one for one in answers if one.version is not None] for key, answers in self.answers.items()}
        return {key for key, answers in good.items() if answers and not answers[-1].is_whole}

    def cause(self, edit: JudgedEdit) -> Cause:
        """Why the two revisions of ``edit`` differ."""
        planned = self.planned.get((edit.later.outlet, edit.later.path))
        base, later = self._answer(edit.base), self._answer(edit.later)
        if planned is None or base is None or later is None:
            return Cause(noise="no text")
        blocked = _TROUBLES & {*base.tags, *later.tags}
        if blocked or base.version is None or later.version is None:
            return Cause(noise="block" if blocked else "no text")
        if base.is_whole and later.is_whole and planned.role is not Role.LIVE and base.version < later.version:
            return Cause(tuple(one for one in planned.edits if base.version < one.version <= later.version))
        return Cause(noise=self._noise(planned, base, later))

    def _noise(self, planned: Planned, base: Answer, later: Answer) -> str:
        tags = {*base.tags, *later.tags}
        named = next((name for name in ("flap", "partial", "live", "stale") if name in tags), None)
        if named is not None:
            return named
        outlet = self._outlets[planned.article.outlet]
        if outlet.hints_after and base.moment < self.script.upgrade_at <= later.moment:
            return "ours"
        if outlet.is_redesigned and base.moment < self.script.redesign_at <= later.moment:
            return "redesign"
        return "sponsor" if outlet.has_sponsor else "rotating"

    def _answer(self, place: Place) -> Answer | None:
        """What a look was answered with; of several in one pass the first that showed a text."""
        fitting = [
            one
            for one in self.answers.get((place.outlet, place.path), ())
            if one.moment == place.moment and one.host == place.host
        ]
        return next((one for one in fitting if one.version is not None), fitting[0] if fitting else None)

    def gone_at(self, planned: Planned) -> datetime | None:
        """The first look that was answered as gone; what was gone before it was ever seen can't be missed."""
        answers = self.answers[planned.article.outlet, planned.article.path]
        seen_at = next((one.moment for one in answers if one.is_whole), None)
        return next((one.moment for one in answers if "gone" in one.tags and seen_at and one.moment > seen_at), None)

    def back_at(self, planned: Planned) -> datetime | None:
        """The first good look after it was gone."""
        gone_at = self.gone_at(planned)
        answers = self.answers[planned.article.outlet, planned.article.path]
        return next((one.moment for one in answers if gone_at and one.moment > gone_at and one.is_whole), None)

    def of_role(self, role: Role) -> list[Planned]:
        """The articles that are in the world for ``role``."""
        return [one for one in self.script.articles if one.role is role]

    def noise_looks(self) -> Counter[str]:
        """How many looks were answered with what must not become an edit, by kind."""
        counted: Counter[str] = Counter()
        for key, answers in self.answers.items():
            counted.update(_noisy(answers))
            whole = [one.moment for one in answers if one.is_whole]
            outlet = self._outlets[key[0]]
            counted["ours"] += bool(outlet.hints_after) and _spans(whole, self.script.upgrade_at)
            counted["redesign"] += outlet.is_redesigned and _spans(whole, self.script.redesign_at)
        return +counted


def _noisy(answers: Sequence[Answer]) -> Iterable[str]:
    """The kind of each look that was answered otherwise than by the article as it stands."""
    for at, answer in enumerate(answers):
        tags = set(answer.tags)
        trouble = tags & _TROUBLES
        odd = next((name for name in ("flap", "partial", "stale", "live") if name in tags), None)
        if trouble:
            yield trouble.pop()
        elif odd is not None:
            yield odd
        elif at and "rotating" in tags:
            yield "rotating"


def _spans(moments: Sequence[datetime], at: datetime) -> bool:
    """Whether some are before and some after."""
    return bool(moments) and min(moments) < at <= max(moments)
