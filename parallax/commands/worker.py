"""`parallax worker`: crawls what the service's leader says is due, on any number of machines."""

from __future__ import annotations

from typing import Annotated

import typer

from parallax.commands.opening import open_settings


def worker(
    hosts: Annotated[
        int | None, typer.Option("--hosts", min=1, max=256, help="Hosts at a time; else PARALLAX_HOSTS_AT_ONCE.")
    ] = None,
) -> None:
    """Crawl the hosts that are due, as `parallax run` says, together with the workers on other machines.

    Needs PARALLAX_EXECUTOR=procrastinate and a PostgreSQL database, here and where `parallax run` runs. Works in the
    foreground; SIGTERM or Ctrl-C ends it within ten seconds, SIGHUP reads settings and catalogue anew.

    Example: PARALLAX_EXECUTOR=procrastinate PARALLAX_CONTACT=you@example.org parallax worker --hosts 64
    """
    from parallax.spawning import early_child

    with early_child(is_told=True) as child:
        from domain.errors import ConfigError
        from parallax.log import log_crashes

        log_crashes()
        settings = open_settings()
        if settings.executor != "procrastinate":
            raise ConfigError("PARALLAX_EXECUTOR", "child: a worker needs procrastinate, and a PostgreSQL database")
        from parallax.bootstrap import Parallax
        from parallax.worker import WorkerProcess

        process = WorkerProcess(Parallax(settings), hosts=hosts, child=child)
    process.run()
