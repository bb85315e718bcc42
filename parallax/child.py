"""A crawl child: ``python -m parallax.child [OUTLET…]``. Started by ``parallax.crawling``, not by people.

Events go to standard output as JSON lines. It ends when its work is done, when it is told to, or with its parent.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict

from crawler.crawl_plan import Tally
from domain.errors import ParallaxError
from parallax.bootstrap import Parallax
from parallax.crawling import crawl_here, die_with_parent
from parallax.log import configure_logging


def main() -> int:
    """Crawl and tell of it."""
    die_with_parent(int(os.environ.pop("PARALLAX_PARENT")))
    parallax = Parallax.from_environment()
    configure_logging(parallax.settings.log_format, parallax.settings.log_level)
    try:
        tally = crawl_here(parallax, sys.argv[1:], on_event=_tell)
    except ParallaxError as error:  # raised on purpose: its line says enough, the parent prints it
        tally = Tally(outcome=f"failed: {error}")
    _tell("crawl.ended", asdict(tally))
    return 0


def _tell(name: str, fields: Mapping[str, object]) -> None:
    print(json.dumps([name, fields], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
