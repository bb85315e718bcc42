"""``parallax removals`` as a person meets it: an empty list, its forms, and what it does not take."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from publish.removals import ListedRemoval
from tests.databases import migrated_store, sqlite_url
from tests.door import parallax
from tests.storage.filling import fill
from tests.unit.parallax.saying import says


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a store in which nothing was looked at."""
    folder = tmp_path_factory.mktemp("home")
    with migrated_store(sqlite_url(folder)) as store:
        store.write(fill)
    return folder


def test_a_list_without_a_step_says_so_in_every_form(home: Path, tmp_path: Path) -> None:
    assert parallax("removals", home=home).stdout == "no step of this kind was seen in that time\n"
    assert parallax("removals", "--format", "jsonl", "--now", home=home).stdout == ""
    header = ",".join(field.name for field in fields(ListedRemoval))
    out = tmp_path / "removals.csv"
    told = parallax("removals", "--format", "csv", "--all", "--out", str(out), home=home)
    assert told.stdout == f"0 steps in {out}\n"
    assert out.read_text(encoding="utf-8").splitlines() == [header]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--state", "gone"), ("--state", "'gone'", "suspected", "passed")),
        (("--how", "404"), ("--how", "'404'", "not_found", "front_page")),
        (("--group", "neutral"), ("--group", "'neutral'")),
        (("--now", "--all"), ("--as-of", "--now or --all")),
        (("--until", "2026-03-04", "--as-of", "2026-03-03"), ("--as-of", "before --until")),
        (("--since", "2026-03-04", "--until", "2026-03-03"), ("--until", "not after")),
    ],
)
def test_wrong_use_is_told_in_a_line(home: Path, words: tuple[str, ...], said: tuple[str, ...]) -> None:
    says(parallax("removals", *words, home=home), 2, *said)
