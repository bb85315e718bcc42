"""Three days of the sample world: its archive is whole, and its database can be thrown away and made anew from it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crawler.verify import Wanted, verify_archive
from publish.evidence.chain import chain_of
from storage import Store, open_store
from storage.comparing import Difference, TableCompared, compare_stores
from storage.history_queries import find_history
from storage.tables import ArticleRow, ExtractionRow, FetchRow, RecordRow, RevisionRow
from tests.acceptance.conftest import CrawledWorld
from tests.acceptance.evening import empty_database, parallax

pytestmark = pytest.mark.slow

# What a rebuilt database says otherwise, and all of it: docs/ARCHIVE.md gives the reason of each.
MAY_DIFFER = {
    ("run", None),  # who worked on a host when: of the process, not of the outlets
    ("fetch", "run_id"),
    ("host", "next_allowed_at"),  # real time: left alone for its delay after a rebuild
    ("host", "token"),
    ("host", "robots_status"),  # robots.txt is read anew before anything is asked
    ("host", "robots_body"),
    ("host", "robots_outcome"),
    ("host", "robots_error"),
    ("host", "robots_fetched_at"),
    ("host", "robots_changed_at"),
}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The database made anew from the crawled world's archive."""

    store: Store
    url: str
    home: Path
    world: CrawledWorld
    compared: tuple[TableCompared, ...]


@pytest.fixture(scope="module")
def rebuilt(
    crawled_world: CrawledWorld, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rebuilt]:
    """Made by the command, into an empty database of the same kind."""
    folder = tmp_path_factory.mktemp("rebuilt")
    with ExitStack() as stack:
        url = empty_database(crawled_world.store, request, stack, folder / "anew.db")
        said = parallax(crawled_world.home, url, "rebuild", "--into", url)
        assert said.returncode == 0, said.stdout + said.stderr
        store = stack.enter_context(closing(open_store(url)))
        compared = tuple(compare_stores(crawled_world.store, store))  # before anything more is done with it
        yield Rebuilt(store, url, crawled_world.home, crawled_world, compared)


def test_every_digest_and_every_place_of_the_archive_is_right(crawled_world: CrawledWorld) -> None:
    done = verify_archive(
        crawled_world.store, crawled_world.home / "archive", Wanted(), on_file=lambda *_: None, sleep=lambda _: None
    )

    with crawled_world.store.read() as session:
        assert done.records == session.scalar(select(func.count()).select_from(RecordRow))
    assert (done.findings, done.remarks) == ([], [])
    assert done.notes > 0


def test_a_rebuilt_database_differs_in_nothing_but_what_is_listed(rebuilt: Rebuilt) -> None:
    found = {(table.table, d.column) for table in rebuilt.compared for d in table.differences}
    rows = {table.table: table for table in rebuilt.compared}

    assert found - MAY_DIFFER == set()
    assert rows["revision"].first_rows == rows["revision"].second_rows > 90
    assert _are_same(rows, "article", "article_url", "revision", "text", "extraction", "entry", "gap", "record")
    assert _are_same(rows, "mention", "search_document", "channel", "target", "outlet", "outlet_group", "topic_version")
    assert {d.column for d in rows["fetch"].differences} == {"run_id"}


def test_the_chain_of_every_article_is_the_same_in_a_rebuilt_database(rebuilt: Rebuilt) -> None:
    crawled, anew = _last_links(rebuilt.world.store), _last_links(rebuilt.store)

    assert anew == crawled
    assert len(anew) > 80


def _last_links(store: Store) -> dict[str, str]:
    """The last link of each article's chain, by its address."""
    with store.read() as session:
        ids = session.scalars(select(ArticleRow.id).where(ArticleRow.merged_into.is_(None))).all()
        histories = [find_history(session, article_id=number) for number in ids]
    return {one.url: chain_of(one)[-1].link for one in histories if one is not None}


def is_of_mirrors(difference: Difference) -> bool:
    """Whether nothing differs but the mirror a page was read at: where both list it in one moment, that is chance."""
    main, mirror = "azaddalga.example", "dalga-ayna.example"
    first, second = (value.replace(mirror, main) for value in (difference.first or "", difference.second or ""))
    return difference.column in ("url", "host") and bool(first) and first == second


