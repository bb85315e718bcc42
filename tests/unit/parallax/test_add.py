"""``parallax add``: a document that no channel lists, as a person puts it in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.tables import ChannelRow, EntryRow, TargetRow
from tests.databases import migrated_store, sqlite_url
from tests.door import parallax

OUTLET = """slug = "{slug}"
name = "{slug}"
languages = ["az"]
hosts = ["{host}"]
page_fetch = {page_fetch}

[[groups]]
group = "independent"
reason = "Invented."

[[channels]]
slug = "feed"
kind = "feed"
url = "https://{host}/feed"
evidence = "D"
"""
MANUAL = """
[[channels]]
slug = "documents"
kind = "manual"
url = "https://{host}/documents/"
evidence = "D"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with three outlets; ``liman`` has a manual channel of its own."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for slug, host, more in (("liman", "liman.example", MANUAL), ("sahil", "sahil.example", "")):
        written = (OUTLET + more).format(slug=slug, host=host, page_fetch="true")
        (folder / f"{slug}.toml").write_text(written, encoding="utf-8")
    refusing = OUTLET.format(slug="qala", host="qala.example", page_fetch="false")
    (folder / "qala.toml").write_text(refusing, encoding="utf-8")
    with migrated_store(sqlite_url(tmp_path)):
        pass
    return tmp_path


def add(home: Path, *words: str) -> tuple[int, str]:
    done = parallax(
        "add", *words, home=home, PARALLAX_CATALOGUE=str(home / "catalogue"), PARALLAX_CATALOGUE_MODE="only"
    )
    return done.returncode, done.stdout + done.stderr


def rows(home: Path) -> list[tuple[str, str, str, str]]:
    """Channel, its kind, the entry's address, and its target's state."""
    with migrated_store(sqlite_url(home)) as store, store.read() as session:
        query = (
            select(ChannelRow.slug, ChannelRow.kind, EntryRow.url, TargetRow.state)
            .join(EntryRow, EntryRow.channel_id == ChannelRow.id)
            .join(TargetRow, (TargetRow.outlet == EntryRow.target_outlet) & (TargetRow.url_key == EntryRow.url_key))
            .order_by(EntryRow.id)
        )
        return [tuple(row) for row in session.execute(query)]  # type: ignore[misc]


def test_a_document_becomes_an_entry_of_the_manual_channel_and_is_due(home: Path) -> None:
    code, said = add(home, "https://www.liman.example/documents/1.pdf")

    assert (code, "is an entry of liman/documents." in said) == (0, True)
    assert "parallax why https://www.liman.example/documents/1.pdf" in said
    assert rows(home) == [("documents", "manual", "https://www.liman.example/documents/1.pdf", "due")]


def test_an_outlet_without_such_a_channel_gets_one_that_a_new_catalogue_leaves(home: Path) -> None:
    add(home, "sahil.example/a")
    catalogue = home / "catalogue" / "liman.toml"
    catalogue.write_text(catalogue.read_text(encoding="utf-8").replace("Invented.", "Made up."), encoding="utf-8")
    add(home, "sahil.example/b")

    assert [row[:2] for row in rows(home)] == [("added-by-hand", "manual")] * 2
    with migrated_store(sqlite_url(home)) as store, store.read() as session:
        assert session.scalar(select(ChannelRow.removed_at).where(ChannelRow.slug == "added-by-hand")) is None


def test_adding_twice_changes_nothing_and_says_so(home: Path) -> None:
    add(home, "https://liman.example/a")
    _, said = add(home, "http://www.liman.example/a/?utm_source=x")

    assert "It was known already, and is looked at again." in said
    assert len(rows(home)) == 1


def test_a_document_of_an_unknown_host_needs_its_outlet(home: Path) -> None:
    code, said = add(home, "https://files.example/report.pdf")
    assert code == 2
    assert "no outlet of the catalogue has the host files.example; allowed: with --outlet SLUG" in " ".join(
        said.split()
    )

    assert add(home, "https://files.example/report.pdf", "--outlet", "sahil")[0] == 0
    assert [row[0] for row in rows(home)] == ["added-by-hand"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("https://liman.example/a", "--outlet", "sahil"), "liman does"),
        (("https://liman.example/a", "--outlet", "liman-"), "did you mean liman?"),
        (("javascript:alert(1)",), "is no address of a page"),
        (("https://qala.example/a",), "pages of qala are not fetched"),
    ],
)
def test_what_can_not_be_added_is_refused_in_words(home: Path, words: tuple[str, ...], says: str) -> None:
    code, said = add(home, *words)

    assert (code, says in " ".join(said.split())) == (2, True)
    assert rows(home) == []


def test_why_says_that_it_was_added_by_hand(home: Path) -> None:
    add(home, "https://liman.example/a")
    environ = {"PARALLAX_CATALOGUE": str(home / "catalogue"), "PARALLAX_CATALOGUE_MODE": "only"}
    done = parallax("why", "https://liman.example/a", home=home, **environ)
    told = json.loads(parallax("why", "https://liman.example/a", "--json", home=home, **environ).stdout)

    assert "added by hand, to liman/documents" in done.stdout
    assert told["facts"]["listings"][0]["first_fetch_id"] is None
