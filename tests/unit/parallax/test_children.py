"""A crawl child that is asked to stop, and one that does not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from structlog.testing import capture_logs

from parallax.children import CrawlChild, told_by

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


def test_a_line_that_a_killed_child_left_half_is_passed_over() -> None:
    with capture_logs() as logs:
        told = list(told_by(['["one", {"a": 1}]\n', '["two", {"b"', "\n", '["three", {}]\n']))

    assert told == [("one", {"a": 1}), ("three", {})]
    assert [log["event"] for log in logs] == ["child.unreadable"] * 2


def test_what_many_threads_of_a_child_tell_arrives_line_by_line() -> None:
    code = """
import threading
from parallax.child import _tell
def tell(number):
    for turn in range(300):
        _tell("said", {"number": number, "turn": turn, "words": "x" * 200})
threads = [threading.Thread(target=tell, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    told = [(fields["number"], fields["turn"]) for _, fields in told_by(process.stdout.splitlines())]

    assert len(process.stdout.splitlines()) == 2400
    assert sorted(told) == [(number, turn) for number in range(8) for turn in range(300)]  # type: ignore[type-var]