def _are_same(rows: dict[str, TableCompared], *names: str) -> bool:
    return all(not rows[name].differences and rows[name].first_rows for name in names)


def test_a_rebuilt_database_is_sound_and_stands_by_the_archive(rebuilt: Rebuilt) -> None:
    checked = parallax(rebuilt.home, rebuilt.url, "db", "check", "--archive", "all")
    verified = parallax(rebuilt.home, rebuilt.url, "verify")

    assert (checked.returncode, verified.returncode) == (0, 0), checked.stdout + verified.stdout


def test_a_database_that_holds_something_is_not_touched(rebuilt: Rebuilt) -> None:
    said = parallax(rebuilt.home, rebuilt.url, "rebuild", "--into", rebuilt.url)

    assert said.returncode == 2
    assert said.stderr.startswith("parallax: --into: the target holds rows in ")


def test_reading_the_archive_with_other_selectors_claims_no_edit(rebuilt: Rebuilt, tmp_path: Path) -> None:
    """Every outlet's selectors drop what is emphasised and the first paragraph's kin: another text of every page."""
    changed = tmp_path / "catalogue"
    shutil.copytree(rebuilt.home / "catalogue", changed)
    for path in changed.glob("*.toml"):
        text = re.sub(r"(?m)^drop_css = .*\n", "", path.read_text(encoding="utf-8"))
        head, found, rest = text.partition("[hints]\n")
        hints = 'drop_css = ["p:last-of-type"]\n'
        path.write_text(f"{head}[hints]\n{hints}{rest}" if found else f"{text}\n[hints]\n{hints}", encoding="utf-8")
    before = _revisions(rebuilt.store)

    dry = parallax(rebuilt.home, rebuilt.url, "reextract", "--dry-run", "--json", catalogue=changed)
    told = json.loads(dry.stdout)
    readings = _count(rebuilt.store, ExtractionRow)
    done = parallax(rebuilt.home, rebuilt.url, "reextract", "--json", catalogue=changed)
    again = parallax(rebuilt.home, rebuilt.url, "reextract", "--json", catalogue=changed)

    assert len(told["changes"]) > 50
    assert any("text" in change["changed"] for change in told["changes"])
    assert json.loads(done.stdout)["changes"] == told["changes"]
    assert _count(rebuilt.store, ExtractionRow) > readings + 50
    assert _revisions(rebuilt.store) == before
    assert json.loads(again.stdout)["changes"] == []
    assert _count(rebuilt.store, FetchRow) == _count(rebuilt.world.store, FetchRow)


def _revisions(store: Store) -> list[tuple[object, ...]]:
    columns = (RevisionRow.id, RevisionRow.article_id, RevisionRow.extraction_id, RevisionRow.text_sha256)
    with store.read() as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(RevisionRow.id))]


def _count(store: Store, table: type) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_three_days_replayed_offline_are_the_same_three_days(crawled_world: CrawledWorld, tmp_path: Path) -> None:
    """Nothing answers but the archive: the world is not served. On one database, for the wire is what is replaced."""
    if crawled_world.store.dialect != "sqlite":
        pytest.skip("the archive is the same on both databases")
    home = tmp_path / "replay"
    archive = crawled_world.home / "archive"
    said = parallax(crawled_world.home, "sqlite:///unused.db", "replay", str(archive), "--home", str(home))
    assert said.returncode == 0, said.stdout + said.stderr

    with closing(open_store(f"sqlite:///{home / 'parallax.db'}")) as store:
        ignored = ["run", "host", "record", "fetch.record_id", "fetch.run_id"]
        tables = list(compare_stores(crawled_world.store, store, ignored=ignored))
    found = [d for table in tables for d in table.differences]

    # Of a list and a page that change in one moment either may be looked at first: then the page is looked at again.
    looks_again = [d for d in found if d.table == "fetch" and d.column is None and d.row.endswith("#2")]
    assert [d for d in found if d not in looks_again and not is_of_mirrors(d)] == []
    assert len(looks_again) <= 4
