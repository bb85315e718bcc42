"""A crawl child: ``python -m parallax.child [--stay] [OUTLET…]``. Started by ``parallax``, not by people.

Events go to standard output as JSON lines. It ends when its work is done, when it is told to, or with its parent: that
tie is made before anything else is imported, which takes seconds.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict

from parallax.parent import die_with_parent


def main() -> int:
    """Crawl and tell of it."""
    die_with_parent(int(os.environ.pop("PARALLAX_PARENT")))
    from crawler.crawl_plan import Tally
    from domain.errors import ParallaxError
    from parallax.bootstrap import Parallax
    from parallax.crawling import crawl_here
    from parallax.log import configure_logging

    stays = "--stay" in sys.argv[1:]
    outlets = [word for word in sys.argv[1:] if word != "--stay"]
    if stays and not _is_told_to_begin():
        return 0
    parallax = Parallax.from_environment()
    configure_logging(parallax.settings.log_format, parallax.settings.log_level)
    try:
        tally = crawl_here(parallax, outlets, on_event=_tell, stays=stays)
    except ParallaxError as error:  # raised on purpose: its line says enough, the parent prints it
        tally = Tally(outcome=f"failed: {error}")
    _tell("crawl.ended", asdict(tally))
    return 0


def _is_told_to_begin() -> bool:
    """Started ahead of time, it waits to be told its environment; False when its parent ends without a word."""
    line = sys.stdin.readline()
    if line:
        os.environ.update(json.loads(line))
    return bool(line)


def _tell(name: str, fields: Mapping[str, object]) -> None:
    print(json.dumps([name, fields], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
