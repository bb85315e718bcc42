"""One crawl pass in a process of its own: its environment as JSON on standard input, what it did on standard output.

Tells every socket that was opened and every name that was looked up, whatever library asked for it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from tests.dials import counted_dials, counted_lookups


def main() -> None:
    job = json.load(sys.stdin)
    dials, lookups = counted_dials(), counted_lookups()
    from parallax.bootstrap import Parallax
    from parallax.config import load_settings
    from parallax.crawling import crawl_pass
    from parallax.log import configure_logging

    configure_logging("json", "debug")
    parallax = Parallax(load_settings(job["environ"]))
    tally = crawl_pass(parallax, on_event=lambda _name, _fields: None, in_process=True)
    json.dump({"tally": asdict(tally), "dials": dials, "lookups": lookups}, sys.stdout)


if __name__ == "__main__":
    main()
