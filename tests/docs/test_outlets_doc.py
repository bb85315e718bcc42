"""The pages about outlets say what the catalogue says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.topics import compile_topic, static_warnings
from domain.fetch import FetchOutcome, PageReading
from domain.outlet import Group
from outlets.articles import external_id, is_article_url
from outlets.catalogue import load_catalogue
from outlets.channels import crawlable_channels
from outlets.page import outlets_markdown
from outlets.schema import ChannelFacts, OutletFacts

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "ADDING_AN_OUTLET.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


def test_the_page_of_outlets_is_the_catalogues() -> None:
    written = (ROOT / "docs" / "OUTLETS.md").read_text(encoding="utf-8")
    assert written == outlets_markdown(load_catalogue()), "run: python -m outlets.page > docs/OUTLETS.md"


def test_the_command_that_the_page_names_writes_it() -> None:
    command = [sys.executable, "-m", "outlets.page"]
    written = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    assert written.decode() == outlets_markdown(load_catalogue())


def test_every_outlet_channel_and_topic_is_on_the_page() -> None:
    page = outlets_markdown(load_catalogue())
    for outlet in load_catalogue().outlets.values():
        assert f"\n`{outlet.slug}` · " in page
        assert all(f"`{channel.address}`" in page for channel in outlet.channels)
    assert all(f"\n`{slug}`" in page for slug in load_catalogue().topics)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The guide's worked example as a user's folder."""
    (tmp_path / "topics").mkdir()
    (tmp_path / "sahil-xeber.toml").write_text(EXAMPLES[0], encoding="utf-8")
    (tmp_path / "topics" / "harbour.toml").write_text(EXAMPLES[1], encoding="utf-8")
    return tmp_path


def test_the_worked_example_loads_beside_the_shipped_outlets(folder: Path) -> None:
    sahil = load_catalogue([folder]).outlets["sahil-xeber"]
    assert [channel.slug for channel in crawlable_channels(sahil)] == ["feed-az", "listing-port", "telegram", "youtube"]
    url = "https://m.sahil-xeber.example/az/liman/48300-gemi-geldi?utm_source=rss"
    assert (is_article_url(sahil, url), external_id(sahil, url)) == (True, "48300")


def test_the_worked_example_gives_no_warning(folder: Path) -> None:
    assert load_catalogue([folder], mode="only").warnings == ()


def test_the_guides_topic_gives_no_warning(folder: Path) -> None:
    assert static_warnings(load_catalogue([folder], mode="only").topics["harbour"]) == ()


def test_the_guide_says_how_the_outlet_is_tried() -> None:
    tried = re.findall(r"^parallax (\S+)", GUIDE, re.M)

    closer = ["init", "outlets", "topics", "parse-feed", "extract", "crawl", "channel", "why"]
    assert tried == ["discover", "check", "crawl", *closer]


def test_the_guide_explains_every_remark_of_a_check() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "publish" / "check").glob("*.py")))
    told = set(re.findall(r'Weight\.\w+(?: if [^"]*?)?,\s*"([a-z_]+)"', code))
    told |= set(re.findall(r'Remark\([^"()]*"([a-z_]+)"', code)) | {"date_unread", "date_missing"}
    elsewhere = {outcome.value for outcome in FetchOutcome} | {reading.value for reading in PageReading}
    table = GUIDE.split("## What a check tells")[1].split("\n## ")[0]
    assert {word for row in re.findall(r"^\| (`[^|]+) \|", table, re.M) for word in re.findall("`([a-z_]+)`", row)} == (
        told - elsewhere
    )


def test_the_guides_topic_leaves_out_the_football_club(folder: Path) -> None:
    harbour = compile_topic(load_catalogue([folder], mode="only").topics["harbour"])
    assert harbour.match("Yeni limanın açılışı oldu.", "az")
    assert harbour.match("Yeni liman futbol klubu yaradıldı.", "az") is None


def test_the_guides_change_of_group_is_allowed(folder: Path) -> None:
    periods = EXAMPLES[0].replace('[[groups]]\ngroup = "independent"', "[[old]]").split("[[old]]")
    rest = periods[1].split("\n\n", 1)[1]
    (folder / "sahil-xeber.toml").write_text(periods[0] + EXAMPLES[2] + "\n" + rest, encoding="utf-8")
    groups = load_catalogue([folder]).outlets["sahil-xeber"].groups
    assert [period.group for period in groups] == [Group.INDEPENDENT, Group.PRO_GOVERNMENT]


def test_the_guide_shows_every_key_that_needs_a_word() -> None:
    rare = {"note", "enabled", "page_fetch", "feed_index", "edition_hosts"}
    assert not [key for key in OutletFacts.model_fields if key not in rare and not re.search(rf"\b{key}\b", GUIDE)]
    assert {"slug", "kind", "url", "handle", "language", "evidence", "probed_on"} <= set(ChannelFacts.model_fields)
