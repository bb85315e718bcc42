"""Two of the hundred days, crawled for real: what was served is stored as versions, and the noise around it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage import open_store
from tests.ledger_world.ledger import revision_pairs
from tests.ledger_world.log import read_log
from tests.ledger_world.planting import make_script
from tests.ledger_world.running import DATABASE
from tests.ledger_world.truth import Truth
from tests.world_run import ROOT

SEED, DAYS = 11, 2
ODD = {"flap", "partial", "live"}  # another text was served, so it is kept; whose it is, the ledger says


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_visible_edit_is_two_revisions_and_noise_around_texts_is_none(tmp_path: Path) -> None:
    words = ["--part", "tuning", "--days", str(DAYS), "--seed", str(SEED), "--jobs", "1", "--home", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "bench.changes_world", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1].startswith("significant P="), done.stderr
    truth = Truth(make_script(SEED, "tuning", DAYS), read_log(tmp_path / "share0" / "log.jsonl"))
    store = open_store(f"sqlite:///{tmp_path / 'share0' / DATABASE}")
    try:
        causes = [truth.cause(pair) for pair in revision_pairs(store)]
    finally:
        store.close()
    kept = {edit for cause in causes for edit in cause.edits}
    wanted = {edit for edit in truth.visible_edits() if edit.kind != "boilerplate"}
    assert len(wanted) > 10
    assert wanted <= kept
    assert {cause.noise for cause in causes if cause.noise is not None} <= ODD
