"""A trial's report as one HTML page that loads nothing, in the clothes of the digest. No script."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from publish.check.lines import (
    SIGNS,
    VERDICT_WORDS,
    counts_line,
    date_words,
    extracted,
    headline,
    made,
    sign_of,
    store_words,
)
from publish.check.model import CheckReport, Verdict
from publish.page import page_environment

TEMPLATES = Path(__file__).parent / "templates"


def check_html(report: CheckReport) -> str:
    """The whole page, self-contained."""
    return (
        _environment()
        .get_template("check.html.j2")
        .render(
            report=report,
            outlets=report.worst_first(),
            headline=headline(report),
            made=made(report),
            counts=report.verdicts(),
            fault_counts=report.fault_counts(),
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return page_environment(
        TEMPLATES,
        counts_line=counts_line,
        date_words=date_words,
        extracted=extracted,
        sign_of=sign_of,
        signs=SIGNS,
        store_words=store_words,
        verdict_words=VERDICT_WORDS,
        verdicts=tuple(Verdict),
    )
