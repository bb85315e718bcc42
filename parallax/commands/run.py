"""`parallax run`: the service."""

from __future__ import annotations

from parallax.commands.opening import open_settings


def run() -> None:
    """Serve: poll every channel when it is due, keep what comes, publish the digest of each day, until told to stop.

    Runs in the foreground; SIGTERM or Ctrl-C ends it within ten seconds, SIGHUP reads settings and catalogue anew. Two
    of them on one database share the work of none: the second waits until the first is gone.

    Example: PARALLAX_CONTACT=you@example.org parallax run
    """
    from parallax.children import spawn_child
    from parallax.log import log_crashes

    log_crashes()
    settings = open_settings()  # what is wrong with them is said before anything is started
    child = spawn_child() if settings.executor == "child" else None
    try:
        from parallax.bootstrap import Parallax
        from parallax.service import Service

        service = Service(Parallax(settings), child=child)
    except BaseException:
        if child is not None:
            child.kill()
        raise
    service.run()
