"""``python -m tests.torture --kills 1000``: kill -9 at random moments and faults from outside, on both databases.

``--kills`` counts all kills; they are shared out among crawls, a running service and ``parallax worker``. Each kind of
fault comes once for every twenty kills, fifty times at most, or as ``--faults`` says. ``--only`` runs some parts, which
get all the kills. The last line gives the figures; the exit code is 1 when anything went wrong.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.torture.figures import Figures
from tests.torture.parts import LANES, PARTS, SHARES, TIMED, run_part

MOST_FAULTS, KILLS_A_FAULT = 50, 20


def main() -> int:
    """Torture and tell."""
    options = _options()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(2**32)
    faults = options.faults if options.faults is not None else min(MOST_FAULTS, max(1, options.kills // KILLS_A_FAULT))
    if options.part:
        figures = run_part(options.part, random.Random(seed), kills=options.kills, faults_a_kind=faults)
        print(figures.to_json(), flush=True)
        return 0
    began = time.monotonic()
    print(f"seed {seed}", flush=True)
    parts = options.only or list(PARTS)
    total = Figures()
    kills = shared_out(options.kills, [part for part in parts if part in SHARES])

    def run_lane(lane: list[str]) -> list[Figures | None]:
        return [_in_a_process(part, seed, kills.get(part, 0), faults) for part in lane]

    lanes = [[part for part in lane if part in parts] for lane in LANES]
    failed = 0
    with ThreadPoolExecutor(len(lanes)) as pool:
        for lane in pool.map(run_lane, lanes):
            for figures in lane:
                if figures is None:
                    failed += 1
                else:
                    total.add(figures)
    broken = f" broken_parts={failed}" if failed else ""
    load = os.getloadavg()[2]  # of the last fifteen minutes: on a machine that others load, all of it takes longer
    print(f"torture: {total.line()}{broken} load={load:.1f} seconds={time.monotonic() - began:.0f}")
    return 1 if failed or total.is_bad else 0


def shared_out(kills: int, parts: list[str]) -> dict[str, int]:
    """So many kills for each part, by its share; what rounding leaves over is the first part's."""
    whole = sum(SHARES[part] for part in parts)
    given = {part: int(kills * SHARES[part] / whole + 1e-9) for part in parts}
    if parts:
        given[parts[0]] += kills - sum(given.values())
    return given


def _in_a_process(part: str, seed: int, kills: int, faults: int) -> Figures | None:
    """Run a part; its words go on, its last line is what it counted. None when it broke off."""
    command = [] if part in TIMED else ["nice", "-n", "10"]  # it yields to what must be ready within seconds
    command += [sys.executable, "-m", "tests.torture", "--part", part, "--seed", str(seed)]
    command += ["--kills", str(kills), "--faults", str(faults)]
    began = time.monotonic()
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if last:
                print(f"{part}: {last}", flush=True)
            last = line.rstrip()
    if process.returncode != 0:
        print(f"{part}: {last}\n{part}: broke off with {process.returncode}", flush=True)
        return None
    figures = Figures.from_json(last)
    print(f"{part}: {figures.line()} seconds={time.monotonic() - began:.0f}", flush=True)
    return figures


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--kills", type=int, default=1000, help="in all")
    parser.add_argument("--faults", type=int, help="of each kind; else one for every 20 kills, 50 at most")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be given again")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
