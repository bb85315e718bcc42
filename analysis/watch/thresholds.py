"""Every threshold of the watch, each with its reason; docs/ALERTS.md shows them and a test compares the two."""

# ruff: noqa: RUF009  # each default is a field with its reason beside it

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any


def _limit(value: Any, reason: str) -> Any:
    return field(default=value, metadata={"reason": reason})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When something is worth a person's attention."""

    # Pages of an outlet
    page_false_months: float = _limit(
        200.0,
        "months of an outlet's pages in which chance may give one run of odd pages: with twenty outlets and five signs "
        "one in two months. The evidence asked for is the logarithm of their number",
    )
    page_evidence_least: float = _limit(7.2, "but never less: two odd pages of an outlet that never had one")
    page_odd_share: float = _limit(0.9, "share of pages that a new template spoils; a few still read by chance")
    page_usual_floor: float = _limit(
        0.005, "no outlet is trusted to have fewer odd pages than this: two alone must not be proof"
    )
    page_usual_prior: float = _limit(0.01, "share of odd pages of an outlet of which little is known, worth 20 pages")
    page_run_prior: float = _limit(
        0.1,
        "how often an odd page follows an odd one where nothing is known, worth five pairs; galleries and videos come "
        "in runs",
    )
    page_history_min: int = _limit(12, "pages of history below which an outlet has no usual")
    page_visit: timedelta = _limit(
        timedelta(minutes=15), "odd pages looked at within that are of one visit and need twice the evidence"
    )
    page_usual_guess: float = _limit(
        0.03, "share of odd pages by which the place of a change is guessed, before the outlet's own is known"
    )
    page_recent: tuple[int, ...] = _limit(
        (5, 15), "or so many latest pages are judged, and are no part of what they are judged by"
    )
    page_too_old: timedelta = _limit(timedelta(days=7), "a last page older than that says nothing of today's template")
    page_clear_of: int = _limit(6, "while it lasts: so many latest pages decide whether it is over")
    page_usual_anew: timedelta = _limit(
        timedelta(days=21), "after that an oddness that nobody mended is the outlet's new usual"
    )
    short_of_median: float = _limit(0.15, "a text below this part of the outlet's median length is short")
    short_quantile: float = _limit(0.02, "its shortest texts: two in a hundred fall short of their length")
    short_of_shortest: float = _limit(0.6, "and so is one below this part of its shortest texts")
    boilerplate_share: float = _limit(0.7, "part of a text in paragraphs that other pages hold too, from which on")
    boilerplate_chars: int = _limit(40, "paragraphs shorter than this repeat by nature: names, places, dates")

    # Channels that list nothing
    silence_ratio: float = _limit(
        2.0,
        "times its own longest pause, counted in its own hours; of n pauses the next is twice the longest with "
        "chance 2/n²",
    )
    silence_few: int = _limit(
        24, "of n pauses that many add their part of n to that ratio: few pauses have not shown the longest"
    )
    silence_wall_ratio: float = _limit(1.25, "and times its longest pause by the clock")
    silence_min: timedelta = _limit(timedelta(hours=4), "no pause below this is worth a person's time")
    silence_arrivals_min: int = _limit(12, "pauses below which a channel has no cadence")
    silence_history: timedelta = _limit(timedelta(days=90), "how far back pauses are looked for")
    silence_history_min: timedelta = _limit(timedelta(days=14), "shorter histories have not seen a weekend twice")

    # Texts a day
    volume_days: int = _limit(28, "days a day is compared with: four of each weekday")
    volume_days_min: int = _limit(10, "fewer days are no history")
    volume_chance: float = _limit(1e-5, "chance of so few texts in 24 hours under the outlet's own spread")
    volume_share: float = _limit(0.25, "and fewer than this part of its usual; a slow day is not worth a message")
    volume_usual_min: float = _limit(6.0, "texts a day below which a quiet day is no news")
    volume_max_ratio: float = _limit(1.5, "times the catalogue's most a day: one article counted twice")
    crowd_outlets_min: int = _limit(5, "outlets needed to tell that all of them are slow: a holiday")

    # What a channel lists
    listing_min: int = _limit(4, "entries a listing must hold to be judged")
    listing_lost_share: float = _limit(0.9, "part of a listing without what its entries used to have")
    listing_usual_share: float = _limit(0.1, "at most this part lacked it before")
    listing_history_min: int = _limit(10, "earlier entries it is compared with")

    # Failures
    failures_in_a_row: int = _limit(3, "failed polls in a row; two happen to everybody")
    failing_for: timedelta = _limit(timedelta(hours=1), "and since then not seen, or a restart of theirs would alarm")
    failing_ratio: float = _limit(1.5, "times the channel's own longest gap of the last month: some hosts sleep")
    blocked_in_a_row: int = _limit(2, "block pages in a row; one may be a slip of a firewall")

    proxy_in_a_row: int = _limit(2, "polls in a row that came through no proxy; one may be its restart")

    # Hosts
    certificate_days: int = _limit(14, "renewal is due at 30 days left, so at 14 something is wrong")
    change_shown: timedelta = _limit(timedelta(hours=24), "a change that broke nothing is told for a day")

    # The machine
    disk_free_min_bytes: int = _limit(2 << 30, "below this the next backup does not fit")
    disk_free_now_bytes: int = _limit(512 << 20, "below this writing fails today")
    disk_days_now: float = _limit(3.0, "days of room at the present growth: the weekend")
    disk_days_min: float = _limit(14.0, "days of room at the present growth: time to buy a disk")
    job_late: timedelta = _limit(timedelta(hours=1), "after its due time a digest is missed by its readers")
    backup_late: timedelta = _limit(timedelta(hours=6), "a backup may wait for a busy hour")
    clock_step: timedelta = _limit(timedelta(seconds=60), "time services correct less than that without a step")
    clock_gap: timedelta = _limit(timedelta(minutes=15), "without a tick: the machine slept or was stopped")
    clock_shown: timedelta = _limit(timedelta(hours=6), "a jump is told so long")


def explained(thresholds: Thresholds) -> tuple[tuple[str, object, str], ...]:
    """(name, value, reason) of each threshold, in order."""
    return tuple((one.name, getattr(thresholds, one.name), one.metadata["reason"]) for one in fields(thresholds))
