"""An article of the sample world, taken down: none of its words comes back, by any of the ways back that there are."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import delete, func, select, update

from storage import Session, Store, open_store
from storage.comparing import compare_stores
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    EntryRow,
    ExtractionPartRow,
    ExtractionRow,
    FetchRow,
    RevisionRow,
    TakedownRow,
    TargetRow,
    TextRow,
)
from tests.acceptance.conftest import CrawledWorld
from tests.acceptance.evening import copied, done, empty_database, parallax
from tests.acceptance.test_archive import MAY_DIFFER
from tests.words import in_files, in_rows
from tests.world_days import settings_of
from tests.world_run import ROOT

pytestmark = pytest.mark.slow
REASON = "Asked for by the person whom it names."
KINDS = ("articles", "revisions", "sections", "footnotes", "mentions", "fetches", "gaps", "views", "translations")
TABLES_WITH_WORDS = {"text.body", "search_document.text_terms"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy of the crawled world of which an article was taken down; ``words`` were in no other text."""

    home: Path
    url: str
    store: Store
    article_id: int
    words: tuple[str, ...]
    backup: Path
    said: str


@pytest.fixture(scope="module")
def taken(
    crawled_world: CrawledWorld, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Taken]:
    home = tmp_path_factory.mktemp("taken")
    with ExitStack() as stack:
        url = copied(crawled_world, request, stack, home)
        store = stack.enter_context(closing(open_store(url)))
        article_id, words = chosen(store)
        assert done(parallax(home, url, "digest", "--day", "2026-03-03")) is not None
        for suffix, form in (("html", "html"), ("md", "markdown"), ("txt", "text"), ("json", "json")):
            page = home / "digests" / f"2026-03-03.{suffix}"
            page.parent.mkdir(exist_ok=True)
            done(parallax(home, url, "digest", "--day", "2026-03-03", "--format", form, "--out", str(page)))
        made = json.loads(done(parallax(home, url, "backup", "--with-archive", "--json")))
        assert in_rows(store, *words) >= TABLES_WITH_WORDS
        assert in_files(home / "archive", *words) != set()
        said = done(parallax(home, url, "takedown", str(article_id), "--reason", REASON, "--yes"))
        yield Taken(home, url, store, article_id, words, Path(made["path"]), said)


def chosen(store: Store) -> tuple[int, tuple[str, ...]]:
    """An article that its feed carries and its page was read of, with words that stand in its texts alone.

    Not those of its headline: other pages show that where they link to it, and they stay.
    """
    with store.read() as session:
        query = select(ExtractionRow.article_id, TextRow.body).join(
            TextRow, TextRow.sha256 == ExtractionRow.text_sha256
        )
        texts = [(article_id, body.lower()) for article_id, body in session.execute(query)]
        is_it = (EntryRow.target_outlet == ArticleUrlRow.outlet) & (EntryRow.url_key == ArticleUrlRow.url_key)
        entries = session.execute(
            select(ArticleUrlRow.article_id, EntryRow.title, EntryRow.summary).join(EntryRow, is_it)
        ).all()
        listed = {article_id for article_id, _, summary in entries if summary}
        texts += [(article_id, f"{title} {summary}".lower()) for article_id, title, summary in entries]
        pages = select(ExtractionRow.article_id).where(ExtractionRow.text_source == "page")
        edited = select(ArticleRow.id).where(ArticleRow.merged_into.is_(None), ArticleRow.revisions > 1)
        for article_id in session.scalars(edited.where(ArticleRow.id.in_(pages)).order_by(ArticleRow.id)):
            others = "\n".join(body for other, body in texts if other != article_id)
            titles = select(RevisionRow.title).where(RevisionRow.article_id == article_id)
            others += "\n".join(title.lower() for title in session.scalars(titles) if title)
            others += "\n".join(f"{title}".lower() for one, title, _ in entries if one == article_id)
            own = {word for one, body in texts if one == article_id for word in re.findall(r"[a-zçəğöşü]{9,}", body)}
            alone = sorted((word for word in own if word not in others), key=lambda word: (-len(word), word))
            if article_id in listed and len(alone) >= 3:
                return article_id, tuple(alone[:8])
    raise AssertionError("the world has no such article")


def nowhere(taken: Taken, store: Store | None = None, archive: Path | None = None) -> bool:
    """Whether none of its words is in a database, its files or an archive."""
    assert in_rows(store or taken.store, *taken.words) == set()
    places = [archive] if archive is not None else [taken.home / "archive", taken.home / "digests"]
    assert {found for place in places if place.exists() for found in in_files(place, *taken.words)} == set()
    if taken.store.dialect == "sqlite":
        database = Path(str((store or taken.store).engine.url.database))
        held = in_files(database.parent, *taken.words)
        assert {name for name in held if name.startswith(database.name)} == set()  # the file, and its log
    return True


