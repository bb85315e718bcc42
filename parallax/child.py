"""A crawl child: ``python -m parallax.child [--stay [--told]] [OUTLET…]``. Started by ``parallax``, not by people.

Events go to standard output as JSON lines. It ends when its work is done, when it is told to, or with its parent. With
``--told`` the hosts to work on come over standard input, one a line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict

from parallax.bootstrap import Parallax
from parallax.crawling import crawl_here, die_with_parent
from parallax.log import configure_logging


def main() -> int:
    """Crawl and tell of it."""
    die_with_parent(int(os.environ.pop("PARALLAX_PARENT")))
    parallax = Parallax.from_environment()
    configure_logging(parallax.settings.log_format, parallax.settings.log_level)
    stays = "--stay" in sys.argv[1:]
    told = _lines() if "--told" in sys.argv[1:] else None
    outlets = [word for word in sys.argv[1:] if not word.startswith("--")]
    tally = crawl_here(parallax, outlets, on_event=_tell, stays=stays, told=told)
    _tell("crawl.ended", asdict(tally))
    return 0


def _lines() -> Iterator[str]:
    """The lines of standard input, unbuffered: a buffer's lock in a thread would hold up the end of the process."""
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as lines:
        for line in lines:
            yield line.decode().strip()


def _tell(name: str, fields: Mapping[str, object]) -> None:
    print(json.dumps([name, fields], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
