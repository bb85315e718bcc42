"""Signs by which an outlet's latest pages differ from its usual ones, and how strongly they speak for a change.

Each page has, for each sign, an answer: odd, usual, or none (the sign says nothing of it). What is judged is the end of
that sequence (``statistics.run_evidence``), what it is judged by are the outlet's own pages before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import log
from statistics import median

from analysis.watch.statistics import change_point, quantile, run_evidence, usual_shares
from analysis.watch.thresholds import Thresholds
from domain.fetch import FetchOutcome, PageReading
from domain.watching import PageLook


class Sign(StrEnum):
    """What can be odd about a page."""

    UNREAD = "unread"  # nothing, or half a page, was read from it
    SHORT = "short"
    BOILERPLATE = "boilerplate"  # most of its text stands on other pages too
    SAME_TITLE = "same_title"  # it has no title, or that of other pages
    UNDATED = "undated"
    BLOCKED = "blocked"  # a page that stands in its place, or a refusal
    FAILED = "failed"  # no page came


REDESIGN_SIGNS = (Sign.UNREAD, Sign.SHORT, Sign.BOILERPLATE, Sign.SAME_TITLE, Sign.UNDATED)
_UNREAD = frozenset({PageReading.NO_ARTICLE, PageReading.PARTIAL, PageReading.UNREADABLE, PageReading.TOO_LARGE})
_BARRIERS = frozenset({PageReading.CHALLENGE, PageReading.LOGIN, PageReading.CONSENT})
_GOOD = frozenset({*(o for o in FetchOutcome if o.is_success), FetchOutcome.REDIRECTED})
_NO_PAGE = frozenset(
    {FetchOutcome.NOT_FOUND, FetchOutcome.GONE, FetchOutcome.ROBOTS_DISALLOWED, FetchOutcome.PROXY_ERROR}
)
Answer = bool | None
_GLANCE = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """One sign of an outlet's latest pages. ``usual`` is its share before; ``evidence`` speaks for a change.

    ``needed``: the evidence that chance gives once in so many months of this outlet. ``is_one_visit``: the odd pages
    were all looked at in one go, so they may be of one batch (galleries, videos) and prove less.
    """

    sign: Sign
    odd: int
    pages: int
    usual: float
    evidence: float
    since_at: datetime
    short_below: float | None = None
    needed: float = 0.0
    is_one_visit: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether the evidence suffices; of one visit it takes twice as much."""
        return self.evidence >= (2 * self.needed if self.is_one_visit else self.needed)


def told_pages(looks: Sequence[PageLook], answer: Callable[[PageLook], Answer]) -> list[tuple[PageLook, bool]]:
    """Each page once, by its latest look that the sign speaks of, oldest first: one tried eight times is one page."""
    latest = {look.page: (look, told) for look in looks if (told := answer(look)) is not None}
    return sorted(latest.values(), key=lambda one: one[0].number)


def cuts(told: Sequence[tuple[PageLook, bool]], limits: Thresholds) -> list[int]:
    """Where the latest pages may begin: where a change would have come, or so many pages back; enough lie before.

    What is judged must not be what it is judged by, and after a change a day's rechecks are many.
    """
    guess = change_point([is_odd for _, is_odd in told], usual=limits.page_usual_guess, changed=limits.page_odd_share)
    begins = {guess, *(len(told) - size for size in limits.page_recent)}
    return sorted(begin for begin in begins if begin >= limits.page_history_min)