def test_its_words_are_nowhere_and_its_dates_and_digests_are_there(taken: Taken) -> None:
    assert nowhere(taken)
    assert f"article {taken.article_id} is taken down" in taken.said
    with taken.store.read() as session:
        revisions = session.scalars(select(RevisionRow).where(RevisionRow.article_id == taken.article_id)).all()
        article = session.get_one(ArticleRow, taken.article_id)
        assert len(revisions) == article.revisions > 1
        assert {revision.text_sha256.partition(":")[0] for revision in revisions} == {"taken-down"}
        assert article.title is None
        assert article.first_seen_at is not None


def test_the_archive_is_whole_and_the_database_sound(taken: Taken) -> None:
    verified = parallax(taken.home, taken.url, "verify")
    checked = parallax(taken.home, taken.url, "db", "check", "--archive", "all")

    assert (verified.returncode, checked.returncode) == (0, 0), verified.stdout + checked.stdout
    assert "foreign" not in verified.stdout
    assert verified.stdout.endswith("; 1 takedown listed\n")
    assert re.search(r"; (\d+) of (\d+) archive records were read back, (\d+) were taken down$", checked.stdout.strip())


def test_whoever_asks_for_it_is_told_when_and_why(taken: Taken) -> None:
    shown = done(parallax(taken.home, taken.url, "show", str(taken.article_id)))
    compared = done(parallax(taken.home, taken.url, "diff", str(taken.article_id)))
    listed = json.loads(done(parallax(taken.home, taken.url, "takedown", "--list", "--json")))
    found = done(parallax(taken.home, taken.url, "search", taken.words[0]))

    assert f": {REASON}" in shown
    assert "taken down on " in shown
    assert "taken down on " in compared
    assert [(row["article"], row["bytes"], row["reason"]) for row in listed] == [(taken.article_id, "gone", REASON)]
    assert found.startswith("nothing found")


def test_no_export_has_a_word_of_it(taken: Taken) -> None:
    for kind in KINDS:
        told = done(parallax(taken.home, taken.url, "export", kind, "--format", "jsonl")).lower()
        assert [word for word in taken.words if word in told] == [], kind
    changes = parallax(taken.home, taken.url, "changes", "--format", "jsonl").stdout.lower()
    digest = done(parallax(taken.home, taken.url, "digest", "--day", "2026-03-03")).lower()
    assert [word for word in taken.words if word in changes + digest] == []


def test_reading_again_by_another_extractor_brings_nothing_of_it(taken: Taken) -> None:
    def by_another(session: Session) -> set[int]:
        session.execute(update(ExtractionRow).values(extractor_hash=ExtractionRow.extractor_hash + "x"))
        return set(session.scalars(select(ExtractionRow.id)))

    def as_before(session: Session) -> None:
        is_new = ExtractionRow.id.not_in(made_before)
        new = select(ExtractionRow.id).where(is_new)
        session.execute(delete(ExtractionPartRow).where(ExtractionPartRow.extraction_id.in_(new)))
        session.execute(delete(ExtractionRow).where(is_new))
        session.execute(update(ExtractionRow).values(extractor_hash=func.rtrim(ExtractionRow.extractor_hash, "x")))

    made_before = taken.store.write(by_another)
    try:
        told = json.loads(done(parallax(taken.home, taken.url, "reextract", "--json")))

        assert told["fetches"] > 20
        assert nowhere(taken)
    finally:
        taken.store.write(as_before)


