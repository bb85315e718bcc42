"""The crawl child of a trial: ``python -m parallax.trial_child [--polls] [OUTLET…]``, started by ``parallax`` alone.

Like ``parallax.child``, on a scratch store. PARALLAX_LENDER names the database from which the hand on each host is
borrowed; without it there is none with which a host could be pressed. PARALLAX_REPLAY names the archive that answers
instead of the network.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from parallax.parent import die_with_parent


def main() -> int:
    """Crawl what the trial planned, and tell of it."""
    die_with_parent(int(os.environ.pop("PARALLAX_PARENT")))
    lender_url = os.environ.pop("PARALLAX_LENDER", "")
    archive = os.environ.pop("PARALLAX_REPLAY", "")
    from crawler.crawl_plan import Tally
    from crawler.lending import HostLender
    from domain.errors import OutageError, ParallaxError
    from domain.fetch import Reason
    from parallax.bootstrap import Parallax
    from parallax.crawling import carry_out
    from parallax.log import configure_logging, log_crashes
    from parallax.trial_replay import replay_plan
    from storage import open_store

    parallax = Parallax.from_environment()
    configure_logging(parallax.settings.log_format, parallax.settings.log_level)
    log_crashes()
    try:
        outlets = [word for word in sys.argv[1:] if not word.startswith("--")]
        plan = replay_plan(parallax, Path(archive), outlets) if archive else parallax.crawl_plan(outlets)
        if "--polls" in sys.argv[1:]:
            plan = replace(plan, reasons=frozenset({Reason.POLL}))
        if lender_url:
            dead_after = timedelta(seconds=parallax.settings.dead_after_s)
            lender = HostLender(open_store(lender_url), parallax.clock, _tell, dead_after)
            plan = replace(plan, lender=lender)
        tally = carry_out(parallax, plan, on_event=_tell)
    except OutageError as error:
        tally = Tally(outcome=f"outage: {error}")
    except ParallaxError as error:
        tally = Tally(outcome=f"failed: {error}")
    _tell("crawl.ended", asdict(tally))
    return 0


def _tell(name: str, fields: Mapping[str, object]) -> None:
    print(json.dumps([name, fields], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
