"""docs/RESEARCH.md and the extracts in docs/DIGEST.md hold on the sample world: queries, results, commands, lines."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from publish.digest.build import build_digest
from publish.digest.text import digest_text
from storage.digest_queries import StoredFacts
from tests.acceptance.conftest import CrawledWorld
from tests.acceptance.evening import copied
from tests.world_run import ROOT

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "RESEARCH.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```sql\n(.*?)^```\n\n((?:\|[^\n]*\n)+)", PAGE, re.M | re.S)
EXTRACTS = re.findall(r"^```text\n(.*?)^```$", (ROOT / "docs" / "DIGEST.md").read_text(encoding="utf-8"), re.M | re.S)
_TO_THE_SECOND = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d(?:\.\d+)?")


def _shown(value: object) -> str:
    """A value as the page prints it: a time to the minute in UTC, nothing for null."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return _TO_THE_SECOND.sub(r"\1", "" if value is None else str(value))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|\n").split("|")]


def test_every_query_of_the_page_stands_before_its_result() -> None:
    assert len(QUERIES) == PAGE.count("```sql\n") >= 6


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_a_query_of_the_page_gives_the_result_that_stands_under_it(crawled_world: CrawledWorld, number: int) -> None:
    sql, table = QUERIES[number]
    with crawled_world.store.read() as session:
        result = session.execute(text(sql))
        got = [list(result.keys()), *([_shown(value) for value in row] for row in result)]

    header, _, *rows = table.splitlines()
    assert got == [_cells(header), *map(_cells, rows)]


def test_what_the_page_says_of_the_two_databases_is_so(crawled_world: CrawledWorld) -> None:
    name = crawled_world.store.dialect
    tried = {
        "sqlite": (
            "SELECT julianday(first_seen_at) - julianday(absent_at), date(first_seen_at, '+4 hours') FROM article",
            "SELECT end FROM mention",
            "SELECT offset FROM record",
            "SELECT slug, json_each.value FROM outlet, json_each(languages)",
            "SELECT 1 FROM fetch, search_index WHERE conditional = 1",
        ),
        "postgresql": (
            "SELECT first_seen_at - absent_at, (first_seen_at AT TIME ZONE 'Asia/Baku')::date FROM article",
            'SELECT mention."end" FROM mention',
            "SELECT record.offset FROM record",
            "SELECT slug, jsonb_array_elements_text(languages) FROM outlet",
            'SELECT terms FROM "fetch", search_document WHERE conditional = true',
        ),
    }[name]
    with crawled_world.store.read() as session:
        for sql in tried:
            assert session.execute(text(sql.replace("::", "\\:\\:"))).first() is not None


@pytest.fixture
def demo(crawled_world: CrawledWorld, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder whose ``var/demo`` is what ``make demo`` leaves."""
    if crawled_world.store.dialect != "sqlite":
        pytest.skip("the demo is an SQLite file")
    home = tmp_path / "var" / "demo"
    home.mkdir(parents=True)
    with ExitStack() as stack:
        copied(crawled_world, request, stack, home)
    return tmp_path


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{clean.get('PATH', '')}"
    return subprocess.run(
        command,
        cwd=folder,
        env={**clean, "PATH": path, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.parametrize("number", range(len(_blocks("python"))))
def test_a_python_example_of_the_page_runs(demo: Path, number: int) -> None:
    done = _run([sys.executable, "-c", _blocks("python")[number]], demo)

    assert done.returncode == 0, done.stderr


def test_the_commands_of_the_page_run_one_after_the_other(demo: Path) -> None:
    if shutil.which("sqlite3") is None:
        pytest.skip("no sqlite3 on this machine")
    done = _run(["bash", "-e", "-o", "pipefail", "-c", "\n".join(_blocks("sh"))], demo)

    assert done.returncode == 0, done.stderr
    assert "body.html: OK" in done.stdout
    assert "snapshot.db: OK" in done.stdout
    assert [path.name for path in demo.iterdir()] == ["var"]  # nothing is left in a checkout
    assert (demo / "var" / "research" / "revisions.jsonl").read_text(encoding="utf-8").count("\n") >= 3


def test_the_extracts_of_the_digest_page_are_of_the_third_days_digest(crawled_world: CrawledWorld) -> None:
    with crawled_world.store.read() as session:
        digest = build_digest(
            StoredFacts(session),
            day=date(2026, 3, 4),
            zone=ZoneInfo("Asia/Baku"),
            now=datetime(2026, 3, 5, 2, tzinfo=UTC),
        )
    printed = {line.replace("\N{NO-BREAK SPACE}", " ") for line in digest_text(digest).splitlines()}
    extracts = {line for extract in EXTRACTS for line in extract.splitlines()}

    assert len(extracts) >= 12
    assert extracts - printed == set()
