"""A crawl child: ``python -m parallax.child [--stay [--told] [--spare] | --linger] [OUTLET…]``, started by us alone.

Events go to standard output as JSON lines. It ends when its work is done, when it is told to, or with its parent: that
tie is made before anything else is imported, which takes seconds. One that stays is told its environment over standard
input, and with ``--told`` then the hosts to work on, one a line. A spare one waits for that longer than others, and has
everything ready meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from parallax.parent import die_with_parent

if TYPE_CHECKING:
    from crawler.pool_workers import Zygote

_telling = threading.Lock()


def main() -> int:
    """Crawl and tell of it."""
    die_with_parent(int(os.environ.pop("PARALLAX_PARENT")))
    from crawler.crawl_plan import Tally
    from crawler.memory import settle_allocator
    from domain.errors import OutageError, ParallaxError
    from parallax.bootstrap import Parallax
    from parallax.crawling import LINGERS_S, crawl_here
    from parallax.log import configure_logging, log_crashes

    settle_allocator()
    stays, lingers_s = "--stay" in sys.argv[1:], LINGERS_S if "--linger" in sys.argv[1:] else 0.0
    outlets = [word for word in sys.argv[1:] if not word.startswith("--")]
    lines = _lines()
    zygote = _get_ready() if "--spare" in sys.argv[1:] else None
    if stays and not _is_told_to_begin(lines):
        return 0
    parallax = Parallax.from_environment()
    configure_logging(parallax.settings.log_format, parallax.settings.log_level)
    log_crashes()
    told = lines if "--told" in sys.argv[1:] else None
    try:
        parallax.store.outages.tell = _tell  # the parent says it once for both
        tally = crawl_here(
            parallax, outlets, on_event=_tell, stays=stays, lingers_s=lingers_s, told=told, zygote=zygote
        )
    except OutageError as error:
        _tell("outage.began", {"kind": error.kind, "error": str(error)})
        tally = Tally(outcome=f"outage: {error}")
    except ParallaxError as error:  # raised on purpose: its line says enough, the parent prints it
        tally = Tally(outcome=f"failed: {error}")
    _tell("crawl.ended", asdict(tally))
    return 0


def _get_ready() -> Zygote:
    """What takes seconds, done while nobody waits. What only readers need is loaded in their zygote, not here."""
    from crawler.jobs import PRELOAD
    from crawler.pool import DEFAULT_MEMORY_BYTES
    from crawler.pool_workers import Zygote
    from crawler.pool_zygote import load_ahead

    load_ahead(("crawler.run",))
    return Zygote.start(memory_bytes=DEFAULT_MEMORY_BYTES, preload=PRELOAD)


def _lines() -> Iterator[str]:
    """The lines of standard input, unbuffered: a buffer's lock in a thread would hold up the end of the process."""
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as lines:
        for line in lines:
            yield line.decode().strip()


def _is_told_to_begin(lines: Iterator[str]) -> bool:
    """Started ahead of time, it waits to be told its environment; False when its parent ends without a word."""
    line = next(lines, "")
    if line:
        os.environ.update(json.loads(line))
    return bool(line)


def _tell(name: str, fields: Mapping[str, object]) -> None:
    """One line to the parent, whole: any thread may tell of an outage while another tells of a fetch."""
    line = json.dumps([name, fields], ensure_ascii=False) + "\n"
    with _telling:
        sys.stdout.write(line)
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
