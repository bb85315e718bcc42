"""Each way in which a file can be wrong, and what is said of it: file, field, value and what is allowed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.errors import BrokenCatalogueError, CatalogueError
from outlets.catalogue import load_catalogue
from tests.unit.outlets.writing import write_outlet, write_topic


def error_of(folder: Path) -> CatalogueError:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([folder], mode="only")
    return caught.value


class Case(NamedTuple):
    """One block of bad_files.txt."""

    place: str
    text: str
    message: str


CASES = [
    Case(*match.groups())
    for match in re.finditer(
        r"^== (own|table|topic)\n(.*?)\n-> (.*?)$",
        (Path(__file__).parent / "bad_files.txt").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
]


def test_the_table_of_bad_files_is_read_whole() -> None:
    assert len(CASES) == 71


@pytest.mark.parametrize("case", CASES, ids=[f"{case.place}-{case.message[:50]}" for case in CASES])
def test_what_is_wrong_is_named_with_file_field_value_and_what_is_allowed(tmp_path: Path, case: Case) -> None:
    own, table = (case.text if case.place == place else "" for place in ("own", "table"))
    path = write_outlet(tmp_path, "sahil", extra=own, after=table)
    if case.place == "topic":
        path = write_topic(tmp_path, "liman", case.text)
    error = error_of(tmp_path)
    assert str(error).startswith(f"{path}: ")
    assert case.message in str(error)


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").write_text('slug = "sahil"\nname = Sahil\n')
    error = error_of(tmp_path)
    assert error.field == "line 2"
    assert "is no TOML (Invalid value (at line 2, column 8))" in str(error)


def test_a_key_given_twice_is_told(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").write_text('slug = "sahil"\nslug = "sahil"\n')
    assert "Cannot overwrite a value" in str(error_of(tmp_path))


def test_a_file_that_ends_too_soon_is_told(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").write_text('slug = """sahil')
    assert error_of(tmp_path).field == "end of file"


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").write_bytes(b'slug = "sahil"\nname = "S\xfcd"\n')
    error = error_of(tmp_path)
    assert (error.field, "is not UTF-8" in str(error)) == ("line 2", True)


def test_a_file_nested_without_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").write_text("a = " + "[" * 50_000)
    assert error_of(tmp_path).field in {"file", "end of file"}


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").write_text("#" * 300_000)
    assert "is 300000 bytes long; allowed: at most 262144" in str(error_of(tmp_path))


def test_a_folder_named_like_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "sahil.toml").mkdir()
    assert "can't be read (Is a directory)" in str(error_of(tmp_path))


def test_a_slug_that_is_not_the_files_name_is_told(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil").rename(tmp_path / "other.toml")
    assert "slug: 'sahil' is not the file's name; allowed: 'other', or rename the file to sahil.toml" in str(
        error_of(tmp_path)
    )


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil", extra="colour = 3\nverified = 0")
    write_outlet(tmp_path, "liman", extra='zone = "Mars"')
    write_topic(tmp_path, "port", "slug = 'port'")
    (tmp_path / "broken.toml").write_text("x")
    error = error_of(tmp_path)
    assert isinstance(error, BrokenCatalogueError)
    told = [(e.path.name, e.field) for e in error.errors]
    assert told == [
        ("broken.toml", "end of file"),
        ("liman.toml", "zone"),
        ("sahil.toml", "verified"),
        ("sahil.toml", "colour"),
        ("port.toml", "title"),
        ("port.toml", "queries"),
    ]
    lines = str(error).splitlines()
    assert lines[0] == "6 things are wrong in the catalogue:"
    assert len(lines) == 7


def test_a_value_of_any_length_stays_one_line(tmp_path: Path) -> None:
    write_outlet(tmp_path, "sahil", extra=f'zone = "{"x" * 5000}"')
    assert len(str(error_of(tmp_path))) < 400
