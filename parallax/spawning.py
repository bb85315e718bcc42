"""Starts a crawl child before anything else is imported: that takes its parent and it a second each, side by side."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

Child = subprocess.Popen[str]


def spawn_child(*, is_told: bool = False, is_spare: bool = False) -> Child:
    """A child that gets ready and waits to be told its environment, and then hosts; it dies with this process."""
    environ = {**os.environ, "PARALLAX_PARENT": str(os.getpid())}
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads that nothing here uses, with megabytes each
    how = ["--stay", *(["--told"] if is_told else []), *(["--spare"] if is_spare else [])]
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "parallax.child", *how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
        text=True,
        process_group=0,  # Ctrl-C is for this process, which has the child give its hosts back
    )


@contextlib.contextmanager
def early_child(*, is_told: bool = False) -> Iterator[Child]:
    """A child that gets ready while this process does; dismissed where that fails."""
    child = spawn_child(is_told=is_told)
    try:
        yield child
    except BaseException:
        dismiss(child)
        raise


def dismiss(child: Child) -> None:
    """End a child that was never told to begin: it holds nothing."""
    child.kill()
    child.wait()
    for pipe in filter(None, (child.stdin, child.stdout)):
        pipe.close()
