"""One calendar job: ``python -m parallax.job_child NAME``, started by the service alone (``parallax.job_process``).

It is told over standard input what is in force, and says on standard output as JSON lines what it met and how it ended.
It dies with its parent: that tie is made before anything else is imported, which takes a second.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from parallax.parent import die_with_parent


def main() -> int:
    """Do the job and tell of it."""
    die_with_parent(int(os.environ.pop("PARALLAX_PARENT")))
    import structlog

    from crawler.memory import settle_allocator
    from domain.errors import ParallaxError
    from parallax.bootstrap import Parallax
    from parallax.log import configure_logging
    from parallax.service_jobs import APART
    from storage.outages import outage_behind

    name = sys.argv[1]
    settle_allocator()
    os.environ.update(json.loads(sys.stdin.readline()))
    parallax = Parallax.from_environment()
    configure_logging(parallax.settings.log_format, parallax.settings.log_level)
    try:
        parallax.store.outages.tell = _tell  # the parent says it once for both
        _tell("job.done", {"detail": APART[name](parallax)})
    except Exception as error:  # the border of a job: its parent stores how it ended
        outage = outage_behind(error)
        if outage is None and not isinstance(error, ParallaxError):
            structlog.get_logger().exception("job.crashed", job=name)
        told = str(outage) if outage is not None else f"{type(error).__name__}: {error}"
        _tell("job.failed", {"error": told, "outage": outage.kind if outage is not None else None})
    return 0


def _tell(name: str, fields: Mapping[str, object]) -> None:
    sys.stdout.write(json.dumps([name, dict(fields)], ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
