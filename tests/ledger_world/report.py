"""The tables of ``make bench-changes`` and its last line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.ledger_world.bank import LANGUAGES
from tests.ledger_world.nouns import LedgerScript, Role
from tests.ledger_world.planting import EDITS
from tests.ledger_world.score import Score, Share
from tests.ledger_world.truth import Truth

_OURS, _BLOCKS = frozenset({"ours"}), frozenset({"block", "no text"})


def tables(truth: Truth, score: Score) -> Iterable[str]:
    """Lines: edits by class and language, then what stood around them."""
    yield f"{'class':<22}{'planted':>8}{'seen':>6}{'found':>7}{'class right':>13}   " + "".join(
        f"{language:>9}" for language in LANGUAGES
    )
    for kind in EDITS:
        yield _class_line(truth.script, score, kind)
    yield ""
    yield from _noise_lines(truth, score)


def _class_line(script: LedgerScript, score: Score, kind: str) -> str:
    planted = sum(edit.kind == kind for one in script.articles for edit in one.edits)
    found = _summed(score.found, kind)
    right = _summed(score.by_class, kind)
    by_language = "".join(f"{_fraction(score.by_class.get((kind, language))):>9}" for language in LANGUAGES)
    return f"{kind:<22}{planted:>8}{found.of:>6}{found.right:>7}{_fraction(right):>13}   {by_language}"


def _summed(shares: dict[tuple[str, str], Share], kind: str) -> Share:
    own = [share for (named, _), share in shares.items() if named == kind]
    return Share(sum(one.right for one in own), sum(one.of for one in own))


def _fraction(share: Share | None) -> str:
    return f"{share.right}/{share.of}" if share is not None and share.of else "-"


def _noise_lines(truth: Truth, score: Score) -> Iterable[str]:
    looks = truth.noise_looks()
    yield "noise, looks: " + ", ".join(f"{name} {count:,}" for name, count in sorted(looks.items()))
    yield f"noise in all: {looks.total():,} looks beside {planted_events(truth.script):,} planted events"
    rows: dict[str, Counter[str]] = {}
    for (cause, standing), count in score.standings.items():
        rows.setdefault(cause, Counter())[standing] += count
    for cause, counted in sorted(rows.items()):
        yield f"pairs of revisions, {cause}: " + ", ".join(f"{name} {count}" for name, count in sorted(counted.items()))
    yield f"not judged, because the last look was the odd one: {len(truth.unsettled())} articles"


def planted_events(script: LedgerScript) -> int:
    """Edits, removals, absences, returns and withdrawals."""
    edits = sum(len(one.edits) for one in script.articles)
    removals = [one.removal for one in script.articles if one.removal is not None]
    returns = sum(one.returns_after is not None for one in removals)
    return edits + len(removals) + returns + sum(one.role is Role.WITHDRAWN for one in script.articles)


def last_line(score: Score, seconds: float) -> str:
    """The figures of the issue."""
    ours = sum(count for cause, count in score.noise.items() if cause in _OURS)
    blocks = sum(count for cause, count in score.noise.items() if cause in _BLOCKS)
    return (
        f"significant P={score.precision.value:.3f} R={score.recall.value:.3f} class={score.class_share.value:.3f} "
        f"removals P={score.removal_precision.value:.3f} R={score.removal_recall.value:.3f} "
        f"within4d={score.within.value:.3f} returns={_fraction(score.returns)} "
        f"withdrawals P={score.withdrawal_precision.value:.3f} R={score.withdrawal_recall.value:.3f} "
        f"noise_edits={score.noise.total() - ours - blocks} block_edits={blocks} ours_edits={ours} "
        f"seconds={seconds:.0f}"
    )


def is_met(score: Score, seconds: float) -> bool:
    """Whether every figure is as issue 5 asks."""
    return (
        score.precision.value >= 0.98
        and score.recall.value >= 0.97
        and score.class_share.value >= 0.92
        and score.removal_precision.value == 1.0
        and score.within.value >= 0.97
        and not score.noise.total()
        and seconds < 1_200
    )
