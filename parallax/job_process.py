"""A calendar job in a process of its own, which takes the memory that it needed with it when it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, cast

from domain.errors import OutageError, OutageKind
from parallax.bootstrap import Parallax
from parallax.children import told_by
from schedules.calendar_jobs import JobError

if TYPE_CHECKING:
    from parallax.children import OnEvent

MODULE = "parallax.job_child"


def run_apart(name: str, parallax: Parallax, hear: OnEvent) -> str | None:
    """Run a job of ``parallax.job_child`` with what is in force here; gives what it made.

    ``hear`` is called with what it tells of meanwhile. The process dies with the thread that waits for it. Raises
    OutageError where an outage kept it from its work, JobError where it failed otherwise.
    """
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", MODULE, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PARALLAX_PARENT": str(os.getpid()), "OPENBLAS_NUM_THREADS": "1"},
        text=True,
        process_group=0,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(json.dumps(parallax.to_env()) + "\n")
            child.stdin.close()
        except OSError:  # it died before it heard that: its exit code tells
            pass
        ended: tuple[str, dict[str, object]] | None = None
        for event, fields in told_by(child.stdout):
            if event in {"job.done", "job.failed"}:
                ended = event, fields
            else:
                hear(event, fields)
        returncode = child.wait()
    if ended is None:
        raise JobError(f"its process ended with {returncode}")
    event, fields = ended
    if event == "job.done":
        return cast("str | None", fields["detail"])
    if fields["outage"] is not None:
        raise OutageError(cast("OutageKind", fields["outage"]), str(fields["error"]))
    raise JobError(str(fields["error"]))
