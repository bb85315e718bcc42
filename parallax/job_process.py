"""A calendar job in a process of its own, which takes the memory that it needed with it when it ends."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from typing import cast

from domain.errors import OutageError, OutageKind
from parallax.bootstrap import Parallax
from parallax.children import told_by
from schedules.calendar_jobs import JobError
from storage.outages import Outages

MODULE = "parallax.job_child"


def run_apart(name: str, parallax: Parallax, outages: Outages) -> str | None:
    """Run a job of ``parallax.job_child`` with what is in force here; gives what it made.

    ``outages`` are told of those that it meets. The process dies with the thread that waits for it. Raises OutageError
    where an outage kept it from its work, JobError where it failed otherwise.
    """
    source = f"job {name}"  # by which a job that got through ends its outages (schedules.calendar_jobs)
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
        with contextlib.suppress(OSError):  # it died before it heard that: its exit code tells
            child.stdin.write(json.dumps(parallax.to_env()) + "\n")
        with contextlib.suppress(OSError):  # what it did not hear
            child.stdin.close()
        ended: tuple[str, dict[str, object]] | None = None
        for event, fields in told_by(child.stdout):
            if event in {"job.done", "job.failed"}:
                ended = event, fields
            else:
                outages.hear(event, fields, source=source)
        returncode = child.wait()
    event, fields = ended or ("job.failed", {"error": f"its process ended with {returncode}", "outage": None})
    if event == "job.done":
        return cast("str | None", fields["detail"])
    if fields["outage"] is not None:
        outage = OutageError(cast("OutageKind", fields["outage"]), str(fields["error"]))
        outages.failed(outage, source=source)
        raise outage
    outages.worked(source)  # nothing is waited for any more
    raise JobError(str(fields["error"]))
