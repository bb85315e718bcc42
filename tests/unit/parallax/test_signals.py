"""Signals are heard whatever the main thread waits for, and whichever thread the kernel gives them to."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

PROGRAM = """
import signal, subprocess, sys, threading
from parallax.signals import hear_signals

def spawn():
    while True:
        subprocess.run([sys.executable, "-S", "-E", "-c", ""])

is_over = threading.Event()
hear_signals({signal.SIGHUP: lambda: print("heard", flush=True), signal.SIGTERM: is_over.set})
threading.Thread(target=spawn, daemon=True).start()
print("ready", flush=True)
is_over.wait()
print("over", flush=True)
"""
SIGNALS = 100


def test_a_signal_is_heard_while_other_threads_start_processes() -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = [process.stdout.readline()]
            for _ in range(SIGNALS):
                process.send_signal(signal.SIGHUP)
                said.append(process.stdout.readline())
                time.sleep(0.005)
            process.terminate()
            said.append(process.stdout.readline())
        finally:
            process.kill()

    assert said == ["ready\n", *["heard\n"] * SIGNALS, "over\n"]


def test_a_function_that_fails_is_told_of_and_the_next_signal_is_heard() -> None:
    program = PROGRAM.replace('print("heard", flush=True)', "1 / 0")
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            said = process.stdout.readline()
            process.send_signal(signal.SIGHUP)
            while "ZeroDivisionError" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            process.terminate()
            said += process.stdout.read()
        finally:
            process.kill()

    assert said.endswith("over\n")
