"""`parallax run`: the service."""

from __future__ import annotations

from parallax.commands.opening import open_parallax


def run() -> None:
    """Serve: poll every channel when it is due, keep what comes, publish the digest of each day, until told to stop.

    Runs in the foreground; SIGTERM or Ctrl-C ends it within ten seconds, SIGHUP reads settings and catalogue anew. Two
    of them on one database share the work of none: the second waits until the first is gone.

    Example: PARALLAX_CONTACT=you@example.org parallax run
    """
    from parallax.service import Service

    Service(open_parallax()).run()
