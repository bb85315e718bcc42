"""A thread that repeats its work: until told to stop, past failures and outages, each told of."""

import threading
from collections.abc import Mapping

import pytest
from structlog.testing import capture_logs

from domain.errors import OutageError
from parallax import repeating
from parallax.repeating import Repeating
from storage.outages import Outages

LONG_S = 10.0


class Work:
    """Fails with each of ``errors`` in turn, then works; ``stopping`` is set at its third call that worked."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.stopping = threading.Event()
        self.done = 0

    def __call__(self) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.done += 1
        if self.done == 3:
            self.stopping.set()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating, "PAUSE_S", 0.01)
    monkeypatch.setattr(repeating, "OUTAGE_PAUSE_S", 0.01)


def run(work: Work, outages: Outages) -> None:
    one = Repeating("errand", work, every_s=0.01, outages=outages, stopping=work.stopping)
    one.start()
    assert work.stopping.wait(LONG_S)
    assert one.join(LONG_S)


def test_works_again_and_again_until_told_to_stop():
    work = Work()
    run(work, Outages())
    assert work.done == 3


def test_a_fault_is_told_of_and_the_work_goes_on():
    work = Work(ValueError("odd"))
    with capture_logs() as told:
        run(work, Outages())
    assert work.done == 3
    assert [(line["event"], line["work"]) for line in told] == [("beside.failed", "errand")]


def test_an_outage_is_told_of_once_and_over_when_the_work_is_done_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("storage.outages.QUIET_S", 0.0)
    told: list[tuple[str, Mapping[str, object]]] = []
    work = Work(OutageError("locked", "held elsewhere"), OutageError("locked", "held elsewhere"))
    run(work, Outages(tell=lambda name, fields: told.append((name, fields))))
    assert [name for name, _ in told] == ["outage.began", "outage.ended"]
    assert told[0][1] == {"kind": "locked", "error": "held elsewhere"}


def test_what_takes_long_does_not_hold_the_end_up():
    stopping, begun, free = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        free.wait(LONG_S)

    one = Repeating("errand", work, every_s=0.01, outages=Outages(), stopping=stopping)
    one.start()
    assert begun.wait(LONG_S)
    stopping.set()
    assert not one.join(0.01)
    free.set()
    assert one.join(LONG_S)
