"""``parallax diff`` on the sample world: what an outlet changed, as it is told to a person and to a script."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html as lxml_html
from sqlalchemy import func, select

from storage.digest_changes import edits
from storage.tables import RevisionRow
from tests.acceptance.conftest import CrawledWorld
from tests.acceptance.evening import parallax, url_of

SINCE = datetime(2026, 2, 28, 20, tzinfo=UTC)  # the first of March in Baku
pytestmark = pytest.mark.slow


def with_revisions(world: CrawledWorld, count: int) -> int:
    """The first article with so many revisions."""
    query = (
        select(RevisionRow.article_id)
        .group_by(RevisionRow.article_id)
        .having(func.count() == count)
        .order_by(RevisionRow.article_id)
    )
    with world.store.read() as session:
        return session.scalars(query.limit(1)).one()


def test_an_edit_is_told_by_its_classes_and_by_the_words_of_both_sides(crawled_world: CrawledWorld) -> None:
    number = with_revisions(crawled_world, 2)

    told = parallax(crawled_world.home, url_of(crawled_world), "diff", str(number))
    found = json.loads(parallax(crawled_world.home, url_of(crawled_world), "diff", str(number), "--json").stdout)

    assert told.returncode == 0, told.stderr
    assert (found["old_revision"], found["new_revision"]) == (1, 2)
    assert found["read_by_different_extractors"] is False
    assert found["changes"]
    for change in found["changes"]:
        assert change["class"].replace("_", " ") in told.stdout
        for side in ("before", "after"):
            assert " ".join(change[side].split())[:60] in " ".join(told.stdout.split())


def test_the_marked_text_is_the_later_one_whole(crawled_world: CrawledWorld) -> None:
    number = with_revisions(crawled_world, 2)

    marked = parallax(crawled_world.home, url_of(crawled_world), "diff", str(number), "--words").stdout
    shown = json.loads(parallax(crawled_world.home, url_of(crawled_world), "show", str(number), "--json").stdout)

    assert "[-" in marked or "{+" in marked
    last = shown["revisions"][-1]["text"].split("\n\n")[-1]
    assert last.split(". ")[-1][-30:] in marked.replace("{+", "").replace("+}", "")


def test_the_page_of_a_difference_has_both_texts_and_their_proof(crawled_world: CrawledWorld, tmp_path: Path) -> None:
    number, file = with_revisions(crawled_world, 2), tmp_path / "pages" / "diff.html"
    url = url_of(crawled_world)

    done = parallax(crawled_world.home, url, "diff", str(number), "--html", str(file))
    shown = json.loads(parallax(crawled_world.home, url, "show", str(number), "--json").stdout)
    tree = lxml_html.fromstring(file.read_text(encoding="utf-8"))

    assert (done.returncode, done.stdout) == (0, f"written to {file}\n"), done.stderr
    assert tree.cssselect("ins, del")
    for place, revision in zip((".old", ".new"), shown["revisions"], strict=True):
        told = "\n\n".join(
            cell.text_content() for cell in tree.cssselect(f".texts .row:not(.names) > {place}:not(.none)")
        )
        for paragraph in revision["text"].split("\n\n"):
            assert " ".join(paragraph.split()) in " ".join(told.split())
        assert revision["text_sha256"] in tree.cssselect(".proof")[0].text_content()
        assert revision["file"] in tree.cssselect(".proof")[0].text_content()


def test_a_page_that_cannot_be_written_is_told(crawled_world: CrawledWorld) -> None:
    number, folder = with_revisions(crawled_world, 2), str(crawled_world.home)

    done = parallax(crawled_world.home, url_of(crawled_world), "diff", str(number), "--html", folder)

    assert done.returncode == 2
    assert "--html" in done.stderr


def test_the_list_of_changes_as_a_page_has_every_significant_one(crawled_world: CrawledWorld, tmp_path: Path) -> None:
    url, since, file = url_of(crawled_world), ("--since", "2026-03-01"), tmp_path / "changes.html"

    lines = parallax(crawled_world.home, url, "changes", *since, "--format", "jsonl").stdout.splitlines()
    done = parallax(crawled_world.home, url, "changes", *since, "--format", "html", "--out", str(file))
    tree = lxml_html.fromstring(file.read_text(encoding="utf-8"))

    assert done.stdout == f"{len(lines)} changes in {file}\n", done.stderr
    told = [(row["article_id"], row["new_revision"]) for row in map(json.loads, lines) if row["is_significant"]]
    commands = {code.text_content() for code in tree.cssselect(".edits code")}
    assert told
    assert all(any(c.startswith(f"parallax diff {a} ") and f" {n} --html" in c for c in commands) for a, n in told)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2", "1"), 2, "revision 2 is not earlier than 1; allowed: an earlier one first"),
        (("1", "9"), 2, "there is no revision 9; allowed: 1, 2"),
    ],
)
def test_wrong_revisions_are_told_with_those_there_are(
    crawled_world: CrawledWorld, words: tuple[str, ...], code: int, said: str
) -> None:
    number = with_revisions(crawled_world, 2)

    done = parallax(crawled_world.home, url_of(crawled_world), "diff", str(number), *words)

    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_an_article_of_one_revision_and_one_that_nobody_knows(crawled_world: CrawledWorld, tmp_path: Path) -> None:
    one = parallax(crawled_world.home, url_of(crawled_world), "diff", str(with_revisions(crawled_world, 1)))
    none = parallax(crawled_world.home, url_of(crawled_world), "diff", "987654")
    number, page = str(with_revisions(crawled_world, 1)), tmp_path / "one.html"
    as_json = parallax(crawled_world.home, url_of(crawled_world), "diff", number, "--json")
    as_page = parallax(crawled_world.home, url_of(crawled_world), "diff", number, "--html", str(page))
    two = parallax(crawled_world.home, url_of(crawled_world), "diff", number, "1", "3")

    assert (one.returncode, "has one revision" in one.stdout) == (0, True)
    assert (as_json.returncode, json.loads(as_json.stdout)["changes"]) == (0, [])
    assert (as_page.returncode, "is not written" in as_page.stderr, page.exists()) == (1, True, False)
    assert (two.returncode, "has one revision" in two.stderr) == (2, True)
    assert (none.returncode, "no article is known" in none.stderr) == (1, True)


def test_changes_are_listed_across_articles_and_narrowed(crawled_world: CrawledWorld) -> None:
    """Each edit of the ledger is there, and what is none by its standing; the CSV has the silent rows of the list."""
    url, since = url_of(crawled_world), ("--since", "2026-03-01")
    every = [
        json.loads(line)
        for line in parallax(crawled_world.home, url, "changes", *since, "--format", "jsonl").stdout.splitlines()
    ]
    whole = parallax(crawled_world.home, url, "changes", *since, "--standing", "all", "--format", "jsonl").stdout
    silent = parallax(crawled_world.home, url, "changes", *since, "--silent", "--format", "csv").stdout
    numbers = parallax(crawled_world.home, url, "changes", *since, "--class", "number").stdout
    none = parallax(crawled_world.home, url, "changes", "--since", "2026-02-01", "--until", "2026-02-02")

    with crawled_world.store.read() as session:
        told = edits(session, (SINCE, SINCE + timedelta(days=5)))
    standings = {(fact.article_id, fact.ledger.standing) for fact in told if fact.ledger and fact.ledger.changes}
    listed = [json.loads(line) for line in whole.splitlines()]
    assert {(row["article_id"], row["standing"]) for row in listed} == standings
    assert {row["article_id"] for row in every} == {one for one, standing in standings if standing == "edit"}
    rows = [(row["article_id"], row["class"]) for row in csv.DictReader(io.StringIO(silent))]
    assert rows == [(str(r["article_id"]), r["class"]) for r in every if r["is_silent"]] != []
    assert numbers.count("● number") + numbers.count("○ number") > 0
    assert (none.returncode, none.stdout) == (0, "no change of this kind was seen in that time\n")


def test_a_class_that_is_none_is_told_with_those_that_are(crawled_world: CrawledWorld) -> None:
    done = parallax(crawled_world.home, url_of(crawled_world), "changes", "--class", "mood")

    assert done.returncode == 2
    assert "'mood' is no class; allowed: headline, lead, number" in done.stderr
