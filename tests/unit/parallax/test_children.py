"""A crawl child that is asked to stop, and one that does not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from structlog.testing import capture_logs

from parallax.children import CrawlChild

_DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('["up", {}]', flush=True)
time.sleep(60)
"""


def _child(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
    )


def test_the_seven_seconds_count_from_when_it_was_asked() -> None:
    began: list[str] = []
    process = _child(_DEAF)
    child = CrawlChild(dict, lambda name, _fields: began.append(name), first=process)
    child.start()
    deadline = time.monotonic() + 20
    while not began and time.monotonic() < deadline:
        time.sleep(0.02)
    child.ask_to_stop()
    time.sleep(5)
    asked_again = time.monotonic()
    child.stop()
    for end in (process.stdin, process.stdout):
        assert end is not None
        end.close()

    assert process.poll() is not None
    assert time.monotonic() - asked_again < 4


@pytest.mark.parametrize("is_replaced", [True, False])
def test_one_that_makes_room_before_it_is_ready_did_not_die(is_replaced: bool) -> None:
    process = _child("import time; time.sleep(60)")
    child = CrawlChild(dict, lambda _name, _fields: None, first=process)
    with capture_logs() as logs:
        child.start()
        time.sleep(0.5)
        if is_replaced:
            child.replace()
        else:
            process.terminate()  # somebody else did
        deadline = time.monotonic() + 20
        while not logs and time.monotonic() < deadline:
            time.sleep(0.02)
        child.stop()

    assert [log["event"] for log in logs] == ["child.replaced" if is_replaced else "child.died"]
