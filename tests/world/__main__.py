"""``python -m tests.world``: ``serve`` the sample world to a shell, or write its ``truth`` anew."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from threading import Event

from parallax.clock import parse_clock, start_clock
from tests.world.catalogue import world_settings, write_catalogue
from tests.world.script import ZONE, moment
from tests.world.server import CONTROL_HOST, WorldServer
from tests.world.truth import TRUTH, truth_text
from tests.world.world import World


def main() -> int:
    """What the command line asks for."""
    options = _options()
    done: int = options.run(options)
    return done


def write_truth(options: argparse.Namespace) -> int:
    """Write ``truth.json`` as the script gives it."""
    TRUTH.write_text(truth_text(World()), encoding="utf-8")
    return 0


def serve(options: argparse.Namespace) -> int:
    """Serve until interrupted or until ``--for`` seconds are over."""
    stop = _stopped_by_signals()  # before anybody is told that it can be stopped
    world = World()
    world.at(_time(world, options.time))
    clock = start_clock(parse_clock(options.clock, ZONE)) if options.clock else None
    if clock is not None:
        world.follow(clock)
    with (
        tempfile.TemporaryDirectory(prefix="world-") as made,
        WorldServer(world, options.port, address=options.address, pace=options.pace) as server,
    ):
        folder = options.catalogue or Path(made)
        write_catalogue(folder, server.port, world.script)
        settings = world_settings(folder, world.script, address=options.address)
        for name, value in (settings | (clock.to_env() if clock else {})).items():
            print(f"export {name}={shlex.quote(value)}")
        at = f"http://{options.address}:{server.port}/_world/time"
        steer = f"curl -s -H 'Host: {CONTROL_HOST}' -d 2026-03-02T09:05:00+04:00 {at}"
        print(f"# set the simulated time: {steer}", flush=True)
        stop.wait(options.seconds)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.world", description="The sample world on loopback.")
    commands = parser.add_subparsers(required=True, metavar="serve | truth")
    commands.add_parser("truth", help="write truth.json anew").set_defaults(run=write_truth)
    server = commands.add_parser("serve", help="serve until interrupted")
    server.set_defaults(run=serve)
    server.add_argument("--address", default="127.0.0.1", help="where to listen")
    server.add_argument("--port", type=int, default=0, help="0 for any free one")
    server.add_argument("--time", default="0 09:05", help='"DAY HH:MM" of the calendar or ISO 8601 with an offset')
    server.add_argument("--clock", help="a time that goes on, as PARALLAX_CLOCK has it, instead of --time")
    server.add_argument(
        "--catalogue", type=Path, help="folder for the catalogue files; without it, one that goes when the server stops"
    )
    server.add_argument("--pace", type=float, default=1.0, help="scales every delay of slow hosts")
    server.add_argument("--for", dest="seconds", type=float, help="stop by itself after so many seconds")
    return parser.parse_args()


def _time(world: World, written: str) -> datetime:
    return datetime.fromisoformat(written) if "-" in written else moment(world.script.day0, written)


def _stopped_by_signals() -> Event:
    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(main())
