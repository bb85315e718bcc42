"""A crawl child that is asked to stop, and one that does not."""

from __future__ import annotations

import subprocess
import sys
import time

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
