"""``make demo``: three days of the sample world through the whole pipeline, and the third day's digest.

Real HTTP on loopback, a real database and archive below ``--home``; only the outlets, their texts and the clock are
made up.
"""

from __future__ import annotations

import argparse
import fcntl
import shlex
import shutil
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from publish.digest.words import plural
from tests.world import DAY0, ZONE
from tests.world_days import crawl_days
from tests.world_run import RunningWorld, in_fork

_RULE = "─" * 100


def main() -> int:
    """Crawl, publish, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.world_demo")
    parser.add_argument("--home", type=Path, default=Path("var/demo"))
    home: Path = parser.parse_args().home
    began = time.monotonic()
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f".{home.name}.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{home} is being made by another demo just now; wait for it, or end it", file=sys.stderr)
            return 2
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        try:
            _show(home, began)
        except KeyboardInterrupt:
            print(f"\nstopped; {home} holds half of it, the next one begins anew", file=sys.stderr)
            return 130
    return 0


def _show(home: Path, began: float) -> None:
    print("A small web of sample outlets on loopback, crawled four times a day on three simulated days:", flush=True)
    with RunningWorld(home, pace=0.05) as world:
        environ = {**world.environ, "PARALLAX_HOME": str(home)}
        for at, tally, seconds in crawl_days(world, home, None):
            done = f"{tally.fetches:3} requests, {tally.failures:2} failed, {tally.entries:2} new entries"
            kept = f"{tally.articles:2} new articles, {plural(tally.revisions - tally.articles, 'edit'):>7}"
            print(f"  {at:%a %d %b %H:%M}  {done}, {kept}  ({seconds:.1f} s)", flush=True)
            if f"{at:%H:%M}" == "23:50":
                _publish(environ, at.date(), home)
    text = home / "digests" / f"{DAY0 + timedelta(days=2)}.txt"
    print(f"\n{text.read_text(encoding='utf-8')}")
    _say_what_next(home, environ, time.monotonic() - began)


def _publish(environ: dict[str, str], day: date, home: Path) -> None:
    """Have the day's digest published the next morning at six, as the service would."""
    at = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZONE) + timedelta(hours=6)
    in_fork(lambda: _write_digest({**environ, "PARALLAX_CLOCK": f"{at.isoformat()}@0"}, day, home))


def _write_digest(environ: dict[str, str], day: date, home: Path) -> None:
    from parallax.bootstrap import Parallax
    from parallax.config import load_settings
    from parallax.digests import publish_digest
    from publish.digest.html import digest_html
    from publish.digest.text import digest_text

    digest = publish_digest(Parallax(load_settings(environ)), day).digest
    folder = home / "digests"
    folder.mkdir(exist_ok=True)
    width = min(120, max(80, shutil.get_terminal_size((100, 40)).columns))
    (folder / f"{day}.html").write_text(digest_html(digest), encoding="utf-8")
    (folder / f"{day}.txt").write_text(digest_text(digest, width=width), encoding="utf-8")


def _say_what_next(home: Path, environ: dict[str, str], seconds: float) -> None:
    last = DAY0 + timedelta(days=2)
    folder = home / "catalogue"
    evening = datetime.combine(last, datetime.min.time(), ZONE) + timedelta(hours=23, minutes=55)
    print(_RULE)
    print(f"Done in {seconds:.0f} s.\n")
    print(f"  the digest as a page   {(home / 'digests' / f'{last}.html').resolve()}")
    print(f"  the database           {(home / 'parallax.db').resolve()}")
    print(f"  the archive (WARC)     {(home / 'archive').resolve()}\n")
    print("Try next, in a shell that knows where the demo is:\n")
    settings = {
        "PARALLAX_HOME": str(home.resolve()),
        "PARALLAX_CATALOGUE": str(folder.resolve()),
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_CLOCK": f"{evening.isoformat()}@0",
    }
    print("  export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items()))
    for command, why in (
        (f"digest --day {last}", "the digest again; --format html, markdown or json for its other forms"),
        ("status", "what each outlet is worth trusting today"),
        ("search 'Aynabula* OR Айнабулак*'", "full text; letters are folded, endings want a *"),
        ("show 1", "one article, its revisions and their proof"),
        ("changes --min-significance 0.5", "what outlets changed after publication, with class and words"),
        ("removals", "what is missing, removed, withdrawn or served again"),
        ("export revisions --format csv", "for your own tools"),
    ):
        print(f"  .venv/bin/parallax {command:45} # {why}")


if __name__ == "__main__":
    sys.exit(main())
