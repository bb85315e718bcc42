"""``parallax check --all`` on the sample world: what is well there is fine, what goes wrong on that day is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.door import parallax
from tests.world.reading import load_script
from tests.world.world import World
from tests.world_run import RunningWorld

AT = "2026-03-03T12:00:00+04:00"
# What the world's calendar has go wrong at that moment, as verdict and codes of faults.
TRUTH: dict[str, tuple[str, set[str]]] = {
    "aciq-defter": ("fine", set()),
    "araz-press": ("failed", {"challenge"}),
    "azad-dalga": ("fine", set()),
    "bogaz-ajansi": ("fine", set()),
    "dag-bloqu": ("fine", set()),
    "dovlet-xeber": ("fine", set()),
    "gundem24": ("fine", set()),
    "korpu-media": ("partly", {"http_error"}),
    "meridian-wire": ("fine", set()),
    "rights-ledger": ("failed", {"no_entries"}),
    "sabah-info": ("failed", {"rate_limited"}),
    "su-nazirliyi": ("fine", set()),
    "uzak-kiyi": ("fine", set()),
    "xeberci": ("fine", set()),
    "xezer-vestnik": ("failed", {"robots_unreachable"}),
}


@dataclass(frozen=True, slots=True)
class CheckedWorld:
    """The report of the world's outlets, and what they were asked."""

    report: dict[str, Any]
    requests: list[tuple[float, str, str]]
    html: str


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckedWorld]:
    """The world checked once a form."""
    folder = tmp_path_factory.mktemp("checked-world")
    with RunningWorld(folder) as world:
        world.at(datetime.fromisoformat(AT))
        environ = world.environ | {"PARALLAX_CLOCK": f"{AT}@0"}
        for form in ("json", "html"):
            out = folder / f"report.{form}"
            done = parallax("check", "--all", "--live", "--out", str(out), home=folder / "home", **environ)
            assert done.returncode == 3, done.stderr
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        yield CheckedWorld(report, world.requests(), (folder / "report.html").read_text(encoding="utf-8"))


def test_each_outlet_of_the_world_gets_its_verdict_and_its_faults(checked: CheckedWorld) -> None:
    found = {
        outlet["slug"]: (outlet["verdict"], {f["code"] for f in outlet["remarks"] if f["weight"] == "fault"})
        for outlet in checked.report["outlets"]
    }

    assert found == TRUTH


def test_what_would_be_stored_is_what_the_world_published(checked: CheckedWorld) -> None:
    world = World(script=load_script())
    compared = 0
    for outlet in checked.report["outlets"]:
        for page in outlet["pages"]:
            if page["article"] is None:
                continue
            parts = urlsplit(page["article"]["url"])
            site = world.site_of(parts.hostname or "")
            assert site is not None
            article = world.article_at(site, unquote(parts.path))
            assert article is not None, page["article"]["url"]
            assert page["article"]["published"][:10] == article.published.date().isoformat()
            assert page["article"]["language"] == article.language
            assert page["article"]["title"] == article.version(datetime.fromisoformat(AT)).title
            compared += 1
    assert compared >= 20


def test_topics_are_looked_for_in_what_was_read(checked: CheckedWorld) -> None:
    topics = {
        topic
        for outlet in checked.report["outlets"]
        for article in [*(p["article"] for p in outlet["pages"] if p["article"]), *outlet["feed_articles"]]
        for topic in article["topics"]
    }

    assert "aynabulaq" in topics


def test_no_outlet_is_asked_for_more_than_three_articles(checked: CheckedWorld) -> None:
    for outlet in checked.report["outlets"]:
        assert len(outlet["pages"]) <= 3


def test_the_page_loads_nothing_and_names_every_outlet(checked: CheckedWorld) -> None:
    assert "<script" not in checked.html
    assert "src=" not in checked.html
    assert "url(" not in checked.html
    assert all(f'id="outlet-{slug}"' in checked.html for slug in TRUTH)