def short_below(looks: Sequence[PageLook], expected: int | None, limits: Thresholds) -> float | None:
    """Characters below which a text of this outlet is short; None where too few texts are known.

    From the older half of what is known: it may be that all since then are short.
    """
    told = told_pages(looks, lambda look: None if look.chars is None else True)
    known = [float(look.chars or 0) for look, _ in told[: max(limits.page_history_min, len(told) // 2)]]
    if len(known) < limits.page_history_min:
        return None if expected is None else float(expected)
    shortest = quantile(known, limits.short_quantile)
    own = max(limits.short_of_shortest * shortest, limits.short_of_median * median(known))
    return own if expected is None else max(own, float(expected))


def judged_signs(
    looks: Sequence[PageLook], signs: Sequence[Sign], *, expected_chars: int | None, now: datetime, limits: Thresholds
) -> tuple[Judged, ...]:
    """Each of ``signs`` that the latest of ``looks`` (oldest first) speak of, whether its evidence suffices or not."""
    below = short_below(looks, expected_chars, limits) if Sign.SHORT in signs else None
    needed = needed_evidence(looks, now=now, limits=limits)
    found = (_judge(sign, looks, now=now, below=below, limits=limits) for sign in signs)
    return tuple(replace(one, needed=needed) for one in found if one is not None)


def needed_evidence(looks: Sequence[PageLook], *, now: datetime, limits: Thresholds) -> float:
    """The logarithm of the number of pages that the outlet publishes in ``page_false_months``.

    Chance lifts the evidence above h about once in e^h pages, so that a blog's two odd pages say as much as a portal's
    four: each outlet may be wrong equally seldom.
    """
    days = max(1.0, (now - looks[0].at) / timedelta(days=1)) if looks else 1.0
    a_month = 30 * len({look.page for look in looks}) / days
    return max(limits.page_evidence_least, log(max(1.0, limits.page_false_months * a_month)))


def _judge(
    sign: Sign, looks: Sequence[PageLook], *, now: datetime, below: float | None, limits: Thresholds
) -> Judged | None:
    answer = answers_of(sign, looks, below, limits)
    if not any(answer(look) for look in looks[-_GLANCE:]):  # of a healthy outlet nothing more is asked
        return None
    told = told_pages(looks, answer)
    if not any(is_odd for _, is_odd in told[-limits.page_clear_of :]) or now - told[-1][0].at > limits.page_too_old:
        return None
    judged = [_judged_at(cut, sign, told, below=below, limits=limits) for cut in cuts(told, limits)]
    return max(judged, key=lambda one: one.evidence, default=None)


def _judged_at(
    cut: int, sign: Sign, told: Sequence[tuple[PageLook, bool]], *, below: float | None, limits: Thresholds
) -> Judged:
    history, recent = [is_odd for _, is_odd in told[:cut]], [is_odd for _, is_odd in told[cut:]]
    usual, after_odd = usual_shares(
        history, prior=limits.page_usual_prior, floor=limits.page_usual_floor, run_prior=limits.page_run_prior
    )
    evidence = run_evidence(recent, usual=usual, after_odd=after_odd, changed=limits.page_odd_share)
    odd = [look.at for look, is_odd in told[cut:] if is_odd] or [told[-1][0].at]
    short = below if sign is Sign.SHORT else None
    is_one_visit = max(odd) - min(odd) < limits.page_visit
    return Judged(sign, sum(recent), len(recent), usual, evidence, min(odd), short, is_one_visit=is_one_visit)


def still_odd(
    sign: Sign, looks: Sequence[PageLook], *, below: float | None, limits: Thresholds
) -> tuple[int, int] | None:
    """(odd, all) of the latest pages that the sign speaks of, where half of them or more are odd; else None.

    For an episode under way: what was usual before it no longer stands in the history.
    """
    pages = told_pages(looks, answers_of(sign, looks, below, limits))
    told = [is_odd for _, is_odd in pages[-limits.page_clear_of :]]
    return (sum(told), len(told)) if told and 2 * sum(told) >= len(told) else None


def answers_of(
    sign: Sign, looks: Sequence[PageLook], below: float | None, limits: Thresholds
) -> Callable[[PageLook], Answer]:
    """The question that a sign asks of each page of an outlet."""
    if sign is Sign.SAME_TITLE:
        titles = Counter({look.page: _title(look) for look in looks if _title(look)}.values())
        return lambda page: None if page.chars is None else titles[_title(page)] != 1  # 0: it has none
    if sign is Sign.BOILERPLATE:
        latest = {look.page: _long_paragraphs(look, limits) for look in looks if look.paragraphs}
        seen = Counter(paragraph for paragraphs in latest.values() for paragraph in paragraphs)
        return lambda page: _is_boilerplate(page, seen, limits)
    if sign is Sign.SHORT:
        return lambda page: None if page.chars is None or below is None else page.chars < below
    return _PLAIN[sign]


def _is_unread(page: PageLook) -> Answer:
    if page.reading is None or page.reading in _BARRIERS:
        return None
    return page.reading in _UNREAD


def _is_blocked(page: PageLook) -> Answer:
    if page.reading in _BARRIERS or page.outcome == FetchOutcome.REFUSED:
        return True
    return False if page.outcome in _GOOD else None


def _is_failed(page: PageLook) -> Answer:
    if page.outcome in _GOOD:
        return False
    return None if page.outcome in _NO_PAGE or page.outcome == FetchOutcome.REFUSED else True


def _title(page: PageLook) -> str:
    return " ".join((page.title or "").casefold().split())


def _long_paragraphs(page: PageLook, limits: Thresholds) -> frozenset[str]:
    return frozenset(p for p in page.paragraphs or () if len(p) >= limits.boilerplate_chars)


def _is_boilerplate(page: PageLook, seen: Counter[str], limits: Thresholds) -> Answer:
    if not page.paragraphs:
        return None
    repeated = sum(len(p) for p in page.paragraphs if len(p) >= limits.boilerplate_chars and seen[p] > 1)
    return repeated >= limits.boilerplate_share * sum(map(len, page.paragraphs))


_PLAIN: dict[Sign, Callable[[PageLook], Answer]] = {
    Sign.UNREAD: _is_unread,
    Sign.UNDATED: lambda page: None if page.is_dated is None else not page.is_dated,
    Sign.BLOCKED: _is_blocked,
    Sign.FAILED: _is_failed,
}
