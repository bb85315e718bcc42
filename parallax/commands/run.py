"""`parallax run`: the service."""

from __future__ import annotations

from parallax.commands.opening import open_settings


def run() -> None:
    """Serve: poll every channel when it is due, keep what comes, publish the digest of each day, until told to stop.

    Runs in the foreground; SIGTERM or Ctrl-C ends it within ten seconds, SIGHUP reads settings and catalogue anew. Two
    of them on one database share the work of none: the second waits until the first is gone.

    Example: PARALLAX_CONTACT=you@example.org parallax run
    """
    from parallax.spawning import dismiss, early_child

    with early_child() as child:
        from parallax.log import log_crashes

        log_crashes()
        settings = open_settings()
        from parallax.bootstrap import Parallax
        from parallax.service import Service

        has_child = settings.executor == "child"
        service = Service(Parallax(settings), child=child if has_child else None)
    if not has_child:  # workers crawl
        dismiss(child)
    service.run()
