"""``python -m tests.world_days``: the sample world's three days, crawled into one database. One thread: it forks."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from crawler.crawl_plan import Tally
from tests.world import ZONE, world_settings
from tests.world.crawl import CRAWL_CLOCK
from tests.world.truth import load_truth
from tests.world_run import RunningWorld, crawl_once, import_everything, in_fork


def crawl_days(world: RunningWorld, home: Path, database_url: str | None) -> Iterator[tuple[datetime, Tally, float]]:
    """Crawl at each moment of the world's calendar; gives the moment, what was done, and the seconds it took."""
    import_everything()
    environ = {**world.environ, "PARALLAX_HOME": str(home)}
    if database_url is not None:
        environ["PARALLAX_DATABASE_URL"] = database_url
    for written in load_truth()["moments"]:
        at = datetime.fromisoformat(written)
        world.at(at)
        began = time.monotonic()
        tally = crawl_once(environ, at)
        yield at, tally, time.monotonic() - began


def main() -> int:
    """Crawl and print a line a crawl."""
    parser = argparse.ArgumentParser(prog="python -m tests.world_days")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--database-url")
    parser.add_argument("--publish", action="store_true", help="each day's digest at six the next morning")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    with RunningWorld(options.home, pace=0.05) as world:
        for at, tally, seconds in crawl_days(world, options.home, options.database_url):
            print(
                f"{at:%d %b %H:%M}  {tally.fetches:3} fetches, {tally.failures:2} failed, "
                f"{tally.articles:2} new articles, {tally.revisions - tally.articles:2} edits  {seconds:.1f} s",
                flush=True,
            )
            if tally.outcome != "done":
                print(f"the crawl ended as {tally.outcome!r}", file=sys.stderr)
                return 1
            if options.publish and f"{at:%H:%M}" == CRAWL_CLOCK[-1]:
                _publish(settings_of(options.home, options.database_url), at.date())
    return 0


def settings_of(home: Path, database_url: str | None) -> dict[str, str]:
    """The environment in which Parallax finds what was crawled into ``home``, whether the world is served or not."""
    settings = {**world_settings(home / "catalogue"), "PARALLAX_HOME": str(home)}
    return settings if database_url is None else {**settings, "PARALLAX_DATABASE_URL": database_url}


def published_at(day: date) -> datetime:
    """When the digest of ``day`` is made: at six the next morning."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=6)


def _publish(environ: dict[str, str], day: date) -> None:
    def work() -> None:
        from parallax.bootstrap import Parallax
        from parallax.config import load_settings
        from parallax.digests import publish_digest

        clock = f"{published_at(day).isoformat()}@0"
        publish_digest(Parallax(load_settings({**environ, "PARALLAX_CLOCK": clock})), day)

    in_fork(work)


if __name__ == "__main__":
    sys.exit(main())
