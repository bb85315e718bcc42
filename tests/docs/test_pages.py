"""What the pages say exists: commands, options, targets of make, files, words of outcomes."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from datetime import timedelta
from enum import Enum
from itertools import pairwise
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup

from analysis.changes import ChangeClass
from analysis.ledger import Standing
from domain.entry import ChannelReading
from domain.extraction import ExtractionOutcome
from domain.fetch import FetchOutcome, PageReading, Reason
from domain.frontier import TargetState
from domain.outlet import ChannelKind, Group
from outlets.catalogue import load_catalogue
from parallax.cli import app
from tests.world.reading import load_script
from tests.world.script import DAY0
from tests.world_run import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_COMMAND = re.compile(r"`parallax ([^`]+)`|^\s*(?:\.venv/bin/)?parallax (.+)$", re.M)
_FENCE = re.compile(r"^```(?:sh|text)\n(.*?)^```$", re.M | re.S)
_IN_A_LINE = re.compile(r"(?<![\w/.-])(?:\.venv/bin/)?parallax ([a-z].*?)(?=\s*(?:&&|\|\||;|#|\d?>|$))", re.M)
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")


def _commands_on(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [first or second for first, second in _COMMAND.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_on_a_page_is_one_that_exists(page: Path) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    wrong = [written for written in _commands_on(page) if not _is_known(group, written)]

    assert wrong == []


_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
_EXAMPLE = re.compile(r"`parallax ([^`\n]+)`|^Example: parallax (.+)$", re.M)
_INVENTED = {"sahil-xeber", "sahil-xeber/feed-az"}  # in ADDING_AN_OUTLET.md
_TAKES_OUTLETS = {"crawl", "status", "outlets"}
_OPTIONS_WITH_VALUE = {"-n", "--looks", "--outlet"}


def test_examples_name_outlets_and_channels_that_exist() -> None:
    """Of the shipped catalogue, of the sample world, or the page's own example; all capitals stand for a name."""
    catalogue = load_catalogue()
    known = (
        set(catalogue.outlets)
        | {site.slug for site in load_script().sites}
        | {f"{o.slug}/{c.slug}" for o in catalogue.outlets.values() for c in o.channels}
    )
    named = [(page.name, name) for page in PAGES for written in _examples_on(page) for name in _names_in(written)]
    unknown = [(page, name) for page, name in named if name not in known and name not in _INVENTED]

    assert len(named) > 5
    assert unknown == []


