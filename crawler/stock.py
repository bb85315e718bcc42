"""What of a sitemap is new now and what was there all along. Pure.

A sitemap lists an outlet's years. What it held before we ever read it is stock: recorded, so that what comes later is
known to be new, and not fetched. See docs/adr/0015-further-documents-of-a-poll.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.entry import Entry

RECENT = timedelta(days=3)  # of a document that was never read before, what is dated so late is new
LATEST = timedelta(days=14)  # of one that was read, what is dated earlier was only moved there


def is_stock(entry: Entry, *, is_known: bool, was_read_before: bool, is_old: bool, now: datetime) -> bool:
    """Whether an entry of a sitemap is no news: by its publication date, else by its last change.

    Without a date, what a document lists that was read before is new, and what one lists at its first reading is not.
    Of one that ``is_old`` (an index named it before and nothing wanted it), a change says nothing: it was edited.
    """
    stated = entry.published or (None if is_old and not was_read_before else entry.updated)
    if stated is None:
        return is_known or not was_read_before
    within = LATEST if was_read_before and not is_known else RECENT
    return stated.utc < now - within
