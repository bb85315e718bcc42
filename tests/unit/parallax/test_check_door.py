"""The exit code of a check: what a script is told of a report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.outlet import Group
from parallax.commands.check import exit_code
from publish.check.model import CheckReport, OutletCheck, Verdict


def _report(*verdicts: Verdict, is_whole: bool = True) -> CheckReport:
    outlets = tuple(
        OutletCheck(f"o{n}", "O", Group.INDEPENDENT, None, verdict, (), (), (), (), (), ())
        for n, verdict in enumerate(verdicts)
    )
    return CheckReport(datetime(2026, 3, 3, tzinfo=UTC), "Asia/Baku", "c" * 64, "Parallax/0.1", is_whole, None, outlets)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Verdict.FINE,), 0),
        ((Verdict.FINE, Verdict.NOTHING), 0),
        ((Verdict.FINE, Verdict.PARTLY), 3),
        ((Verdict.FINE, Verdict.FAILED, Verdict.NOTHING), 3),
        ((Verdict.PARTLY,), 3),
        ((Verdict.FAILED, Verdict.NOTHING), 1),
        ((Verdict.NOTHING,), 1),
    ],
)
def test_what_is_switched_off_is_no_fault_beside_what_is_fine(verdicts: tuple[Verdict, ...], code: int) -> None:
    assert exit_code(_report(*verdicts)) == code


def test_an_interrupted_check_ends_as_interrupted() -> None:
    assert exit_code(_report(Verdict.FINE, is_whole=False)) == 130
