"""Tells the log that articles turned out to be one, or that what said so was not believed."""

from __future__ import annotations

import structlog

from storage.merging import Merged

log = structlog.get_logger()


def tell_of_sameness(outlet: str, url: str, fetch_id: int, *told: Merged | str) -> None:
    """An event each: a merge that was made, or why none was."""
    for one in told:
        if isinstance(one, str):
            log.info("sameness.not_believed", outlet=outlet, url=url, fetch=fetch_id, reason=one)
        else:
            log.info(
                "article.merged",
                outlet=outlet,
                url=url,
                fetch=fetch_id,
                article=one.article_id,
                into=one.into_id,
                evidence=one.evidence.value,
                reason=one.reason,
            )
