"""How true the ledger of changes is: ``python -m bench.changes_world`` crawls a hundred simulated days and compares.

Rules are tried out on ``--part tuning``; the default part has sentences, names and edits that no rule was tuned with.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from storage import open_store
from tests.ledger_world.bank import PARTS
from tests.ledger_world.ledger import JudgedEdit, State, judged_edits, revision_pairs, states
from tests.ledger_world.log import read_log
from tests.ledger_world.nouns import LedgerScript
from tests.ledger_world.planting import make_script
from tests.ledger_world.report import is_met, last_line, tables
from tests.ledger_world.running import DATABASE, crawl_share
from tests.ledger_world.score import score
from tests.ledger_world.truth import Truth

ACCEPTED_SEED = 20261127


def main() -> int:
    """Prints the tables and, last, the figures in one line; 1 where one is not as it should be."""
    options = _options()
    began_at = time.monotonic()
    script = make_script(options.seed, options.part, options.days)
    with _folder(options.home) as home:
        homes = [home / f"share{number}" for number in range(options.jobs)]
        if not options.score_only:
            _crawl(script, homes)
        answers = [answer for folder in homes for answer in read_log(folder / "log.jsonl")]
        rows = [_ledger(folder) for folder in homes]
    truth = Truth(script, answers)
    result = score(
        truth, [edit for edits, _ in rows for edit in edits], [state for _, found in rows for state in found]
    )
    seconds = time.monotonic() - began_at
    print("\n".join(tables(truth, result)))
    if options.problems:
        print("\n".join(sorted(result.problems)))
    print(f"changes: {options.days} days, part {options.part}, seed {options.seed}, {len(answers):,} looks at articles")
    print(last_line(result, seconds))
    return int(not is_met(result, seconds))


def _options() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--part", choices=PARTS, default="test")
    arguments.add_argument("--days", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=ACCEPTED_SEED)
    arguments.add_argument("--jobs", type=int, default=2, help="processes, each with a store and its share of outlets")
    arguments.add_argument("--problems", action="store_true", help="print each miss and each wrong row")
    arguments.add_argument("--home", type=Path, help="where databases and logs are kept; without it they go")
    arguments.add_argument("--score-only", action="store_true", help="score what --home holds, without a crawl")
    return arguments.parse_args()


@contextlib.contextmanager
def _folder(home: Path | None) -> Iterator[Path]:
    if home is not None:
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="hundred-days-") as made:
        yield Path(made)


def _crawl(script: LedgerScript, homes: list[Path]) -> None:
    with ProcessPoolExecutor(len(homes), mp_context=get_context("spawn")) as pool:
        work = partial(_crawl_one, (script.seed, script.part, script.days), len(homes))
        list(pool.map(work, range(len(homes)), homes))


def _crawl_one(planned: tuple[int, str, int], shares: int, share: int, home: Path) -> None:
    crawl_share(make_script(*planned), share, shares, home, tells=True)


def _ledger(home: Path) -> tuple[list[JudgedEdit], list[State]]:
    """The rows of one share; before anything was judged, the pairs of revisions that there are."""
    store = open_store(f"sqlite:///{home / DATABASE}")
    try:
        return judged_edits(store) or revision_pairs(store), states(store)
    finally:
        store.close()


if __name__ == "__main__":
    raise SystemExit(main())