def _examples_on(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    in_blocks = [written for block in _SHELL.findall(text) for written in _IN_A_LINE.findall(block)]
    return [*in_blocks, *(quoted or given for quoted, given in _EXAMPLE.findall(text))]


def _names_in(written: str) -> list[str]:
    """The outlets and channels that a command names."""
    command, *words = shlex.split(re.split(r"[#>|&;]", written)[0].replace("…", "")) or [""]
    named = [after for word, after in pairwise(words) if word == "--outlet"]
    if command in {*_TAKES_OUTLETS, "channel"}:
        before = ["", *words]
        named += [w for b, w in zip(before, words, strict=False) if w[0] != "-" and b not in _OPTIONS_WITH_VALUE]
    return [name for name in named if "://" not in name and not re.fullmatch(r"[A-Z|/]+", name)]


def _is_known(group: TyperGroup, written: str) -> bool:
    words = shlex.split(re.split(r"[#>|]", written)[0].replace("…", ""))
    command: TyperCommand | TyperGroup = group
    while words and isinstance(command, TyperGroup):
        if words[0].startswith("-"):
            return words[0] in {"--help", "-h", "--version"}
        if words[0] not in command.commands:
            return False
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    return all(word in known for word in words if word.startswith("--"))


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CLI.md"], ids=lambda p: str(p.name))
def test_every_command_in_a_block_can_be_given_like_that(page: Path) -> None:
    """Also behind variables, ``cd …`` and a crontab's times; arguments and choices are those that are allowed."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    blocks = _FENCE.findall(page.read_text(encoding="utf-8"))
    wrong = [
        (written, problem) for b in blocks for written in _IN_A_LINE.findall(b) if (problem := _refusal(group, written))
    ]

    assert wrong == []


def test_the_pages_for_each_reader_show_commands() -> None:
    shown = {
        name: [c for b in _FENCE.findall((ROOT / name).read_text(encoding="utf-8")) for c in _IN_A_LINE.findall(b)]
        for name in ("README.md", "docs/DIGEST.md", "docs/OPERATIONS.md", "docs/RESEARCH.md")
    }

    assert [name for name, commands in shown.items() if len(commands) < 3] == []
    assert any(command.startswith("crawl") for command in shown["docs/OPERATIONS.md"])


def _refusal(group: TyperGroup, written: str) -> str | None:
    """What the command line says against a command, or None."""
    words = shlex.split(written)
    command: TyperCommand | TyperGroup = group
    while isinstance(command, TyperGroup):
        if not words or words[0] not in command.commands:
            return "no such command"
        command = command.commands[words.pop(0)]
    try:
        command.make_context("parallax", words)
    except Exception as error:  # whatever the parser finds wrong
        return str(error)
    return None


def test_every_make_target_on_a_page_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = {t for page in PAGES for t in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.M)}

    assert named
    assert named <= targets


def test_the_readme_opens_with_demo_test_and_run() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme.index("make demo") < readme.index("make test") < readme.index("make run")
    assert all(door in readme for door in ("I read digests", "I run it", "I query the data"))


def test_the_doors_say_first_where_the_commands_and_the_demo_are() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    before = readme[: readme.index("### I read digests")]
    exported = dict(
        word.split("=", 1) for line in re.findall(r"^export (.*?)(?: #|$)", before, re.M) for word in line.split()
    )

    assert "source .venv/bin/activate" in before
    assert exported == {
        "PARALLAX_HOME": "$PWD/var/demo",
        "PARALLAX_CATALOGUE": "$PWD/var/demo/catalogue",
        "PARALLAX_CATALOGUE_MODE": "only",
        "PARALLAX_CLOCK": f"{DAY0 + timedelta(days=2)}T23:55+04:00@0",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_room_in_the_architecture_exists_and_none_is_missing() -> None:
    page = (ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([a-z]+)/` \|", page, re.M))
    packages = {p.parent.name for p in ROOT.glob("*/__init__.py")} | {"alembic"}

    assert named == packages
    paths = re.findall(r"`((?:[a-z]+/)+[a-z_]+(?:\.py)?)/?`", page)
    assert [path for path in paths if not (ROOT / path).exists() and path != "storage/_alembic"] == []


@pytest.mark.parametrize(
    "words", [FetchOutcome, PageReading, ExtractionOutcome, ChannelReading, Reason, TargetState, Group, ChannelKind]
)
def test_the_glossary_explains_every_word_of_an_outcome(words: type[Enum]) -> None:
    glossary = (ROOT / "docs/GLOSSARY.md").read_text(encoding="utf-8")

    assert [word.value for word in words if f"`{word.value}`" not in glossary] == []


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nothing says which files are the project's")
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    registries = [".".join(words) for words in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
    machine = [f"{folder}/" for folder in (ROOT, Path.home())]
    banned = re.compile("|".join(map(re.escape, registries + machine)))
    found = []
    for path in _tracked():
        if path.suffix in {".png", ".gz", ".xz"} or path == Path(__file__):
            continue
        match = banned.search(path.read_text(encoding="utf-8", errors="replace"))
        if match:
            found.append((str(path.relative_to(ROOT)), match.group()))

    assert found == []


def test_no_lock_file_records_an_address() -> None:
    names = {path.name for path in _tracked()}

    assert not names & {"uv.lock", "poetry.lock", "package-lock.json"}
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_pins_are_complete() -> None:
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


def test_the_page_of_changes_explains_each_class_and_no_other() -> None:
    page = (ROOT / "docs/CHANGES.md").read_text(encoding="utf-8")
    standings, classes = (re.findall(r"^\| `([a-z_]+)` \|", part, re.M) for part in page.split("\n## Classes\n"))

    assert sorted(classes) == sorted(kind.value for kind in ChangeClass)
    assert sorted(standings) == sorted(standing.value for standing in Standing)
