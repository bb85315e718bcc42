"""What an outlet wrote reaches a terminal without what would rewrite the line that it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from schedules.aftercare import Aftercare
from tests.databases import migrated_store, sqlite_url
from tests.door import parallax
from tests.storage.filling import fill, store

REORDERING = "\u202e\u202c\u2066\u2069\u200f"
TITLE = "Büdcə [red]artır[/red] \u202e2% əvəzinə\u202c"
TEXT = "Birinci sətir \u2066gizli\u2069 söz.\n\nİkinci\tsətir \u200f[bold]qalır[/bold]."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one article whose words are hostile."""
    folder = tmp_path_factory.mktemp("home")
    with migrated_store(sqlite_url(folder)) as made:
        made.write(fill)
        made.write(lambda session: store(session, TEXT, title=TITLE))
        Aftercare(made).run()
    return folder


@pytest.mark.parametrize("words", ["show 1", "history 1", "search Birinci"])
def test_no_direction_override_reaches_the_terminal(home: Path, words: str) -> None:
    done = parallax(*words.split(), home=home)

    assert done.returncode == 0, done.stderr
    assert "Büdcə [red]artır[/red] 2% əvəzinə" in done.stdout
    assert set(REORDERING) & set(done.stdout) == set()


def test_a_text_keeps_its_lines(home: Path) -> None:
    said = parallax("show", "1", home=home).stdout

    assert said.endswith("Birinci sətir gizli söz.\n\nİkinci\tsətir [bold]qalır[/bold].\n")


def test_what_two_databases_say_is_told_without_them(home: Path, tmp_path: Path) -> None:
    with migrated_store(sqlite_url(tmp_path)) as other:
        other.write(fill)
        other.write(lambda session: store(session, TEXT, title="Başlıq"))
    done = parallax("compare-runs", sqlite_url(home), sqlite_url(tmp_path), home=home)

    assert "title Büdcə [red]artır[/red] 2% əvəzinə ≠ Başlıq" in done.stdout
    assert set(REORDERING) & set(done.stdout) == set()


def test_json_has_the_words_as_they_came(home: Path) -> None:
    assert "\u202e2% əvəzinə\u202c" in parallax("show", "1", "--json", home=home).stdout
