"""``parallax check`` as the door runs it: a trial of one outlet or of all, and the report of it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from parallax.bootstrap import Parallax
from parallax.crawling import InterruptedCrawl, OnEvent
from parallax.trials import Archived, Trial, examined, open_trial
from publish.check.build import outlet_check
from publish.check.model import CheckReport


def checked(
    parallax: Parallax, outlets: Collection[str], folder: Path, *, on_event: OnEvent, archive: Archived | None = None
) -> CheckReport:
    """Try ``outlets`` (none: all) in ``folder``, going on where a trial there was interrupted, and report.

    ``archive`` answers instead of the network. After Ctrl-C the report is of what was found until then. Raises
    ConfigError before anything is asked.
    """
    if archive is None:
        parallax.require_contact(outlets)
    with open_trial(parallax, folder, on_event=on_event, archive=archive) as trial:
        channels, pages = trial.looked_at()
        if channels:
            on_event("trial.resumed", {"channels": channels, "pages": pages})
        is_whole = True
        try:
            trial.poll(outlets)
            trial.fetch_pages(outlets)
        except InterruptedCrawl:
            is_whole = False
            trial.finish()
        slugs = sorted(outlets or parallax.catalogue.outlets)
        return _report(trial, slugs, is_whole=is_whole, archive=archive)


def _report(trial: Trial, slugs: Collection[str], *, is_whole: bool, archive: Archived | None) -> CheckReport:
    parallax = trial.real
    now = trial.scratch.clock.now()
    found = [trial.outlet(slug) for slug in slugs]
    seen = examined(trial, found)
    today = now.astimezone(parallax.settings.time_zone).date()
    return CheckReport(
        made_at=now,
        zone=str(parallax.settings.time_zone),
        catalogue_hash=parallax.catalogue.catalogue_hash,
        user_agent=parallax.user_agent,
        is_whole=is_whole,
        replayed=str(archive.folder) if archive is not None else None,
        outlets=tuple(
            outlet_check(
                one,
                parallax.catalogue.outlets[one.slug],
                seen,
                agent=parallax.user_agent.partition("/")[0],
                now=now,
                today=today,
                not_lent=trial.not_lent,
                is_whole=is_whole,
                is_replayed=archive is not None,
            )
            for one in found
        ),
    )
