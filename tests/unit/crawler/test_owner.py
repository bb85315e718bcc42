"""Owners are told apart by their process, and a killed one is known to be dead at once."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta

from crawler.owner import is_alive, this_owner

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_this_process_is_alive_whatever_its_heartbeat() -> None:
    assert is_alive(this_owner(), None, real_now=NOW)


def test_a_killed_process_is_dead_though_its_heartbeat_is_fresh() -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, this_owner().encode())
        signal.pause()
    owner = os.read(reading, 200).decode()
    assert is_alive(owner, NOW, real_now=NOW)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)
    os.close(writing)

    assert not is_alive(owner, NOW, real_now=NOW)


def test_a_process_with_the_same_number_that_began_later_is_another() -> None:
    machine, _, _started = this_owner().rpartition(":")

    assert not is_alive(f"{machine}:1", NOW, real_now=NOW)


def test_an_owner_on_another_machine_lives_as_long_as_its_heartbeat_is_young() -> None:
    assert is_alive("other-boot:1:77:5", NOW - timedelta(seconds=30), real_now=NOW)
    assert not is_alive("other-boot:1:77:5", NOW - timedelta(seconds=90), real_now=NOW)
    assert not is_alive("other-boot:1:77:5", None, real_now=NOW)