def test_a_database_made_anew_has_its_tombstones_and_the_others_whole(
    taken: Taken, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        url = empty_database(taken.store, request, stack, tmp_path / "anew.db")
        done(parallax(taken.home, url, "rebuild", "--into", url))
        store = stack.enter_context(closing(open_store(url)))
        assert in_rows(store, *taken.words) == set()
        assert digests_of(store) == digests_of(taken.store)
        checked = parallax(taken.home, url, "db", "check", "--archive", "all")
        assert checked.returncode == 0, checked.stdout
        same = ("article", "article_url", "revision", "entry", "text", "gap", "channel", "mention", "record")
        # A list that carried it lost its bytes: its note has no digest of that text, and no texts of other articles.
        may_differ = MAY_DIFFER | {("entry", "content_sha256"), ("article", "last_seen_at")}
        differ = {
            (table.table, d.column, d.first, d.second)
            for table in compare_stores(taken.store, store)
            for d in table.differences
            if table.table in same and (table.table, d.column) not in may_differ
        }
    assert differ == set()


def digests_of(store: Store) -> list[tuple[str, str]]:
    """The texts of all articles, by address."""
    with store.read() as session:
        query = select(ArticleRow.url, RevisionRow.text_sha256).join(
            RevisionRow, RevisionRow.article_id == ArticleRow.id
        )
        return sorted((url, sha256) for url, sha256 in session.execute(query))


def test_an_older_backup_comes_back_without_it(taken: Taken, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = empty_database(taken.store, request, stack, tmp_path / "back.db")
        done(parallax(taken.home, url, "restore", str(taken.backup)))
        store = stack.enter_context(closing(open_store(url)))
        assert nowhere(taken, store)
        checked = parallax(taken.home, url, "db", "check", "--archive", "all")
        assert checked.returncode == 0, checked.stdout
        with store.read() as session:
            assert session.scalar(select(func.count(TakedownRow.id)).where(TakedownRow.finished_at.is_not(None))) == 1


def test_so_does_its_archive_where_the_list_was_kept(
    taken: Taken, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    shutil.copy(taken.home / "archive" / "takedowns.jsonl", archive)
    with ExitStack() as stack:
        url = empty_database(taken.store, request, stack, tmp_path / "back.db")
        done(parallax(taken.home, url, "restore", str(taken.backup), "--archive", str(archive)))
        store = stack.enter_context(closing(open_store(url)))
        assert nowhere(taken, store, archive)


def test_a_backup_made_since_carries_the_list(taken: Taken, tmp_path: Path) -> None:
    made = json.loads(done(parallax(taken.home, taken.url, "backup", "--json")))

    assert (Path(made["path"]) / "takedowns.jsonl").read_text().count("\n") == 1


STEPS = {
    "before_the_list_is_on_disk": ("crawler.takedown_list.os.fsync", 1),
    "before_the_database_has_it": ("parallax.takedowns.apply_takedown", 1),
    "before_its_digests_are_looked_at": ("parallax.takedowns.articles_of", 1),
    "before_a_file_has_its_name": ("crawler.archive.compact.Compacted.put_in_place", 1),
    "before_the_rows_move": ("crawler.taking_bytes.move_records", 1),
    "before_an_old_file_goes": ("crawler.taking_bytes.sync_folder", 2),
    "before_the_files_are_written_anew": ("storage.freed_space.clear_freed_space", 1),
    "before_it_is_noted_as_done": ("parallax.takedowns.finish_takedowns", 1),
}
KILLED = """
import importlib, os, signal, sys

path, calls, *words = sys.argv[1:]
names = path.split(".")
depth = next(n for n in range(len(names) - 1, 0, -1) if is_module(".".join(names[:n])))
owner = importlib.import_module(".".join(names[:depth]))
for name in names[depth:-1]:
    owner = getattr(owner, name)
kept, left = getattr(owner, names[-1]), [int(calls)]

def killed(*args, **kwargs):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(*args, **kwargs)

setattr(owner, names[-1], killed)
from parallax.cli import app
app(words, standalone_mode=False)
"""
IS_MODULE = """
def is_module(name):
    import importlib
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True
"""


@pytest.mark.parametrize("step", STEPS)
def test_one_that_is_killed_is_ended_by_the_next_start(
    crawled_world: CrawledWorld, request: pytest.FixtureRequest, tmp_path: Path, step: str
) -> None:
    with ExitStack() as stack:
        url = copied(crawled_world, request, stack, tmp_path)
        store = stack.enter_context(closing(open_store(url)))
        article_id, words = chosen(store)
        path, calls = STEPS[step]
        command = [sys.executable, "-c", IS_MODULE + KILLED, path, str(calls)]
        command += ["takedown", str(article_id), "--reason", REASON, "--yes"]
        settings = settings_of(tmp_path, url) | {"PARALLAX_CLOCK": "2026-03-04T23:55+04:00@0"}
        killed = subprocess.run(
            command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=120
        )
        assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
        done(parallax(tmp_path, url, "takedown", "--finish"))

        assert in_rows(store, *words) == in_files(tmp_path, *words) == set()
        verified = parallax(tmp_path, url, "verify")
        checked = parallax(tmp_path, url, "db", "check")
        assert (verified.returncode, checked.returncode) == (0, 0), verified.stdout + checked.stdout


def test_a_crawl_asks_for_it_no_more_and_keeps_nothing_of_what_lists_say(taken: Taken) -> None:
    """Last in this module: it goes on in the world. The page is made due, as for a crawl that is under way."""
    with taken.store.read() as session:
        query = select(ArticleUrlRow.outlet, ArticleUrlRow.url_key).where(ArticleUrlRow.article_id == taken.article_id)
        addresses = session.execute(query).all()
        port = urlsplit(session.get_one(ArticleRow, taken.article_id).url).port
    for outlet, key in addresses:
        is_it = (TargetRow.outlet == outlet, TargetRow.url_key == key)
        taken.store.write(
            lambda session, is_it=is_it: session.execute(  # type: ignore[misc]
                update(TargetRow).where(*is_it).values(state="due", next_at=TargetRow.created_at)
            )
        )
    at = ["--at", "2026-03-05T09:05+04:00", "--port", str(port)]
    command = [sys.executable, "-m", "tests.world_again", "--home", str(taken.home), "--database-url", taken.url, *at]
    crawled = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert crawled.returncode == 0, crawled.stdout + crawled.stderr

    assert nowhere(taken)
    with taken.store.read() as session:
        asked = (
            select(FetchRow.requested_at, FetchRow.record_id, TargetRow.state)
            .join(TargetRow, TargetRow.id == FetchRow.target_id)
            .where(TargetRow.outlet == addresses[0].outlet, TargetRow.url_key == addresses[0].url_key)
            .order_by(FetchRow.requested_at.desc())
        )
        last = session.execute(asked).first()
        assert last is not None
        assert f"{last.requested_at:%d %b}" == "05 Mar"
        assert (last.record_id, last.state) == (None, "dead")
